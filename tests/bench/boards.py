"""What the board of the province costs, with a year of counters at every commune."""

import statistics
import time
from datetime import UTC, datetime

import asyncpg
from tests.journeys.measured import fill

from . import load, report, rig

PATH = "/api/v1/apps/service-rating"
BUDGET_MS = 5.0
PROCEDURES, PEOPLE, CALLS = 40, 40, 6
DOSSIERS = ("dossier", "dossier_event")
SCANS = """
    select sum(seq_scan + coalesce(idx_scan, 0))::bigint from pg_stat_user_tables
    where schemaname = 'core' and relname = any($1)
"""


async def dashboard() -> report.Result:
    """One request at a time over HTTP, through every layer: the median of the whole answer.

    Every request is of the present month with eleven before it. No table of dossiers is touched.
    """
    async with rig.system(0) as made:
        conn = await asyncpg.connect(made.env["CAMAUG_DATABASE_URL"])
        await fill(conn, datetime.now(UTC), PROCEDURES)
        rows = await conn.fetchval("select count(*) from core.dossier_count")
        people = await rig.citizens(made, PEOPLE)
        port, group = int(made.url.rpartition(":")[2]), made.serve.group
        asked = [rig.request("GET", PATH, one) for one in people]
        for one in asked[:8]:
            await load.once(port, one)
        before, cpu = await conn.fetchval(SCANS, DOSSIERS), load.cpu_seconds(group)
        times = [await _timed(port, one) for one in asked * CALLS]
        spent = (load.cpu_seconds(group) - cpu) / len(times) * 1000
        await conn.execute("select pg_stat_clear_snapshot()")
        scans = await conn.fetchval(SCANS, DOSSIERS) - before
        await rig.close(people)
        await conn.close()
    p99 = statistics.quantiles(times, n=100)[98]
    note = f"{rows} counters, p99 {p99:.1f} ms, {spent:.1f} ms CPU, {scans} scans of dossiers"
    return report.absolute("dashboard", BUDGET_MS, "ms", None, statistics.median(times), note)


async def _timed(port: int, request: bytes) -> float:
    """Milliseconds of one right answer."""
    began = time.perf_counter()
    status, body = await load.once(port, request)
    took = (time.perf_counter() - began) * 1000
    assert status == 200, body
    return took
