"""Statements of complaints about the handling of dossiers.

`ANSWERABLE` is the one filter of the desk: complaints about agencies that the person leads, and at
the provincial centre those about agencies without a leader who may answer; never about a dossier
on which the person has worked.
"""

from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug_sdk.complaints import ComplaintKind, ComplaintState, Upheld

LEADER = "leader"
_COLUMNS: LiteralString = """
    select c.complaint_id, c.number, c.dossier_id, d.code, c.citizen_id, c.agency_id, c.kind,
           c.state, c.version, c.text_enc, c.answer_enc, c.upheld, c.opened_at, c.answered_at
    from complaint c join dossier d using (dossier_id)
"""
# $1 the agencies that the person leads, $2 those of the person as officer, $3 the person, $4 now.
_CENTRES: LiteralString = """
    exists (
        select from agency centre where centre.agency_id = any($2)
        and centre.kind = 'one_stop_centre' and centre.commune_code is null
    ) and not exists (
        select from assignment l join staff s using (staff_id)
        where l.agency_id = c.agency_id and l.role = 'leader' and s.disabled_at is null
          and l.valid_from <= $4 and (l.valid_until is null or l.valid_until > $4)
          and not exists (
              select from dossier_event e where e.dossier_id = c.dossier_id
              and e.actor_kind = 'staff' and e.actor_id = l.staff_id
          )
    )
"""
_UNTOUCHED: LiteralString = """
    not exists (
        select from dossier_event e
        where e.dossier_id = c.dossier_id and e.actor_kind = 'staff' and e.actor_id = $3
    )
"""
_NAMED: LiteralString = """
    join dossier d using (dossier_id)
    join procedure p on p.code = d.procedure_code and p.valid_from = d.procedure_valid_from
    join agency a on a.agency_id = c.agency_id
"""
ANSWERABLE: LiteralString = (
    " from complaint c "
    + _NAMED
    + "where (c.agency_id = any($1) or ("
    + _CENTRES
    + ")) and "
    + _UNTOUCHED
)
_AT_DESK: LiteralString = """
    select c.complaint_id, c.number, c.dossier_id, d.code, c.citizen_id, c.agency_id, c.kind,
           c.state, c.version, c.text_enc, c.answer_enc, c.upheld, c.opened_at, c.answered_at,
           p.body ->> 'short_name' as procedure_name, p.body ->> 'name_en' as procedure_name_en,
           a.name_vi as agency_name_vi, a.name_en as agency_name_en
"""


def _paged(which: LiteralString, beyond: LiteralString, order: LiteralString) -> LiteralString:
    """The first rows of each led agency in the order of an index, and the centre's apart from them.

    Names are joined to the page alone.
    """
    rows: LiteralString = (
        "select c.complaint_id, c.opened_at from complaint c where "  # noqa: S608  (parts of this file)
        + (which + " and ($5::timestamptz is null or (c.opened_at, c.complaint_id) ")
        + (beyond + " ($5, $6::uuid)) and " + _UNTOUCHED)
    )
    cut: LiteralString = " order by c.opened_at" + order + ", c.complaint_id" + order + " limit $7"
    return (
        "with page as materialized (select * from ("  # noqa: S608  (parts of this file)
        "select one.* from (select distinct unnest($1::uuid[]) as agency_id) own"
        " cross join lateral ("
        + (rows + " and c.agency_id = own.agency_id" + cut)
        + ") one union all ("
        + (rows + " and c.agency_id <> all($1) and " + _CENTRES + cut)
        + ")) c"
        + (cut + ")" + _AT_DESK + " from page join complaint c using (complaint_id) " + _NAMED)
        + ("order by c.opened_at" + order + ", c.complaint_id" + order)
    )


_OPEN_PAGE: LiteralString = _paged("c.state = 'open'", ">", "")
_DONE_PAGE: LiteralString = _paged("c.state <> 'open'", "<", " desc")


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


class DeskRow(ComplaintRow, frozen=True, kw_only=True):
    """The same with the names of procedure and agency."""

    procedure_name: str
    procedure_name_en: str
    agency_name_vi: str
    agency_name_en: str


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The dossier that a complaint is about, locked; `agency_id` handles it."""

    dossier_id: UUID
    code: str
    agency_id: UUID


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads at a desk, and when: the values of `ANSWERABLE`."""

    leads: list[UUID]
    officer_at: list[UUID]
    staff_id: UUID
    now: datetime


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


async def of_dossier(conn: db.Conn, citizen_id: UUID, dossier_id: UUID) -> list[ComplaintRow]:
    """What the owner has said about a dossier, newest first."""
    return await db.many(
        conn,
        ComplaintRow,
        _COLUMNS + " where c.dossier_id = $1 and c.citizen_id = $2 order by c.opened_at desc",
        dossier_id,
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


async def at_desk(conn: db.Conn, who: Reader, complaint_id: UUID) -> DeskRow:
    """One complaint that the person may answer. Raises `NotFound`."""
    return await db.one(
        conn,
        DeskRow,
        _AT_DESK + ANSWERABLE + " and c.complaint_id = $5",
        who.leads,
        who.officer_at,
        who.staff_id,
        who.now,
        complaint_id,
    )


async def lock_at_desk(conn: db.Conn, who: Reader, complaint_id: UUID) -> DeskRow:
    """The same, locked."""
    return await db.one(
        conn,
        DeskRow,
        _AT_DESK + ANSWERABLE + " and c.complaint_id = $5 for update of c",
        who.leads,
        who.officer_at,
        who.staff_id,
        who.now,
        complaint_id,
    )


async def open_page(
    conn: db.Conn, who: Reader, after: tuple[datetime, UUID] | None, limit: int
) -> list[DeskRow]:
    """Open ones, the oldest first, from the keyset position on."""
    return await _page(conn, _OPEN_PAGE, who, after, limit)


async def done_page(
    conn: db.Conn, who: Reader, after: tuple[datetime, UUID] | None, limit: int
) -> list[DeskRow]:
    """Those that wait for no answer, the latest first, from the keyset position on."""
    return await _page(conn, _DONE_PAGE, who, after, limit)


async def _page(
    conn: db.Conn,
    sql: LiteralString,
    who: Reader,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[DeskRow]:
    at, complaint_id = after or (None, None)
    return await db.many(
        conn,
        DeskRow,
        sql,
        who.leads,
        who.officer_at,
        who.staff_id,
        who.now,
        at,
        complaint_id,
        limit,
    )
