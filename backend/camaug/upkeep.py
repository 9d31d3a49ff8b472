"""What the worker tidies by the clock: partitions ahead, rows that have had their day."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import LiteralString

import structlog

from camaug.kernel import db
from camaug.kernel.web import Engines

MONTHS_AHEAD = 2
HOURLY, DAILY = "7 * * * *", "17 19 * * *"
"""Cron, UTC: the daily round at 02:17 in Cà Mau."""
BATCH = 5000
CUT_OFF_SECONDS = 5.0
DAY, WEEK, MONTH, QUARTER = (timedelta(days=days) for days in (1, 7, 30, 90))
log = structlog.get_logger()

OLD: Mapping[str, tuple[LiteralString, timedelta]] = {
    "idempotency": (
        """
        delete from idempotency where ctid in (
            select ctid from idempotency where created_at < $1 limit $2)
        """,
        MONTH,  # a phone may come back to a network after weeks with the same key
    ),
    "otp_challenge": (
        """
        delete from otp_challenge where ctid in (
            select ctid from otp_challenge where expires_at < $1 limit $2)
        """,
        DAY,
    ),
    "pin_failure": (
        """
        delete from pin_failure where ctid in (
            select ctid from pin_failure where at < $1 limit $2)
        """,
        DAY,
    ),
    "desk_change": (
        """
        delete from desk_change where ctid in (
            select ctid from desk_change where at < $1 limit $2)
        """,
        WEEK,
    ),
    "desk_notice": (
        """
        delete from desk_notice where ctid in (
            select ctid from desk_notice where created_at < $1 limit $2)
        """,
        QUARTER,
    ),
    "plugin_use": (
        """
        delete from plugin_use where ctid in (
            select ctid from plugin_use where hour < $1 limit $2)
        """,
        QUARTER,
    ),
    "pgqueuer_log": (
        """
        delete from pgqueuer_log where ctid in (
            select line.ctid from pgqueuer_log line
            where line.created < $1
              and not exists (select from pgqueuer job where job.id = line.job_id) limit $2)
        """,
        WEEK,
    ),
}
"""Table to the statement that removes a batch, and the age from which rows go.

One-time codes stay a day beyond their end, because the daily limit of a phone counts them; lines
of the job log stay as long as their job, which keeps the reason of a dead letter.
"""


async def make_partitions(engines: Engines) -> None:
    """Make the monthly partitions of notices and audit, two months ahead."""
    async with engines.pool.acquire() as conn:
        made = await conn.fetchval("select make_partitions($1)", MONTHS_AHEAD)
    log.info("partitions", count=made)


async def remove_old(engines: Engines) -> None:
    """Remove old rows in batches, each its own transaction, so that nobody waits long."""
    now = engines.clock.now()
    for name, (sql, age) in OLD.items():
        removed = await _remove(engines, sql, now - age)
        if removed:
            log.info("rows_removed", name=name, count=removed)


async def cut_off_plugins(engines: Engines) -> None:
    """End, for ever, statements of plugins that take longer than they may, whatever they set."""
    while True:
        await asyncio.sleep(CUT_OFF_SECONDS)
        try:
            async with engines.pool.acquire() as conn:
                count = await conn.fetchval("select host.cut_off()")
        except db.OUTAGES as error:
            log.warning("plugins_not_cut_off", error=type(error).__name__)
        else:
            if count:
                log.warning("plugins_cut_off", count=count)


async def _remove(engines: Engines, sql: LiteralString, before: datetime) -> int:
    total = 0
    while True:
        async with engines.pool.acquire() as conn:
            removed = await db.run(conn, sql, before, BATCH)
        total += removed
        if removed < BATCH:
            return total
