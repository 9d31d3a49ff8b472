"""Events and jobs, written in the transaction of the change that they report.

`emit` writes the event's row and one `deliver` job in one statement; the worker makes one job a
subscriber from it. There is no second relay: the job queue is the outbox.
"""

from datetime import datetime, timedelta
from typing import Literal
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
        insert into pgqueuer (priority, entrypoint, payload, status, execute_after)
        select 0, 'deliver', parts.payload, 'queued', now() + parts.after
        from unnest($6::bytea[], $7::interval[]) as parts (payload, after)
        returning id, entrypoint, priority
    )
    insert into pgqueuer_log (job_id, status, entrypoint, priority)
    select id, 'queued', entrypoint, priority from job
"""


Part = Literal["all", "house", "out"]
"""Of the subscribers: everybody, those of our offices, or those outside."""


class _Out(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery outside."""

    event_id: UUID
    part: Part = "out"


async def emit(
    conn: db.Conn,
    name: str,
    data: dict[str, str | int | None],
    *,
    at: datetime,
    version: int = 1,
    kept_back: timedelta = timedelta(),
    house_only: bool = False,
) -> UUID:
    """Record that `name` (past tense) happened and have it delivered; `data`: ids and codes.

    For so long as it is `kept_back`, only the offices hear of it; if `house_only`, for ever.
    """
    event_id = uuid7()
    parts: dict[Part, timedelta] = {"all": timedelta()}
    if house_only:
        parts = {"house": timedelta()}
    elif kept_back:
        parts = {"house": timedelta(), "out": kept_back}
    payloads = [msgspec.json.encode({"event_id": event_id, "part": part}) for part in parts]
    await db.run(conn, _EMIT, event_id, name, version, at, data, payloads, list(parts.values()))
    return event_id


async def let_out(conn: db.Conn, event_id: UUID) -> None:
    """Let an event that is kept back be delivered outside now; the later delivery finds it done."""
    await enqueue(conn, DELIVER, _Out(event_id=event_id), key=f"{event_id}|out")


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
