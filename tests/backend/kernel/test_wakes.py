"""Wake-ups between processes: a process hears what it waits for, and nothing of anybody else."""

import asyncio
from collections.abc import AsyncIterator

from camaug.kernel.web import Engines

PATIENCE_S = 5


async def _next(heard: AsyncIterator[str]) -> str:
    async with asyncio.timeout(PATIENCE_S):
        return await anext(heard)


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
    await asyncio.sleep(0.2)  # the server takes one thing after the other, the client sends two
    await engines.cache.wake("live:mine")
    await engines.cache.wake("live:theirs")
    assert await _next(heard) == "live:theirs"
    await heard.aclose()  # type: ignore[attr-defined]
