"""Inbox, positions of live streams, dead letters. Deliveries are in `push_queries`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from camaug.kernel import db
from camaug.notices.schemas import (
    DeadLetter,
    Fact,
    Identified,
    InboxState,
    NewNotice,
    Notice,
    Opened,
    Position,
    Topics,
)

NOTHING = InboxState(last_seq=0, unread=0)


async def fact(conn: db.Conn, event_id: UUID) -> Fact:
    """A recorded event. Raises `NotFound`."""
    return await db.one(
        conn, Fact, "select event_id, name, at, data from event where event_id = $1", event_id
    )


async def lock_inbox(conn: db.Conn, citizen_id: UUID) -> InboxState:
    """The citizen's inbox, made when it is the first notice, held until the transaction ends.

    Whoever changes an inbox holds it, so that numbers become visible in their order.
    """
    return await db.one(
        conn,
        InboxState,
        "insert into inbox (citizen_id) values ($1)"
        " on conflict (citizen_id) do update set last_seq = inbox.last_seq"
        " returning last_seq, unread",
        citizen_id,
    )


async def set_inbox(conn: db.Conn, citizen_id: UUID, state: InboxState) -> None:
    """The caller holds the inbox."""
    await db.run(
        conn,
        "update inbox set last_seq = $2, unread = $3 where citizen_id = $1",
        citizen_id,
        state.last_seq,
        state.unread,
    )


async def inbox(conn: db.Conn, citizen_id: UUID) -> InboxState:
    """The citizen's inbox; an empty one when there never was a notice."""
    found = await db.maybe(
        conn,
        InboxState,
        "select last_seq, unread from inbox where citizen_id = $1",
        citizen_id,
    )
    return found or NOTHING


async def insert(conn: db.Conn, notice: NewNotice, seq: int) -> bool:
    """Write a notice; False when its event has already given one to this citizen."""
    written = await db.run(
        conn,
        "insert into notice (notice_id, citizen_id, seq, event_id, template, args, topics, href,"
        " created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " on conflict (citizen_id, event_id, created_at) do nothing",
        notice.notice_id,
        notice.citizen_id,
        seq,
        notice.event_id,
        notice.template,
        notice.args,
        notice.topics,
        notice.href,
        notice.created_at,
    )
    return written == 1


async def page(conn: db.Conn, citizen_id: UUID, before: int | None, limit: int) -> list[Notice]:
    """The citizen's notices below number `before`, newest first."""
    return await db.many(
        conn,
        Notice,
        "select notice_id, seq, template, args, href, created_at, read_at from notice"
        " where citizen_id = $1 and seq < coalesce($2, 9223372036854775807)"
        " order by seq desc limit $3",
        citizen_id,
        before,
        limit,
    )


async def mark_read(
    conn: db.Conn, citizen_id: UUID, notice_id: UUID, now: datetime
) -> Opened | None:
    """Mark one own notice as read; None when there is none of that id."""
    return await db.maybe(
        conn,
        Opened,
        """
        with before as (
            select notice_id, created_at, read_at from notice
            where citizen_id = $1 and notice_id = $2 for update
        )
        update notice set read_at = coalesce(notice.read_at, $3) from before
        where notice.citizen_id = $1 and notice.created_at = before.created_at
          and notice.notice_id = before.notice_id
        returning notice.href, before.read_at is null as was_unread
        """,
        citizen_id,
        notice_id,
        now,
    )


async def mark_read_up_to(conn: db.Conn, citizen_id: UUID, seq: int, now: datetime) -> int:
    """Mark the citizen's notices up to number `seq` as read; how many were unread."""
    return await db.run(
        conn,
        "update notice set read_at = $3 where citizen_id = $1 and seq <= $2 and read_at is null",
        citizen_id,
        seq,
        now,
    )


async def topics_after(conn: db.Conn, citizen_id: UUID, seq: int) -> Topics:
    """Topics of all notices above number `seq`."""
    return await db.one(
        conn,
        Topics,
        "select coalesce(array_agg(distinct topic), '{}') as topics"
        " from notice, unnest(topics) topic where citizen_id = $1 and seq > $2",
        citizen_id,
        seq,
    )


async def citizen_positions(conn: db.Conn, citizen_ids: Sequence[UUID]) -> list[Position]:
    """Number of the last change of each inbox that has one."""
    return await db.many(
        conn,
        Position,
        "select citizen_id as owner_id, last_seq from inbox where citizen_id = any($1)",
        citizen_ids,
    )


async def desk_positions(conn: db.Conn, agency_ids: Sequence[UUID]) -> list[Position]:
    """How often the dossiers of each agency have changed."""
    return await db.many(
        conn,
        Position,
        "select agency_id as owner_id, last_seq from desk where agency_id = any($1)",
        agency_ids,
    )


async def count_desk_change(conn: db.Conn, event: Fact, agency_id: UUID) -> None:
    """Count an event at a desk, once."""
    await db.run(
        conn,
        """
        with new as (
            insert into desk_change (event_id, agency_id, at) values ($1, $2, $3)
            on conflict do nothing returning agency_id
        )
        insert into desk (agency_id, last_seq) select agency_id, 1 from new
        on conflict (agency_id) do update set last_seq = desk.last_seq + 1
        """,
        event.event_id,
        agency_id,
        event.at,
    )


async def devices(conn: db.Conn, citizen_id: UUID) -> list[Identified]:
    """The citizen's devices that want pushes."""
    return await db.many(
        conn,
        Identified,
        "select device_id as id from push_device where citizen_id = $1 and removed_at is null",
        citizen_id,
    )


async def dead_letters(conn: db.Conn, limit: int) -> list[DeadLetter]:
    """Jobs that failed for good, the latest first, with the kind of their last error."""
    return await db.many(
        conn,
        DeadLetter,
        """
        select job.id as job_id, job.entrypoint, job.payload, job.attempts,
               job.updated as failed_at, last.traceback ->> 'exception_type' as reason
        from pgqueuer job
        left join lateral (
            select traceback from pgqueuer_log
            where job_id = job.id and traceback is not null order by created desc limit 1
        ) last on true
        where job.status = 'failed' order by job.updated desc limit $1
        """,
        limit,
    )


async def replay(conn: db.Conn, job_ids: Sequence[int]) -> int:
    """Queue dead letters again with all their tries; how many there were.

    Of several with one key only the latest is queued, and none while its like waits already.
    """
    return await db.run(
        conn,
        """
        update pgqueuer job set status = 'queued', execute_after = now(), updated = now(),
               attempts = 0, queue_manager_id = null
        where id = any($1) and status = 'failed' and not exists (
            select from pgqueuer other
            where other.dedupe_key = job.dedupe_key
              and (other.status in ('queued', 'picked')
                   or (other.status = 'failed' and other.id > job.id))
        )
        """,
        job_ids,
    )
