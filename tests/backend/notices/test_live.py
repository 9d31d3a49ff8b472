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

from .conftest import AN_XUYEN, emit, free_port

QUICK = 3


class Reader:
    """One shell: reads messages with their id, event and topics."""

    def __init__(self, live: Live, who: Follower, last: int | None = None) -> None:
        self.follower: Follower | None = who
        self.stream = live.follow(last, self.who)

    async def who(self) -> Follower:
        if self.follower is None:
            raise Unauthenticated("session_ended")
        return self.follower

    async def next(self) -> tuple[int, str, list[str]]:
        """The next message; comments and the pause are passed over."""
        async with asyncio.timeout(QUICK):
            async for part in self.stream:
                lines = dict(
                    line.split(": ", 1) for line in part.decode().split("\n") if ": " in line
                )
                if "data" in lines:
                    return int(lines["id"]), lines["event"], json.loads(lines["data"])["topics"]
        raise AssertionError("the stream has ended")

    async def ended(self) -> bool:
        async with asyncio.timeout(QUICK):
            return [part async for part in self.stream if b"data" in part] == []


@pytest.fixture
async def streams(engines: Engines) -> AsyncGenerator[Live]:
    made = Live(engines)
    async with made.running():
        yield made


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
    topic = await tell(engines, citizen)
    assert await shell.next() == (1, "change", ["inbox", topic])
    await actions.read_up_to(engines, citizen, 1)
    assert await shell.next() == (2, "change", ["inbox"])


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
        topic = await tell(engines, citizen)
        assert await current.next() == (4, "change", ["inbox", topic])


async def test_another_citizen_is_not_woken(
    engines: Engines, shell: Reader, make_citizen: Callable[[], Awaitable[Person]]
) -> None:
    await tell(engines, await make_citizen())
    with pytest.raises(TimeoutError):
        await shell.next()


async def test_an_officer_hears_of_the_own_desks_only(
    engines: Engines, citizen: Person, streams: Live
) -> None:
    officer = Reader(streams, Follower(agency_ids=(AN_XUYEN, uuid7())))
    elsewhere = Reader(streams, Follower(agency_ids=(uuid7(),)))
    async with aclosing(officer.stream), aclosing(elsewhere.stream):
        assert (await officer.next())[1] == "open"
        assert (await elsewhere.next())[1] == "open"
        await tell(engines, citizen)
        assert await officer.next() == (1, "change", ["desk"])
        with pytest.raises(TimeoutError):
            await elsewhere.next()


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
    assert await asyncio.wait_for(ended, 0.2)


async def test_a_silent_stream_beats(
    citizen: Person, streams: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    reader = Reader(streams, Follower(citizen_id=citizen.citizen_id))
    async with aclosing(reader.stream), asyncio.timeout(QUICK):
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
            topic = await tell(away, citizen)
            assert await reader.next() == (1, "change", ["inbox", topic])


async def test_what_happened_while_redis_was_away_is_told_when_it_comes_back(
    engines: Engines, citizen: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 60)
    async with proxy(engines) as (behind, cut):
        made = Live(behind)
        async with made.running():
            reader = Reader(made, Follower(citizen_id=citizen.citizen_id))
            async with aclosing(reader.stream):
                await reader.next()
                cut()
                topic = await tell(behind, citizen)
                assert await reader.next() == (1, "change", ["inbox", topic])


@asynccontextmanager
async def proxy(engines: Engines) -> AsyncGenerator[tuple[Engines, Callable[[], None]]]:
    """Engines that reach Redis through a connection that can be cut."""
    kwargs = engines.cache._redis.connection_pool.connection_kwargs  # noqa: SLF001
    writers: list[asyncio.StreamWriter] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "path" in kwargs:
            far = await asyncio.open_unix_connection(kwargs["path"])
        else:
            far = await asyncio.open_connection(kwargs["host"], kwargs["port"])
        writers.extend([writer, far[1]])
        await asyncio.gather(pump(reader, far[1]), pump(far[0], writer), return_exceptions=True)

    def cut() -> None:
        for writer in writers:
            writer.transport.abort()
        writers.clear()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    cache = Cache(f"redis://127.0.0.1:{port}")
    async with server:
        yield replace(engines, cache=cache), cut
        await cache.close()
        cut()
