"""The inbox of staff. Every read names the person and the agencies of the person's desk roles.

`Desks` are those agencies: where the person works at the desk, and which the person leads.

Ids are made in the order in which notices are written, so they are the order of the list too.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.dossiers.acts import DESK_ROLES, LEADER
from camaug.kernel import db
from camaug.notices.schemas import DeskNotice, DeskPlace, DeskState, NewDeskNotice
from camaug_sdk.records import StaffMember


class Desks(msgspec.Struct, frozen=True, kw_only=True):
    """Agencies where the person may be told of something."""

    worked: list[UUID]
    led: list[UUID]


def desks(officer: StaffMember) -> Desks:
    """The agencies of the officer's desk roles."""
    return Desks(worked=officer.at(*DESK_ROLES), led=officer.at(LEADER))


async def places(
    conn: db.Conn, dossier_id: UUID, roles: list[str], now: datetime
) -> list[DeskPlace]:
    """Who is told of a dossier: its handler while assigned there, else the desks that hold it."""
    return await db.many(
        conn,
        DeskPlace,
        """
        with held as (
            select agency_id, handling_agency_id, handler_id from dossier where dossier_id = $1
        ), handler as (
            select a.agency_id, a.staff_id from held
            join assignment a on a.staff_id = held.handler_id
             and a.agency_id in (held.agency_id, held.handling_agency_id) and a.role = any($2)
             and a.valid_from <= $3 and (a.valid_until is null or a.valid_until > $3)
            join staff s on s.staff_id = a.staff_id and s.disabled_at is null
            limit 1
        )
        select agency_id, staff_id from handler
        union
        select desk.agency_id, null from held
        cross join unnest(array[held.agency_id, held.handling_agency_id]) desk (agency_id)
        where desk.agency_id is not null and not exists (select from handler)
        """,
        dossier_id,
        roles,
        now,
    )


async def insert(conn: db.Conn, notice: NewDeskNotice) -> None:
    """Write a notice, unless its event has given one to this desk before."""
    await db.run(
        conn,
        "insert into desk_notice (notice_id, event_id, agency_id, staff_id, dossier_id, template,"
        " args, created_at, role) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " on conflict (event_id, agency_id) do nothing",
        notice.notice_id,
        notice.event_id,
        notice.agency_id,
        notice.staff_id,
        notice.dossier_id,
        notice.template,
        notice.args,
        notice.created_at,
        notice.role,
    )


async def page(
    conn: db.Conn, staff_id: UUID, own: Desks, before: UUID | None, limit: int
) -> list[DeskNotice]:
    """The person's notices older than `before`, newest first."""
    return await db.many(
        conn,
        DeskNotice,
        """
        select n.notice_id, n.dossier_id, n.template, n.args, n.created_at, r.read_at
        from desk_notice n
        left join desk_notice_read r on r.staff_id = $1 and r.notice_id = n.notice_id
        where (n.agency_id = any($2) and n.role is null and (n.staff_id is null or n.staff_id = $1)
               or n.agency_id = any($3) and n.role = 'leader')
          and ($4::uuid is null or n.notice_id < $4)
        order by n.notice_id desc limit $5
        """,
        staff_id,
        own.worked,
        own.led,
        before,
        limit,
    )


async def state(conn: db.Conn, staff_id: UUID, own: Desks) -> DeskState:
    """How many notices the person has not read, and the newest of them."""
    return await db.one(
        conn,
        DeskState,
        """
        select count(*) as unread,
               (array_agg(n.notice_id order by n.notice_id desc))[1] as newest
        from desk_notice n
        where (n.agency_id = any($2) and n.role is null and (n.staff_id is null or n.staff_id = $1)
               or n.agency_id = any($3) and n.role = 'leader')
          and not exists (select from desk_notice_read r
                          where r.staff_id = $1 and r.notice_id = n.notice_id)
        """,
        staff_id,
        own.worked,
        own.led,
    )


async def get(conn: db.Conn, staff_id: UUID, own: Desks, notice_id: UUID) -> DeskNotice:
    """One notice that is the person's to read. Raises `NotFound`."""
    return await db.one(
        conn,
        DeskNotice,
        """
        select n.notice_id, n.dossier_id, n.template, n.args, n.created_at, r.read_at
        from desk_notice n
        left join desk_notice_read r on r.staff_id = $1 and r.notice_id = n.notice_id
        where n.notice_id = $4
          and (n.agency_id = any($2) and n.role is null and (n.staff_id is null or n.staff_id = $1)
               or n.agency_id = any($3) and n.role = 'leader')
        """,
        staff_id,
        own.worked,
        own.led,
        notice_id,
    )


async def mark_read(conn: db.Conn, staff_id: UUID, own: Desks, up_to: UUID, now: datetime) -> int:
    """Mark what is unread up to and including one notice as read; how many there were."""
    return await db.run(
        conn,
        """
        insert into desk_notice_read (staff_id, notice_id, read_at)
        select $1, n.notice_id, $5 from desk_notice n
        where (n.agency_id = any($2) and n.role is null and (n.staff_id is null or n.staff_id = $1)
               or n.agency_id = any($3) and n.role = 'leader')
          and n.notice_id <= $4
        on conflict do nothing
        """,
        staff_id,
        own.worked,
        own.led,
        up_to,
        now,
    )


async def mark_one(conn: db.Conn, staff_id: UUID, notice_id: UUID, now: datetime) -> None:
    """Mark a notice, found by `get`, as read."""
    await db.run(
        conn,
        "insert into desk_notice_read (staff_id, notice_id, read_at) values ($1, $2, $3)"
        " on conflict do nothing",
        staff_id,
        notice_id,
        now,
    )
