"""Checks the audit against its seal, and proves that a row is in it.

What it finds: a changed, deleted or added row; a batch that is missing or does not follow from the
one before; a tail that was cut off or made anew, since the heads in the object store say otherwise.
"""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import msgspec

from camaug.audit import merkle, queries
from camaug.audit.schemas import NOTHING, AuditRow, Batch, Head, LeafRow
from camaug.audit.sealing import HEADS, MAC
from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug_sdk.problems import NotFound

AT_ONCE = 200
"""Batches read at a time."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody else needs to see that a row is in the audit; bytes in hexadecimal."""

    row: AuditRow
    leaf: int
    size: int
    path: list[str]
    root: str
    batch: int
    head: str

    def holds(self) -> bool:
        """Whether the row leads to the root."""
        path = [bytes.fromhex(one) for one in self.path]
        root = bytes.fromhex(self.root)
        return merkle.included(self.row.leaf(), self.leaf, self.size, path, root)


class Count(msgspec.Struct, kw_only=True):
    """What was looked at."""

    batches: int = 0
    rows: int = 0
    heads: int = 0


async def verify(engines: Engines, count: Count) -> AsyncIterator[str]:
    """What is wrong, a line each. Of the rows a batch is in memory, of the heads all."""
    outside, strangers = await _heads(engines)
    count.heads = len(outside)
    async with engines.pool.acquire() as conn, conn.transaction(isolation="repeatable_read"):
        before, number = NOTHING, 0
        while found := await queries.batches(conn, number, AT_ONCE):
            for one in found:
                told = outside.pop(one.batch, None)
                for line in (*_follows(one, before, number), *_against(told, one, engines)):
                    yield line
                async for line in _inside(conn, one):
                    yield line
                before, number = one.head, one.batch
                count.batches += 1
                count.rows += one.size
        async for line in _unsealed(conn):
            yield line
    for missing in sorted(outside):
        yield f"batch {missing}: the object store has its head, the database has lost it"
    for origin in sorted(strangers):
        yield f"audit {origin}: the object store has its heads, this database is not it"


def _follows(one: Batch, before: bytes, number: int) -> Iterator[str]:
    if one.batch != number + 1:
        yield f"batch {number + 1}: missing"
    elif one.expected(before) != one.head:
        yield f"batch {one.batch}: its head does not follow from the one before"


def _against(told: Head | None, one: Batch, engines: Engines) -> Iterator[str]:
    if told is None:
        return
    if engines.vault.index(MAC, told.signed()).hex() != told.mac:
        yield f"batch {one.batch}: the head in the object store was not written by us"
    elif told.head != one.head.hex():
        yield f"batch {one.batch}: made anew, the object store has another head"


async def _inside(conn: db.Conn, one: Batch) -> AsyncIterator[str]:
    leaves = await queries.leaves(conn, one.batch)
    if merkle.root([leaf.hash for leaf in leaves]) != one.root or len(leaves) != one.size:
        yield f"batch {one.batch}: its leaves are not those that were sealed"
    for leaf in leaves:
        if (fault := _fault(leaf)) is not None:
            yield f"row {leaf.audit_id}: {fault}"


def _fault(leaf: LeafRow) -> str | None:
    if leaf.row is None:
        return "deleted"
    return None if leaf.row.leaf() == leaf.hash else "changed"


async def _unsealed(conn: db.Conn) -> AsyncIterator[str]:
    for audit_id in await queries.unnoted(conn):
        yield f"row {audit_id}: put in without being noted"
    for audit_id in await queries.lost(conn):
        yield f"row {audit_id}: deleted before it was sealed"


async def _heads(engines: Engines) -> tuple[dict[int, Head], set[str]]:
    """The heads outside, as first written, by batch; and the names of audits that are not ours."""
    async with engines.pool.acquire() as conn:
        own = str(await queries.origin(conn))
    ours: dict[int, Head] = {}
    strangers: set[str] = set()
    async for key, data in engines.blobs.firsts(HEADS):
        origin = key.removeprefix(HEADS).partition("/")[0]
        if origin == own:
            head = msgspec.json.decode(data, type=Head)
            ours[head.batch] = head
        else:
            strangers.add(origin)
    return ours, strangers


async def prove(engines: Engines, audit_id: UUID) -> Proof:
    """The proof of a sealed row. Raises `NotFound`."""
    async with engines.pool.acquire() as conn:
        place = await queries.place(conn, audit_id)
        if place is None:
            raise NotFound
        number, at = place
        [batch] = await queries.batches(conn, number - 1, 1)
        leaves = await queries.leaves(conn, number)
    row = leaves[at].row
    if row is None:
        raise NotFound
    return Proof(
        row=row,
        leaf=at,
        size=batch.size,
        path=[one.hex() for one in merkle.proof([leaf.hash for leaf in leaves], at)],
        root=batch.root.hex(),
        batch=number,
        head=batch.head.hex(),
    )
