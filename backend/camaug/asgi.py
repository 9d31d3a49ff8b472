"""The application of one API process, as the server imports it."""

import asyncio
import contextlib
import faulthandler
import os

from litestar.types import ASGIApp, Receive, Scope, Send

from camaug import app, settings
from camaug.kernel import telemetry
from camaug.processes import die_with_parent

STALL_SECONDS = 20
"""A process that does nothing for so long says where it stands and ends; another takes over."""
_TICK_SECONDS = 1


def create() -> ASGIApp:
    """Made once in each API process."""
    die_with_parent(parent=os.getppid())
    telemetry.set_up("api")
    return watched(app.create(settings.load()))


def watched(inner: ASGIApp, stall_seconds: float = STALL_SECONDS) -> ASGIApp:
    """`inner`, in a process that ends when its event loop stands still while it serves.

    The server goes on handing connections to a process that is stuck (docs/adr/0014-server.md).
    """

    async def tick() -> None:
        while True:
            faulthandler.dump_traceback_later(stall_seconds, exit=True)
            await asyncio.sleep(_TICK_SECONDS)

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
