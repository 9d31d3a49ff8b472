"""How often one person may call one utility; counted in each process by itself."""

import time
from collections.abc import Callable
from uuid import UUID

A_SECOND, AT_ONCE = 10.0, 120.0
"""A bucket of `AT_ONCE` calls that fills at `A_SECOND`: settings of the project."""
PER_MINUTE = int(A_SECOND * 60)
MOST_KEPT = 10_000
"""People of whom it is known; the one who was seen first is forgotten, and begins anew."""


class Rates:
    """The buckets of one utility."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[UUID, tuple[float, float]] = {}
        """Tokens, and since when."""

    def wait(self, who: UUID) -> int:
        """Take one; 0, or the whole seconds until there is one again."""
        now = self._clock()
        tokens, at = self._left.get(who, (AT_ONCE, now))
        tokens = min(AT_ONCE, tokens + (now - at) * A_SECOND)
        if tokens < 1:
            return int((1 - tokens) / A_SECOND) + 1
        if who not in self._left and len(self._left) >= MOST_KEPT:
            del self._left[next(iter(self._left))]
        self._left[who] = (tokens - 1, now)
        return 0
