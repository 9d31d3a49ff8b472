"""Writing notices, reading them, and giving dead letters another chance."""

from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.kernel import db, outbox
from camaug.kernel.web import Engines
from camaug.notices import announcement_inbox, live_topics, queries
from camaug.notices.schemas import InboxState, NewNotice, Opened
from camaug_sdk.records import Person

PUSH = "push"
"""Entrypoint of the jobs that push one notice to one device."""


class PushJob(msgspec.Struct, frozen=True, kw_only=True):
    """One notice for one device; `broadcast` when the notice is an announcement."""

    notice_id: UUID
    device_id: UUID
    broadcast: bool = False


async def notify(conn: db.Conn, notice: NewNotice, *, push: bool) -> bool:
    """Write a notice and queue its pushes; False, and nothing done, if the event was told before.

    The caller wakes `live_topics.citizen_channel` after the commit.
    """
    state = await queries.lock_inbox(conn, notice.citizen_id)
    seq = state.last_seq + 1
    if not await queries.insert(conn, notice, seq):
        return False
    changed = InboxState(last_seq=seq, unread=state.unread + 1)
    await queries.set_inbox(conn, notice.citizen_id, changed)
    if push:
        for device in await queries.devices(conn, notice.citizen_id):
            job = PushJob(notice_id=notice.notice_id, device_id=device.id)
            await outbox.enqueue(conn, PUSH, job, key=f"{PUSH}|{notice.notice_id}|{device.id}")
    return True


async def unread(conn: db.Conn, citizen_id: UUID) -> int:
    """How many notices and announcements the citizen has not read."""
    told = await announcement_inbox.unread(conn, citizen_id)
    return (await queries.inbox(conn, citizen_id)).unread + told.count


async def open_notice(engines: Engines, me: Person, notice: UUID) -> Opened:
    """Mark one own notice or announcement as read; where it leads. Raises `NotFound`."""
    async with db.transaction(engines.pool) as conn:
        state, now = await queries.lock_inbox(conn, me.citizen_id), engines.clock.now()
        opened, own = await queries.mark_read(conn, me.citizen_id, notice, now), 1
        if opened is None:
            was_unread = await announcement_inbox.mark_read(conn, me.citizen_id, notice, now)
            opened, own = Opened(href=f"/announcements/{notice}", was_unread=was_unread), 0
        if opened.was_unread:
            await _fewer_unread(conn, me.citizen_id, state, own)
    if opened.was_unread:
        await engines.cache.wake(live_topics.citizen_channel(me.citizen_id))
    return opened


async def read_up_to(engines: Engines, me: Person, seq: int, number: int = 0) -> int:
    """Mark notices up to `seq` and announcements up to `number` as read; how many there were."""
    async with db.transaction(engines.pool) as conn:
        state, now = await queries.lock_inbox(conn, me.citizen_id), engines.clock.now()
        own = await queries.mark_read_up_to(conn, me.citizen_id, seq, now)
        count = own + await announcement_inbox.mark_read_up_to(conn, me.citizen_id, number, now)
        if count:
            await _fewer_unread(conn, me.citizen_id, state, own)
    if count:
        await engines.cache.wake(live_topics.citizen_channel(me.citizen_id))
    return count


async def _fewer_unread(conn: db.Conn, citizen_id: UUID, state: InboxState, count: int) -> None:
    """Other shells of the citizen must learn it: reading, too, is a change of the inbox.

    `count` are own notices; whether an announcement is read stands in its mark alone.
    """
    changed = InboxState(last_seq=state.last_seq + 1, unread=state.unread - count)
    await queries.set_inbox(conn, citizen_id, changed)


async def replay(engines: Engines, actor: Actor, job_ids: list[int]) -> int:
    """Queue dead letters again; how many."""
    async with db.transaction(engines.pool) as conn:
        count = await queries.replay(conn, job_ids)
        now = engines.clock.now()
        for job_id in job_ids:
            await record(conn, actor, "job.replayed", ("job", job_id), at=now)
    return count
