"""`camaug dead-letters [--replay ID ... | --replay-all]`: jobs that failed for good, and once more.

A job that is replayed has all its tries again. What it writes here is written once however often it
runs; only a push that had gone out before the job failed may come a second time.
"""

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

import msgspec

from camaug import app, development, settings
from camaug.audit.actions import SYSTEM, record
from camaug.kernel import db
from camaug.kernel.web import Engines

MOST = 1000


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is held: its payload and the message of its error are not shown."""

    job_id: int
    entrypoint: str
    created: datetime
    updated: datetime
    attempts: int
    reason: str | None
    """The type of the last error, such as `ConnectionError`."""


class _Held(msgspec.Struct, frozen=True):
    job_id: int


async def listed(conn: db.Conn) -> list[DeadLetter]:
    """The oldest first, a thousand at most."""
    return await db.many(
        conn,
        DeadLetter,
        """
        select job.id as job_id, job.entrypoint, job.created, job.updated, job.attempts,
               last.traceback ->> 'exception_type' as reason
        from pgqueuer job
        left join lateral (
            select traceback from pgqueuer_log line
            where line.job_id = job.id and line.traceback is not null
            order by line.id desc limit 1) last on true
        where job.status = 'failed' order by job.id limit $1
        """,
        MOST,
    )


async def replay(engines: Engines, wanted: Sequence[int], by: str) -> list[int]:
    """Put these back into the queue, with a row in the audit each; those that were held."""
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        held = await db.many(
            conn,
            _Held,
            """
            update pgqueuer set status = 'queued', attempts = 0, execute_after = now(),
                   updated = now(), queue_manager_id = null
            where id = any($1) and status = 'failed' returning id as job_id
            """,
            list(wanted),
        )
        for one in held:
            what = ("job", one.job_id)
            await record(conn, SYSTEM, "job.replayed", what, at=now, detail={"account": by})
    return sorted(one.job_id for one in held)


async def run(args: argparse.Namespace) -> int:
    """The command. 1 when one that was asked for is not held."""
    config = settings.load(development.environment())
    async with app.engines(config, process="dead-letters") as engines:
        async with engines.pool.acquire() as conn:
            found = await listed(conn)
        if not (args.replay or args.replay_all):
            _tell(found, sys.stdout)
            return 0
        wanted = [one.job_id for one in found] if args.replay_all else args.replay
        done = await replay(engines, wanted, getpass.getuser())
    sys.stdout.write(f"replayed: {len(done)}\n")
    missing = sorted(set(wanted) - set(done))
    if missing:
        sys.stderr.write(f"camaug: not held: {', '.join(map(str, missing))}\n")
    return 1 if missing else 0


def _tell(found: Sequence[DeadLetter], out: TextIO) -> None:
    for one in found:
        since = one.created.isoformat(timespec="seconds")
        last = one.updated.isoformat(timespec="seconds")
        reason = one.reason or "-"
        out.write(f"{one.job_id}\t{one.entrypoint}\t{since}\t{last}\t{one.attempts}\t{reason}\n")
    out.write(f"dead letters: {len(found)}\n")
