"""The sending of an announcement: its beginning, its chunks, what is not settled.

The system sends, not a person, so these statements know no agencies.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug.notices.announcement_queries import ROW
from camaug.notices.announcement_schemas import Announcement
from camaug.notices.schemas import PushTarget

SENDER_ROLE = "operator"


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """The people that a chunk took, by id, and their devices."""

    citizens: list[UUID]
    devices: list[UUID]


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """The last person whom the sending has taken."""

    last_citizen: UUID | None


async def lock(conn: db.Conn, announcement_id: UUID) -> Announcement:
    """The announcement, held until the transaction ends. Raises `NotFound`."""
    return await db.one(
        conn,
        Announcement,
        ROW + " where announcement_id = $1 for update of announcement",
        announcement_id,
    )


async def cursor(conn: db.Conn, announcement_id: UUID) -> UUID | None:
    """The last person whom the sending has taken; None before the first."""
    found = await db.one(
        conn,
        Cursor,
        "select last_citizen from announcement where announcement_id = $1",
        announcement_id,
    )
    return found.last_citizen


async def still_operators(conn: db.Conn, announcement_id: UUID, now: datetime) -> bool:
    """Whether author and approver both hold the role at the announcement's agency today."""
    count = await conn.fetchval(
        """
        select count(distinct staff_id)
        from announcement
        join staff on staff_id in (author_id, approved_by) and disabled_at is null
        join assignment using (staff_id, agency_id)
        where announcement_id = $1 and role = $3 and valid_from <= $2
          and (valid_until is null or valid_until > $2)
        """,
        announcement_id,
        now,
        SENDER_ROLE,
    )
    return count == 2  # noqa: PLR2004  (two people, whoever they are)


async def void(conn: db.Conn, announcement_id: UUID) -> None:
    """Take the approval away. The caller holds the row."""
    await db.run(
        conn,
        "update announcement set state = 'waiting', approved_by = null, approved_hash = null,"
        " approved_at = null, send_after = null where announcement_id = $1",
        announcement_id,
    )


async def begin(conn: db.Conn, announcement_id: UUID, now: datetime) -> None:
    """Begin to send, to whoever lives there now. The caller holds the row."""
    await db.run(
        conn,
        "update announcement set state = 'sending', started_at = $2,"
        " number = nextval('announcement_number'), audience = ("
        "   select count(*) from citizen"
        "   where commune_code = any(communes) and citizen.created_at <= $2)"
        " where announcement_id = $1",
        announcement_id,
        now,
    )


async def take(conn: db.Conn, announcement_id: UUID, size: int) -> Chunk:
    """Take the next people: it stands in their inboxes, and each device has its row.

    The caller holds the announcement. No people are left when `citizens` is empty.
    """
    return await db.one(
        conn,
        Chunk,
        """
        with people as materialized (
            select citizen_id
            from announcement, citizen
            where announcement_id = $1 and commune_code = any(communes)
              and citizen.created_at <= started_at
              and (last_citizen is null or citizen_id > last_citizen)
            order by citizen_id limit $2
        ), told as (
            insert into inbox (citizen_id, last_seq)
            select citizen_id, 1 from people order by citizen_id
            on conflict (citizen_id) do update set last_seq = inbox.last_seq + 1
        ), handed as (
            insert into push_delivery (notice_id, device_id, state, updated_at)
            select $1, device_id, 'waiting', now()
            from people join push_device using (citizen_id)
            where removed_at is null
            on conflict do nothing
            returning device_id
        ), moved as (
            update announcement set reached = reached + (select count(*) from people),
                   last_citizen = (select citizen_id from people order by citizen_id desc limit 1)
            where announcement_id = $1 and exists (select from people)
        )
        select array(select citizen_id from people order by citizen_id) as citizens,
               array(select device_id from handed) as devices
        """,
        announcement_id,
        size,
    )


async def show_progress(conn: db.Conn, agency_id: UUID) -> None:
    """A change at the agency's desks, whose streams look at it."""
    await db.run(
        conn,
        "insert into desk (agency_id, last_seq) values ($1, 1)"
        " on conflict (agency_id) do update set last_seq = desk.last_seq + 1",
        agency_id,
    )


async def target(conn: db.Conn, announcement_id: UUID, device_id: UUID) -> PushTarget | None:
    """What to push; a device that left, or whose person lives elsewhere now, is `removed`."""
    return await db.maybe(
        conn,
        PushTarget,
        """
        select announcement_id as notice_id, device_id, token, language,
               'announcement' as template, '/announcements/' || announcement_id as href,
               started_at as created_at,
               removed_at is not null
                   or not coalesce(commune_code = any(communes), false) as removed,
               case language when 'vi' then title_vi else title_en end as title,
               case language when 'vi' then text_vi else text_en end as body
        from announcement, push_device join citizen using (citizen_id)
        where announcement_id = $1 and device_id = $2
        """,
        announcement_id,
        device_id,
    )


async def queue_unsettled(
    conn: db.Conn, announcement_id: UUID, entrypoint: str, after: timedelta
) -> int:
    """Give each push that is not settled a job of its own, unless it has one; how many."""
    return await db.run(
        conn,
        """
        with job as (
            insert into pgqueuer
                (priority, entrypoint, payload, dedupe_key, status, execute_after)
            select 0, $2::text, convert_to(jsonb_build_object('notice_id', notice_id, 'device_id',
                   device_id, 'broadcast', true)::text, 'UTF8'),
                   $2 || '|' || notice_id || '|' || device_id, 'queued', now() + $3::interval
            from push_delivery
            where notice_id = $1 and state in ('sending', 'unknown', 'waiting')
            on conflict do nothing
            returning id, entrypoint, priority
        )
        insert into pgqueuer_log (job_id, status, entrypoint, priority)
        select id, 'queued', entrypoint, priority from job
        """,
        announcement_id,
        entrypoint,
        after,
    )
