"""Sends an approved announcement: chunk after chunk, each a job that may run again at any point.

A job holds the announcement, takes the next people (their inboxes, and a row for each device, in
one transaction), pushes to these devices, and queues the job of the next chunk. A job that runs
again after a crash finds the cursor moved on: it gives what its earlier run left unsettled jobs of
their own, and goes on from there. A stop is seen by the next chunk; what was taken stays taken.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug.notices import actions, announcement_content, jobs, live_topics
from camaug.notices import announcement_queries as queries
from camaug.notices import announcement_sending_queries as sending_queries
from camaug.notices.actions import PushJob
from camaug.notices.announcement_pacing import Pacing
from camaug.notices.announcement_queue import AnnounceJob, Subject, enqueue, note
from camaug.notices.announcement_schemas import Announcement
from camaug.notices.announcement_states import TRANSITIONS
from camaug.notices.jobs import Later
from camaug.notices.push import Sender

CHUNK = 200
"""People of one chunk: what a stop cannot take back any more."""
AT_ONCE = 50
"""Pushes under way; half of the sender's connections stay for everything else."""
log = structlog.get_logger()


async def send(
    engines: Engines, sender: Sender | None, pacing: Pacing, job: AnnounceJob, size: int = CHUNK
) -> None:
    """One chunk of at most `size` people. Raises `Later` while it may not be sent yet."""
    async with db.transaction(engines.pool) as conn:
        found = await sending_queries.lock(conn, job.announcement_id)
        if found.version != job.version or not await _ready(engines, conn, pacing, found):
            return
        chunk = sending_queries.Chunk(citizens=[], devices=[])
        if await sending_queries.cursor(conn, job.announcement_id) == job.after:
            chunk = await sending_queries.take(conn, job.announcement_id, size)
            await _account(engines, conn, found, len(chunk.citizens))
    await _wake(engines, found, chunk.citizens)
    pause = await _push(engines, sender, job.announcement_id, chunk.devices)
    async with db.transaction(engines.pool) as conn:
        await sending_queries.queue_unsettled(conn, job.announcement_id, actions.PUSH, pause)
        now = await sending_queries.lock(conn, job.announcement_id)
        if now.state == "sending":
            after = await sending_queries.cursor(conn, job.announcement_id)
            await enqueue(conn, msgspec.structs.replace(job, after=after), pause)


async def _ready(engines: Engines, conn: db.Conn, pacing: Pacing, found: Announcement) -> bool:
    """Whether a chunk may be taken now; an approved announcement begins. Raises `Later`."""
    if found.state not in ("approved", "sending"):
        return False
    now = engines.clock.now()
    opens = pacing.opens(max(now, found.send_after or now))
    if opens > now:
        raise Later((opens - now).total_seconds(), "hold time or quiet hours")
    if found.state == "sending":
        return True
    if not await _still_approved(conn, found, now):
        await sending_queries.void(conn, found.announcement_id)
        await note(conn, SYSTEM, "void", _subject(found), now)
        log.warning("announcement_approval_voided", announcement_id=str(found.announcement_id))
        return False
    await sending_queries.begin(conn, found.announcement_id, now)
    await note(conn, SYSTEM, "begin", _subject(found), now)
    return True


def _subject(found: Announcement) -> Subject:
    return Subject(
        announcement_id=found.announcement_id, agency_id=found.agency_id, version=found.version
    )


async def _still_approved(conn: db.Conn, found: Announcement, now: datetime) -> bool:
    """Whether exactly this content was approved, and both people are still operators."""
    content_hash = announcement_content.digest(found.announcement_id, found.version, found)
    if content_hash != found.approved_hash:
        return False
    return await sending_queries.still_operators(conn, found.announcement_id, now)


async def _account(engines: Engines, conn: db.Conn, found: Announcement, taken: int) -> None:
    """End when nobody was left; show the operators each hundredth of the way."""
    if taken == 0:
        now = engines.clock.now()
        await queries.end(conn, found.announcement_id, TRANSITIONS["finish"].to, now)
        await note(conn, SYSTEM, "finish", _subject(found), now)
        return
    per_hundredth = max((found.audience or 0) // 100, 1)
    if (found.reached + taken) // per_hundredth > found.reached // per_hundredth:
        await sending_queries.show_progress(conn, found.agency_id)


async def _wake(engines: Engines, found: Announcement, citizens: Sequence[UUID]) -> None:
    for citizen_id in citizens:
        await engines.cache.wake(live_topics.citizen_channel(citizen_id))
    await engines.cache.wake(live_topics.desk_channel(found.agency_id))


async def _push(
    engines: Engines, sender: Sender | None, announcement_id: UUID, devices: Sequence[UUID]
) -> timedelta:
    """Push to each device once; how long to wait before more, as the push service asked."""
    gate, pauses = asyncio.Semaphore(AT_ONCE), [0.0]

    async def one(device_id: UUID) -> None:
        job = PushJob(notice_id=announcement_id, device_id=device_id, broadcast=True)
        async with gate:
            try:
                await jobs.push(engines, sender, job, 0)
            except Later as later:
                pauses.append(later.seconds)

    await asyncio.gather(*(one(device_id) for device_id in devices))
    return timedelta(seconds=max(pauses))
