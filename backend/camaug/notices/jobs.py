"""The jobs of the worker. Each may run again after a crash at any point, and changes nothing then.

`deliver` makes one job a subscriber from an event; `on:<subscriber>` runs it; `push` pushes one
notice to one device. A job that should come again later raises `Later`; any other error is tried
again with growing pauses by the worker and ends as a dead letter.
"""

import random
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from camaug.dossiers import undo_queries
from camaug.kernel import db, outbox
from camaug.kernel.web import Engines
from camaug.notices import announcement_sending_queries as announcements
from camaug.notices import events, plugin_notices, push_queries, queries
from camaug.notices.actions import PushJob
from camaug.notices.push import (
    Delivered,
    Lost,
    NotTaken,
    Refused,
    Sender,
    TooLarge,
    Unregistered,
    Verdict,
    message_for,
)
from camaug.notices.schemas import PushTarget

SHELF_LIFE = timedelta(days=3)
"""How long a push is worth sending; the inbox keeps the notice anyway."""
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
log = structlog.get_logger()


class EventJob(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be handed on."""

    event_id: UUID


class DeliverJob(EventJob, frozen=True, kw_only=True):
    """An event to be made known to a part of those who want to know."""

    part: outbox.Part = "all"


class Later(Exception):
    """The job shall run again after `seconds`."""

    def __init__(self, seconds: float, why: str) -> None:
        self.seconds = seconds
        super().__init__(why)


def on(name: str) -> str:
    """Entrypoint of a subscriber's jobs."""
    return f"on:{name}"


async def deliver(engines: Engines, told: DeliverJob) -> None:
    """Make one job for each subscriber of the event, all in one transaction.

    What was kept back goes out unless its act was undone meanwhile.
    """
    job = EventJob(event_id=told.event_id)
    async with db.transaction(engines.pool) as conn:
        event = await queries.fact(conn, job.event_id)
        now = engines.clock.now()
        if told.part == "out" and not await undo_queries.leave(conn, job.event_id, now):
            return
        for subscriber in events.SUBSCRIBERS.get(event.name, ()):
            if told.part not in ("all", events.part(subscriber)):
                continue
            key = f"{event.event_id}|{subscriber.name}"
            priority = -1 if event.name == events.WANTED else 0
            await outbox.enqueue(conn, on(subscriber.name), job, key=key, priority=priority)
        if told.part == "house":
            return
        dossier_id = event.data.get("dossier_id") if event.name.startswith("dossier.") else None
        wanting = None if dossier_id is None else str(dossier_id)
        for plugin_id in await plugin_notices.subscribed(conn, event.name, wanting):
            key = f"{event.event_id}|plugin:{plugin_id}"
            await outbox.enqueue(conn, f"plugin:{plugin_id}", job, key=key)


async def run_subscriber(engines: Engines, name: str, job: EventJob) -> None:
    """Let the subscriber act on the event, and wake whoever waits for it after the commit."""
    async with db.transaction(engines.pool) as conn:
        event = await queries.fact(conn, job.event_id)
        channels = await events.BY_NAME[name].handle(engines, conn, event)
    for channel in channels:
        await engines.cache.wake(channel)


async def push(engines: Engines, sender: Sender | None, job: PushJob, attempts: int) -> None:
    """Push one notice to one device, unless it is settled. Raises `Later`.

    `attempts` counts the earlier runs of this job and makes the pauses grow.
    """
    async with db.transaction(engines.pool) as conn:
        find = announcements.target if job.broadcast else push_queries.target
        target = await find(conn, job.notice_id, job.device_id)
        claim = await push_queries.claim(conn, job.notice_id, job.device_id)
    if not claim.taken:
        if claim.state == "sending":
            raise Later(push_queries.LEASE_SECONDS, "another attempt is under way")
        return
    obstacle = _obstacle(engines, sender, target)
    if obstacle is not None or target is None or sender is None:
        await _settle(engines, job, Refused(obstacle or "gone"))
        return
    try:
        message = message_for(engines.texts, target, SHELF_LIFE)
    except TooLarge:
        await _settle(engines, job, Refused("too_large"))
        return
    verdict = await sender.send(message)
    if isinstance(verdict, Unregistered):
        async with engines.pool.acquire() as conn:
            await push_queries.remove_device(conn, job.device_id, target.token)
    await _settle(engines, job, verdict)
    if isinstance(verdict, NotTaken):
        raise Later(_pause(attempts, verdict.retry_after), verdict.error)
    if isinstance(verdict, Lost):
        raise Later(_pause(attempts, push_queries.LEASE_SECONDS), verdict.error)


def _obstacle(engines: Engines, sender: Sender | None, target: PushTarget | None) -> str | None:
    """Why nothing is sent at all."""
    if target is None or target.removed:
        return "device_removed"
    if sender is None:
        return "push_off"
    if engines.clock.now() - target.created_at > SHELF_LIFE:
        return "too_old"
    return None


async def _settle(engines: Engines, job: PushJob, verdict: Verdict) -> None:
    state, name, error = "failed", None, None
    match verdict:
        case Delivered():
            state, name = "sent", verdict.name
        case NotTaken():
            state, error = "waiting", verdict.error
        case Lost():
            state, error = "unknown", verdict.error
        case Unregistered() | Refused():
            error = verdict.error
    async with engines.pool.acquire() as conn:
        await push_queries.settle(conn, job.notice_id, job.device_id, state, name=name, error=error)
    if error is not None:
        log.info("push_not_sent", notice_id=str(job.notice_id), state=state, reason=error)


def _pause(attempts: int, at_least: float | None) -> float:
    """Seconds until the next try: doubling, never before what the service asked for, spread."""
    growing = min(SHORTEST_PAUSE * 2.0 ** min(attempts, 16), LONGEST_PAUSE)
    return max(growing, at_least or 0.0) * random.uniform(1.0, 1.3)  # noqa: S311  (no secret)
