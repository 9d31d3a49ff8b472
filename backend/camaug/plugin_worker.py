"""Jobs and events of plugins, in a process of their own beside the worker: `kept` starts it.

A plugin that hangs, grows or dies here takes no notice, sealing or dossier event with it.
"""

import asyncio
import os
import resource
import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

import structlog
import uvloop
from pgqueuer.core.applications import PgQueuer
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job

from camaug import processes, settings, worker
from camaug.asgi import MOST_DATA
from camaug.kernel import db, telemetry
from camaug.kernel.web import Engines
from camaug.plugins import guard, recorder
from camaug.plugins.background import WAIT_SECONDS, Background, NotActive, Running
from camaug.plugins.recorder import Recorder
from camaug.plugins.watchdog import Watchdog
from camaug.processes import die_with_parent
from camaug.settings import Settings

AT_ONCE = 4
"""Jobs of one plugin at a time."""
LOOK_SECONDS = 5.0
log = structlog.get_logger()


async def bind(stack: AsyncExitStack, queue: PgQueuer, engines: Engines, _: Settings) -> None:
    """One entrypoint a plugin. A plugin that comes later ends the round, and the next has it."""
    background = Background(engines, Recorder(recorder.own(os.getpid())))
    known = await background.refresh()
    await background.hear()
    for plugin_id in known:
        queue.entrypoint(
            f"plugin:{plugin_id}",
            on_failure="hold",
            executor_factory=worker.Kept,
            accepts_context=False,
            concurrency_limit=AT_ONCE,
        )(partial(_run, background, plugin_id))
    watch = Watchdog(Running.run.__code__, background.packages)
    await stack.enter_async_context(watch.running())
    looking = asyncio.create_task(_look(background, known, queue))
    stack.push_async_callback(worker.ended, looking)


async def _run(background: Background, plugin_id: str, job: Job) -> None:
    try:
        await background.run(plugin_id, job.payload or b"{}")
    except NotActive as state:
        raise RetryRequested(timedelta(seconds=WAIT_SECONDS), f"plugin is {state}") from None


async def _look(background: Background, known: set[str], queue: PgQueuer) -> None:
    """End the round when other plugins are installed."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            if await background.refresh() != known:
                queue.shutdown.set()
                return
        except db.OUTAGES as error:
            log.warning("plugins_not_read", error=type(error).__name__)


def main() -> int:
    """Work until SIGTERM, or until the worker that started it ends."""
    die_with_parent(parent=os.getppid())
    telemetry.set_up("plugin worker")
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_DATA, MOST_DATA))
    guard.set_up(processes.__file__)
    made = worker.Worker(settings.load(), bind=bind, name="plugin worker")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(worker.work(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
