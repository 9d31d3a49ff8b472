"""Kills the worker without warning, again and again, and counts what became of every event."""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
from msgspec.structs import replace

from camaug.kernel.clock import SystemClock
from camaug.kernel.web import Engines
from camaug.settings import ROOT
from camaug_sdk.records import Person

from .conftest import Fcm, add_device, emit, idle, until

PROGRAM = """
import asyncio, datetime
from camaug import settings, worker
asyncio.run(worker.Worker(settings.load(), heartbeat=datetime.timedelta(seconds=1)).run())
"""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What must be equal, and what must be few."""

    events: int
    notices: int
    unread: int
    on_phones: int
    """Different notices that reached the phones."""
    repeated: int
    """Messages that reached a phone although one of the same tag already had."""
    dead: int


async def started(env: Mapping[str, str]) -> asyncio.subprocess.Process:
    """A worker that has begun to work."""
    with NamedTemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM), env=dict(env), cwd=ROOT, stdout=log, stderr=log
        )
        async with asyncio.timeout(60):
            while b"worker_ready" not in Path(log.name).read_bytes():  # noqa: ASYNC240
                assert process.returncode is None
                await asyncio.sleep(0.02)
    return process


async def kill_loop(
    engines: Engines,
    fcm: Fcm,
    people: list[Person],
    env: Mapping[str, str],
    *,
    kills: int,
    events: int,
) -> Outcome:
    """Emit `events` before each of `kills` workers is killed in the middle of them."""
    engines = replace(engines, clock=SystemClock())  # as the workers' own
    tokens = [fcm.register() for _ in people]
    for person, token in zip(people, tokens, strict=True):
        await add_device(engines, person.citizen_id, token)
    fcm.switch("fcm.latency", percent=100, latency_ms=200)
    for _ in range(kills):
        for number in range(events):
            await emit(engines, people[number % len(people)])
        process = await started(env)
        await asyncio.sleep(random.uniform(0.05, 1.5))  # noqa: S311
        process.kill()
        await process.wait()
    last = await started(env)
    try:
        await until(lambda: idle(engines), 120)
    finally:
        last.terminate()
        await last.wait()
    return await _count(engines, fcm, tokens)


async def _count(engines: Engines, fcm: Fcm, tokens: list[str]) -> Outcome:
    tags = Counter(
        (token, str(message["android"]["notification"]["tag"]))  # type: ignore[index]
        for token in tokens
        for message in fcm.got(token)
    )
    async with engines.pool.acquire() as conn:
        return Outcome(
            events=await conn.fetchval("select count(*) from event"),
            notices=await conn.fetchval("select count(*) from notice"),
            unread=await conn.fetchval("select sum(unread) from inbox"),
            on_phones=len(tags),
            repeated=tags.total() - len(tags),
            dead=await conn.fetchval("select count(*) from pgqueuer where status = 'failed'"),
        )


def environment(settings_env: Mapping[str, str], database_url: str, fcm: Fcm) -> dict[str, str]:
    """Settings of a worker as a process of its own."""
    return (
        dict(os.environ)
        | dict(settings_env)
        | {
            "CAMAUG_DATABASE_URL": database_url,
            "CAMAUG_FCM_URL": fcm.url,
            "CAMAUG_FCM_CREDENTIALS": str(fcm.credentials),
        }
    )
