"""Events and jobs, written in the transaction of the change that they report.

`emit` writes the event's row and one `deliver` job in one statement; the worker makes one job a
subscriber from it. There is no second relay: the job queue is the outbox.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug_sdk.plugin import Event

DELIVER = "deliver"

_ENQUEUE = """
    with job as (
        insert into pgqueuer (priority, entrypoint, payload, dedupe_key, status, execute_after)
        values ($1, $2, $3, $4, 'queued', now() + $5::interval)
        on conflict do nothing
        returning id, entrypoint, priority
    )
    insert into pgqueuer_log (job_id, status, entrypoint, priority)
    select id, 'queued', entrypoint, priority from job
"""

_EMIT = """
    with event as (
        insert into event (event_id, name, version, at, data) values ($1, $2, $3, $4, $5)
    ), job as (
        insert into pgqueuer (priority, entrypoint, payload, status)
        values (0, 'deliver', $6, 'queued')
        returning id, entrypoint, priority
    )
    insert into pgqueuer_log (job_id, status, entrypoint, priority)
    select id, 'queued', entrypoint, priority from job
"""


async def emit(
    conn: db.Conn, name: str, data: dict[str, str | int | None], *, at: datetime, version: int = 1
) -> UUID:
    """Record that `name` (past tense) happened and have it delivered; `data`: ids and codes."""
    event_id = uuid7()
    payload = msgspec.json.encode({"event_id": event_id})
    await db.run(conn, _EMIT, event_id, name, version, at, data, payload)
    return event_id


async def enqueue(
    conn: db.Conn,
    entrypoint: str,
    payload: msgspec.Struct,
    *,
    key: str,
    priority: int = 0,
    after: timedelta = timedelta(),
) -> None:
    """One job, due `after` from now; while one of the same `key` waits or runs, no second."""
    await db.run(conn, _ENQUEUE, priority, entrypoint, msgspec.json.encode(payload), key, after)


async def event(conn: db.Conn, event_id: UUID) -> Event:
    """A recorded event. Raises `NotFound`."""
    return await db.one(
        conn, Event, "select event_id, name, version, data from event where event_id = $1", event_id
    )
