"""Many dossiers at once, each for itself; and how much everybody has in hand."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from camaug.dossiers import handing
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.handing import MOST_AT_ONCE, Workload
from camaug_sdk.problems import Invalid, Unavailable
from camaug_sdk.records import Act, Caller, Person, StaffMember

from .conftest import AN_XUYEN, BIRTH, GANH_HAO, Filer, officer_of
from .door import Door
from .test_handing import MakeOfficer, count, new_key, seat

__all__ = ["seat"]


async def test_each_new_dossier_is_accepted_for_itself(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    file_dossier: Filer,
    officer: StaffMember,
    stranger: StaffMember,
) -> None:
    good, stale, done = [(await file_dossier(citizen)).dossier_id for _ in range(3)]
    foreign = (await file_dossier(citizen)).dossier_id
    there = stranger.agencies["officer"][0]
    moved = "update dossier set agency_id = $2, handling_agency_id = $2 where dossier_id = $1"
    async with engines.pool.acquire() as conn:
        await conn.execute(moved, foreign, there)
    await dossiers.accept(officer, done, version=1, key=new_key())
    seen = [(good, 1), (stale, 7), (done, 2), (foreign, 1), (uuid7(), 1)]
    found = await dossiers.accept_many(officer, seen, key=new_key())
    assert [one.problem for one in found] == [
        None, "conflict", "not_possible_now", "not_found", "not_found",
    ]  # fmt: skip
    assert [one.code is None for one in found] == [False, False, False, True, True]
    accepted = "select count(*) from dossier where accepted_at is not null"
    assert await count(engines, accepted) == 2
    assert (await dossiers.at_desk(stranger, foreign)).line.accepted_at is None


async def test_the_same_request_again_says_the_same_and_does_nothing(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    file_dossier: Filer,
    officer: StaffMember,
) -> None:
    filed = [(await file_dossier(citizen)).dossier_id for _ in range(3)]
    key, seen = new_key(), [(one, 1) for one in filed]
    first = await dossiers.accept_many(officer, seen, key=key)
    assert await dossiers.accept_many(officer, seen, key=key) == first
    assert [one.problem for one in first] == [None] * 3
    made = "select count(*) from audit where action = 'dossier.accepted'"
    assert await count(engines, made) == 3
    again = await dossiers.accept_many(officer, seen, key=new_key())
    assert {one.problem for one in again} == {"conflict"}


async def test_no_dossier_or_too_many_is_refused_as_a_whole(
    dossiers: DossiersService, officer: StaffMember
) -> None:
    for many, code in (([], "required"), ([uuid7()] * 2, None),
                       ([uuid7() for _ in range(MOST_AT_ONCE + 1)], "too_many")):  # fmt: skip
        if code is None:
            assert len(await dossiers.claim_many(officer, many, key=new_key())) == 1
            continue
        with pytest.raises(Invalid) as caught:
            await dossiers.claim_many(officer, many, key=new_key())
        assert (caught.value.errors[0].pointer, caught.value.errors[0].code) == ("/dossiers", code)


async def test_claimed_at_once_each_says_who_has_it(
    dossiers: DossiersService, citizen: Person, file_dossier: Filer, seat: MakeOfficer
) -> None:
    mine, other = await seat(), await seat()
    free, held = [(await file_dossier(citizen)).dossier_id for _ in range(2)]
    await dossiers.claim(other, held, key=new_key())
    first, second = await dossiers.claim_many(mine, [free, held], key=new_key())
    assert (first.problem, second.problem) == (None, "dossier_held")
    assert second.holder == "Trần Hoàng Dự"


async def of(dossiers: DossiersService, asks: StaffMember, who: UUID | None) -> Workload:
    [found] = [one for one in await dossiers.workload(asks) if one.staff_id == who]
    return found


async def test_everybodys_load_is_what_everybody_holds(
    dossiers: DossiersService,
    engines: Engines,
    clock: HeldClock,
    citizen: Person,
    file_dossier: Filer,
    seat: MakeOfficer,
) -> None:
    mine, other = await seat(), await seat()
    late, waiting, free, ended = [(await file_dossier(citizen, BIRTH)).dossier_id for _ in range(4)]
    await dossiers.accept(mine, late, version=1, key=new_key())
    ask = Act(kind="ask_supplement", version=1, reason="Thiếu bản sao")
    await dossiers.act_at_desk(mine, waiting, ask, key=new_key())
    no = Act(kind="refuse", version=1, reason="Không thuộc nơi này")
    await dossiers.act_at_desk(mine, ended, no, key=new_key())
    before = await of(dossiers, other, mine.staff_id)
    assert (before.open, before.overdue, before.waiting, before.finished) == (2, 0, 1, 1)
    nobodys = await of(dossiers, other, None)
    assert (nobodys.name, nobodys.open) == (None, 1)
    assert (await of(dossiers, other, other.staff_id)).open == 0
    clock.move(timedelta(days=40))
    after = await of(dossiers, other, mine.staff_id)
    assert (after.open, after.overdue, after.finished) == (2, 1, 0)
    assert (await dossiers.workload(other))[0].staff_id == mine.staff_id
    await dossiers.claim(other, free, key=new_key())
    assert (await of(dossiers, mine, other.staff_id)).open == 1
    stranger = await officer_of(engines, GANH_HAO)
    assert mine.staff_id not in {one.staff_id for one in await dossiers.workload(stranger)}
    gone = "update staff set disabled_at = now() where staff_id = $1 returning 1"
    await count(engines, gone, mine.staff_id)
    assert not (await of(dossiers, other, mine.staff_id)).seated


@pytest.mark.plugin
async def test_a_leader_reads_the_load_of_the_agency_to_which_the_board_leads(
    door: Door,
    engines: Engines,
    citizen: Person,
    file_dossier: Filer,
    officer: StaffMember,
) -> None:
    await file_dossier(citizen)
    led = {"leader": officer.agencies["officer"]}
    leader = msgspec.structs.replace(await officer_of(engines, AN_XUYEN), agencies=led)
    door.caller = Caller(language="vi", officer=leader)
    board = await door.ask("GET", "/apps/service-rating/desk")
    stats = next(one for one in board["blocks"] if one["type"] == "stats")["items"]
    [way] = [one["action"]["href"] for one in stats if "action" in one]
    load = next(one for one in (await door.ask("GET", way))["blocks"] if one["type"] == "table")
    nobodys = load["rows"][-1]
    assert (nobodys["key"], nobodys["cells"]["open"]["text"]) == ("nobody", "1")
    assert "action" not in nobodys
    queue = await door.ask("GET", "/apps/track-dossier/desk")
    assert way in [one["action"]["href"] for one in queue["tools"]]


async def test_what_may_have_been_done_is_no_refusal_and_found_done_by_the_same_request(
    dossiers: DossiersService,
    citizen: Person,
    file_dossier: Filer,
    officer: StaffMember,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filed = [(await file_dossier(citizen)).dossier_id for _ in range(2)]
    claim, key = handing.claim, new_key()

    async def torn(engines: Engines, who: StaffMember, one: UUID, own_key: str) -> None:
        await claim(engines, who, one, own_key)
        raise Unavailable("outcome_unknown")

    with monkeypatch.context() as away:
        away.setattr(handing, "claim", torn)
        with pytest.raises(Unavailable):
            await dossiers.claim_many(officer, filed, key=key)
    done = await dossiers.claim_many(officer, filed, key=key)
    assert [one.problem for one in done] == [None, None]
