"""Statements of complaints about the handling of dossiers: the owner's, and what writes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug_sdk.complaints import ComplaintKind, ComplaintState, Upheld

_COLUMNS: LiteralString = """
    select c.complaint_id, c.number, c.dossier_id, d.code, c.citizen_id, c.agency_id, c.kind,
           c.state, c.version, c.text_enc, c.answer_enc, c.upheld, c.opened_at, c.answered_at
    from complaint c join dossier d using (dossier_id)
"""


class ComplaintRow(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as stored."""

    complaint_id: UUID
    number: str
    dossier_id: UUID
    code: str
    citizen_id: UUID
    agency_id: UUID
    kind: ComplaintKind
    state: ComplaintState
    version: int
    text_enc: bytes
    answer_enc: bytes | None
    upheld: Upheld | None
    opened_at: datetime
    answered_at: datetime | None


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The dossier that a complaint is about, locked; `agency_id` handles it."""

    dossier_id: UUID
    code: str
    agency_id: UUID


async def lock_dossier(conn: db.Conn, citizen_id: UUID, dossier_id: UUID) -> About:
    """Lock an own dossier. Raises `NotFound`."""
    return await db.one(
        conn,
        About,
        "select dossier_id, code, handling_agency_id as agency_id from dossier"
        " where dossier_id = $1 and citizen_id = $2 for update",
        dossier_id,
        citizen_id,
    )


async def code(conn: db.Conn, citizen_id: UUID, dossier_id: UUID) -> str | None:
    """The code of an own dossier."""
    return await conn.fetchval(
        "select code from dossier where dossier_id = $1 and citizen_id = $2", dossier_id, citizen_id
    )


async def of_dossiers(
    conn: db.Conn, citizen_id: UUID, dossier_ids: Sequence[UUID]
) -> list[ComplaintRow]:
    """What the owner has said about own dossiers, newest first."""
    return await db.many(
        conn,
        ComplaintRow,
        _COLUMNS + " where c.dossier_id = any($1) and c.citizen_id = $2 order by c.opened_at desc",
        dossier_ids,
        citizen_id,
    )


async def next_number(conn: db.Conn, day: date) -> int:
    """The next number of the day; the counter stays locked until the transaction ends."""
    return int(
        await conn.fetchval(
            "insert into complaint_counter as kept (day, last) values ($1, 1)"
            " on conflict (day) do update set last = kept.last + 1 returning last",
            day,
        )
    )


async def insert(conn: db.Conn, new: ComplaintRow) -> None:
    """Keep a complaint. The caller holds the dossier's row lock."""
    await db.run(
        conn,
        "insert into complaint (complaint_id, number, dossier_id, citizen_id, agency_id, kind,"
        " state, text_enc, opened_at) values ($1, $2, $3, $4, $5, $6, 'open', $7, $8)",
        new.complaint_id,
        new.number,
        new.dossier_id,
        new.citizen_id,
        new.agency_id,
        new.kind,
        new.text_enc,
        new.opened_at,
    )


async def lock_own(conn: db.Conn, citizen_id: UUID, complaint_id: UUID) -> ComplaintRow:
    """Lock an own complaint. Raises `NotFound`."""
    return await db.one(
        conn,
        ComplaintRow,
        _COLUMNS + " where c.complaint_id = $1 and c.citizen_id = $2 for update of c",
        complaint_id,
        citizen_id,
    )


async def end(conn: db.Conn, complaint_id: UUID, state: str, at: datetime) -> None:
    """Withdraw or close. The caller holds the row."""
    await db.run(
        conn,
        "update complaint set state = $2, ended_at = $3, version = version + 1"
        " where complaint_id = $1",
        complaint_id,
        state,
        at,
    )


async def answer(
    conn: db.Conn, complaint_id: UUID, answer_enc: bytes, upheld: str, by: UUID, at: datetime
) -> None:
    """Write the answer. The caller holds the row."""
    await db.run(
        conn,
        "update complaint set state = 'answered', answer_enc = $2, upheld = $3, answered_by = $4,"
        " answered_at = $5, version = version + 1 where complaint_id = $1",
        complaint_id,
        answer_enc,
        upheld,
        by,
        at,
    )
