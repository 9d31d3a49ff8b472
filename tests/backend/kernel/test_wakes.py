"""Wake-ups between processes: a process hears what it waits for, and nothing of anybody else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from camaug.kernel.web import Engines

PATIENCE_S = 20


async def _next(heard: AsyncIterator[str]) -> str:
    async with asyncio.timeout(PATIENCE_S):
        return await anext(heard)


async def _given_up(engines: Engines, channel: str) -> None:
    """Until the server has nobody who hears that channel."""
    redis: Any = engines.cache._redis  # noqa: SLF001
    async with asyncio.timeout(PATIENCE_S):
        while dict(await redis.pubsub_numsub(channel))[channel.encode()]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_only_what_is_wanted_is_heard(engines: Engines) -> None:
    wanted = {"live:mine"}
    wakes = engines.cache.wakes(wanted)
    heard = aiter(wakes.listen())
    assert {await _next(heard), await _next(heard)} == {"", "live:mine"}
    await engines.cache.wake("live:somebody-else")
    await engines.cache.wake("live:mine")
    assert await _next(heard) == "live:mine"
    wanted.add("live:theirs")
    wakes.changed()
    assert await _next(heard) == "live:theirs"  # look after it: what came before is lost
    wanted.remove("live:mine")
    wanted.add("live:last")
    wakes.changed()
    assert await _next(heard) == "live:last"
    await _given_up(engines, "live:mine")  # the client takes the new one before it gives up the old
    await engines.cache.wake("live:mine")
    await engines.cache.wake("live:theirs")
    assert await _next(heard) == "live:theirs"
    await heard.aclose()  # type: ignore[attr-defined]
