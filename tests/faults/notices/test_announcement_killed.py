"""The worker is killed again and again while an announcement goes out ; ends by itself."""

import asyncio
import random
import sys
from collections import Counter

from msgspec.structs import replace
from tests.backend.notices import killing
from tests.backend.notices.announcing import AN_XUYEN, approved, devices, got, operator, people
from tests.backend.notices.conftest import Fcm, idle, until

from camaug.kernel.clock import SystemClock
from camaug.kernel.web import Engines
from camaug.notices.announcement_sending import AT_ONCE

PEOPLE, KILLS = 1500, 6


async def test_every_device_is_reached_and_a_kill_repeats_only_what_was_under_way(
    engines: Engines, fcm: Fcm, environment: dict[str, str], database: str
) -> None:
    engines = replace(engines, clock=SystemClock())
    many = await people(engines, AN_XUYEN, PEOPLE)
    tokens = [fcm.register() for _ in many]
    await devices(engines, many, tokens)
    fcm.switch("fcm.latency", percent=100, latency_ms=200)
    env = killing.environment(environment, database, fcm) | {"CAMAUG_ANNOUNCE_QUIET_HOURS": "off"}
    announcement_id = await approved(engines, await operator(engines), await operator(engines))
    for _ in range(KILLS):
        worker = await killing.started(env)
        await asyncio.sleep(random.uniform(0.3, 2.0))  # noqa: S311
        worker.kill()
        await worker.wait()
    last = await killing.started(env)
    try:
        await until(lambda: idle(engines), 180)
    finally:
        last.terminate()
        await last.wait()
    found = await got(engines, announcement_id)
    assert (found.state, found.reached) == ("sent", PEOPLE)
    entries = fcm.client.get("/journal.json", params={"limit": 10 * PEOPLE}).json()["entries"]
    counts = Counter(one["to"] for one in entries)
    assert set(counts) == set(tokens)
    repeated = counts.total() - len(counts)
    sys.stdout.write(f"{PEOPLE} devices, {KILLS} kills, {repeated} repeated with the same tag\n")
    assert repeated <= KILLS * AT_ONCE
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select max(last_seq) from inbox") == 1
        assert await conn.fetchval("select count(*) from push_delivery where state <> 'sent'") == 0
