"""Both API processes are replaced while two hundred requests a second run; ends by itself."""

import asyncio
import os
import signal
import sys

from .client import Told, file, send
from .conftest import Filled
from .faulty import Faulty

RATE, SECONDS = 200, 50
WARM_SECONDS = 8
HOME, MINE = "/api/v1/screens/home", "/api/v1/apps/track-dossier/"


async def test_no_request_fails_while_the_processes_are_replaced(
    faulty: Faulty, people: Filled
) -> None:
    before = set(faulty.api_processes())
    told, times = Told(), list[float]()
    loop, running = asyncio.get_running_loop(), list[asyncio.Task[None]]()
    began = loop.time()
    for number in range(RATE * SECONDS):
        if number == RATE * WARM_SECONDS:
            os.kill(faulty.system.serve.group, signal.SIGHUP)
        await asyncio.sleep(max(0.0, number / RATE - loop.time() + began))
        running.append(asyncio.create_task(_one(people, number, told, times)))
    failed = [one for one in await asyncio.gather(*running, return_exceptions=True) if one]
    after = set(faulty.api_processes())
    times.sort()
    sys.stdout.write(
        f"requests {len(times)}, failed {len(failed)} {failed[:3]}, sent again {dict(told.why)},"
        f" p50 {times[len(times) // 2] * 1000:.0f} ms,"
        f" p99 {times[len(times) * 99 // 100] * 1000:.0f} ms, slowest {times[-1]:.1f} s\n"
    )
    assert not before & after
    assert not failed
    assert not told.why


async def _one(people: Filled, number: int, told: Told, times: list[float]) -> None:
    """Every tenth request files, the others read home or the own dossiers."""
    me, action = people[number % len(people)]
    began = asyncio.get_running_loop().time()
    if number % 10 == 0:
        await file(me, action, told)
    else:
        answer = await send(me, "GET", MINE if number % 2 else HOME, told)
        assert answer.status_code == 200, answer.text
    times.append(asyncio.get_running_loop().time() - began)
