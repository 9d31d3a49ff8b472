"""The audit sealed, tampered with as its owner could, and what verification says."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import replace

from camaug.audit import merkle, queries, sealing, verifying
from camaug.audit.actions import SYSTEM, record
from camaug.audit.schemas import NOTHING, Batch, chained
from camaug.kernel import db
from camaug.kernel.web import Engines


@pytest.fixture
async def owner(
    database: str, environment: dict[str, str]
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Whoever owns the tables, and may do anything to them."""
    url = urlsplit(environment["CAMAUG_TEST_ADMIN_URL"])._replace(path=urlsplit(database).path)
    conn = await asyncpg.connect(urlunsplit(url), server_settings={"search_path": "core"})
    yield conn
    await conn.close()


async def write(engines: Engines, count: int) -> None:
    async with db.transaction(engines.pool) as conn:
        for number in range(count):
            await record(
                conn, SYSTEM, "tried", ("thing", number), at=engines.clock.now(),
                detail={"number": number, "name": "Đặt"},
            )  # fmt: skip


async def said(engines: Engines) -> list[str]:
    """What verification finds; other tests keep their heads in the same object store."""
    lines = [line async for line in verifying.verify(engines, verifying.Count())]
    return [line for line in lines if not line.startswith("audit ")]


async def three_batches(engines: Engines) -> list[UUID]:
    """The rows of the second."""
    await sealing.seal(engines)
    for count in (5, 7, 3):
        await write(engines, count)
        assert await sealing.seal(engines) == count
    async with engines.pool.acquire() as conn:
        newest = await queries.last(conn)
        assert newest
        return [leaf.audit_id for leaf in await queries.leaves(conn, newest.batch - 1)]


async def test_what_is_sealed_verifies_and_every_row_is_proved(engines: Engines) -> None:
    rows = await three_batches(engines)
    assert await said(engines) == []
    for audit_id in rows:
        proof = await verifying.prove(engines, audit_id)
        assert proof.holds()
        assert not replace(proof, row=replace(proof.row, action="other")).holds()


async def test_a_late_commit_is_sealed_later(engines: Engines) -> None:
    async with engines.pool.acquire() as slow:
        tx = slow.transaction()
        await tx.start()
        await record(slow, SYSTEM, "slow", ("thing", 1), at=engines.clock.now())
        await write(engines, 2)
        await sealing.seal(engines)
        await tx.commit()
    assert await sealing.seal(engines) == 1
    assert await said(engines) == []


async def test_two_sealers_at_once_seal_every_row_once(engines: Engines) -> None:
    await write(engines, 50)
    await asyncio.gather(*(sealing.seal(engines) for _ in range(8)))
    async with engines.pool.acquire() as conn:
        assert (
            await conn.fetchval("select count(*) - count(distinct audit_id) from audit_leaf") == 0
        )
        assert await conn.fetchval("select count(*) from audit_pending") == 0
    assert await said(engines) == []


async def test_the_role_of_the_server_cannot_touch_what_is_sealed(engines: Engines) -> None:
    await three_batches(engines)
    for sql in (
        "update audit set action = 'other'",
        "delete from audit",
        "update audit_batch set size = 1",
        "delete from audit_batch",
        "update audit_leaf set leaf = 9",
        "delete from audit_leaf",
        "update audit_pending set at = now()",
    ):
        async with engines.pool.acquire() as conn:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(sql)


async def test_a_changed_a_deleted_and_a_smuggled_row_are_named(
    engines: Engines, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    changed, deleted, *_ = await three_batches(engines)
    await owner.execute("update audit set action = 'other' where audit_id = $1", changed)
    await owner.execute("delete from audit where audit_id = $1", deleted)
    await owner.execute("alter table audit disable trigger audit_waits")
    await write(engines, 1)
    told = await said(engines)
    assert f"row {changed}: changed" in told
    assert f"row {deleted}: deleted" in told
    assert sum(line.endswith("put in without being noted") for line in told) == 1
    assert len(told) == 3


async def test_a_row_that_was_changed_with_its_leaf_breaks_the_batch(
    engines: Engines, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    changed, *_ = await three_batches(engines)
    await owner.execute("update audit set action = 'other' where audit_id = $1", changed)
    async with engines.pool.acquire() as conn:
        place = await queries.place(conn, changed)
        assert place
        leaf = (await queries.leaves(conn, place[0]))[place[1]]
    assert leaf.row
    await owner.execute(
        "update audit_leaf set hash = $2 where audit_id = $1", changed, leaf.row.leaf()
    )
    assert [line.partition(":")[2] for line in await said(engines)] == [
        " its leaves are not those that were sealed"
    ]


@pytest.mark.usefixtures("store")
async def test_a_tail_that_was_cut_off_is_missed_by_its_head(
    engines: Engines, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await three_batches(engines)
    key = await sealing.publish(engines)
    assert key
    last = int(key.rpartition("/")[2].removesuffix(".json"))
    await engines.blobs.delete(key)  # the version that was written first stays
    await _cut(owner, last)
    told = await said(engines)
    assert f"batch {last}: the object store has its head, the database has lost it" in told


@pytest.mark.usefixtures("store")
async def test_a_tail_that_was_made_anew_disagrees_with_its_head(
    engines: Engines, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await three_batches(engines)
    key = await sealing.publish(engines)
    assert key
    last = int(key.rpartition("/")[2].removesuffix(".json"))
    await engines.blobs.delete(key)  # the version that was written first stays
    await _cut(owner, last)
    await write(engines, 1)
    await sealing.seal(engines)
    told = await said(engines)
    assert told == [f"batch {last}: made anew, the object store has another head"]


async def _cut(owner: "asyncpg.Connection[asyncpg.Record]", batch: int) -> None:
    """Take the last batch away with its rows, as if they had never been."""
    await owner.execute(
        "delete from audit using audit_leaf l where l.audit_id = audit.audit_id and batch = $1",
        batch,
    )
    await owner.execute("delete from audit_leaf where batch = $1", batch)
    await owner.execute("delete from audit_batch where batch = $1", batch)


def test_a_head_covers_all_that_its_batch_says(engines: Engines) -> None:
    now, root = engines.clock.now(), merkle.leaf_hash(b"row")
    head = chained(NOTHING, 1, 1, root, now)
    batch = Batch(batch=1, size=1, root=root, head=head, sealed_at=now)
    assert batch.expected(NOTHING) == head
    assert replace(batch, size=2).expected(NOTHING) != head
    assert batch.expected(root) != head
