"""What each plugin is asked and what becomes of it, added up an hour for the console."""

import asyncio
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime

import msgspec
import structlog

from camaug.kernel import db
from camaug.kernel.web import Engines

EVERY_SECONDS = 15.0
log = structlog.get_logger()


class Use(msgspec.Struct, kw_only=True):
    """Calls, how many failed, were late or found no room, and the seconds that all took."""

    calls: int = 0
    failed: int = 0
    late: int = 0
    turned_away: int = 0
    seconds: float = 0.0

    @contextmanager
    def timed(self) -> Generator[None]:
        """One call."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.calls += 1
            self.seconds += time.perf_counter() - began

    def take(self) -> "Use":
        """What came together since the last time."""
        taken = msgspec.structs.replace(self)
        self.calls = self.failed = self.late = self.turned_away = 0
        self.seconds = 0.0
        return taken

    def give_back(self, other: "Use") -> None:
        """What could not be written counts later."""
        self.calls += other.calls
        self.failed += other.failed
        self.late += other.late
        self.turned_away += other.turned_away
        self.seconds += other.seconds


async def keep_writing(engines: Engines, uses: Mapping[str, Use]) -> None:
    """Add up for ever, and once more when cancelled."""
    try:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await write(engines, uses)
    finally:
        await write(engines, uses)


async def write(engines: Engines, uses: Mapping[str, Use]) -> None:
    """One statement for all that were asked; while the database is away, later."""
    taken = {plugin_id: use.take() for plugin_id, use in list(uses.items())}
    rows = [(one, use) for one, use in taken.items() if use.calls or use.turned_away]
    if not rows:
        return
    try:
        async with engines.pool.acquire() as conn:
            await _add(conn, rows, engines.clock.now())
    except db.OUTAGES as error:
        log.warning("plugin_use_not_written", error=type(error).__name__)
        for plugin_id, use in rows:
            uses[plugin_id].give_back(use)


async def _add(conn: db.Conn, rows: list[tuple[str, Use]], now: datetime) -> None:
    await db.run(
        conn,
        "insert into plugin_use as kept"
        " (plugin_id, hour, calls, failed, late, turned_away, seconds)"
        " select plugin_id, date_trunc('hour', $1::timestamptz), calls, failed, late, turned_away,"
        " seconds from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],"
        " $7::float8[]) as new (plugin_id, calls, failed, late, turned_away, seconds)"
        " where exists (select from plugin p where p.plugin_id = new.plugin_id)"
        " on conflict (plugin_id, hour) do update set calls = kept.calls + excluded.calls,"
        " failed = kept.failed + excluded.failed, late = kept.late + excluded.late,"
        " turned_away = kept.turned_away + excluded.turned_away,"
        " seconds = kept.seconds + excluded.seconds",
        now,
        [plugin_id for plugin_id, _ in rows],
        [use.calls for _, use in rows],
        [use.failed for _, use in rows],
        [use.late for _, use in rows],
        [use.turned_away for _, use in rows],
        [use.seconds for _, use in rows],
    )


async def since(conn: db.Conn, plugin_id: str, at: datetime) -> Use:
    """The sums of one plugin since that instant, by whole hours."""
    return await db.one(
        conn,
        Use,
        "select coalesce(sum(calls), 0)::bigint as calls,"
        " coalesce(sum(failed), 0)::bigint as failed, coalesce(sum(late), 0)::bigint as late,"
        " coalesce(sum(turned_away), 0)::bigint as turned_away,"
        " coalesce(sum(seconds), 0)::float8 as seconds"
        " from plugin_use where plugin_id = $1 and hour >= $2",
        plugin_id,
        at,
    )


class Jobs(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs of a plugin that wait, and dead letters."""

    waiting: int
    dead: int


async def jobs(conn: db.Conn, plugin_id: str) -> Jobs:
    """Of its own queue."""
    return await db.one(
        conn,
        Jobs,
        "select count(*) filter (where status in ('queued', 'picked')) as waiting,"
        " count(*) filter (where status = 'failed') as dead"
        " from pgqueuer where entrypoint = $1",
        f"plugin:{plugin_id}",
    )
