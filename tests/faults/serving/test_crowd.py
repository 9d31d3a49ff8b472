"""A hundred people act at random on a thousand dossiers while parts are killed; some three minutes.

Each dossier has one history that the table of transitions allows, every acknowledged act is in it
once and nothing else, and audit, events and counters say the same.
"""

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from itertools import groupby
from operator import itemgetter

import asyncpg
import pytest
from tests.bench import rig
from tests.journeys.native import Native

from camaug.dossiers.transitions import TRANSITIONS, allowed
from camaug_sdk.records import Status

from . import crowd
from .client import file
from .conftest import BIRTH
from .crowd import Journal
from .faulty import Faulty

CITIZENS, OFFICERS, DOSSIERS, SECONDS, EVERY = 60, 40, 1000, 60, 3.0
EVENTS = {kind: rule.event for kind, rule in TRANSITIONS.items()}
STORY = """
    select dossier_id, seq, kind, status from core.dossier_event order by dossier_id, seq
"""
AUDITED = """
    select object_id as dossier_id, action from core.audit
    where object_kind = 'dossier' and action = any($1)
"""
EMITTED = "select data->>'dossier_id' as dossier_id, name from core.event where name = any($1)"
RATINGS = """
    select month, agency_id, procedure_code, count(*)::int as rated,
           (count(*) filter (where rating >= 4))::int as satisfied
    from core.dossier_rating group by 1, 2, 3 order by 1, 2, 3
"""
COUNTED = """
    select month, agency_id, procedure_code, rated, satisfied from core.rating_counter
    order by 1, 2, 3
"""
Owned = list[tuple[Native, list[str]]]


@pytest.fixture
async def owned(faulty: Faulty) -> AsyncIterator[Owned]:
    """Citizens, each with some of the thousand dossiers."""
    people = await rig.citizens(faulty.system, CITIZENS)
    actions = await rig.filled(people, BIRTH)
    own: dict[int, list[str]] = defaultdict(list)

    async def file_some(number: int) -> None:
        for _ in range(number, DOSSIERS, CITIZENS):
            journal = crowd.Told()
            await file(people[number], actions[number], journal)
            own[number] += journal.filed.values()

    await asyncio.gather(*map(file_some, range(CITIZENS)))
    yield [(people[number], own[number]) for number in range(CITIZENS)]
    await asyncio.gather(*(one.close() for one in people))


async def test_a_crowd_and_kills_leave_one_history(faulty: Faulty, owned: Owned) -> None:
    journal = Journal([one for _, own in owned for one in own])
    async with crowd.officers(faulty.system, OFFICERS) as officers:
        kills = await _minute(faulty, owned, officers, journal)
    recounted = (await faulty.system.command("camaug.cli", "recount")).strip()
    conn = await asyncpg.connect(faulty.system.env["CAMAUG_DATABASE_URL"])
    try:
        story = [tuple(row) for row in await conn.fetch(STORY)]
        states = {
            row["dossier_id"]: row["status"]
            for row in await conn.fetch("select dossier_id, status from core.dossier")
        }
        names = sorted(set(EVENTS.values()))
        audited = Counter(tuple(row) for row in await conn.fetch(AUDITED, names))
        emitted = Counter(tuple(row) for row in await conn.fetch(EMITTED, names))
        ratings = [tuple(row) for row in await conn.fetch(RATINGS)]
        counted = [tuple(row) for row in await conn.fetch(COUNTED)]
    finally:
        await conn.close()
    acts = Counter((f"{one}", f"dossier.{kind}") for one, seq, kind, _ in story if seq > 1)
    acknowledged = _acts(journal)
    rated = sum(count for (_, kind), count in journal.done.items() if kind == "rate")
    sys.stdout.write(
        f"acknowledged {acknowledged.total()} acts and {rated} ratings, kills {kills}, too late"
        f" {dict(journal.refused)}, sent again {dict(journal.told.why)}, recount {recounted}\n"
    )
    assert len(states) == DOSSIERS
    assert acts == acknowledged
    _legal(story, states)
    assert audited == emitted == acts
    assert recounted == "0 wrong"
    assert counted == ratings
    assert sum(row[3] for row in ratings) == rated
    assert acknowledged.total() > DOSSIERS / 4
    assert not any(why.startswith("500") for why in journal.told.why)


async def _minute(faulty: Faulty, owned: Owned, officers: list[Native], journal: Journal) -> int:
    """Everybody acts until the time is over; how many parts were taken away meanwhile."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    parts = (
        faulty.kill_api, faulty.kill_cache, faulty.cut_database, faulty.kill_worker,
        faulty.cut_store,
    )  # fmt: skip
    breaking = asyncio.create_task(faulty.break_until(over, parts, EVERY))
    end = loop.time() + SECONDS

    async def officer(one: Native) -> None:
        while loop.time() < end:
            await crowd.at_desk(one, journal)

    async def citizen(one: Native, own: list[str]) -> None:
        while loop.time() < end:
            await crowd.at_home(one, own, journal)
            await asyncio.sleep(0.5)

    async with asyncio.TaskGroup() as group:
        for one in officers:
            group.create_task(officer(one))
        for one, own in owned:
            group.create_task(citizen(one, own))
    over.set()
    return await breaking


def _acts(journal: Journal) -> Counter[tuple[str, str]]:
    """What was acknowledged, as the events that should have come of it."""
    acts: Counter[tuple[str, str]] = Counter()
    for (dossier, kind), count in journal.done.items():
        if kind != "rate":
            acts[dossier, EVENTS[kind]] += count
    return acts


def _legal(story: list[tuple[object, ...]], states: dict[object, int]) -> None:
    """Each history follows the table, without a gap, and ends where the dossier is."""
    for dossier, entries in groupby(story, key=itemgetter(0)):
        status, accepted = Status.SUBMITTED, False
        for at, (_, seq, kind, after) in enumerate(entries, start=1):
            assert seq == at, (dossier, seq)
            if seq > 1:
                assert _leads(f"dossier.{kind}", status, after, accepted), (dossier, seq, kind)
                accepted = accepted or kind == "accepted"
            status = Status(int(str(after)))
        assert status == states[dossier], dossier


def _leads(event: str, status: Status, after: object, accepted: bool) -> bool:
    """Whether an act of the table that has this event leads from one status to the other."""
    return any(
        allowed(rule, status, accepted=accepted) and after == (rule.to or status)
        for rule in TRANSITIONS.values()
        if rule.event == event
    )
