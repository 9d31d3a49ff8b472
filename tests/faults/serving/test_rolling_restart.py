"""Both API processes are replaced while two hundred requests a second run; ends by itself."""

import asyncio
import os
import signal
import sys
from uuid import uuid4

import msgspec
from tests.bench import rig
from tests.journeys.native import Json, Native

from .client import Told, Wires
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
    wires = Wires(int(faulty.system.url.rpartition(":")[2]), told)
    loop, running = asyncio.get_running_loop(), list[asyncio.Task[None]]()
    began = loop.time()
    for number in range(RATE * SECONDS):
        if number == RATE * WARM_SECONDS:
            os.kill(faulty.system.serve.group, signal.SIGHUP)
        await asyncio.sleep(max(0.0, number / RATE - loop.time() + began))
        request = _request(number, *people[number % len(people)])
        running.append(asyncio.create_task(_one(wires, request, times)))
    failed = [one for one in await asyncio.gather(*running, return_exceptions=True) if one]
    wires.close()
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


async def _one(wires: Wires, request: bytes, times: list[float]) -> None:
    began = asyncio.get_running_loop().time()
    await wires.send(request)
    times.append(asyncio.get_running_loop().time() - began)


def _request(number: int, person: Native, action: Json) -> bytes:
    """Every tenth request files, the others read home or the own dossiers."""
    if number % 10:
        return rig.request("GET", MINE if number % 2 else HOME, person)
    key, body = {"Idempotency-Key": str(uuid4())}, msgspec.json.encode(action["body"])
    return rig.request("POST", action["href"], person, headers=key, body=body)
