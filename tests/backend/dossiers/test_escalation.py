"""A late dossier on which nobody acts goes to the leaders, each step once."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.backend.notices.announcing import Desk, operator, signed_in

from camaug.agencies.seed import agency_id
from camaug.dossiers import escalation, warnings
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.notices.jobs import EventJob
from camaug.settings import Settings
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Act, Caller, Person, QueueFilter, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer
from .door import Door

WARD, OTHER = agency_id("people_committee", AN_XUYEN), agency_id("people_committee", GANH_HAO)
PROVINCE = agency_id("one_stop_centre", "province")
DUE, ONE, THREE = (25, 10), (26, 10), (30, 10)
"""Days of November and hours, UTC: due on a Wednesday; Saturday 28 and Sunday 29 are no days."""
ESCALATED = QueueFilter(view="escalated")


def leader(agency: UUID, role: str = "leader") -> StaffMember:
    return StaffMember(staff_id=uuid7(), session_id=uuid7(), agencies={role: (agency,)})


@pytest.fixture
async def accepted(
    dossiers: DossiersService, officer: StaffMember, citizen: Person, file_dossier: Filer
) -> UUID:
    made = await file_dossier(citizen)
    await dossiers.accept(officer, made.dossier_id, version=1, key=str(uuid7()))
    return made.dossier_id


async def at(engines: Engines, clock: HeldClock, day: int, hour: int, minute: int = 0) -> int:
    clock.move(datetime(2026, 11, day, hour, minute, tzinfo=UTC) - clock.now())
    return await escalation.escalate(engines)


async def steps(engines: Engines) -> list[tuple[int, UUID]]:
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch("select level, agency_id from dossier_escalation order by at")
    return [(row["level"], row["agency_id"]) for row in rows]


async def codes(dossiers: DossiersService, who: StaffMember) -> list[UUID]:
    page = await dossiers.queue(who, ESCALATED)
    assert (await dossiers.queue_counts(who)).escalated == len(page.items)
    return [one.dossier_id for one in page.items]


async def test_a_working_day_later_the_agencys_leaders_and_two_later_the_provinces(
    engines: Engines, dossiers: DossiersService, clock: HeldClock, accepted: UUID
) -> None:
    own, above, stranger = leader(WARD), leader(PROVINCE), leader(OTHER)
    assert await at(engines, clock, 26, 9, 59) == 0
    assert await codes(dossiers, own) == []
    assert await at(engines, clock, *ONE) == 1
    assert await steps(engines) == [(1, WARD)]
    assert await at(engines, clock, 26, 11) == 0
    assert await codes(dossiers, own) == [accepted]
    assert await codes(dossiers, above) == []
    with pytest.raises(NotFound):
        await dossiers.at_desk(above, accepted)
    assert await at(engines, clock, 30, 9, 59) == 0
    assert await at(engines, clock, *THREE) == 1
    assert await at(engines, clock, 30, 11) == 0
    assert await steps(engines) == [(1, WARD), (2, PROVINCE)]
    assert await codes(dossiers, above) == [accepted]
    assert await codes(dossiers, stranger) == []
    with pytest.raises(NotFound):
        await dossiers.at_desk(stranger, accepted)


async def test_each_step_has_its_entry_audit_row_and_event(
    engines: Engines, dossiers: DossiersService, clock: HeldClock, citizen: Person, accepted: UUID
) -> None:
    await at(engines, clock, *ONE)
    async with engines.pool.acquire() as conn:
        audits = await conn.fetch("select * from audit where action = 'dossier.escalated'")
        events = await conn.fetch("select * from event where name = 'dossier.escalated'")
    assert [(row["agency_id"], row["detail"]["level"]) for row in audits] == [(WARD, 1)]
    assert [row["data"]["to_agency_id"] for row in events] == [str(WARD)]
    last = (await dossiers.get(citizen, accepted)).events[-1]
    assert (last.kind, last.actor_kind) == ("escalated", "system")


@pytest.mark.usefixtures("accepted")
async def test_ten_workers_at_once_take_each_step_once(engines: Engines, clock: HeldClock) -> None:
    await at(engines, clock, 26, 9)
    clock.move(datetime(2026, 11, *ONE, tzinfo=UTC) - clock.now())
    taken = await asyncio.gather(*(escalation.escalate(engines) for _ in range(10)))
    assert sum(taken) == 1
    async with engines.pool.acquire() as conn:
        assert (
            await conn.fetchval("select count(*) from event where name = 'dossier.escalated'") == 1
        )


async def test_an_act_of_the_desk_begins_the_silence_anew(
    engines: Engines,
    dossiers: DossiersService,
    clock: HeldClock,
    officer: StaffMember,
    accepted: UUID,
) -> None:
    await at(engines, clock, 26, 9)
    act = Act(kind="process", version=2)
    await dossiers.act_at_desk(officer, accepted, act, key=str(uuid7()))
    assert await at(engines, clock, *ONE) == 0
    assert await at(engines, clock, 27, 8, 59) == 0
    assert await at(engines, clock, 27, 9, 1) == 1


async def test_an_apology_takes_it_from_the_leaders_until_its_own_day_has_passed(
    engines: Engines,
    dossiers: DossiersService,
    clock: HeldClock,
    officer: StaffMember,
    accepted: UUID,
) -> None:
    await at(engines, clock, *ONE)
    act = Act(kind="apologise", version=2, reason="Muộn", appointed_on=date(2026, 12, 1))
    await dossiers.act_at_desk(officer, accepted, act, key=str(uuid7()))
    assert await codes(dossiers, leader(WARD)) == []
    assert await at(engines, clock, 30, 23) == 0
    clock.move(datetime(2026, 12, 2, 10, tzinfo=UTC) - clock.now())
    assert await escalation.escalate(engines) == 1
    assert await codes(dossiers, leader(WARD)) == [accepted]


async def test_what_waits_for_the_citizen_goes_nowhere(
    engines: Engines,
    dossiers: DossiersService,
    clock: HeldClock,
    officer: StaffMember,
    accepted: UUID,
) -> None:
    act = Act(kind="ask_supplement", version=2, reason="Thiếu ảnh")
    await dossiers.act_at_desk(officer, accepted, act, key=str(uuid7()))
    assert await at(engines, clock, *THREE) == 0


async def test_a_leader_reads_where_it_stands_and_can_do_nothing(
    engines: Engines, dossiers: DossiersService, clock: HeldClock, accepted: UUID
) -> None:
    own = leader(WARD)
    with pytest.raises(NotFound):
        await dossiers.at_desk(own, accepted)
    await at(engines, clock, *ONE)
    seen = await dossiers.at_desk(own, accepted)
    assert (seen.acts, seen.answers, seen.documents) == ([], {}, [])
    act = Act(kind="process", version=2)
    with pytest.raises(NotFound):
        await dossiers.act_at_desk(own, accepted, act, key=str(uuid7()))
    async with engines.pool.acquire() as conn:
        detail = await conn.fetchval("select detail from audit where action = 'dossier.opened'")
    assert detail == {"role": "leader"}
    assert (await dossiers.queue(own, QueueFilter(view="all"))).items == []


async def test_the_leaders_inbox_has_it_and_the_officers_has_not(
    engines: Engines,
    client: httpx.AsyncClient,
    settings: Settings,
    clock: HeldClock,
    accepted: UUID,
) -> None:
    await warnings.warn(engines)
    await at(engines, clock, *ONE)
    people = {
        name: await signed_in(engines, settings, client, await operator(engines, role, agency))
        for name, role, agency in (
            ("leader", "leader", WARD),
            ("colleague", "officer", WARD),
            ("other", "leader", OTHER),
        )
    }
    async with engines.pool.acquire() as conn:
        event = await conn.fetchval("select event_id from event where name = 'dossier.escalated'")
    for _ in range(2):
        await jobs.run_subscriber(engines, "leaders", EventJob(event_id=event))

    async def items(desk: Desk) -> list[dict[str, Any]]:
        answer = await desk.get("/api/v1/screens/console/inbox")
        assert answer.status_code == 200, answer.text
        return answer.json()["blocks"][0]["items"]

    (notice,) = await items(people["leader"])
    assert notice["title"].startswith("Hồ sơ H12")
    assert "chưa ai xử lý" in notice["title"]
    nav = (await people["leader"].get("/api/v1/staff/summary")).json()["nav"]
    assert [one.get("count") for one in nav if one["href"] == "/console/inbox"] == ["1"]
    assert await items(people["colleague"]) == []
    assert await items(people["other"]) == []
    href = notice["action"]["href"]
    assert (await people["colleague"].send(href, {})).status_code == 404
    opened = await people["leader"].send(href, {})
    assert opened.json()["then"]["href"].endswith(str(accepted))


@pytest.mark.plugin
async def test_leaders_begin_at_their_own_view_of_the_queue(
    engines: Engines, door: Door, clock: HeldClock, officer: StaffMember, accepted: UUID
) -> None:
    await at(engines, clock, *ONE)
    door.caller = Caller(language="vi", officer=leader(WARD))
    page = await door.ask("GET", "/apps/track-dossier/desk/")
    (table,) = [one for one in page["blocks"] if one["type"] == "table"]
    assert [row["key"] for row in table["rows"]] == [str(accepted)]
    chips = [one for one in page["blocks"] if one["type"] == "chips"][-1]["items"]
    assert [(one["label"], one.get("count")) for one in chips] == [
        ("Chờ duyệt", "0"),
        ("Báo lãnh đạo", "1"),
        ("Vừa kết thúc", None),
    ]
    assert [one["type"] for one in page["blocks"] if one["type"] in ("stats", "search-box")] == []
    shown = await door.ask("GET", f"/apps/track-dossier/desk/{accepted}")
    assert "primary" not in shown
    door.caller = Caller(language="vi", officer=officer)
    page = await door.ask("GET", "/apps/track-dossier/desk/")
    chips = [one for one in page["blocks"] if one["type"] == "chips"][-1]["items"]
    assert "Báo lãnh đạo" not in [one["label"] for one in chips]
