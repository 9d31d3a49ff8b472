"""Streams inside the process; `test_live_server.py` reads them through a real server."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import pytest
from msgspec.structs import replace

from camaug.kernel.cache import Cache
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import actions, jobs, live
from camaug.notices.jobs import EventJob
from camaug.notices.live import Follower, Live
from camaug_sdk.problems import Unauthenticated
from camaug_sdk.records import Person
from camaug_simulators.harness import free_port

from .conftest import AN_XUYEN, emit, until

PATIENCE = 10
"""Seconds for what must come; by itself a stream looks again only at its next beat, after 15."""
SILENCE = 3
"""Seconds in which nothing comes."""


class Reader:
    """One shell: reads messages with their id, event and topics."""

    def __init__(self, live: Live, who: Follower, last: int | None = None) -> None:
        self.follower: Follower | None = who
        self.stream = live.follow(last, self.who)

    async def who(self) -> Follower:
        if self.follower is None:
            raise Unauthenticated("session_ended")
        return self.follower

    async def next(self, seconds: float = PATIENCE) -> tuple[int, str, list[str]]:
        """The next message; comments and the pause are passed over."""
        async with asyncio.timeout(seconds):
            async for part in self.stream:
                lines = dict(
                    line.split(": ", 1) for line in part.decode().split("\n") if ": " in line
                )
                if "data" in lines:
                    return int(lines["id"]), lines["event"], json.loads(lines["data"])["topics"]
        raise AssertionError("the stream has ended")

    async def waiting(
        self, seconds: float = PATIENCE
    ) -> "asyncio.Task[tuple[int, str, list[str]]]":
        """Wait for the next message from now on: only a wake-up can bring it."""
        task = asyncio.create_task(self.next(seconds))
        await asyncio.sleep(0.2)
        assert not task.done()
        return task

    async def ended(self) -> bool:
        async with asyncio.timeout(PATIENCE):
            return [part async for part in self.stream if b"data" in part] == []


@pytest.fixture
async def streams(engines: Engines) -> AsyncGenerator[Live]:
    made = Live(engines)
    async with made.running():
        await until(lambda: listening(made))
        yield made


async def listening(streams: Live) -> bool:
    """Whether the process's subscription stands, so that only a wake-up can be in time."""
    return streams._listening  # noqa: SLF001


@pytest.fixture
async def shell(streams: Live, citizen: Person) -> AsyncGenerator[Reader]:
    """An open stream of the citizen."""
    reader = Reader(streams, Follower(citizen_id=citizen.citizen_id))
    async with aclosing(reader.stream):
        assert await reader.next() == (0, "open", [])
        yield reader


async def tell(engines: Engines, citizen: Person) -> str:
    """A notice in the inbox, and the wake-up; the topic of its dossier."""
    dossier_id = str(uuid7())
    event_id = await emit(engines, citizen, dossier_id=dossier_id)
    for name in ("inbox", "desk"):
        await jobs.run_subscriber(engines, name, EventJob(event_id=event_id))
    return f"dossier:{dossier_id}"


async def test_a_change_names_the_inbox_and_the_dossier(
    engines: Engines, citizen: Person, shell: Reader
) -> None:
    waiting = await shell.waiting()
    topic = await tell(engines, citizen)
    assert await waiting == (1, "change", ["inbox", topic])
    waiting = await shell.waiting()
    await actions.read_up_to(engines, citizen, 1)
    assert await waiting == (2, "change", ["inbox"])


async def test_who_comes_back_learns_what_was_missed_and_nothing_else(
    engines: Engines, citizen: Person, streams: Live
) -> None:
    topics = [await tell(engines, citizen) for _ in range(3)]
    follower = Follower(citizen_id=citizen.citizen_id)
    late = Reader(streams, follower, last=1)
    async with aclosing(late.stream):
        assert await late.next() == (3, "change", ["inbox", *sorted(topics[1:])])
    current = Reader(streams, follower, last=3)
    async with aclosing(current.stream):
        waiting = await current.waiting()
        topic = await tell(engines, citizen)
        assert await waiting == (4, "change", ["inbox", topic])


