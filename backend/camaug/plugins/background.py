"""Runs the jobs and events of plugins, in the process that does nothing else.

A job is `{"job": name, "payload": {...}}`, an event's is `{"event_id": ...}`. One that raises is
tried again and ends as a dead letter; those of a plugin that is not active wait for it.
"""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
import structlog

from camaug.kernel import db, outbox
from camaug.kernel.web import Engines
from camaug.plugins import actions, discovery, load, queries, services, watchdog
from camaug.plugins.recorder import Recorder
from camaug.plugins.schemas import Seat
from camaug_sdk.context import Context
from camaug_sdk.plugin import Plugin
from camaug_sdk.problems import NotFound

SECONDS = 60.0
"""Of one job."""
WAIT_SECONDS = 60.0
"""How soon a job of a plugin that is not active asks again."""
log = structlog.get_logger()


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a job of a plugin's queue asks for."""

    job: str | None = None
    payload: dict[str, Any] = {}
    event_id: UUID | None = None


class Unknown(Exception):
    """The plugin has no handler of that name."""


class NotActive(Exception):
    """The plugin does not run now."""


class _Loaded(msgspec.Struct, frozen=True):
    fingerprint: str
    plugin: Plugin
    context: Context


class Background:
    """The plugins of this process."""

    def __init__(
        self, engines: Engines, recorder: Recorder, makers: services.Makers = services.CORE
    ) -> None:
        self._engines = engines
        self._recorder = recorder
        self._makers = makers
        self._loaded: dict[str, _Loaded] = {}
        self._seats: dict[str, Seat] = {}

    async def refresh(self) -> set[str]:
        """Read what is installed; the ids."""
        async with self._engines.pool.acquire() as conn:
            self._seats = {one.plugin_id: one for one in await queries.seats(conn)}
        return {one.plugin_id for one in self._seats.values() if one.state != "uninstalled"}

    async def hear(self) -> None:
        """Suspend what an earlier process says it could not go on with."""
        now = self._engines.clock.now()
        for path, word in watchdog.words(self.packages):
            async with db.transaction(self._engines.pool) as conn:
                with suppress(NotFound):
                    await actions.suspend(conn, word.plugin_id, word.trouble, word.note, now)
            path.unlink(missing_ok=True)

    def packages(self) -> dict[str, str]:
        """The id of each plugin by the folder of its package."""
        found: dict[str, str] = {}
        for seat in list(self._seats.values()):  # the watchdog asks from its thread
            with suppress(discovery.Refusal):
                folder = discovery.package(seat.plugin_id, seat.entry_point)
                found[str(folder)] = seat.plugin_id
        return found

    async def run(self, plugin_id: str, raw: bytes) -> None:
        """One job. Raises `NotActive`, `Unknown`, or what the plugin raises."""
        async with self._engines.pool.acquire() as conn:
            seat = await queries.seat(conn, plugin_id)
        if seat.state != "active":
            raise NotActive(seat.state)
        task = msgspec.json.decode(raw, type=Task)
        loaded = await self._load(seat)
        handle = self._handler(loaded, task) if task.job else await self._listener(loaded, task)
        await Running(plugin_id, self._recorder).run(handle)

    def _handler(self, loaded: _Loaded, task: Task) -> Any:
        handler = loaded.plugin.jobs.get(task.job or "")
        if handler is None:
            raise Unknown(task.job)
        return lambda: handler(task.payload, loaded.context)

    async def _listener(self, loaded: _Loaded, task: Task) -> Any:
        if task.event_id is None:
            raise Unknown("neither job nor event")
        async with self._engines.pool.acquire() as conn:
            event = await outbox.event(conn, task.event_id)
        handler = loaded.plugin.events.get(event.name)
        if handler is None:
            raise Unknown(event.name)
        return lambda: handler(event, loaded.context)

    async def _load(self, seat: Seat) -> _Loaded:
        known = self._loaded.get(seat.plugin_id)
        if known is None or known.fingerprint != seat.fingerprint:
            plugin, context = await load.background(seat, self._engines, self._makers)
            known = _Loaded(seat.fingerprint, plugin, context)
            self._loaded[seat.plugin_id] = known
        return known


class Running:
    """One job of one plugin, as the watchdog finds it in the stack."""

    def __init__(self, plugin_id: str, recorder: Recorder) -> None:
        self.plugin_id = plugin_id
        self._recorder = recorder

    async def run(self, handle: Any) -> None:
        """Within its time. What it raises beyond `Exception` is an error like others."""
        self._recorder.begin(self.plugin_id)
        try:
            async with asyncio.timeout(SECONDS):
                await handle()
        except (Exception, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:
            raise RuntimeError(type(error).__name__) from error
        finally:
            self._recorder.end(self.plugin_id)
