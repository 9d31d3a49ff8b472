"""The officer's queue: its statements. Each holds the officer's agencies in its WHERE.

What an agency only handles for another one is the rare half, and each half has its index
(`alembic/sql/0011_desk.sql`, `0028_growth.sql`, `0030_flat.sql`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from camaug.dossiers.queries import COLUMNS, TABLES
from camaug.dossiers.schemas import Held, Line
from camaug.kernel import db
from camaug_sdk.records import ProcedureCount, QueueCounts

OPEN = (1, 2, 4, 5, 6, 9)
CLOSED = (3, 7, 8, 10)
ENDED = frozenset({3, 7, 8, 9, 10})
VIEWS: dict[str, tuple[int, ...]] = {
    "to_do": (1, 2, 4, 9),
    "new": (1,),
    "in_process": (2, 4),
    "waiting": (5, 6),
    "mine": OPEN,
    "open": OPEN,
    "done": CLOSED,
    "all": tuple(range(1, 11)),
    "escalated": (2, 4),
    "approval": OPEN,
    "ended": (3, 8, 9),
}
"""Stages that each view of an officer's queue shows (docs/adr/0031-stage.md)."""
BY_AGE = frozenset({"done", "all", "ended"})
"""Views that show the latest first instead of what is due first."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows must be; None asks nothing. `words` are keyed hashes, `ending` of the code."""

    statuses: Sequence[int]
    procedure_code: str | None = None
    handler_id: UUID | None = None
    words: list[bytes] | None = None
    ending: str | None = None
    unheld: bool = False
    ended_since: datetime | None = None


_ONE_RECEIVED: LiteralString = "d.agency_id = own.agency_id"
_ONE_HANDLED: LiteralString = (
    "d.handling_agency_id = own.agency_id and d.handling_agency_id <> d.agency_id"
    " and d.agency_id <> all($1)"
)
# What runs by its due time, then everything else by age, which is the order of the ids.
_DUE: LiteralString = """
    case when d.stage in (2, 4) then coalesce(d.due_at, timestamptz '9999-01-01Z')
         else timestamptz '9999-01-01Z' end """
_NEW: LiteralString = " coalesce(d.finished_at, d.submitted_at) "
_KINDS: LiteralString = " and d.stage = any($2::smallint[]) "
# What is open has an index in its order. Which of it, is asked so that the planner takes it for
# half of the rows: it would multiply two chances of one column, expect few rows, and sort all.
_OPEN_KINDS: LiteralString = (
    " and d.stage in (1, 2, 4, 5, 6, 9) and coalesce(d.stage = any($2::smallint[]), false) "
)
# What is new has an index of its own, and so has what an officer has finished.
_NEW_KIND: LiteralString = " and d.stage = 1 and 1 = any($2::smallint[]) "
_ENDED: LiteralString = (
    " and d.status in (3, 7, 8, 9, 10) and coalesce(d.status = any($2::smallint[]), false) "
)
# What nobody holds has an index by the agency that received it, which is none for the other half.
_UNHELD: LiteralString = " and $10 and d.handler_id is null"
_UNHELD_ELSEWHERE: LiteralString = " and $10 and coalesce(d.handler_id is null, false)"
# Among what is open a name is looked for row by row: the index of words knows all that ever was.
_OPEN_WORDS: LiteralString = " and coalesce(d.applicant_words @> $5, false)"
_EACH: LiteralString = (
    "select one.* from (select distinct unnest($1::uuid[]) as agency_id) own cross join lateral ("
)
# What is asked of the rows, and what stands in its place when it is not asked: a plan is made for
# each set of questions alone.
_ASKED: dict[str, tuple[LiteralString, LiteralString]] = {
    "procedure_code": (" and d.procedure_code = $3", " and $3::text is null"),
    "handler_id": (" and d.handler_id = $4", " and $4::uuid is null"),
    "words": (" and d.applicant_words @> $5", " and $5::bytea[] is null"),
    # Turned round, the end of a code is a beginning, which an index knows.
    "ending": (
        " and reverse(d.code) ^@ reverse($6)",
        " and $6::text is null",
    ),
    "unheld": ("", " and not $10::boolean"),
    "ended_since": (
        " and d.finished_at >= $11 and coalesce(d.finished_at, d.submitted_at) >= $11",
        " and $11::timestamptz is null",
    ),
}


def _kinds(wanted: Wanted, *, by_age: bool) -> LiteralString:
    """The question of the status, in the words of an index."""
    if by_age:
        ended = wanted.handler_id is not None and ENDED.issuperset(wanted.statuses)
        return _ENDED if ended else _KINDS
    return _NEW_KIND if tuple(wanted.statuses) == VIEWS["new"] else _OPEN_KINDS


