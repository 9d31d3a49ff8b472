"""What changes rarely, kept by each process and looked at now and then.

A reader takes no connection while what is kept is fresh. Ask before opening a transaction: one
that waited here while it holds a connection could wait for its like.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Generic, LiteralString, TypeAlias, TypeVar, cast

from camaug.kernel import db
from camaug.kernel.clock import local_date
from camaug.kernel.web import Engines

T = TypeVar("T")
State: TypeAlias = Callable[[db.Conn, date], Awaitable[str]]
"""A text that differs whenever the rows behind the value do."""
Make: TypeAlias = Callable[[db.Conn, date], Awaitable[T]]
"""The value on that day."""

LOOK_EVERY = 5.0
"""Seconds for which rows are taken to be unchanged."""


def rows_of(table: LiteralString) -> State:
    """The state of a whole table: it differs when a row is written, added or taken away."""
    sql: LiteralString = (
        "select count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) as state from "  # noqa: S608
        + table
    )

    async def state(conn: db.Conn, _: date) -> str:
        return str(await conn.fetchval(sql))

    return state


class _Current(Generic[T]):
    def __init__(self) -> None:
        self.making = asyncio.Lock()
        self.value: T | None = None
        self.state = ""
        self.day = date.min
        self.looked_at = float("-inf")

    def is_fresh(self, today: date) -> bool:
        return self.day == today and time.monotonic() - self.looked_at < LOOK_EVERY


class Kept(Generic[T]):
    """One value a process, made anew when its state or the local day has changed."""

    def __init__(self, state: State, make: Make[T]) -> None:
        self._state = state
        self._make = make

    async def get(self, engines: Engines) -> T:
        """The value; while one for the same day is made anew, the old one serves."""
        found = engines.kept.get(self) or engines.kept.setdefault(self, _Current[T]())
        current = cast("_Current[T]", found)
        today = local_date(engines.clock.now())
        value = current.value
        if value is not None and (
            current.is_fresh(today) or (current.day == today and current.making.locked())
        ):
            return value
        async with current.making:
            if current.value is None or not current.is_fresh(today):
                current.value = await self._look(engines.pool, current, today)
                current.day, current.looked_at = today, time.monotonic()
        return current.value

    async def _look(self, pool: db.Pool, current: _Current[T], today: date) -> T:
        async with pool.acquire() as conn:
            state = await self._state(conn, today)
            if current.value is not None and state == current.state and current.day == today:
                return current.value
            value = await self._make(conn, today)
        current.state = state
        return value
