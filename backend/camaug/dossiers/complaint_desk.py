"""What a desk reads of complaints, and who may answer one.

`ANSWERABLE` is the one filter: complaints about agencies that the person leads, and at the
provincial centre those about agencies without a leader who may answer; never about a dossier on
which the person has worked.
"""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from camaug.dossiers.complaint_queries import ComplaintRow
from camaug.kernel import db

# Somebody leads the agency who has not worked on the dossier.
_LEADER_LEFT: LiteralString = """
    select from assignment l join staff s using (staff_id)
    where l.agency_id = c.agency_id and l.role = 'leader' and s.disabled_at is null
      and l.valid_from <= $4 and (l.valid_until is null or l.valid_until > $4)
      and not exists (
          select from dossier_event e where e.dossier_id = c.dossier_id
          and e.actor_kind = 'staff' and e.actor_id = l.staff_id
      )
"""
# $1 the agencies that the person leads, $2 those of the person as officer, $3 the person, $4 now.
_CENTRES: LiteralString = (
    """
    exists (
        select from agency centre where centre.agency_id = any($2)
        and centre.kind = 'one_stop_centre' and centre.commune_code is null
    ) and not exists ("""
    + _LEADER_LEFT
    + ")"
)
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
# By the same rule: its leaders, or the officers of the provincial centre.
_ANSWERING: LiteralString = (
    "select found.led, case when found.led then found.agency_id else (select agency_id from agency"  # noqa: S608
    " where kind = 'one_stop_centre' and commune_code is null) end as agency_id"
    " from (select c.agency_id, exists ("
    + _LEADER_LEFT.replace("$4", "$2")
    + ") as led from complaint c where c.complaint_id = $1) found"
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


class DeskRow(ComplaintRow, frozen=True, kw_only=True):
    """The same with the names of procedure and agency."""

    procedure_name: str
    procedure_name_en: str
    agency_name_vi: str
    agency_name_en: str


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """Who may answer: the leaders of the agency, or without `led` its officers."""

    agency_id: UUID
    led: bool


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads at a desk, and when: the values of `ANSWERABLE`."""

    leads: list[UUID]
    officer_at: list[UUID]
    staff_id: UUID
    now: datetime


async def answering(conn: db.Conn, complaint_id: UUID, now: datetime) -> Answering:
    """Who may answer a complaint now."""
    return await db.one(conn, Answering, _ANSWERING, complaint_id, now)


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
