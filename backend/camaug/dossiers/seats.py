"""Who sits at the desks of some agencies, and how much each has in hand."""

from datetime import datetime
from uuid import UUID

from camaug.kernel import db
from camaug_sdk.handing import Colleague, Workload

MOST_SEATS = 200

_SEATED = """
    select distinct on (s.full_name, s.staff_id) s.staff_id, s.full_name as name, a.agency_id
    from assignment a join staff s on s.staff_id = a.staff_id and s.disabled_at is null
    where a.agency_id = any($1) and a.role = any($2)
      and a.valid_from <= $3 and (a.valid_until is null or a.valid_until > $3)
"""
COLLEAGUES = _SEATED + " order by s.full_name, s.staff_id, a.agency_id limit 200"
_OWN = """
    (d.agency_id = any($1)
     or d.handling_agency_id <> d.agency_id and d.handling_agency_id = any($1))
"""
_COUNTED = """
    count(*) as open,
    count(*) filter (where status in (2, 4) and due_at < $3) as overdue,
    count(*) filter (where status in (2, 4) and due_at >= $3 and due_at <= $4) as due_today,
    count(*) filter (where status in (5, 6)) as waiting
"""
# Each person's rows are read by the person's own indexes, no further than to where it matters.
WORKLOAD = (
    "select * from (with seated as ("  # noqa: S608  (parts of this file)
    + COLLEAGUES
    + """
    ), people as (
        select staff_id, name, true as seated from seated
        union all
        select s.staff_id, s.full_name, false from staff s
        where s.staff_id in (
            select d.handler_id from dossier d
            where d.status in (1, 2, 4, 5, 6, 9) and d.handler_id is not null and """
    + _OWN
    + """
        ) and s.staff_id not in (select staff_id from seated)
    )
    select p.staff_id, p.name, p.seated, w.open, w.overdue, w.due_today, w.waiting, f.finished
    from people p cross join lateral (
        select """
    + _COUNTED
    + """ from (
            select d.status, d.due_at from dossier d
            where d.handler_id = p.staff_id and d.status in (1, 2, 4, 5, 6, 9) and """
    + _OWN
    + """ limit 1001
        ) held
    ) w cross join lateral (
        select count(*) as finished from (
            select from dossier d
            where d.handler_id = p.staff_id and d.finished_at >= $5 and """
    + _OWN
    + """ limit 1001
        ) ended
    ) f
    union all
    select null, null, true, """
    + _COUNTED
    + """, 0 from (
        select d.status, d.due_at from dossier d
        where d.handler_id is null and d.status in (1, 2, 4, 5, 6, 9) and """
    + _OWN
    + """ limit 1001
    ) held) everybody
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
