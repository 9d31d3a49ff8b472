"""Statements by which relatives reach dossiers of others.

Who may see what is said by `delegated` alone, a function of the database (0023): accepted, and not
over at that instant.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.dossiers.queries import COLUMNS, TABLES
from camaug.dossiers.schemas import Line
from camaug.kernel import db
from camaug_sdk.relatives import Scope


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """By which somebody sees the dossier of `owner_id`."""

    delegation_id: UUID
    owner_id: UUID
    scope: Scope
    until: datetime


class RelativeRow(Line, frozen=True, kw_only=True):
    """A row of the list of relatives' dossiers."""

    owner_id: UUID
    scope: Scope
    until: datetime
    phone_enc: bytes
    profile_enc: bytes | None


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner's name is made of."""

    phone_enc: bytes
    profile_enc: bytes | None


async def account(conn: db.Conn, delegation_id: UUID) -> UUID | None:
    """The account that an offer or right is about, if there is one by now."""
    return await conn.fetchval(
        "select coalesce(g.relative_id, c.citizen_id) from delegation g"
        " left join citizen c on c.phone_idx = g.relative_phone_idx where g.delegation_id = $1",
        delegation_id,
    )


async def told(conn: db.Conn, dossier_id: UUID, now: datetime) -> list[UUID]:
    """The relatives whom the owner lets have the notices of the dossier."""
    rows = await conn.fetch(
        "select distinct g.relative_id from delegation g"
        " join delegated(g.relative_id, $2) held on held.dossier_id = $1"
        " join dossier d on d.dossier_id = $1 and d.citizen_id = g.owner_id"
        " where g.tells and g.state = 'accepted' and g.until > $2"
        " and (g.dossier_id is null or g.dossier_id = $1) order by 1",
        dossier_id,
        now,
    )
    return [row["relative_id"] for row in rows]


async def page(
    conn: db.Conn,
    citizen_id: UUID,
    now: datetime,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[RelativeRow]:
    """Dossiers that others let this person see, newest first, from the keyset position on."""
    at, dossier_id = before or (None, None)
    return await db.many(
        conn,
        RelativeRow,
        COLUMNS
        + ", held.owner_id, held.scope, held.until, o.phone_enc, o.profile_enc"
        + TABLES
        + " join delegated($1, $2) held on held.dossier_id = d.dossier_id"
        " join citizen o on o.citizen_id = held.owner_id"
        " where ($3::timestamptz is null or (d.submitted_at, d.dossier_id) < ($3, $4::uuid))"
        " order by d.submitted_at desc, d.dossier_id desc limit $5",
        citizen_id,
        now,
        at,
        dossier_id,
        limit,
    )


async def right(conn: db.Conn, citizen_id: UUID, dossier_id: UUID, now: datetime) -> Right:
    """By which this person sees the dossier of another. Raises `NotFound`."""
    return await db.one(
        conn,
        Right,
        "select delegation_id, owner_id, scope, until from delegated($1, $2) where dossier_id = $3",
        citizen_id,
        now,
        dossier_id,
    )


async def right_to_act(conn: db.Conn, citizen_id: UUID, dossier_id: UUID, now: datetime) -> Right:
    """The same for acts. Held until the transaction ends, so that ending it waits. `NotFound`."""
    return await db.one(
        conn,
        Right,
        """
        select g.delegation_id, g.owner_id, g.scope, g.until from delegation g
        where g.delegation_id = (
            select held.delegation_id from delegated($1, $2) held
            where held.dossier_id = $3 and held.scope = 'act'
        ) and g.state = 'accepted' and g.until > $2 for share
        """,
        citizen_id,
        now,
        dossier_id,
    )


async def owner(conn: db.Conn, citizen_id: UUID) -> Owner:
    """What the owner's name is made of. Raises `NotFound`."""
    return await db.one(
        conn, Owner, "select phone_enc, profile_enc from citizen where citizen_id = $1", citizen_id
    )