async def test_another_citizen_is_not_woken(
    engines: Engines, shell: Reader, make_citizen: Callable[[], Awaitable[Person]]
) -> None:
    waiting = await shell.waiting(SILENCE)
    await tell(engines, await make_citizen())
    with pytest.raises(TimeoutError):
        await waiting


async def test_an_officer_hears_of_the_own_desks_only(
    engines: Engines, citizen: Person, streams: Live
) -> None:
    officer = Reader(streams, Follower(agency_ids=(AN_XUYEN, uuid7())))
    elsewhere = Reader(streams, Follower(agency_ids=(uuid7(),)))
    async with aclosing(officer.stream), aclosing(elsewhere.stream):
        assert (await officer.next())[1] == "open"
        assert (await elsewhere.next())[1] == "open"
        waiting, in_vain = await officer.waiting(), await elsewhere.waiting(SILENCE)
        await tell(engines, citizen)
        assert await waiting == (1, "change", ["desk"])
        with pytest.raises(TimeoutError):
            await in_vain


async def test_a_stream_ends_soon_after_its_session(shell: Reader) -> None:
    shell.follower = None
    assert await shell.ended()


async def test_at_shutdown_every_stream_ends_at_once(engines: Engines, citizen: Person) -> None:
    made = Live(engines)
    async with made.running():
        reader = Reader(made, Follower(citizen_id=citizen.citizen_id))
        await reader.next()
        ended = asyncio.create_task(reader.ended())
        await asyncio.sleep(0)
    assert await ended


async def test_a_silent_stream_beats(
    citizen: Person, streams: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    reader = Reader(streams, Follower(citizen_id=citizen.citizen_id))
    async with aclosing(reader.stream), asyncio.timeout(PATIENCE):
        await reader.next()
        assert await anext(reader.stream) == b":\n\n"


async def test_without_redis_the_stream_polls(
    engines: Engines, citizen: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.2)
    away = replace(engines, cache=Cache(f"redis://127.0.0.1:{free_port()}"))
    made = Live(away)
    async with made.running():
        reader = Reader(made, Follower(citizen_id=citizen.citizen_id))
        async with aclosing(reader.stream):
            await reader.next()
            waiting = await reader.waiting()
            topic = await tell(away, citizen)
            assert await waiting == (1, "change", ["inbox", topic])


async def test_what_happened_while_redis_was_away_is_told_when_it_comes_back(
    engines: Engines, citizen: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 60)
    async with cuttable(engines) as (behind, line):
        made = Live(behind)
        async with made.running():
            await until(lambda: listening(made))
            reader = Reader(made, Follower(citizen_id=citizen.citizen_id))
            async with aclosing(reader.stream):
                await reader.next()
                waiting = await reader.waiting()
                line.cut()
                topic = await tell(engines, citizen)
                await asyncio.sleep(0.2)
                assert not waiting.done()
                line.mend()
                assert await waiting == (1, "change", ["inbox", topic])


class Line:
    """A connection to Redis that can be cut and mended."""

    def __init__(self, engines: Engines) -> None:
        self._to = engines.cache._redis.connection_pool.connection_kwargs  # noqa: SLF001
        self._writers: list[asyncio.StreamWriter] = []
        self._whole = True

    def cut(self) -> None:
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def mend(self) -> None:
        self._whole = True

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join one client to Redis."""
        if not self._whole:
            writer.transport.abort()
            return
        if "path" in self._to:
            far = await asyncio.open_unix_connection(self._to["path"])
        else:
            far = await asyncio.open_connection(self._to["host"], self._to["port"])
        self._writers += [writer, far[1]]
        both = (_pump(reader, far[1]), _pump(far[0], writer))
        await asyncio.gather(*both, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def cuttable(engines: Engines) -> AsyncGenerator[tuple[Engines, Line]]:
    """Engines that reach Redis through a line that can be cut."""
    line = Line(engines)
    server = await asyncio.start_server(line.meet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    cache = Cache(f"redis://127.0.0.1:{port}")
    async with server:
        yield replace(engines, cache=cache), line
        await cache.close()
        line.cut()
