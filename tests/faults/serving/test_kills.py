"""Parts are killed without warning while people file; takes some two minutes, ends by itself.

What was acknowledged is there, once, with its one event, one audit row, one notice and its files.
"""

import asyncio
import sys
from uuid import UUID

import asyncpg
from tests.journeys.native import Json, Native

from .client import Told, file, upload
from .conftest import PEOPLE, Filled
from .faulty import Faulty

SUBMITS = 2000
EVERY = 2.0
"""Seconds between two kills."""
CALM_SECONDS = 10
COUNTS = """
    select count(*) as dossiers, count(distinct code) as codes,
           (select count(*) from core.event where name = 'dossier.submitted') as events,
           (select count(*) from core.audit where action = 'dossier.submitted') as audited,
           (select count(*) from core.dossier_event) as story,
           (select count(*) from core.idempotency where scope like 'dossier.submit|%') as keys,
           (select count(*) from core.draft) as drafts
    from core.dossier
"""
NOTICES = """
    select count(*) as written, count(distinct event_id) as events from core.notice
    join core.event using (event_id) where name = 'dossier.submitted'
"""


async def test_what_is_acknowledged_is_there_once(faulty: Faulty, people: Filled) -> None:
    told = Told()
    over = asyncio.Event()
    parts = (faulty.kill_api, faulty.kill_cache, faulty.kill_worker, faulty.cut_store)
    breaking = asyncio.create_task(faulty.break_until(over, parts, EVERY))
    await asyncio.gather(*(_file_all(me, action, told) for me, action in people))
    over.set()
    kills = await breaking
    acknowledged = {UUID(one) for one in told.filed.values()}
    conn = await asyncpg.connect(faulty.system.env["CAMAUG_DATABASE_URL"])
    try:
        counts = dict(await conn.fetchrow(COUNTS))
        there = {one[0] for one in await conn.fetch("select dossier_id from core.dossier")}
        notices = await _settled(conn)
    finally:
        await conn.close()
    lost = len(acknowledged - there)
    sys.stdout.write(
        f"acknowledged {len(told.filed)}, kills {kills}, sent again {dict(told.why)}, lost {lost},"
        f" {counts}, notices {notices}\n"
    )
    assert len(acknowledged) == len(told.filed) == SUBMITS
    assert lost == counts["drafts"] == 0
    assert {value for name, value in counts.items() if name != "drafts"} == {SUBMITS}
    assert notices == {"written": SUBMITS, "events": SUBMITS}
    assert not any(why.startswith("500") for why in told.why)


async def _file_all(me: Native, action: Json, told: Told) -> None:
    """One person's share, with a paper sent now and then."""
    for turn in range(SUBMITS // PEOPLE):
        if turn % 10 == 0:
            await upload(me, told)
        await file(me, action, told)


async def _settled(conn: "asyncpg.Connection[asyncpg.Record]") -> dict[str, int]:
    """The notices when they no longer become more."""
    seen: dict[str, int] = {}
    calm = 0
    while calm < CALM_SECONDS:
        found = dict(await conn.fetchrow(NOTICES))
        calm = calm + 1 if found == seen else 0
        seen = found
        await asyncio.sleep(1)
    return seen
