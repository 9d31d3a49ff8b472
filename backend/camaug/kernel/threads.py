"""Threads for what would hold the loop: some for the core, a few for each utility.

A utility whose threads all wait for something makes its own callers wait, nobody else's.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from typing import Any, ParamSpec, TypeVar

from litestar.concurrency import set_asyncio_executor

P = ParamSpec("P")
T = TypeVar("T")
WHOSE: ContextVar[str | None] = ContextVar("whose", default=None)
"""The utility that is being served; None is the core."""
MOST = 8
"""Threads of one utility in one process."""


class Threads(ThreadPoolExecutor):
    """One executor that has a room for each utility."""

    def __init__(self) -> None:
        super().__init__(thread_name_prefix="core")
        self._rooms: dict[str, ThreadPoolExecutor] = {}

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run in the room of whoever is being served."""
        whose = WHOSE.get()
        if whose is None:
            return super().submit(fn, *args, **kwargs)
        if whose not in self._rooms:
            self._rooms[whose] = ThreadPoolExecutor(MOST, thread_name_prefix=whose)
        return self._rooms[whose].submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing: it ends with its process, and a utility could ask for it through the loop."""


POOL = Threads()


def set_up() -> None:
    """Have synchronous handlers run here; before there is a loop."""
    set_asyncio_executor(POOL)


async def run(work: Callable[..., T], *args: Any) -> T:
    """The outcome of `work`, which may take its time; it sees the context of its caller."""
    context = contextvars.copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(POOL, partial(context.run, work, *args))