def statement(wanted: Wanted, *, by_age: bool, following: bool) -> LiteralString:
    """The page of rows that are asked for; `following` behind a position.

    Each agency's first rows are read in the order of an index, what it only handles for others
    apart, and the page is cut before procedures, agencies and handlers are joined to it.
    """
    rank: LiteralString = _NEW if by_age else _DUE
    order: LiteralString = " desc" if by_age else ""
    beyond: LiteralString = "<" if by_age else ">"
    asked: LiteralString = _kinds(wanted, by_age=by_age)
    for name, (some, none) in _ASKED.items():
        if getattr(wanted, name) in (None, False):
            asked += none
        else:
            asked += _OPEN_WORDS if name == "words" and not by_age else some
    if following:
        asked += " and (" + rank + ", d.dossier_id) " + beyond + " ($7, $8::uuid)"
    else:
        asked += " and $7::timestamptz is null and $8::uuid is null"
    found: LiteralString = "select d.dossier_id, " + rank + " as rank from dossier d where "  # noqa: S608
    end: LiteralString = asked + " order by " + (rank + order + ", d.dossier_id" + order)
    end += " limit $9"
    received, handled = _ONE_RECEIVED, _ONE_HANDLED
    if wanted.unheld:
        received, handled = received + _UNHELD, handled + _UNHELD_ELSEWHERE
    sides: LiteralString = _EACH + (found + received + end) + ") one union all "
    sides += _EACH + (found + handled + end) + ") one"
    cut = " order by rank" + order + ", dossier_id" + order
    return (
        "with page as materialized (select * from ("  # noqa: S608  (parts of this file)
        + (sides + ") sides")
        + cut
        + " limit $9) "
        + COLUMNS
        + TABLES
        + " join page on page.dossier_id = d.dossier_id order by page.rank"
        + (order + ", d.dossier_id" + order)
    )


# What is received, and what is only handled for others: two reads, each of an index.
RECEIVED: LiteralString = " from dossier d where d.agency_id = any($1) and "
HANDLED: LiteralString = """ from dossier d where d.handling_agency_id <> d.agency_id
    and d.handling_agency_id = any($1) and d.agency_id <> all($1) and """
OPEN_ROWS: LiteralString = "d.stage in (1, 2, 4, 5, 6, 9)"


def _count(of: LiteralString, name: LiteralString) -> LiteralString:
    """A count that reads no further than to where it no longer matters."""
    some = "(select d.stage" + RECEIVED + of + " limit 1001)"
    more = "(select d.stage" + HANDLED + of + " limit 1001)"
    return (
        "(select count(*) from (select from ("  # noqa: S608  (parts of this file)
        + (some + " union all " + more)
        + ") sides limit 1001) counted) as "
        + name
    )


COUNTS: LiteralString = (
    "select "
    + (_count("d.stage in (1, 2, 4, 9)", "to_do") + ", ")
    + (_count("d.stage = 1", "new") + ", ")
    + (_count("d.stage in (2, 4)", "in_process") + ", ")
    + (_count("d.stage in (5, 6)", "waiting") + ", ")
    + (_count(OPEN_ROWS + " and d.handler_id = $2", "mine") + ", ")
    + (_count("d.stage in (2, 4) and d.due_at < $3", "overdue") + ", ")
    + _count("d.stage in (2, 4) and d.due_at >= $3 and d.due_at <= $4", "due_today")
)
PROCEDURES: LiteralString = (
    "select held.procedure_code as code, p.name, p.name_en,"  # noqa: S608  (parts of this file)
    " least(held.count, 1001) as count from (select procedure_code, count(*) as count from ("
    + ("select d.procedure_code" + RECEIVED + OPEN_ROWS)
    + " union all "
    + ("select d.procedure_code" + HANDLED + OPEN_ROWS)
    + """) sides group by procedure_code
        order by count(*) desc, procedure_code limit $2
    ) held cross join lateral (
        select body ->> 'short_name' as name, body ->> 'name_en' as name_en
        from procedure where code = held.procedure_code order by valid_from desc limit 1
    ) p
    order by held.count desc, held.procedure_code
"""
)


async def page(
    conn: db.Conn,
    agency_ids: list[UUID],
    wanted: Wanted,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    by_age: bool,
) -> list[Line]:
    """Rows behind the keyset position: what is due first, or with `by_age` the latest first."""
    at, dossier_id = after or (None, None)
    arguments = (
        agency_ids,
        list(wanted.statuses),
        wanted.procedure_code,
        wanted.handler_id,
        wanted.words,
        wanted.ending,
        at,
        dossier_id,
        limit,
        wanted.unheld,
        wanted.ended_since,
    )
    sql = statement(wanted, by_age=by_age, following=after is not None)
    return await db.many(conn, Line, sql, *arguments)


async def counts(
    conn: db.Conn, agency_ids: list[UUID], staff_id: UUID, now: datetime, tonight: datetime
) -> QueueCounts:
    """Counts of the views of open dossiers; overdue and due today among what runs."""
    return await db.one(conn, QueueCounts, COUNTS, agency_ids, staff_id, now, tonight)


async def procedures(conn: db.Conn, agency_ids: list[UUID], limit: int) -> list[ProcedureCount]:
    """The procedures of the open dossiers, the most frequent first."""
    return await db.many(conn, ProcedureCount, PROCEDURES, agency_ids, limit)


async def due_before(conn: db.Conn, horizon: datetime, limit: int) -> list[Held]:
    """What runs, is due before then, and was not warned of; from now on it is.

    Two workers at a time never take the same dossier, and neither waits for an officer's act.
    """
    return await db.many(
        conn,
        Held,
        """
        update dossier set warned_due_at = due_at where dossier_id in (
            select dossier_id from dossier
            where stage in (2, 4) and due_at <= $1 and warned_due_at is distinct from due_at
            order by due_at limit $2 for update skip locked
        )
        returning dossier_id, code, citizen_id, agency_id, procedure_code, procedure_valid_from,
                  status, version, accepted_at, due_at
        """,
        horizon,
        limit,
    )
