"""What everybody reads and nobody needs to the second: made once, shown for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Keeps at most `most` answers, each for so many seconds. However many ask, one is made."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._kept: dict[Hashable, tuple[float, T]] = {}
        self._lock = asyncio.Lock()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """The answer for `key`, made when there is none that is recent enough."""
        if (found := self._fresh(key)) is not None:
            return found[1]
        async with self._lock:
            if (found := self._fresh(key)) is not None:
                return found[1]
            answer = await make()
            self._kept.pop(key, None)
            while len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (time.monotonic() + self._seconds, answer)
            return answer

    def _fresh(self, key: Hashable) -> tuple[float, T] | None:
        found = self._kept.get(key)
        return found if found is not None and time.monotonic() < found[0] else None
