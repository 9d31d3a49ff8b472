"""Citizens as a counter finds and keeps them: by one whole number, never in a list."""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.identity.schemas import Found
from camaug.kernel import db


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed columns of somebody whose card was seen."""

    number_enc: bytes
    number_idx: bytes
    profile_enc: bytes
    phone_enc: bytes | None = None
    phone_idx: bytes | None = None


async def of_number(conn: db.Conn, number_idx: bytes) -> UUID | None:
    """The one citizen whose proven number that is; what was only typed finds nobody."""
    found = await db.maybe(
        conn,
        Found,
        "select citizen_id as found_id from citizen where number_idx = $1 and number_proven",
        number_idx,
    )
    return found and found.found_id


async def of_phone(conn: db.Conn, phone_idx: bytes) -> UUID | None:
    """The citizen of that phone."""
    found = await db.maybe(
        conn, Found, "select citizen_id as found_id from citizen where phone_idx = $1", phone_idx
    )
    return found and found.found_id


async def insert(conn: db.Conn, citizen_id: UUID, card: Card, now: datetime) -> bool:
    """A citizen whose card was seen; false when somebody has the phone by now."""
    touched = await db.run(
        conn,
        "insert into citizen (citizen_id, phone_enc, phone_idx, number_enc, number_idx,"
        " number_proven, profile_enc, created_at, updated_at)"
        " values ($1, $2, $3, $4, $5, true, $6, $7, $7) on conflict (phone_idx) do nothing",
        citizen_id,
        card.phone_enc,
        card.phone_idx,
        card.number_enc,
        card.number_idx,
        card.profile_enc,
        now,
    )
    return touched == 1


async def prove(conn: db.Conn, citizen_id: UUID, card: Card, now: datetime) -> bool:
    """Put what the card says into a record without a proven number; false when it has one."""
    touched = await db.run(
        conn,
        "update citizen set number_enc = $2, number_idx = $3, number_proven = true,"
        " profile_enc = $4, version = version + 1, updated_at = $5"
        " where citizen_id = $1 and not number_proven",
        citizen_id,
        card.number_enc,
        card.number_idx,
        card.profile_enc,
        now,
    )
    return touched == 1
