"""Counters say what a full recount says, whatever happens at once; verdicts are those of 766."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Literal, cast
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers import counting
from camaug.dossiers.kpi import measure
from camaug.dossiers.kpi_scores import decision
from camaug.dossiers.kpi_verdicts import Change, History, Period
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Problem
from camaug_sdk.records import Act, Person, StaffMember, Status

from .conftest import AN_XUYEN, GANH_HAO, Filer, checked_file, officer_of

BIRTH, OTHER = "1.001193", "1.000656"
NEAR, FAR = (agency_id("people_committee", code) for code in (AN_XUYEN, GANH_HAO))
OFFICE = ["accept", "process", "finish", "return", "refuse", "stop", "ask_supplement", "resume",
          "send_on"]  # fmt: skip


async def rows(engines: Engines, sql: str, *values: Any) -> list[Mapping[str, Any]]:
    async with engines.pool.acquire() as conn:
        return [dict(row) for row in await conn.fetch(cast("Any", sql), *values)]


async def wrong(engines: Engines) -> list[counting.Difference]:
    async with engines.pool.acquire() as conn:
        return await counting.differences(conn)


class Desk(msgspec.Struct, frozen=True):
    """Somebody who may do everything to dossiers of two communes, and their owner."""

    engines: Engines
    dossiers: DossiersService
    officer: StaffMember
    citizen: Person

    async def do(self, dossier_id: UUID, kind: str, to: UUID = FAR) -> None:
        seen = await self.dossiers.get(self.citizen, dossier_id)
        papers: dict[str, list[UUID]] = {}
        if kind == "finish":
            papers["result"] = [await checked_file(self.engines, self.officer.staff_id, "result")]
        act = Act(
            kind=kind,
            version=seen.line.version,
            reason="Vì vậy",
            documents=papers,
            agency_id=to if kind == "send_on" else None,
        )
        key = str(uuid7())
        if kind in ("supply", "withdraw"):
            await self.dossiers.act(self.citizen, dossier_id, act, key=key)
        else:
            await self.dossiers.act_at_desk(self.officer, dossier_id, act, key=key)


@pytest.fixture
async def desk(engines: Engines, dossiers: DossiersService, citizen: Person) -> Desk:
    one = await officer_of(engines, AN_XUYEN)
    both = msgspec.structs.replace(one, agencies={"officer": (NEAR, FAR)})
    return Desk(engines, dossiers, both, citizen)


async def test_each_act_counts_once_at_the_agency_that_holds_it(
    desk: Desk, engines: Engines, file_dossier: Filer
) -> None:
    dossier_id = (await file_dossier(desk.citizen, OTHER)).dossier_id
    for kind in ("accept", "send_on", "process", "finish", "return"):
        await desk.do(dossier_id, kind)
    kept = await rows(engines, "select * from dossier_count order by agency_id = $1 desc", NEAR)
    near, far = ({name: n for name, n in one.items() if n and isinstance(n, int)} for one in kept)
    assert near == {"channel": 2, "filed": 1, "accepted": 1, "sent_out": 1}
    assert far == {"channel": 2, "sent_in": 1, "on_time": 1, "digitised": 1, "judged_in_time": 1}
    pending = await rows(engines, "select agency_id, pending from dossier_pending")
    assert {one["agency_id"]: one["pending"] for one in pending} == {NEAR: 0, FAR: 0}
    assert not await wrong(engines)


@pytest.mark.parametrize(
    ("way", "column"),
    [
        ((("accept", "process", "finish"), 0), "on_time"),
        ((("accept", "process", "finish"), 60), "late"),
        ((("refuse",), 0), "refused"),
        ((("withdraw",), 0), "withdrawn"),
        ((("accept", "stop"), 60), "stopped"),
        ((("ask_supplement", "accept", "ask_supplement", "resume", "finish"), 0), "late"),
    ],
)
async def test_ends_are_told_apart(
    desk: Desk,
    engines: Engines,
    file_dossier: Filer,
    clock: HeldClock,
    way: tuple[tuple[str, ...], int],
    column: str,
) -> None:
    kinds, days = way
    dossier_id = (await file_dossier(desk.citizen, OTHER)).dossier_id
    for kind in kinds:
        if kind == kinds[-1]:
            clock.move(timedelta(days=days))
        await desk.do(dossier_id, kind)
    ends = ["on_time", "late", "unlimited", "refused", "withdrawn", "stopped"]
    sums = ", ".join(f"sum({one}) as {one}" for one in ends)
    [kept] = await rows(engines, f"select {sums} from dossier_count")  # noqa: S608 our names
    assert {name for name, n in kept.items() if n} == {column}
    assert not await wrong(engines)


async def test_an_act_that_fails_counts_nothing(
    desk: Desk, engines: Engines, file_dossier: Filer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = (await file_dossier(desk.citizen, OTHER)).dossier_id
    before = await rows(engines, "select * from dossier_count")
    for kind in ("finish", "stop", "supply"):
        with pytest.raises(Problem):
            await desk.do(dossier_id, kind)
    count = counting.add

    async def broken(conn: db.Conn, dossier_id: UUID) -> None:
        await count(conn, dossier_id)
        raise RuntimeError("after counting")

    monkeypatch.setattr(counting, "add", broken)
    with pytest.raises(RuntimeError):
        await desk.do(dossier_id, "accept")
    assert await rows(engines, "select * from dossier_count") == before
    assert not await wrong(engines)
    assert (await desk.dossiers.get(desk.citizen, dossier_id)).line.status == Status.SUBMITTED


@pytest.mark.parametrize("seed", range(3))
async def test_random_acts_at_once_leave_what_a_recount_finds(
    desk: Desk, engines: Engines, file_dossier: Filer, clock: HeldClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 no secret
    filed = await asyncio.gather(
        *(file_dossier(desk.citizen, code) for code in (BIRTH, OTHER) for _ in range(16))
    )
    done = 0

    async def attempt(dossier_id: UUID) -> int:
        kind = chance.choice([*OFFICE, "accept", "process", "supply", "withdraw"])
        try:
            await desk.do(dossier_id, kind, chance.choice((NEAR, FAR)))
        except Problem:
            return 0
        return 1

    for _ in range(12):
        # Twice the same dossier at once: one of the two is refused, and counts nothing.
        tried = chance.choices([one.dossier_id for one in filed], k=16)
        done += sum(await asyncio.gather(*map(attempt, tried)))
        clock.move(timedelta(days=3))
    assert done > 30
    assert not await wrong(engines)
    [found] = await rows(
        engines,
        "select (select sum(pending) from dossier_pending) as kept,"
        " (select count(*) from dossier where status in (1, 2, 4, 5, 6)) as open,"
        " (select count(distinct month) from dossier_count) as months",
    )
    assert found["kept"] == found["open"]
    assert found["months"] > 1


async def test_verdicts_are_those_of_the_decision(
    desk: Desk, engines: Engines, file_dossier: Filer, clock: HeldClock
) -> None:
    chance, begin = random.Random(7), engines.clock.now()  # noqa: S311 no secret
    filed = [(await file_dossier(desk.citizen, OTHER)).dossier_id for _ in range(12)]
    for _ in range(60):
        try:
            await desk.do(chance.choice(filed), chance.choice([*OFFICE[:-1], "accept", "withdraw"]))
        except Problem:
            continue
        clock.move(timedelta(hours=7))
    period = Period(begin=begin, end=engines.clock.now())
    told = measure([await history(engines, one) for one in filed], period, decision())
    ended = [one.verdict for one in told.verdicts if one.ended_at and one.verdict != "excl"]
    waiting = await rows(
        engines, "select from dossier where status = 5 and accepted_at is not null"
    )
    [kept] = await rows(
        engines,
        "select sum(judged_in_time) as on_time, sum(judged_late) as late from dossier_count",
    )
    assert kept["on_time"] + kept["late"] + len(waiting) == len(ended)
    assert kept["late"] > 0
    assert kept["on_time"] > 0
    assert kept["late"] <= ended.count("late") <= kept["late"] + len(waiting)


async def history(engines: Engines, dossier_id: UUID) -> History:
    """A dossier as the indicators ask for it."""
    [row] = await rows(engines, "select * from dossier where dossier_id = $1", dossier_id)
    story = await rows(
        engines,
        "select kind, status, at from dossier_event where dossier_id = $1 order by seq",
        dossier_id,
    )
    changes = [
        Change(status=Status(one["status"]), at=one["at"])
        for one in story
        if one["kind"] not in ("sent_on", "supplemented")
    ]
    return History(
        code=row["code"],
        procedure_code=row["procedure_code"],
        agency=str(row["handling_agency_id"]),
        channel=cast("Literal[1, 2, 3]", row["channel"]),
        due_at=row["due_at"],
        statutory_max_days=None,
        history=tuple(changes),
        rating=None,
        petitions=0,
        result_file=row["status"] in (9, 10),
        component_files=True,
        reused_components=0,
        written_result=False,
    )


async def test_what_was_spoilt_is_found_and_put_right(
    desk: Desk, engines: Engines, file_dossier: Filer
) -> None:
    await file_dossier(desk.citizen, OTHER)
    async with db.transaction(engines.pool) as conn:
        await conn.execute("update dossier_count set filed = 7, late = 2")
        await conn.execute("update dossier_pending set pending = 3")
    found = {one.name: (one.kept, one.counted) for one in await wrong(engines)}
    assert found == {"filed": (7, 1), "late": (2, 0), "pending": (3, 1)}
    async with db.transaction(engines.pool) as conn:
        await counting.mend(conn)
    assert not await wrong(engines)


async def test_a_hundred_filings_at_once_count_a_hundred(
    engines: Engines, make_citizen: Callable[[], Awaitable[Person]], file_dossier: Filer
) -> None:
    people = [await make_citizen() for _ in range(10)]
    await asyncio.gather(*(file_dossier(people[number % 10], OTHER) for number in range(100)))
    [kept] = await rows(engines, "select agency_id, filed from dossier_count")
    assert (kept["agency_id"], kept["filed"]) == (NEAR, 100)
    assert not await wrong(engines)
