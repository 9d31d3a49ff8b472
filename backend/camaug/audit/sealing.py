"""Seals the audit: each second what waits becomes a batch, each minute a head leaves the database.

DESIGN 10.11. Only committed rows are ever seen, and a row that commits late waits like any other.
"""

import asyncio
import time

import msgspec
import structlog

from camaug.audit import merkle, queries
from camaug.audit.schemas import NOTHING, Batch, Head, chained
from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug_sdk.problems import Problem

MOST = 2000
"""Rows of a batch."""
SEAL_EVERY, PUBLISH_EVERY = 1.0, 60.0
"""Seconds."""
HEADS = "audit/heads/"
MAC = "audit|head"
log = structlog.get_logger()


async def seal(engines: Engines) -> int:
    """One batch of what waits; how many rows. 0 also while another process seals."""
    async with db.transaction(engines.pool) as conn:
        if not await queries.alone(conn):
            return 0
        rows = await queries.waiting(conn, MOST)
        if not rows:
            return 0
        before = await queries.last(conn)
        number, now = before.batch + 1 if before else 1, engines.clock.now()
        hashes = [row.leaf() for row in rows]
        root = merkle.root(hashes)
        head = chained(before.head if before else NOTHING, number, len(rows), root, now)
        new = Batch(batch=number, size=len(rows), root=root, head=head, sealed_at=now)
        await queries.add(conn, new, rows, hashes)
    return len(rows)


async def publish(engines: Engines) -> str | None:
    """Put the newest head into the object store; the key, or None when there is no batch."""
    async with engines.pool.acquire() as conn:
        newest, origin = await queries.last(conn), await queries.origin(conn)
    if newest is None:
        return None
    told = Head(batch=newest.batch, head=newest.head.hex(), sealed_at=newest.sealed_at, mac="")
    told = msgspec.structs.replace(told, mac=engines.vault.index(MAC, told.signed()).hex())
    key = f"{HEADS}{origin}/{newest.batch:012d}.json"
    await engines.blobs.put(key, msgspec.json.encode(told), "application/json")
    return key


async def run(engines: Engines) -> None:
    """Seal and publish for ever. A store or database that is away is waited out."""
    published, due = 0, time.monotonic()
    while True:
        try:
            while await seal(engines) == MOST:
                pass
            if time.monotonic() >= due:
                async with engines.pool.acquire() as conn:
                    newest = await queries.last(conn)
                if newest is not None and newest.batch != published:
                    await publish(engines)
                    published = newest.batch
                due = time.monotonic() + PUBLISH_EVERY
        except (Problem, *db.OUTAGES) as error:
            log.warning("audit_not_sealed", error=type(error).__name__)
        await asyncio.sleep(SEAL_EVERY)
