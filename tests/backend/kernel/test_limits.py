"""Token buckets: what passes, what is told, and what happens while stores are away."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from litestar.types import Receive, Scope, Send
from msgspec.structs import replace

from camaug.kernel import limits
from camaug.kernel.cache import Cache
from camaug.kernel.ids import uuid7
from camaug.kernel.limits import REDIS_AWAY_SECONDS, Buckets, Limit, Policy
from camaug.kernel.problems import Problems
from camaug.kernel.web import Engines

SLOW = Policy(name="test", rate=1, burst=20, lease=5)
NOWHERE = "redis://127.0.0.1:1/0"


async def answered(_: Scope, __: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class Process:
    """One API process's limiter."""

    def __init__(self, engines: Engines, policy: Policy, key: str) -> None:
        self.retry_after = b""
        self.header = b""
        self._limit = Limit(
            answered, Buckets(engines), Problems(engines.texts), policy, lambda _: key
        )

    async def ask(self) -> int:
        """Status of one request."""
        scope: Any = {"type": "http", "headers": [], "path": "/", "state": {}, "method": "GET"}
        seen: list[Any] = []

        async def send(message: Any) -> None:
            seen.append(message)

        async def receive() -> Any:
            return {}

        await self._limit(scope, receive, send)
        self.header = scope["state"].get("ratelimit", (b"", b""))[1]
        self.retry_after = dict(seen[0]["headers"]).get(b"retry-after", b"")
        return seen[0]["status"]


def key() -> str:
    return str(uuid7())


async def passed(asking: Callable[[], Awaitable[list[int]]]) -> list[int]:
    """Statuses, of which as many are good as the bucket holds and what came in meanwhile."""
    began = time.monotonic()
    statuses = await asking()
    came_in = SLOW.rate * (time.monotonic() - began)
    assert SLOW.burst <= statuses.count(200) <= SLOW.burst + came_in
    assert set(statuses) == {200, 429}
    return statuses


@pytest.fixture
async def without_redis(engines: Engines) -> AsyncIterator[Engines]:
    cache = Cache(NOWHERE)
    yield replace(engines, cache=cache)
    await cache.close()


async def test_a_burst_passes_and_what_is_more_is_refused_with_the_time_to_wait(
    engines: Engines,
) -> None:
    process = Process(engines, SLOW, key())

    async def ask() -> list[int]:
        return [await process.ask() for _ in range(25)]

    assert (await passed(ask))[-1] == 429
    assert 1 <= int(process.retry_after) <= 5
    assert process.header.startswith(b'"test";r=0;t=')


async def test_two_processes_share_one_bucket(engines: Engines) -> None:
    name = key()
    processes = [Process(engines, SLOW, name) for _ in range(2)]

    async def ask() -> list[int]:
        return await asyncio.gather(*(one.ask() for one in processes * 40))

    await passed(ask)


async def test_many_at_once_in_one_process_take_no_more_than_the_bucket_holds(
    engines: Engines,
) -> None:
    process = Process(engines, SLOW, key())

    async def ask() -> list[int]:
        return await asyncio.gather(*(process.ask() for _ in range(100)))

    await passed(ask)


async def test_people_do_not_spend_each_others_tokens(engines: Engines) -> None:
    full = Process(engines, SLOW, key())
    while await full.ask() == 200:
        pass
    assert await Process(engines, SLOW, key()).ask() == 200


async def test_tokens_come_back_at_the_rate(engines: Engines) -> None:
    quick = Policy(name="quick", rate=50, burst=10, lease=5)
    name = key()
    process = Process(engines, quick, name)
    while await process.ask() == 200:
        pass
    await asyncio.sleep(1.1)
    assert await process.ask() == 200


async def test_without_redis_the_bucket_is_in_the_database(without_redis: Engines) -> None:
    name = key()
    processes = [Process(without_redis, SLOW, name) for _ in range(2)]

    async def ask() -> list[int]:
        return [await one.ask() for one in processes * 20]

    await passed(ask)


async def test_redis_that_is_away_is_not_asked_at_every_request(
    without_redis: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked, script = 1000.0, 0, without_redis.cache.script

    async def counted(*given: Any) -> Any:
        nonlocal asked
        asked += 1
        return await script(*given)

    monkeypatch.setattr(without_redis.cache, "script", counted)
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now))
    buckets = Buckets(without_redis)
    for _ in range(20):
        await buckets.take(SLOW, key())
    assert asked == 1
    now += REDIS_AWAY_SECONDS
    await buckets.take(SLOW, key())
    assert asked == 2


async def test_without_any_store_nothing_passes(without_redis: Engines) -> None:
    process = Process(without_redis, SLOW, key())
    await without_redis.pool.close()
    assert await process.ask() == 503
    assert process.retry_after == b"1"
