"""The worker: events to notices, live streams and pushes, and what is due by the clock.

Jobs and schedules are pgqueuer's: claimed in the database with a heartbeat, so that those of a
worker that dies are taken over, tried again with growing pauses, and kept with their reason when
they fail for good (state `failed`: the dead letters). Only this process imports pgqueuer's manager
and firebase-admin. Jobs of plugins run in a process of their own, `plugin_worker`.
"""

import asyncio
import os
import signal
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import structlog
import uvloop
from pgqueuer.core.applications import PgQueuer
from pgqueuer.core.executors import EntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.errors import PgqException, RetryRequested
from pgqueuer.domain.models import Context, Job, Schedule

from camaug import app, plugin_process, queue, upkeep
from camaug.audit import sealing
from camaug.dossiers import erasing, escalation, forecasts, recalculation, warnings
from camaug.kernel import db, outbox, telemetry
from camaug.kernel.web import Engines
from camaug.notices import actions, announcement_sending, events, jobs
from camaug.notices.announcement_pacing import Pacing
from camaug.notices.announcement_queue import ANNOUNCE, AnnounceJob
from camaug.notices.push import Sender, open_sender, read_certificate
from camaug.plugins import watchdog
from camaug.processes import die_with_parent
from camaug.settings import Settings, SettingsError

HEARTBEAT = timedelta(seconds=10)
"""A job whose worker has been silent for so long is taken over by another."""
MOST_TRIES = 6
AWAY_WEIGHS = 0.1
"""Of a try, one that an outage took away: a quarter of an hour of nothing else."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=5)
BATCH, AT_ONCE = 20, 100
GRACE_SECONDS = 8
"""Time for running jobs after SIGTERM; what is not done then is taken over by another worker."""
EVERY_FIVE_MINUTES = "*/5 * * * *"
LOOK_EVERY = timedelta(seconds=5)
"""How soon a job is found whose notification was missed."""
log = structlog.get_logger()


class Kept(EntrypointExecutor):
    """Tries again with growing pauses, then leaves a dead letter.

    What a cut connection took away weighs little: under cuts one after the other the job would be
    given up within a minute, and nothing is wrong with it. Each worker keeps its own count;
    pgqueuer's also counts jobs that were put off. pgqueuer deletes the job of a cancelled task as
    cancelled; here it goes back into the queue.
    """

    def __init__(self, parameters: EntrypointExecutorParameters) -> None:
        super().__init__(parameters)
        self._spent: dict[int, float] = {}

    async def execute(self, job: Job, context: Context) -> None:
        """Run the job."""
        try:
            await super().execute(job, context)
        except asyncio.CancelledError:
            raise RetryRequested(reason="the worker stops") from None
        except Exception as error:
            told = _kept(error)
            if isinstance(told, RetryRequested):
                raise
            pause = self._pause(job.id, AWAY_WEIGHS if isinstance(error, db.AWAY) else 1)
            if pause is None:
                raise told  # noqa: B904  (itself, or one that says no more of it)
            raise RetryRequested(pause, str(told)) from told
        self._spent.pop(job.id, None)

    def _pause(self, job_id: int, weight: float) -> timedelta | None:
        """Until the next try; None when there is none left."""
        spent = self._spent.pop(job_id, 0) + weight
        if spent >= MOST_TRIES:
            return None
        self._spent[job_id] = spent
        return min(FIRST_PAUSE * 2**spent, LONGEST_PAUSE)


def _kept(error: Exception) -> Exception:
    """The error, or its name alone when its words cannot be written into the database.

    They go there in one batch with the ends of other jobs, which would never be written either.
    """
    words = "".join(traceback.format_exception(error))
    if "\0" not in words and words.encode(errors="replace").decode() == words:
        return error
    named = RuntimeError(type(error).__name__)
    named.__suppress_context__ = True
    return named


def register(queue: PgQueuer, engines: Engines, sender: Sender | None, pacing: Pacing) -> None:
    """Bind every entrypoint and schedule to its job."""
    send = partial(announcement_sending.send, engines, sender, pacing)
    handlers: dict[str, Callable[[Job], Awaitable[None]]] = {
        outbox.DELIVER: partial(_run, jobs.DeliverJob, partial(jobs.deliver, engines)),
        actions.PUSH: partial(_push, engines, sender),
        ANNOUNCE: partial(_run, AnnounceJob, send),
        **{
            jobs.on(name): partial(_run, jobs.EventJob, partial(jobs.run_subscriber, engines, name))
            for name in events.BY_NAME
        },
    }
    for name, handler in handlers.items():
        queue.entrypoint(name, on_failure="hold", executor_factory=Kept, accepts_context=False)(
            handler
        )
    for name, expression, task in (
        ("upkeep.partitions", upkeep.DAILY, upkeep.make_partitions),
        ("upkeep.remove_old", upkeep.HOURLY, upkeep.remove_old),
        ("dossiers.warn", EVERY_FIVE_MINUTES, warnings.warn),
        ("dossiers.escalate", EVERY_FIVE_MINUTES, escalation.escalate),
        ("dossiers.recalculate", EVERY_FIVE_MINUTES, recalculation.finish),
        ("dossiers.forecast", upkeep.HOURLY, forecasts.refresh),
        ("dossiers.erase", upkeep.DAILY, erasing.erase),
        ("dossiers.erase_files", upkeep.HOURLY, erasing.remove_files),
    ):
        queue.schedule(name, expression, clean_old=True)(partial(_by_clock, engines, task))


async def _run(shape: Any, handle: Callable[[Any], Awaitable[None]], job: Job) -> None:
    with _retried():
        await handle(msgspec.json.decode(job.payload or b"", type=shape))


async def _push(engines: Engines, sender: Sender | None, job: Job) -> None:
    what = msgspec.json.decode(job.payload or b"", type=actions.PushJob)
    with _retried():
        await jobs.push(engines, sender, what, job.attempts)


@contextmanager
def _retried() -> Generator[None]:
    """A job that asks to run later does."""
    try:
        yield
    except jobs.Later as later:
        raise RetryRequested(timedelta(seconds=later.seconds), str(later)) from None


async def _by_clock(
    engines: Engines, task: Callable[[Engines], Awaitable[object]], _: Schedule
) -> None:
    await task(engines)


Bind = Callable[[AsyncExitStack, PgQueuer, Engines, Settings], Awaitable[None]]
"""Registers jobs, and starts what runs beside them until the stack is closed."""


async def core(
    stack: AsyncExitStack, queue: PgQueuer, engines: Engines, settings: Settings
) -> None:
    """The core's own jobs, its clock and the sealing of the audit."""
    sender = await stack.enter_async_context(_sender(settings))
    for task in (upkeep.cut_off_plugins(engines), sealing.run(engines)):
        stack.push_async_callback(ended, asyncio.create_task(task))
    await upkeep.make_partitions(engines)
    register(queue, engines, sender, app.pacing(settings))


