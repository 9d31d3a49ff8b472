"""Serves every plugin below one address: a table of small applications, each built on first use.

It stands in front of the core's Litestar, so that a call of a plugin passes one router, not two.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from litestar import Litestar
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec.structs import replace

from camaug.identity import guards
from camaug.kernel import db
from camaug.kernel.problems import Problems
from camaug.kernel.web import Engines
from camaug.plugins import (
    accounting,
    actions,
    discovery,
    growth,
    load,
    queries,
    recorder,
    services,
    watchdog,
)
from camaug.plugins.bodies import received
from camaug.plugins.build import PREFIX
from camaug.plugins.gate import Gate
from camaug.plugins.recorder import Recorder
from camaug.plugins.schemas import Seat, Trouble
from camaug_sdk.problems import NotFound, Problem, Unavailable

log = structlog.get_logger()
REFRESH_SECONDS = 2.0


class _Place:
    """One plugin in this process."""

    def __init__(self, seat: Seat, give_up: Callable[[str], None], recorder: Recorder) -> None:
        self.seat = seat
        self.gate = Gate(seat.plugin_id, give_up, recorder)
        self.app: Litestar | None = None
        self.templates: frozenset[str] = frozenset()
        self.made_of = seat
        """What was checked when `app` was made."""
        self.making: asyncio.Task[Litestar] | None = None
        self.broken = False
        self.changed = False
        """The files were not those that were checked, at the last try."""

    @property
    def is_old(self) -> bool:
        """Whether another version was checked since `app` was made."""
        now, then = self.seat, self.made_of
        return self.app is not None and now.fingerprint != then.fingerprint

    def move(self, seat: Seat) -> None:
        """Take a newly read state; what was checked anew, or is not yet here, may be tried anew."""
        if seat != self.seat or self.changed:
            self.broken = False
        if seat != self.seat:
            self.gate.forget()
        self.seat = seat
        if self.is_old and seat.state != "active":
            self.app = None  # it comes back as what was checked last, with its first request

    def admit(self, now: datetime) -> None:
        """Raise what the state says."""
        state = "refused" if self.broken else self.seat.state
        if state == "uninstalled":
            raise NotFound
        if state != "active":
            until = self.seat.resume_at
            wait = None if until is None else max(1, int((until - now).total_seconds()))
            raise Unavailable(f"plugin_{state}", retry_after=wait)


class PluginHost:
    """The table. `running` reads it and keeps it fresh; `in_front_of` serves."""

    def __init__(
        self, makers: services.Makers = services.CORE, leave: Callable[[], None] | None = None
    ) -> None:
        """`leave` ends this process in order; without it nobody looks at how it grows."""
        self._makers = makers
        self._leave = leave
        self._recorder = Recorder(recorder.own(os.getpid()))
        self._places: dict[str, _Place] = {}
        self._uses: dict[str, accounting.Use] = {}
        self._engines: Engines | None = None
        self._working: set[asyncio.Task[object]] = set()

    def in_front_of(self, inner: ASGIApp, problems: Problems) -> ASGIApp:
        """What is below `/api/v1/apps` goes to its plugin, the rest to `inner`."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not scope["path"].startswith(f"{PREFIX}/"):
                await inner(scope, receive, send)
                return
            started = False

            async def answer(message: Message) -> None:
                nonlocal started
                started = True
                await send(message)

            try:
                await self._serve(scope, receive, answer)
            except Problem as problem:
                if started:  # nothing can be added to a half-sent answer; the server cuts it off
                    raise
                await problems.send(scope, problem, send)

        return serve

    @asynccontextmanager
    async def running(self, engines: Engines) -> AsyncGenerator[None, None]:
        """For the lifespan of the process."""
        self._engines = engines
        await self.refresh()
        await self._hear()
        tasks = [
            asyncio.create_task(self._watch(), name="plugin states"),
            asyncio.create_task(accounting.keep_writing(engines, self._uses), name="plugin use"),
        ]
        if self._leave is not None:
            for task in tasks:
                task.add_done_callback(recorder.end_with)
            weigh = growth.watch(self._recorder, self._suspend, self._leave)
            tasks.append(asyncio.create_task(weigh, name="growth"))
        try:
            async with watchdog.Watchdog(Gate.run.__code__, self._packages).running():
                yield
        finally:
            for task in tasks:
                task.remove_done_callback(recorder.end_with)
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def refresh(self) -> None:
        """Read the state of every plugin, in one query."""
        if self._engines is None:
            return
        seats = await self._seats(self._engines)
        for seat in seats:
            plugin_id = seat.plugin_id
            if place := self._places.get(plugin_id):
                place.move(seat)
            else:
                made = _Place(seat, partial(self._give_up, plugin_id), self._recorder)
                self._places[plugin_id] = made
                self._uses[plugin_id] = made.gate.use
        for gone in self._places.keys() - {seat.plugin_id for seat in seats}:
            del self._places[gone]
            del self._uses[gone]
        for place in self._places.values():
            if place.is_old and place.making is None:
                self._in_background(self._renew(place))

    @staticmethod
    async def _seats(engines: Engines) -> list[Seat]:
        """Every plugin; those that have rested long enough are active again."""
        async with engines.pool.acquire() as conn:
            seats = await queries.seats(conn)
        now = engines.clock.now()
        if any(s.state == "suspended" and s.resume_at and s.resume_at <= now for s in seats):
            await actions.resume(engines.pool, now)
            async with engines.pool.acquire() as conn:
                seats = await queries.seats(conn)
        return seats

    def _give_up(self, plugin_id: str, note: str) -> None:
        """Suspend a plugin that keeps failing: here at once, everywhere once it is written."""
        place = self._places[plugin_id]
        place.seat = replace(place.seat, state="suspended")
        self._in_background(self._suspend(plugin_id, "failing", note))

    def _in_background(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _suspend(self, plugin_id: str, trouble: Trouble, note: str) -> bool:
        """Write it; whether that could be done.

        While the database is away it holds here until the states are read again.
        """
        if self._engines is None:
            return False
        now = self._engines.clock.now()
        try:
            async with db.transaction(self._engines.pool) as conn:
                await actions.suspend(conn, plugin_id, trouble, note, now)
            await self.refresh()
        except (Problem, *db.OUTAGES) as error:
            log.warning("suspension_not_written", plugin_id=plugin_id, error=type(error).__name__)
            return False
        return True

    async def _hear(self) -> None:
        """Suspend what a process that has ended says it could not go on with."""
        for path, word in watchdog.words(self._packages):
            if await self._suspend(word.plugin_id, word.trouble, word.note):
                path.unlink(missing_ok=True)

    def _packages(self) -> dict[str, str]:
        """The id of each plugin that is served, by the folder of its package."""
        found: dict[str, str] = {}
        for place in list(self._places.values()):  # the watchdog asks from its thread
            with suppress(discovery.Refusal):
                folder = discovery.package(place.seat.plugin_id, place.seat.entry_point)
                found[str(folder)] = place.seat.plugin_id
        return found

    async def _watch(self) -> None:
        """Refresh for ever; while the database is away the last known states hold."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await self.refresh()
                await self._hear()
            except db.OUTAGES as error:
                log.warning("plugin_states_not_read", error=type(error).__name__)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request below `/api/v1/apps/`."""
        plugin_id = scope["path"][len(PREFIX) + 1 :].partition("/")[0]
        place = self._places.get(plugin_id)
        state: dict[str, Any] = scope["state"]
        if place is None or self._engines is None:
            state["route"] = f"{PREFIX}/unknown"
            raise NotFound
        state["route"] = f"{PREFIX}/{plugin_id}/*"
        place.admit(self._engines.clock.now())
        body = await received(scope, receive)
        inner: Any = {**scope, "state": dict(state)}

        async def work(answer: Send) -> None:
            app = place.app or await self._made(place)
            await app(inner, body, answer)

        try:
            await place.gate.run(work, send, guards.account(scope))
        finally:
            template = inner.get("path_template")
            if isinstance(template, str) and template in place.templates:  # not believed
                state["route"] = template

    async def _made(self, place: _Place) -> Litestar:
        """The plugin's application; whoever comes while it is being made waits for the same one."""
        if place.making is None:
            place.making = asyncio.create_task(self._make(place), name="plugin application")
        return await asyncio.shield(place.making)

    async def _make(self, place: _Place) -> Litestar:
        """Make it of what was checked last; one that serves already does so until then."""
        if self._engines is None:
            raise Unavailable
        seat = place.seat
        try:
            made = await load.application(seat, self._engines, self._makers)
        except load.Broken as error:
            place.changed = isinstance(error, load.Changed)
            if place.app is None or not place.changed:
                log.exception("plugin_not_loaded", plugin_id=seat.plugin_id)
                place.app, place.broken = None, True
            raise Unavailable("plugin_refused") from error
        finally:
            place.making = None
        place.app, place.made_of, place.changed = made, seat, False
        place.templates = frozenset(route.path_format for route in made.routes)
        return made

    async def _renew(self, place: _Place) -> None:
        """Take a new version into use; what could not be read yet is tried at the next refresh."""
        try:
            await self._made(place)
        except (Problem, *db.OUTAGES) as error:
            log.warning(
                "plugin_not_renewed", plugin_id=place.seat.plugin_id, error=type(error).__name__
            )
        else:
            log.info("plugin_renewed", plugin_id=place.seat.plugin_id)
