"""Tells open pages that something they show has changed."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager


class Changes:
    """One wake-up flag for each open page; a burst of changes wakes a page once."""

    def __init__(self) -> None:
        self._flags: set[asyncio.Event] = set()
        self.closing = False

    def announce(self) -> None:
        """Wake every open page."""
        for flag in self._flags:
            flag.set()

    def close(self) -> None:
        """Wake every open page for the last time, so that its stream can end."""
        self.closing = True
        self.announce()

    @contextmanager
    def watch(self) -> Generator[asyncio.Event, None, None]:
        """Give a flag that is set after each change, until the block ends."""
        flag = asyncio.Event()
        self._flags.add(flag)
        try:
            yield flag
        finally:
            self._flags.discard(flag)
