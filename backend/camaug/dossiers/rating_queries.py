"""Statements of one rating: lock the dossier by its owner, keep the rating, count it."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug.kernel import db


class Rateable(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier locked for its rating. `agency_id` is the agency that handles it."""

    dossier_id: UUID
    code: str
    citizen_id: UUID
    agency_id: UUID
    procedure_code: str
    status: int


class NewRating(msgspec.Struct, frozen=True, kw_only=True):
    """A rating's row; `month` is the first day of the local month of `rated_at`."""

    dossier_id: UUID
    rating: int
    comment_enc: bytes | None
    agency_id: UUID
    procedure_code: str
    month: date
    rated_at: datetime


async def of_owner(conn: db.Conn, citizen_id: UUID, dossier_id: UUID) -> Rateable:
    """Lock an own dossier. Raises `NotFound`."""
    return await db.one(
        conn,
        Rateable,
        "select dossier_id, code, citizen_id, handling_agency_id as agency_id, procedure_code,"
        " status from dossier where dossier_id = $1 and citizen_id = $2 for update",
        dossier_id,
        citizen_id,
    )


async def is_rated(conn: db.Conn, dossier_id: UUID) -> bool:
    """Whether it has a rating; asked after locking, since a statement that waited sees the past."""
    return bool(
        await conn.fetchval(
            "select exists (select from dossier_rating where dossier_id = $1)", dossier_id
        )
    )


async def insert(conn: db.Conn, new: NewRating) -> None:
    """Keep a rating. The caller holds the dossier's row lock."""
    await db.run(
        conn,
        "insert into dossier_rating (dossier_id, rating, comment_enc, agency_id, procedure_code,"
        " month, rated_at) values ($1, $2, $3, $4, $5, $6, $7)",
        new.dossier_id,
        new.rating,
        new.comment_enc,
        new.agency_id,
        new.procedure_code,
        new.month,
        new.rated_at,
    )


async def count(conn: db.Conn, new: NewRating, *, satisfied: bool) -> None:
    """Add a rating to its counter, which stays locked until the transaction ends."""
    await db.run(
        conn,
        """
        insert into rating_counter as kept (month, agency_id, procedure_code, rated, satisfied)
        values ($1, $2, $3, 1, $4)
        on conflict (month, agency_id, procedure_code) do update
        set rated = kept.rated + 1, satisfied = kept.satisfied + excluded.satisfied
        """,
        new.month,
        new.agency_id,
        new.procedure_code,
        int(satisfied),
    )
