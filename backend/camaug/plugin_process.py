"""Keeps the process of plugins' jobs running, for the worker beside it."""

import asyncio
import sys

import structlog

from camaug.plugins import recorder

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 60.0
log = structlog.get_logger()


async def kept() -> None:
    """Start it, and anew whenever it ends; ends it when cancelled."""
    loop, pause = asyncio.get_running_loop(), SHORTEST_PAUSE
    while True:
        began = loop.time()
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", "camaug.plugin_worker")
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            if child.returncode is None:
                child.terminate()
                await child.wait()
            raise
        recorder.bury(child.pid, code)
        pause = (
            SHORTEST_PAUSE
            if loop.time() - began > STEADY_SECONDS
            else min(pause * 2, LONGEST_PAUSE)
        )
        log.warning("plugin_worker_ended", pid=child.pid, status=code)
        await asyncio.sleep(pause)
