"""The officer's queue: its statements. Each holds the officer's agencies in its WHERE.

What an agency only handles for another one is the rare half of an `or`, written so that each half
has an index (`alembic/sql/0011_desk.sql`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from camaug.dossiers.queries import LINE
from camaug.dossiers.schemas import Held, Line
from camaug.kernel import db
from camaug_sdk.records import ProcedureCount, QueueCounts

OPEN = (1, 2, 4, 5, 6, 9)
CLOSED = (3, 7, 8, 10)
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
    "ended": (3, 8, 9),
}
"""Statuses that each view of an officer's queue shows."""
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


# The page is cut before procedures, agencies and handlers are joined to it.
_PAGE = """
    where d.dossier_id in (
        select d.dossier_id from dossier d
        where (d.agency_id = any($1)
               or d.handling_agency_id <> d.agency_id and d.handling_agency_id = any($1))
          and d.status = any($2::smallint[])
          and ($3::text is null or d.procedure_code = $3)
          and ($4::uuid is null or d.handler_id = $4)
          and ($5::bytea[] is null or d.applicant_words @> $5)
          and ($6::text is null or right(d.code, length($6)) = $6)
          and (not $10::boolean or d.handler_id is null)
"""
# What runs by its due time, then everything else by age, which is the order of the ids.
_DUE = """
    case when d.status in (2, 4) then coalesce(d.due_at, timestamptz '9999-01-01Z')
         else timestamptz '9999-01-01Z' end, d.dossier_id
"""
_NEW = " coalesce(d.finished_at, d.submitted_at) desc, d.dossier_id desc "
BY_DUE = (
    LINE
    + _PAGE
    + " and d.status in (1, 2, 4, 5, 6, 9) and ($7::timestamptz is null or ("
    + _DUE
    + ") > ($7, $8::uuid)) order by "
    + _DUE
    + " limit $9) order by "
    + _DUE
)
NEWEST = (
    LINE
    + _PAGE
    + " and ($7::timestamptz is null"
    + " or (coalesce(d.finished_at, d.submitted_at), d.dossier_id) < ($7, $8::uuid))"
    + " order by "
    + _NEW
    + " limit $9) order by "
    + _NEW
)
# Each count reads no further than to where it no longer matters.
_SOME = """ (select count(*) from (
        select from dossier d
        where (d.agency_id = any($1)
               or d.handling_agency_id <> d.agency_id and d.handling_agency_id = any($1)) and """
_MOST = " limit 1001) counted) as "
COUNTS = (
    "select"
    + (_SOME + "d.status in (1, 2, 4, 9)" + _MOST + "to_do,")
    + (_SOME + "d.status = 1" + _MOST + "new,")
    + (_SOME + "d.status in (2, 4)" + _MOST + "in_process,")
    + (_SOME + "d.status in (5, 6)" + _MOST + "waiting,")
    + (_SOME + "d.status in (1, 2, 4, 5, 6, 9) and d.handler_id = $2" + _MOST + "mine,")
    + (_SOME + "d.status in (2, 4) and d.due_at < $3" + _MOST + "overdue,")
    + (_SOME + "d.status in (2, 4) and d.due_at >= $3 and d.due_at <= $4" + _MOST + "due_today")
)
PROCEDURES = """
    select held.procedure_code as code, p.body ->> 'short_name' as name,
           p.body ->> 'name_en' as name_en, least(held.count, 1001) as count
    from (
        select procedure_code, max(procedure_valid_from) as valid_from, count(*) as count
        from dossier
        where (agency_id = any($1)
               or handling_agency_id <> agency_id and handling_agency_id = any($1))
          and status in (1, 2, 4, 5, 6, 9)
        group by procedure_code
    ) held join procedure p on p.code = held.procedure_code and p.valid_from = held.valid_from
    order by held.count desc, held.procedure_code limit $2
"""


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
    arguments = _arguments(agency_ids, wanted, after, limit)
    if by_age:
        return await db.many(conn, Line, NEWEST, *arguments)
    return await db.many(conn, Line, BY_DUE, *arguments)


def _arguments(
    agency_ids: list[UUID], wanted: Wanted, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[object, ...]:
    at, dossier_id = after or (None, None)
    return (
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
    )


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
            where status in (2, 4) and due_at <= $1 and warned_due_at is distinct from due_at
            order by due_at limit $2 for update skip locked
        )
        returning dossier_id, code, citizen_id, agency_id, procedure_code, procedure_valid_from,
                  status, version, accepted_at, due_at
        """,
        horizon,
        limit,
    )


ENDED = NEWEST.replace(
    " and ($7::timestamptz is null", " and d.finished_at >= $11 and ($7::timestamptz is null"
)


async def ended(
    conn: db.Conn,
    led: list[UUID],
    wanted: Wanted,
    place: tuple[datetime, tuple[datetime, UUID] | None],
    limit: int,
) -> list[Line]:
    """What has ended at the agencies of a leader since the first of `place`, the latest first."""
    since, after = place
    return await db.many(conn, Line, ENDED, *_arguments(led, wanted, after, limit), since)
