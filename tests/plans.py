"""Plans of the statements that the product's functions run, and what is wrong with them."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

from camaug.kernel import db

BIG = ("dossier", "dossier_event", "audit", "notice", "handover")
MOST_SORTED = 510
"""Ten pages of the queue."""
FEW = 100
"""Rows; a partition with fewer is read as a whole by right."""
_METHODS = ("fetch", "fetchrow", "fetchval", "execute")


class Recorder:
    """Stands before a connection and keeps every statement with its arguments."""

    def __init__(self, conn: db.Conn) -> None:
        self._conn = conn
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    @property
    def conn(self) -> db.Conn:
        """To be given to the product's functions."""
        return cast("db.Conn", self)

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._conn, name)
        if name not in _METHODS:
            return real

        async def recorded(sql: str, *arguments: Any, **more: Any) -> Any:
            self.asked.append((sql, arguments))
            return await real(sql, *arguments, **more)

        return recorded

    @classmethod
    @asynccontextmanager
    async def of(cls, conn: db.Conn) -> AsyncIterator["Recorder"]:
        """A recorder whose writes are taken back."""
        tx = conn.transaction()
        await tx.start()
        try:
            yield cls(conn)
        finally:
            await tx.rollback()


async def faults(
    conn: db.Conn, sql: str, arguments: tuple[Any, ...], most_sorted: int = MOST_SORTED
) -> list[str]:
    """Scans of whole big tables and sorts of many rows, in the plan as it runs."""
    return wrong(await explained(conn, sql, arguments), most_sorted)


def pages(plan: Any) -> int:
    """Pages of 8 KiB that the statement looked at, wherever they were."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def wrong(plan: Any, most_sorted: int = MOST_SORTED) -> list[str]:
    """Scans of whole big tables and sorts of many rows."""
    found: list[str] = []
    for node in nodes(plan):
        kind, table = node["Node Type"], str(node.get("Relation Name", ""))
        whole = table in BIG or table.startswith(("audit_2", "audit_d", "notice_2", "notice_d"))
        if kind == "Seq Scan" and whole and _read(node) > FEW:
            found.append(f"scans all of {table}")
        if "Sort" in kind:
            rows = max(one["Actual Rows"] for one in node["Plans"])
            if rows > most_sorted:
                found.append(f"sorts {rows:.0f} rows")
    return found


def _read(node: Any) -> float:
    return (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]


async def explained(conn: db.Conn, sql: str, arguments: tuple[Any, ...]) -> Any:
    """The root of the plan, run with these arguments; what it writes is taken back."""
    tx = conn.transaction()
    await tx.start()
    try:
        said = await conn.fetchval(f"explain (analyze, buffers, format json) {sql}", *arguments)
    finally:
        await tx.rollback()
    return json.loads(said)[0]["Plan"]


def nodes(plan: Any) -> Iterator[Any]:
    """The node and all below it."""
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes(one)
