"""The index of this process over the catalogue as valid today, made anew when that changes."""

import asyncio
import time
from weakref import WeakKeyDictionary

from camaug.kernel import db
from camaug.kernel.cache import Cache
from camaug.kernel.clock import Clock, local_date
from camaug.kernel.web import Engines
from camaug.procedures import queries
from camaug.procedures.search import Finder

LOOK_EVERY = 5.0
"""Seconds for which the catalogue is taken to be unchanged."""


class CurrentFinder:
    """Looks at the catalogue's state now and then; builds beside the event loop."""

    def __init__(self, pool: db.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._building = asyncio.Lock()
        self._finder: Finder | None = None
        self._state = ""
        self._looked_at = float("-inf")

    async def get(self) -> Finder:
        """The finder; while a new one is made, the old one serves."""
        if self._finder is not None and (self._is_fresh() or self._building.locked()):
            return self._finder
        async with self._building:
            if self._finder is None or not self._is_fresh():
                self._finder = await self._look(self._finder)
                self._looked_at = time.monotonic()
        return self._finder

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._looked_at < LOOK_EVERY

    async def _look(self, finder: Finder | None) -> Finder:
        today = local_date(self._clock.now())
        async with self._pool.acquire() as conn:
            state = await queries.state(conn, today)
            if finder is not None and state == self._state:
                return finder
            catalogue = await queries.valid(conn, today)
        made = await asyncio.to_thread(Finder, catalogue)
        self._state = state
        return made


_FINDERS: WeakKeyDictionary[Cache, CurrentFinder] = WeakKeyDictionary()
"""By the cache of the process: asyncpg's pool, which lives as long, takes no weak reference."""


def of(engines: Engines) -> CurrentFinder:
    """The one finder of this process and its database."""
    return _FINDERS.setdefault(engines.cache, CurrentFinder(engines.pool, engines.clock))
