"""Attacks on undo: what it must not leave behind, and by which ways it must not be got round."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from camaug.documents import queries as documents
from camaug.dossiers import escalation
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.plugins.actions import sync
from camaug_sdk.mistakes import Correction
from camaug_sdk.problems import Conflict, NotFound, Problem
from camaug_sdk.records import Act, Person, StaffMember

from .conftest import AN_XUYEN, Filer, checked_file, officer_of
from .kin import kin, let_in
from .test_approving import bind
from .test_undo import MINUTE, NEAR, OTHER, Desk, deliver, jobs_of, recounted, rows, state

WHY = "Ghi nhầm"


@pytest.fixture
def desk(engines: Engines, citizen: Person, officer: StaffMember) -> Desk:
    made = msgspec.structs.replace(engines, undo=MINUTE)
    return Desk(made, DossiersService(made, plugin_id="submit-dossier"), officer, citizen)


@pytest.fixture
async def filed(desk: Desk, file_dossier: Filer) -> UUID:
    return (await file_dossier(desk.citizen, OTHER)).dossier_id


@pytest.fixture
async def leader(engines: Engines) -> StaffMember:
    one = await officer_of(engines, AN_XUYEN)
    return msgspec.structs.replace(one, agencies={"leader": (NEAR,)})


async def outcome(*tried: Any) -> list[str]:
    """What each of these at once has led to: `done` or the code of the problem."""
    found = await asyncio.gather(*tried, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, Problem):
            raise one
    return sorted(one.code if isinstance(one, Problem) else "done" for one in found)


async def test_who_reads_who_has_looked_has_seen_the_act(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "accept")
    kinds = {one.kind for one in (await desk.dossiers.looks(desk.citizen, filed)).items}
    assert kinds == {"accepted"}
    with pytest.raises(Conflict, match="undo_seen"):
        await desk.undo(filed)


@pytest.mark.parametrize("kind", ["accept", "refuse", "ask_supplement"])
async def test_what_was_undone_is_not_told_by_who_has_looked(
    desk: Desk, filed: UUID, kind: str
) -> None:
    await desk.dossiers.at_desk(desk.officer, filed)
    await desk.do(filed, kind)
    await desk.undo(filed)
    told = (await desk.dossiers.looks(desk.citizen, filed)).items
    assert [one.kind for one in told] == ["opened"]
    [taken] = (await desk.dossiers.export(desk.citizen)).dossiers
    assert [one.kind for one in taken.looks] == ["opened"]
    assert [one.kind for one in taken.statuses] == ["submitted"]


async def test_an_act_that_was_done_again_is_told_by_who_has_looked(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "accept")
    await desk.undo(filed)
    clock.move(timedelta(seconds=1))
    await desk.do(filed, "accept")
    told = (await desk.dossiers.looks(desk.citizen, filed)).items
    assert [one.kind for one in told] == ["accepted"]


@pytest.mark.parametrize("then", ["propose", "escalated"])
async def test_undo_is_not_offered_when_it_would_be_refused(
    desk: Desk, filed: UUID, then: str
) -> None:
    await bind(desk.engines, "stop")
    await desk.do(filed, "accept")
    await desk.do(filed, "process")
    if then == "propose":
        act = Act(kind="stop", version=await desk.version(filed), reason=WHY)
        await desk.dossiers.propose(desk.officer, filed, act, key=str(uuid7()))
    else:
        await rows(
            desk.engines,
            "insert into dossier_event (dossier_id, seq, at, kind, status, actor_kind)"
            " values ($1, 4, now(), 'escalated', 4, 'system') returning 1",
            filed,
        )
    with pytest.raises(Conflict, match="nothing_to_undo"):
        await desk.undo(filed)
    assert (await desk.dossiers.at_desk(desk.officer, filed)).undo_until is None


async def test_an_act_that_has_made_a_proposal_void_is_undone_wholly_or_not(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await bind(desk.engines, "finish")
    await desk.do(filed, "accept")
    file = await checked_file(desk.engines, desk.officer.staff_id, "result")
    version = await desk.version(filed)
    act = Act(kind="finish", version=version, documents={"result": [file]})
    await desk.dossiers.propose(desk.officer, filed, act, key=str(uuid7()))
    before = await state(desk.engines, filed)
    clock.move(timedelta(minutes=2))
    await desk.do(filed, "process")
    assert (await desk.dossiers.at_desk(desk.officer, filed)).undo_until is None
    assert await jobs_of(desk.engines, "dossier.in_process") == {"all": 0}
    with pytest.raises(Conflict):
        await desk.undo(filed)
    assert await state(desk.engines, filed) != before


@pytest.mark.parametrize(
    "way",
    [
        ("accept", "withdraw", "dossier.withdrawn"),
        ("refuse", "reopen", "dossier.reopened"),
        ("ask_supplement", "correct", "dossier.corrected"),
        ("ask_supplement", "supply", "dossier.supplemented"),
    ],
)
async def test_the_citizen_is_told_in_the_order_in_which_it_happened(
    desk: Desk, filed: UUID, leader: StaffMember, clock: HeldClock, way: tuple[str, str, str]
) -> None:
    first, then, name = way
    told = {"accept": "accepted", "refuse": "refused"}.get(first, "supplement_requested")
    await desk.do(filed, first)
    clock.move(timedelta(seconds=20))
    version, key = await desk.version(filed), str(uuid7())
    if then == "reopen":
        await desk.dossiers.reopen(leader, filed, version=version, reason=WHY, key=key)
    elif then == "correct":
        what = Correction(version=version, why=WHY, seq=2, text="Đúng")
        await desk.dossiers.correct(desk.officer, filed, what, key=key)
    else:
        await desk.do(filed, then)
    outside = await rows(
        desk.engines,
        "select e.name, min(extract(epoch from p.execute_after - p.created))::int as after"
        " from pgqueuer p join event e"
        " on e.event_id::text = convert_from(p.payload, 'UTF8')::jsonb ->> 'event_id'"
        " where p.entrypoint = 'deliver'"
        " and convert_from(p.payload, 'UTF8')::jsonb ->> 'part' = 'out' group by 1 order by 2",
    )
    # Nobody can undo it any more: it is told at once, and what came next a second later.
    assert outside[0] == {"name": f"dossier.{told}", "after": 0}
    assert outside[1]["name"] == name
    assert outside[1]["after"] >= 1
    assert await deliver(desk.engines, f"dossier.{told}") == ["on:inbox"]
    done = "delete from pgqueuer where entrypoint = 'on:inbox' returning 1"
    assert len(await rows(desk.engines, done)) == 1
    assert await deliver(desk.engines, f"dossier.{told}") == []


async def test_after_the_minute_nothing_is_kept_back_for_the_sake_of_order(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "accept")
    clock.move(timedelta(seconds=61))
    await desk.do(filed, "withdraw")
    assert await jobs_of(desk.engines, "dossier.withdrawn") == {"all": 0}


async def test_what_was_undone_is_not_told_by_a_worker_that_was_down_for_days(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "refuse")
    await desk.undo(filed)
    clock.move(timedelta(days=2))
    await desk.do(filed, "accept")
    assert await deliver(desk.engines, "dossier.refused") == []


async def test_acting_and_undoing_is_no_way_to_stay_silent(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "accept")
    [row] = await rows(desk.engines, "select due_at from dossier where dossier_id = $1", filed)
    assert row["due_at"] is not None
    clock.move(row["due_at"] - clock.now() + timedelta(minutes=1))
    assert await escalation.escalate(desk.engines) == 0
    clock.move(timedelta(days=7))
    await desk.do(filed, "process")
    await desk.undo(filed)
    assert await escalation.escalate(desk.engines) == 1


async def test_a_key_undoes_one_act_alone(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "accept")
    version, key = await desk.version(filed), str(uuid7())
    await desk.dossiers.undo(desk.officer, filed, version=version, key=key)
    await desk.dossiers.undo(desk.officer, filed, version=version, key=key)
    await desk.do(filed, "accept")
    with pytest.raises(Problem):
        await desk.dossiers.undo(desk.officer, filed, version=version + 2, key=key)
    [row] = await rows(desk.engines, "select status from dossier where dossier_id = $1", filed)
    assert row["status"] == 2


async def test_the_key_of_an_act_that_was_undone_does_it_no_second_time(
    desk: Desk, filed: UUID
) -> None:
    act, key = Act(kind="accept", version=1), str(uuid7())
    await desk.dossiers.act_at_desk(desk.officer, filed, act, key=key)
    await desk.undo(filed)
    await desk.dossiers.act_at_desk(desk.officer, filed, act, key=key)
    [row] = await rows(desk.engines, "select status from dossier where dossier_id = $1", filed)
    assert row["status"] == 1


async def test_what_a_leader_let_happen_is_not_undone(
    desk: Desk, filed: UUID, leader: StaffMember
) -> None:
    await bind(desk.engines, "refuse")
    act = Act(kind="refuse", version=1, reason=WHY)
    await desk.dossiers.propose(desk.officer, filed, act, key=str(uuid7()))
    waiting = (await desk.dossiers.approval(leader, filed)).waiting
    assert waiting is not None
    await desk.dossiers.approve(leader, filed, waiting.proposal_id, version=1, key=str(uuid7()))
    for who in (desk.officer, msgspec.structs.replace(leader, agencies=desk.officer.agencies)):
        with pytest.raises(Conflict, match="nothing_to_undo"):
            await desk.undo(filed, who)


async def test_handed_over_or_without_the_role_nothing_is_undone(
    desk: Desk, filed: UUID, engines: Engines
) -> None:
    await desk.do(filed, "accept")
    gone = msgspec.structs.replace(desk.officer, agencies={})
    with pytest.raises(NotFound):
        await desk.undo(filed, gone)
    led = msgspec.structs.replace(desk.officer, agencies={"leader": (NEAR,)})
    with pytest.raises(NotFound):
        await desk.undo(filed, led)
    other = await officer_of(engines, AN_XUYEN)
    await rows(
        engines,
        "insert into assignment (assignment_id, staff_id, agency_id, role, valid_from)"
        " values ($1, $2, $3, 'officer', $4) returning 1",
        *(uuid7(), other.staff_id, NEAR, engines.clock.now()),
    )
    version = await desk.version(filed)
    await desk.dossiers.hand_over(
        desk.officer, filed, other.staff_id, version=version, key=str(uuid7())
    )
    with pytest.raises(Conflict, match="nothing_to_undo"):
        await desk.undo(filed)


@pytest.mark.parametrize("attempt", range(3))
async def test_of_two_undos_at_once_one_is_done(desk: Desk, filed: UUID, attempt: int) -> None:
    await desk.do(filed, "accept")
    assert await outcome(desk.undo(filed), desk.undo(filed)) != ["done", "done"], attempt
    assert len(await rows(desk.engines, "select 1 from event where name = 'dossier.undone'")) == 1
    assert not await recounted(desk.engines)


@pytest.mark.parametrize("attempt", range(3))
async def test_undo_and_withdrawal_at_once_leave_one_of_them(
    desk: Desk, filed: UUID, attempt: int
) -> None:
    await desk.do(filed, "accept")
    version = await desk.version(filed)
    act = Act(kind="withdraw", version=version)
    done = await outcome(
        desk.undo(filed), desk.dossiers.act(desk.citizen, filed, act, key=str(uuid7()))
    )
    assert done in (["conflict", "done"], ["done", "nothing_to_undo"]), attempt
    assert not await recounted(desk.engines)


@pytest.mark.parametrize("attempt", range(3))
async def test_undo_and_delivery_at_once_tell_or_undo(
    desk: Desk, filed: UUID, attempt: int
) -> None:
    await desk.do(filed, "accept")
    [event] = await rows(desk.engines, "select event_id from event where name = 'dossier.accepted'")
    job = jobs.DeliverJob(event_id=event["event_id"], part="out")
    done = await outcome(desk.undo(filed), jobs.deliver(desk.engines, job))
    told = await rows(desk.engines, "select 1 from pgqueuer where entrypoint = 'on:inbox'")
    assert (done == ["done", "done"]) == (told == []), attempt


async def test_a_result_that_was_undone_is_nobodys_and_may_be_the_result_later(
    desk: Desk, filed: UUID
) -> None:
    await desk.do(filed, "accept")
    file = await checked_file(desk.engines, desk.officer.staff_id, "result")
    act = Act(kind="finish", version=2, documents={"result": [file]})
    await desk.dossiers.act_at_desk(desk.officer, filed, act, key=str(uuid7()))
    await desk.undo(filed)
    async with desk.engines.pool.acquire() as conn:
        with pytest.raises(NotFound):
            await documents.given(conn, desk.citizen.citizen_id, file)
    with pytest.raises(Conflict, match="not_to_be_rated"):
        await desk.dossiers.rate(desk.citizen, filed, 1, key=str(uuid7()))
    again = msgspec.structs.replace(act, version=4)
    await desk.dossiers.act_at_desk(desk.officer, filed, again, key=str(uuid7()))
    mine = await desk.dossiers.get(desk.citizen, filed)
    assert [one.document_id for one in mine.results] == [file]


@pytest.mark.parametrize("way", ["lookup", "complaint", "export"])
async def test_every_way_of_seeing_ends_undoing(desk: Desk, file_dossier: Filer, way: str) -> None:
    made = await file_dossier(desk.citizen, OTHER)
    await desk.do(made.dossier_id, "accept")
    if way == "lookup":
        await desk.dossiers.track(made.code, made.pin, source="10.0.0.1")
    elif way == "complaint":
        await desk.dossiers.complain(
            desk.citizen, made.dossier_id, "attitude", "Không đúng", key=str(uuid7())
        )
    else:
        await desk.dossiers.export(desk.citizen)
    with pytest.raises(Conflict, match="undo_seen"):
        await desk.undo(made.dossier_id)


async def test_the_answer_to_a_request_that_was_undone_is_refused(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "ask_supplement")
    version = await desk.version(filed)
    await desk.undo(filed)
    act = Act(kind="supply", version=version, reason="Đây")
    with pytest.raises(Conflict):
        await desk.dossiers.act(desk.citizen, filed, act, key=str(uuid7()))


async def test_words_are_corrected_in_the_request_that_stands(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "ask_supplement")
    await desk.undo(filed)
    clock.move(timedelta(hours=1))
    await desk.do(filed, "ask_supplement")
    version = await desk.version(filed)
    for seq in (2, 4):
        what = Correction(version=version, why=WHY, seq=seq, text="Thiếu giấy B")
        if seq == 2:
            with pytest.raises(Problem):
                await desk.dossiers.correct(desk.officer, filed, what, key=str(uuid7()))
        else:
            await desk.dossiers.correct(desk.officer, filed, what, key=str(uuid7()))
    mine = await desk.dossiers.get(desk.citizen, filed)
    assert [one.reason for one in mine.supplements] == ["Thiếu giấy B"]


@pytest.mark.parametrize("way", ["page", "list"])
async def test_a_relative_who_has_seen_it_ends_undoing_and_reads_nothing_old(
    desk: Desk, file_dossier: Filer, clock: HeldClock, way: str
) -> None:
    owner, relative = await kin(desk.engines), await kin(desk.engines)
    filed = (await file_dossier(owner.me, OTHER)).dossier_id
    await let_in(desk.dossiers, desk.engines, (owner, relative), filed)
    await desk.do(filed, "ask_supplement")
    what = Correction(version=await desk.version(filed), why=WHY, seq=2, text="Thiếu giấy B")
    await desk.dossiers.correct(desk.officer, filed, what, key=str(uuid7()))
    await desk.do(filed, "refuse")
    await desk.undo(filed)
    read = await desk.dossiers.of_relative(relative.me, filed)
    assert [one.kind for one in read.events] == ["submitted", "supplement_requested"]
    said = msgspec.json.encode(read).decode()
    assert "Thiếu giấy B" in said
    assert "Vì vậy" not in said
    assert WHY not in said
    clock.move(timedelta(minutes=2))
    await desk.do(filed, "refuse")
    if way == "page":
        await desk.dossiers.of_relative(relative.me, filed)
    else:
        await desk.dossiers.of_relatives(relative.me)
    with pytest.raises(Conflict, match="undo_seen"):
        await desk.undo(filed)


async def test_no_utility_is_told_that_something_was_undone(desk: Desk, filed: UUID) -> None:
    """It has never heard of the act either; what it hears it may tell anybody."""
    await sync(desk.engines.pool, desk.engines.clock.now())
    await rows(
        desk.engines,
        "update plugin set manifest = jsonb_set(manifest, '{x_camaug,events}',"
        """ '["dossier.undone", "dossier.accepted"]') where plugin_id = $1 returning 1""",
        "submit-dossier",
    )
    await desk.do(filed, "accept")
    await desk.undo(filed)
    queued = await rows(
        desk.engines,
        "select convert_from(payload, 'UTF8')::jsonb as job from pgqueuer"
        " where entrypoint = 'deliver'",
    )
    for one in queued:
        await jobs.deliver(desk.engines, msgspec.convert(one["job"], jobs.DeliverJob))
    told = await rows(desk.engines, "select 1 from pgqueuer where entrypoint like 'plugin:%'")
    assert told == []
    house = await rows(desk.engines, "select 1 from pgqueuer where entrypoint = 'on:desk'")
    assert len(house) == 3  # filed, accepted, undone


async def test_words_are_corrected_in_the_payment_that_stands(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "accept")
    await desk.do(filed, "ask_payment")
    await desk.undo(filed)
    for kind in ("ask_payment", "paid", "ask_payment"):
        clock.move(timedelta(hours=1))
        await desk.do(filed, kind)
    shown = await desk.dossiers.at_desk(desk.officer, filed)
    last = [one.seq for one in shown.events if one.kind == "payment_requested"][-1]
    what = Correction(version=shown.line.version, why=WHY, seq=last, text="Lệ phí cấp bản sao")
    await desk.dossiers.correct(desk.officer, filed, what, key=str(uuid7()))
    mine = await desk.dossiers.get(desk.citizen, filed)
    assert [one.reason for one in mine.payments] == ["Vì vậy", "Lệ phí cấp bản sao"]