class Worker:
    """Runs jobs until `stop`; a lost database ends one round, and another begins.

    Tests bring engines of their own, and a shorter heartbeat.
    """

    def __init__(
        self,
        settings: Settings,
        given: Engines | None = None,
        *,
        heartbeat: timedelta = HEARTBEAT,
        bind: Bind = core,
        name: str = "worker",
    ) -> None:
        self._settings = settings
        self._given = given
        self._bind = bind
        self._name = name
        self._heartbeat = heartbeat
        self._stopping = asyncio.Event()
        self._queue: PgQueuer | None = None

    def stop(self) -> None:
        """Take no further job, finish what runs."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()

    async def run(self) -> None:
        """Work until `stop` was called and the running jobs are done."""
        while not self._stopping.is_set():
            try:
                await self._round()
            except (PgqException, *db.OUTAGES) as error:
                log.warning("worker_round_ended", error=type(error).__name__)
                await _wait(self._stopping, 1.0)

    async def _round(self) -> None:
        async with AsyncExitStack() as stack:
            engines = self._given or await stack.enter_async_context(
                app.engines(self._settings, process=self._name)
            )
            self._queue = await stack.enter_async_context(queue.opened(self._settings))
            if self._stopping.is_set():
                return
            await self._bind(stack, self._queue, engines, self._settings)
            log.info("worker_ready", pid=os.getpid(), name=self._name)
            await self._serve(self._queue)

    async def _serve(self, queue: PgQueuer) -> None:
        """Both managers until one ends; the other is asked to end, never cancelled."""
        tasks = [
            asyncio.create_task(
                queue.qm.run(
                    dequeue_timeout=LOOK_EVERY,
                    batch_size=BATCH,
                    max_concurrent_tasks=AT_ONCE,
                    heartbeat_timeout=self._heartbeat,
                    shutdown_on_listener_failure=True,
                )
            ),
            asyncio.create_task(queue.sm.run()),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        queue.shutdown.set()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for it."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@asynccontextmanager
async def _sender(settings: Settings) -> AsyncGenerator[Sender | None]:
    if settings.fcm_credentials is None:
        log.warning("push_off", reason="CAMAUG_FCM_CREDENTIALS is not set")
        yield None
        return
    try:
        certificate = read_certificate(settings.fcm_credentials)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise SettingsError(f"CAMAUG_FCM_CREDENTIALS is no service account: {error}") from None
    async with open_sender(settings.fcm_url, certificate) as sender:
        yield sender


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


async def work(worker: Worker, beside: Callable[[], Awaitable[None]] | None = None) -> None:
    """Run the worker until SIGTERM, and `beside` it another thing; ten seconds later all ends."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        worker.stop()
        loop.call_later(GRACE_SECONDS, os._exit, 0)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    other = asyncio.ensure_future(beside()) if beside else None
    await worker.run()
    if other is not None:
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)


def run(settings: Settings) -> int:
    """Work until SIGTERM; the process ends within ten seconds of it."""
    die_with_parent(parent=os.getppid())
    telemetry.set_up("worker")
    with watchdog.kept(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(Worker(settings), plugin_process.kept))
    return 0
