"""Live streams: "this has changed, fetch it again", one stream a shell, in the SSE format.

The truth is a number in PostgreSQL (of the citizen's inbox, or the sum over the officer's desks),
which is also the id of each message; so a shell that comes back with `Last-Event-ID` is told what
it missed. Redis only wakes. Each process hears of those whom its streams are of, and one
statement looks after all of them: when listening begins anew, and every five seconds while there
is no Redis.
"""

import asyncio
import signal
import threading
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import TypeAlias
from uuid import UUID

import msgspec
import structlog
from litestar.di import NamedDependency

from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug.notices import live_topics, queries
from camaug_sdk.problems import Problem

HEARTBEAT_SECONDS = 15
POLL_SECONDS = 5
CHECK_SECONDS = 2
"""How often every stream's session is checked."""
RETRY_MS = 2000
HEARTBEAT = b":\n\n"
log = structlog.get_logger()


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """Whose stream it is: a citizen, or an officer with the agencies of the desks."""

    citizen_id: UUID | None = None
    agency_ids: tuple[UUID, ...] = ()

    def channels(self) -> list[str]:
        """Where this person's changes are announced."""
        if self.citizen_id is not None:
            return [live_topics.citizen_channel(self.citizen_id)]
        return [live_topics.desk_channel(one) for one in self.agency_ids]

    def place(self, positions: dict[UUID, int]) -> int:
        """The number of the last change, out of the numbers of all owners."""
        owners = self.agency_ids if self.citizen_id is None else (self.citizen_id,)
        return sum(positions.get(one, 0) for one in owners)


class _Stream:
    """One open stream. `seen` is the number that its shell knows."""

    __slots__ = ("changed", "follower", "over", "seen", "who")

    def __init__(
        self, follower: Follower, seen: int | None, who: Callable[[], Awaitable[Follower]]
    ) -> None:
        self.follower = follower
        self.seen = seen
        self.who = who
        self.changed = asyncio.Event()
        self.over = False

    def end(self) -> None:
        self.over = True
        self.changed.set()


class Live:
    """The streams of one process."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._streams: set[_Stream] = set()
        self._by_channel: dict[str, set[_Stream]] = defaultdict(set)
        self._wakes = engines.cache.wakes(self._by_channel)
        self._listening = False
        self._closed = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Listen, poll and check until the end, then end every stream."""
        tasks = [asyncio.create_task(one()) for one in (self._listen, self._poll, self._check)]
        try:
            with _when_told_to_stop(self.close):
                yield
        finally:
            self.close()
            await _cancel(tasks)

    def close(self) -> None:
        """End every stream at once, and those that come later."""
        self._closed = True
        for stream in self._streams:
            stream.end()

    async def follow(
        self, last_id: int | None, who: Callable[[], Awaitable[Follower]]
    ) -> AsyncGenerator[bytes]:
        """The messages of one stream. `who` tells whose it is now; it raises when that is over."""
        stream = _Stream(await who(), last_id, who)
        self._add(stream)
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            while not (stream.over or self._closed):
                stream.changed.clear()
                message = await self._message(stream)
                if message is not None:
                    yield message
                elif not await _set_within(stream.changed, HEARTBEAT_SECONDS):
                    yield HEARTBEAT
        finally:
            self._remove(stream)

    async def _message(self, stream: _Stream) -> bytes | None:
        """What the stream does not know yet, or None."""
        async with self._engines.pool.acquire() as conn:
            place = stream.follower.place(await _positions(conn, [stream.follower]))
            if place == stream.seen:
                return None
            seen, stream.seen = stream.seen, place
            if seen is None:
                return _encode(place, "open", [])
            return _encode(place, "change", await _topics(conn, stream.follower, seen))

    def _add(self, stream: _Stream) -> None:
        self._streams.add(stream)
        for channel in stream.follower.channels():
            self._by_channel[channel].add(stream)
        self._wakes.changed()

    def _remove(self, stream: _Stream) -> None:
        self._streams.discard(stream)
        for channel in stream.follower.channels():
            self._by_channel[channel].discard(stream)
            if not self._by_channel[channel]:
                del self._by_channel[channel]
        self._wakes.changed()

    async def _listen(self) -> None:
        """Fan the wake-ups out, and subscribe again whenever the connection is lost."""
        while True:
            async for channel in self._wakes.listen():
                if not channel:
                    self._listening = True
                    await self._safely(self._look)
                for stream in self._by_channel.get(channel, ()):
                    stream.changed.set()
            self._listening = False
            await asyncio.sleep(1)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if not self._listening:
                await self._safely(self._look)

    async def _check(self) -> None:
        """End the streams whose session or token is over, and follow changed assignments."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for stream in list(self._streams):
                try:
                    now = await stream.who()
                except Problem:
                    stream.end()
                    continue
                except Exception as error:  # noqa: BLE001  (the next look decides)
                    log.warning("live_check_failed", error=type(error).__name__)
                    continue
                if now != stream.follower:
                    self._remove(stream)
                    stream.follower = now
                    self._add(stream)

    async def _look(self) -> None:
        """Wake the streams whose number has changed."""
        streams = list(self._streams)
        async with self._engines.pool.acquire() as conn:
            positions = await _positions(conn, [one.follower for one in streams])
        for stream in streams:
            if stream.follower.place(positions) != stream.seen:
                stream.changed.set()

    async def _safely(self, look: Callable[[], Awaitable[None]]) -> None:
        try:
            await look()
        except Exception as error:  # noqa: BLE001  (this must go on, whatever the database does)
            log.warning("live_look_failed", error=type(error).__name__)


@contextmanager
def _when_told_to_stop(do: Callable[[], None]) -> Generator[None]:
    """Call `do` in the loop at SIGTERM or SIGINT, beside what already happens then.

    The server waits for open connections before it ends the application's lifespan, so streams
    must end at the signal itself. Where signals cannot be caught the lifespan's end has to do.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(do)
        earlier = before[signal.Signals(number)]
        if callable(earlier):
            earlier(number, frame)

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


FromLive: TypeAlias = NamedDependency[Live]
"""Argument `live`."""


async def _positions(conn: db.Conn, followers: list[Follower]) -> dict[UUID, int]:
    citizens = {one.citizen_id for one in followers if one.citizen_id is not None}
    agencies = {agency for one in followers for agency in one.agency_ids}
    found = await queries.citizen_positions(conn, list(citizens)) if citizens else []
    found += await queries.desk_positions(conn, list(agencies)) if agencies else []
    return {one.owner_id: one.last_seq for one in found}


async def _topics(conn: db.Conn, follower: Follower, seen: int) -> list[str]:
    if follower.citizen_id is None:
        return [live_topics.DESK]
    after = await queries.topics_after(conn, follower.citizen_id, seen)
    return [live_topics.INBOX, *sorted(after.topics)]


def _encode(place: int, event: str, topics: list[str]) -> bytes:
    data = msgspec.json.encode({"topics": topics}).decode()
    return f"id: {place}\nevent: {event}\ndata: {data}\n\n".encode()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    """End the tasks; the Redis client can swallow a cancellation while it connects, so insist."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.2)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
