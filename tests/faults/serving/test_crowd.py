"""A hundred people act at random on a thousand dossiers while parts are killed; some three minutes.

Each dossier has one history that the table of transitions allows, every acknowledged act is in it
once and nothing else, and audit, events, pauses and counters say the same. What was undone was
taken back once, and no inbox and no phone has heard of it. Who holds a dossier, what waits to be
received or decided and who let an end happen is what the history says; a complaint ends once.
"""

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from uuid import UUID

import asyncpg
import pytest
from tests.bench import rig
from tests.journeys.native import Native
from tests.journeys.system import System

from . import complaining, complaints, crowd, decided, hands, history, marking, staff
from .client import file
from .conftest import BIRTH
from .crowd import Journal
from .faulty import Faulty
from .history import EVENTS
from .shapes import Acts
from .staff import Member

CITIZENS, OFFICERS, LEADERS, DOSSIERS, SECONDS, EVERY = 60, 40, 4, 1000, 60, 3.0
RARE = {
    "undo": 20, "correct": 5, "correct_channel": 10, "reopen": 5, "ask_payment": 2, "paid": 1,
    "claim": 10, "give-back": 3, "hand-over": 10, "receive": 3,
    "propose": 5, "approve": 3, "send-back": 2, "take-back": 2,
    "complaint-open": 10, "complaint-answer": 5, "complaint-withdraw": 2, "complaint-close": 2,
    "accept-many": 5, "claim-many": 5,
}  # fmt: skip
"""At least so many of each: the crowd goes on until there are."""
LONGEST = 360
IDLE_SECONDS = 120
SOME = 20
WAITING = """
    select count(*) from queue.pgqueuer
    where status in ('queued', 'picked')
      and (entrypoint in ('deliver', 'push') or entrypoint like 'on:%')
"""
Owned = list[tuple[Native, list[str]]]


@pytest.fixture
async def owned(faulty: Faulty) -> AsyncIterator[Owned]:
    """Citizens, each with a phone and some of the thousand dossiers."""
    people = await rig.citizens(faulty.system, CITIZENS)
    actions = await rig.filled(people, BIRTH)
    own: dict[int, list[str]] = defaultdict(list)

    async def file_some(number: int) -> None:
        await staff.with_phone(people[number], faulty.system.simulators)
        for _ in range(number, DOSSIERS, CITIZENS):
            journal = crowd.Told()
            await file(people[number], actions[number], journal)
            own[number] += journal.filed.values()

    await asyncio.gather(*map(file_some, range(CITIZENS)))
    yield [(people[number], own[number]) for number in range(CITIZENS)]
    await asyncio.gather(*(one.close() for one in people))


async def test_a_crowd_and_kills_leave_one_history(faulty: Faulty, owned: Owned) -> None:
    await decided.bind(faulty.system)
    journal = Journal([one for _, own in owned for one in own])
    async with (
        staff.staff(faulty.system, "officer", OFFICERS) as officers,
        staff.staff(faulty.system, "leader", LEADERS) as leaders,
    ):
        kills = await _minute(faulty, owned, (officers, leaders), journal)
        await _idle(faulty.system)
        recounted = (await faulty.system.command("camaug.cli", "recount")).strip()
        found = await history.read(faulty.system)
        said = await complaints.read(faulty.system)
        for late in hands.unreceivable(found)[:SOME]:
            taker = next((who for who in officers if who.staff_id == late.to_staff_id), officers[1])
            dossier = str(late.dossier_id)
            assert not await crowd.offered(taker, dossier, journal, ("/receive",))
    kinds = journal.kinds()
    sys.stdout.write(
        f"acknowledged {kinds.total()}: {dict(kinds.most_common())}; kills {kills}, too late"
        f" {dict(journal.refused)}, sent again {dict(journal.told.why)}, recount {recounted},"
        f" pushes {found.pushed.total()}\n"
    )
    acts, stands = history.acts(found.stories), history.acts(found.stories, stand=True)
    assert len(found.states) == DOSSIERS
    assert acts + hands.idle(found, journal.claimed) == _acts(journal, EVENTS)
    for dossier_id, entries in found.stories.items():
        history.legal(entries, found.states[dossier_id])
    hands.agree(found)
    decided.agree(found, acts)
    complaints.agree(said, found.stories, _acts(journal, complaints.EVENTS))
    assert found.audited == found.emitted == acts + decided.voids(found)
    assert found.noticed == history.told(stands)
    assert found.pushed == history.told(stands, on_phones=True)
    assert found.paused == history.named(stands, *history.PAUSES)
    assert recounted == "0 wrong"
    assert found.rating_counters == found.ratings
    assert sum(row[3] for row in found.ratings) == kinds["rate"]
    assert _enough(journal), f"too little in {LONGEST} seconds"
    assert not any(why.startswith("500") for why in journal.told.why)


async def _minute(
    faulty: Faulty, owned: Owned, there: tuple[list[Member], list[Member]], journal: Journal
) -> int:
    """Everybody acts for the time, longer on a slow machine; how many parts were taken away."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    parts = (
        faulty.kill_api, faulty.kill_cache, faulty.cut_database, faulty.kill_worker,
        faulty.cut_store,
    )  # fmt: skip
    breaking = asyncio.create_task(faulty.break_until(over, parts, EVERY))
    began = loop.time()

    def goes_on() -> bool:
        passed = loop.time() - began
        return passed < SECONDS or (passed < LONGEST and not _enough(journal))

    async def again(act: Callable[[], Awaitable[None]], pause: float) -> None:
        while goes_on():
            await act()
            await asyncio.sleep(pause)

    officers, leaders = there
    async with asyncio.TaskGroup() as group:
        for one in officers:
            group.create_task(again(partial(_at_desk, one, journal), 0))
        for one in leaders:
            group.create_task(again(partial(_in_charge, one, journal), 0.5))
        for one, own in owned:
            group.create_task(again(partial(_at_home, one, own, journal), 0.5))
    over.set()
    return await breaking


async def _at_desk(officer: Member, journal: Journal) -> None:
    act = marking.at_desk if journal.rarely(15) else crowd.at_desk
    await act(officer, journal)


async def _in_charge(leader: Member, journal: Journal) -> None:
    act = complaining.at_desk if journal.rarely(4) else crowd.in_charge
    await act(leader, journal)


async def _at_home(citizen: Native, own: list[str], journal: Journal) -> None:
    act = complaining.at_home if journal.rarely(12) else crowd.at_home
    await act(citizen, own, journal)


def _enough(journal: Journal) -> bool:
    kinds = journal.kinds()
    rare = [kind for kind, least in RARE.items() if kinds[kind] < least]
    return not rare and kinds.total() > DOSSIERS / 4


async def _idle(system: System) -> None:
    """Wait until everything that was kept back has gone out, and nothing is left to deliver."""
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    try:
        for _ in range(IDLE_SECONDS * 2):
            left = await conn.fetchval(WAITING)
            if not left:
                return
            await asyncio.sleep(0.5)
    finally:
        await conn.close()
    raise AssertionError(f"{left} jobs wait")


def _acts(journal: Journal, events: Mapping[str, str]) -> Acts:
    """What was acknowledged of some kinds, as the events that should have come of it."""
    acts: Acts = Counter()
    for (what, kind), count in journal.done.items():
        if kind in events:
            acts[UUID(what), events[kind]] += count
    return acts
