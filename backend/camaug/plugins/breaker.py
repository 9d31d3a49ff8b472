"""Tells when a plugin fails so often that it had better rest."""

from collections import deque

MOST_REMEMBERED = 20
LEAST_CALLS = 10


class Breaker:
    """The last calls of one plugin in one process."""

    def __init__(self) -> None:
        self._failed: deque[bool] = deque(maxlen=MOST_REMEMBERED)

    def add(self, *, failed: bool) -> bool:
        """Note a call; whether this one was too much: half of the last calls have failed."""
        self._failed.append(failed)
        if not failed or len(self._failed) < LEAST_CALLS:
            return False
        return 2 * sum(self._failed) >= len(self._failed)

    def forget(self) -> None:
        """Begin anew, as after a rest."""
        self._failed.clear()

    @property
    def share(self) -> tuple[int, int]:
        """How many of how many remembered calls failed."""
        return sum(self._failed), len(self._failed)
