"""The application of one API process, as the server imports it."""

import asyncio
import contextlib
import faulthandler
import os
import resource
import signal
import sys
from functools import partial

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from camaug import app, processes, settings
from camaug.kernel import telemetry, threads
from camaug.plugins import guard, watchdog
from camaug.processes import DRAIN, die_with_parent, leave

STALL_SECONDS = 5
"""A process that does nothing for so long says where it stands and ends; another takes over.

The watchdog ends it earlier when Python still runs and a plugin is to blame.
"""
_TICK_SECONDS = 1
MOST_DATA = 2 * 2**30
"""Bytes; what asks for more gets a MemoryError, before the machine has to choose whom to kill."""


def create() -> ASGIApp:
    """Made once in each API process."""
    die_with_parent(parent=os.getppid())
    telemetry.set_up("api")
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or hard > MOST_DATA:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_DATA, MOST_DATA))
    threads.set_up()
    guard.set_up(processes.__file__)
    return draining(watched(app.create(settings.load(), leave=leave)))


def draining(inner: ASGIApp) -> ASGIApp:
    """`inner`, which after `DRAIN` closes each connection with its next answer (RFC 9112, 9.6).

    So clients have found another process before this one ends.
    """
    leaving = False

    def drain(*_: object) -> None:
        nonlocal leaving
        leaving = True

    signal.signal(DRAIN, drain)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if leaving and scope["type"] == "http" and scope["http_version"].startswith("1"):
            await inner(scope, receive, partial(_closing, send))
        else:
            await inner(scope, receive, send)

    return served


async def _closing(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], (b"connection", b"close")]
    await send(message)


def watched(inner: ASGIApp, stall_seconds: float = STALL_SECONDS) -> ASGIApp:
    """`inner`, in a process that ends when its event loop stands still while it serves.

    The server goes on handing connections to a process that is stuck (docs/adr/0014-server.md).
    """

    async def tick() -> None:
        while True:
            faulthandler.dump_traceback_later(stall_seconds, exit=True, file=where)
            await asyncio.sleep(_TICK_SECONDS)

    path = watchdog.trace()
    where = sys.stderr if path is None else path.open("w")

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) != "lifespan":
            await inner(scope, receive, send)
            return
        ticking = asyncio.create_task(tick())
        try:
            await inner(scope, receive, send)
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking
            faulthandler.cancel_dump_traceback_later()

    return served
