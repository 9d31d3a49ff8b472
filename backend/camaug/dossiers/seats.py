"""Who sits at the desks of some agencies, and how much each has in hand."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from camaug.dossiers.queue import HANDLED, OPEN_ROWS, RECEIVED
from camaug.kernel import db
from camaug_sdk.handing import Colleague, Workload

MOST_SEATS = 200

_SEATED: LiteralString = """
    select distinct on (s.full_name, s.staff_id) s.staff_id, s.full_name as name, a.agency_id
    from assignment a join staff s on s.staff_id = a.staff_id and s.disabled_at is null
    where a.agency_id = any($1) and a.role = any($2)
      and a.valid_from <= $3 and (a.valid_until is null or a.valid_until > $3)
"""
COLLEAGUES: LiteralString = _SEATED + " order by s.full_name, s.staff_id, a.agency_id limit 200"
_LATELY: LiteralString = """ and d.handler_id = p.staff_id and d.status in (3, 7, 8, 9, 10)
    and d.finished_at >= $5 and coalesce(d.finished_at, d.submitted_at) >= $5 limit 1001"""
_COUNTED: LiteralString = """
    count(*) as open,
    count(*) filter (where stage in (2, 4) and due_at < $3) as overdue,
    count(*) filter (where stage in (2, 4) and due_at >= $3 and due_at <= $4) as due_today,
    count(*) filter (where stage in (5, 6)) as waiting
"""
_ROWS: LiteralString = "select d.handler_id, d.stage, d.due_at"
# What is open at the desks is read once, out of an index alone, and counted by its handler; the
# figures stop where they no longer matter. What was finished is read by each person's own index.
WORKLOAD: LiteralString = (
    "select * from (with seated as ("  # noqa: S608  (parts of this file)
    + COLLEAGUES
    + "), rows as materialized ("
    + (_ROWS + RECEIVED + OPEN_ROWS + " union all " + _ROWS + HANDLED + OPEN_ROWS)
    + "), held as (select handler_id, "
    + _COUNTED
    + """ from rows group by handler_id
    ), people as (
        select staff_id, name, true as seated from seated
        union all
        select s.staff_id, s.full_name, false from staff s
        where s.staff_id in (select handler_id from held)
          and s.staff_id not in (select staff_id from seated)
    )
    select p.staff_id, p.name, p.seated, least(coalesce(w.open, 0), 1001) as open,
           least(coalesce(w.overdue, 0), 1001) as overdue,
           least(coalesce(w.due_today, 0), 1001) as due_today,
           least(coalesce(w.waiting, 0), 1001) as waiting, f.finished
    from people p left join held w on w.handler_id = p.staff_id cross join lateral (
        select count(*) as finished from (
"""
    + ("(select" + RECEIVED + "true" + _LATELY + ") union all (select" + HANDLED + "true")
    + _LATELY
    + """) limit 1001
        ) ended
    ) f
    union all
    select null, null, true, least(coalesce(sum(open), 0), 1001)::bigint,
           least(coalesce(sum(overdue), 0), 1001)::bigint,
           least(coalesce(sum(due_today), 0), 1001)::bigint,
           least(coalesce(sum(waiting), 0), 1001)::bigint, 0
    from held where handler_id is null
    ) everybody
    order by staff_id is null, overdue desc, open desc, name, staff_id
    """
)


async def colleagues(
    conn: db.Conn, agency_ids: list[UUID], roles: list[str], now: datetime
) -> list[Colleague]:
    """Everybody assigned to the desks of the agencies now, by name."""
    return await db.many(conn, Colleague, COLLEAGUES, agency_ids, roles, now)


async def workload(
    conn: db.Conn,
    agency_ids: list[UUID],
    roles: list[str],
    times: tuple[datetime, datetime, datetime],
) -> list[Workload]:
    """Each officer's rows in numbers, and nobody's; `times` are now, tonight and Monday."""
    return await db.many(conn, Workload, WORKLOAD, agency_ids, roles, *times)


async def name(conn: db.Conn, staff_id: UUID) -> str:
    """What an officer is called."""
    return str(await conn.fetchval("select full_name from staff where staff_id = $1", staff_id))
