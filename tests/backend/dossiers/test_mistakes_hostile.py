"""Attacks on corrections, reopening and payments: what they change that they may not."""

import json
import random
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.documents import queries as documents
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.mistakes import Correction
from camaug_sdk.problems import Conflict, Invalid, NotFound, Problem
from camaug_sdk.records import Act, Caller, Person, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, checked_file, officer_of
from .door import Door
from .test_approving import bind
from .test_mistakes import ask, correct, reopen
from .test_undo import OTHER, Desk, recounted, rows
from .test_undo_hostile import outcome

NEAR, FAR = (agency_id("people_committee", code) for code in (AN_XUYEN, GANH_HAO))
DAY = timedelta(days=1)
WHY = "Ghi nhầm"


@pytest.fixture
def desk(
    engines: Engines, dossiers: DossiersService, citizen: Person, officer: StaffMember
) -> Desk:
    return Desk(engines, dossiers, officer, citizen)


@pytest.fixture
async def filed(desk: Desk, file_dossier: Filer) -> UUID:
    return (await file_dossier(desk.citizen, OTHER)).dossier_id


@pytest.fixture
async def leader(engines: Engines) -> StaffMember:
    one = await officer_of(engines, AN_XUYEN)
    return msgspec.structs.replace(one, agencies={"leader": (NEAR,)})


async def approved(desk: Desk, leader: StaffMember, dossier_id: UUID, act: Act) -> None:
    act = msgspec.structs.replace(act, version=await desk.version(dossier_id))
    await desk.dossiers.propose(desk.officer, dossier_id, act, key=str(uuid7()))
    waiting = (await desk.dossiers.approval(leader, dossier_id)).waiting
    assert waiting is not None
    await desk.dossiers.approve(
        leader, dossier_id, waiting.proposal_id, version=act.version, key=str(uuid7())
    )


def note(seq: int, text: str = "Đúng") -> Correction:
    return Correction(version=0, why=WHY, seq=seq, text=text)


async def result(desk: Desk) -> Correction:
    made = await checked_file(desk.engines, desk.officer.staff_id, "result")
    return Correction(version=0, why=WHY, results=[made])


async def test_a_result_that_a_leader_approved_is_not_replaced_without_the_leader(
    desk: Desk, filed: UUID, leader: StaffMember
) -> None:
    await bind(desk.engines, "finish")
    await desk.do(filed, "accept")
    file = await checked_file(desk.engines, desk.officer.staff_id, "result")
    await approved(desk, leader, filed, Act(kind="finish", version=0, documents={"result": [file]}))
    with pytest.raises(Conflict, match="approved_by_leader"):
        await correct(desk, filed, await result(desk))
    shown = await desk.dossiers.get(desk.citizen, filed)
    assert [one.document_id for one in shown.results] == [file]
    await reopen(desk, leader, filed)
    again = await checked_file(desk.engines, desk.officer.staff_id, "result")
    await approved(
        desk, leader, filed, Act(kind="finish", version=0, documents={"result": [again]})
    )
    shown = await desk.dossiers.get(desk.citizen, filed)
    assert [one.document_id for one in shown.results] == [again]


async def test_a_rule_that_began_after_the_end_binds_the_new_result_as_well(
    desk: Desk, filed: UUID
) -> None:
    await desk.do(filed, "accept")
    await desk.do(filed, "finish")
    await bind(desk.engines, "finish")
    with pytest.raises(Conflict, match="approved_by_leader"):
        await correct(desk, filed, await result(desk))


async def test_words_that_a_leader_approved_are_not_replaced_without_the_leader(
    desk: Desk, filed: UUID, leader: StaffMember
) -> None:
    await bind(desk.engines, "refuse")
    await approved(desk, leader, filed, Act(kind="refuse", version=0, reason="Sai nơi nộp"))
    with pytest.raises(Conflict, match="approved_by_leader"):
        await correct(desk, filed, note(4))
    shown = await desk.dossiers.at_desk(desk.officer, filed)
    assert [one.seq for one in shown.events if one.correctable] == []
    assert shown.events[-1].note == "Sai nơi nộp"


async def test_why_a_leader_sent_back_is_not_for_the_officer_to_rewrite(
    desk: Desk, filed: UUID, leader: StaffMember
) -> None:
    await bind(desk.engines, "refuse")
    act = Act(kind="refuse", version=1, reason=WHY)
    await desk.dossiers.propose(desk.officer, filed, act, key=str(uuid7()))
    waiting = (await desk.dossiers.approval(leader, filed)).waiting
    assert waiting is not None
    await desk.dossiers.send_back(
        leader, filed, waiting.proposal_id, "Không đúng luật", key=str(uuid7())
    )
    with pytest.raises(Conflict, match="not_yours_to_correct"):
        await correct(desk, filed, note(3, "Đồng ý"))
    shown = await desk.dossiers.at_desk(desk.officer, filed)
    assert (shown.events[2].note, shown.events[2].correctable) == ("Không đúng luật", False)
    assert await rows(desk.engines, "select 1 from event where name = 'dossier.corrected'") == []


async def test_what_the_handling_agency_wrote_is_not_the_receiving_ones_to_correct(
    desk: Desk, filed: UUID, stranger: StaffMember, engines: Engines
) -> None:
    """Received by one agency, handled by another: each puts right what it wrote."""
    await rows(
        engines,
        "update dossier set handling_agency_id = $2 where dossier_id = $1 returning 1",
        filed,
        FAR,
    )
    act = Act(kind="ask_supplement", version=1, reason="Thiếu giấy A")
    await desk.dossiers.act_at_desk(stranger, filed, act, key=str(uuid7()))
    with pytest.raises(Conflict, match="not_yours_to_correct"):
        await correct(desk, filed, note(2))
    colleague = await officer_of(engines, GANH_HAO)
    await correct(desk, filed, note(2), colleague)
    shown = await desk.dossiers.at_desk(colleague, filed)
    assert (shown.events[1].note, shown.events[1].correctable) == ("Đúng", True)
    assert not await recounted(engines)


async def test_a_new_result_is_not_said_to_be_a_correction_of_before(
    desk: Desk, filed: UUID, leader: StaffMember, clock: HeldClock
) -> None:
    for kind in ("accept", "finish"):
        await desk.do(filed, kind)
    await correct(desk, filed, await result(desk))
    assert (await desk.dossiers.get(desk.citizen, filed)).result_corrected_at is not None
    clock.move(DAY)
    await reopen(desk, leader, filed)
    clock.move(DAY)
    await desk.do(filed, "finish")
    assert (await desk.dossiers.get(desk.citizen, filed)).result_corrected_at is None
    await correct(desk, filed, await result(desk))
    at = (await desk.dossiers.get(desk.citizen, filed)).result_corrected_at
    assert at == desk.engines.clock.now()


@pytest.mark.parametrize("way", [("refuse",), ("accept", "stop")])
async def test_a_reopening_whose_answer_was_lost_is_asked_for_again(
    desk: Desk, filed: UUID, leader: StaffMember, way: tuple[str, ...]
) -> None:
    for kind in way:
        await desk.do(filed, kind)
    version, key = await desk.version(filed), str(uuid7())
    for _ in range(2):
        await desk.dossiers.reopen(leader, filed, version=version, reason=WHY, key=key)
    with pytest.raises(Problem):
        await desk.dossiers.reopen(leader, filed, version=version, reason="Khác", key=key)
    told = await rows(desk.engines, "select 1 from event where name = 'dossier.reopened'")
    assert len(told) == 1


@pytest.mark.parametrize("asked", ["ask_supplement", "ask_payment"])
@pytest.mark.parametrize("end", ["withdraw", "stop"])
async def test_an_end_while_the_clock_stood_still_is_not_late(
    desk: Desk, filed: UUID, clock: HeldClock, asked: str, end: str
) -> None:
    await desk.do(filed, "accept")
    await desk.do(filed, asked)
    clock.move(90 * DAY)
    await desk.do(filed, end)
    [kept] = await rows(
        desk.engines,
        "select sum(judged_in_time)::int as good, sum(judged_late)::int as bad from dossier_count",
    )
    assert (kept["good"], kept["bad"]) == (1, 0)
    assert not await recounted(desk.engines)


async def test_an_end_after_the_promise_is_late_whatever_is_asked_for_then(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "accept")
    clock.move(90 * DAY)
    await desk.do(filed, "ask_payment")
    clock.move(DAY)
    await desk.do(filed, "stop")
    [kept] = await rows(desk.engines, "select sum(judged_late)::int as bad from dossier_count")
    assert kept["bad"] == 1


async def test_what_is_reopened_owes_what_was_left_when_the_clock_stopped(
    desk: Desk, filed: UUID, leader: StaffMember, clock: HeldClock
) -> None:
    await desk.do(filed, "accept")
    promised = (await desk.dossiers.get(desk.citizen, filed)).line.due_at
    await desk.do(filed, "ask_payment")
    clock.move(28 * DAY)
    await desk.do(filed, "stop")
    await reopen(desk, leader, filed)
    line = (await desk.dossiers.get(desk.citizen, filed)).line
    assert promised is not None
    assert line.due_at is not None
    assert line.due_at > promised + 20 * DAY
    assert not await recounted(desk.engines)


async def test_of_two_leaders_one_reopens(desk: Desk, filed: UUID, leader: StaffMember) -> None:
    for kind in ("accept", "finish"):
        await desk.do(filed, kind)
    other = msgspec.structs.replace(
        await officer_of(desk.engines, AN_XUYEN), agencies={"leader": (NEAR,)}
    )
    done = await outcome(reopen(desk, leader, filed), reopen(desk, other, filed))
    assert done.count("done") == 1
    assert not await recounted(desk.engines)


async def test_what_the_citizen_withdrew_is_not_reopened(
    desk: Desk, filed: UUID, leader: StaffMember
) -> None:
    await desk.do(filed, "withdraw")
    with pytest.raises(Conflict):
        await reopen(desk, leader, filed)
    with pytest.raises(NotFound):
        await desk.dossiers.at_desk(leader, filed)


async def test_a_rating_stays_one_through_a_reopening(
    desk: Desk, filed: UUID, leader: StaffMember
) -> None:
    for kind in ("accept", "finish"):
        await desk.do(filed, kind)
    await desk.dossiers.rate(desk.citizen, filed, 1, key=str(uuid7()))
    await reopen(desk, leader, filed)
    mine = await desk.dossiers.get(desk.citizen, filed)
    assert (mine.may_rate, mine.rating is not None) == (False, True)
    await desk.do(filed, "finish")
    with pytest.raises(Conflict, match="dossier_rated"):
        await desk.dossiers.rate(desk.citizen, filed, 5, key=str(uuid7()))


async def test_the_citizens_words_and_whys_are_nobodys_to_correct(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "ask_supplement")
    await desk.do(filed, "supply")
    with pytest.raises(Invalid):
        await correct(desk, filed, note(3))
    await correct(desk, filed, note(2))
    with pytest.raises(Conflict, match="not_yours_to_correct"):
        await correct(desk, filed, note(4))


@pytest.mark.parametrize("text", ["a\x00b", "a\u2066b", "\u200b", "x" * 1_000_000])
async def test_no_words_hide_anything(desk: Desk, filed: UUID, text: str) -> None:
    await desk.do(filed, "ask_supplement")
    for what in (note(2, text), Correction(version=0, why=text, channel=1)):
        try:
            await correct(desk, filed, what)
        except Invalid:
            continue
        kept = (await desk.dossiers.at_desk(desk.officer, filed)).events
        assert all(text not in (one.note or "") for one in kept)


async def test_no_result_is_taken_from_somebody_else(desk: Desk, filed: UUID) -> None:
    for kind in ("accept", "finish"):
        await desk.do(filed, kind)
    other = await officer_of(desk.engines, AN_XUYEN)
    foreign = await checked_file(desk.engines, other.staff_id, "result")
    paper = await checked_file(desk.engines, desk.citizen.citizen_id, "result")
    for one in (foreign, paper, uuid7()):
        with pytest.raises(Invalid):
            await correct(desk, filed, Correction(version=0, why=WHY, results=[one]))
    assert len((await desk.dossiers.get(desk.citizen, filed)).results) == 1


async def test_of_two_corrections_at_once_one_is_done_and_a_key_does_one(
    desk: Desk, filed: UUID
) -> None:
    await desk.do(filed, "ask_supplement")
    first, second = (Correction(version=2, why=WHY, seq=2, text=one) for one in ("Một", "Hai"))
    keys = [str(uuid7()) for _ in range(2)]
    done = await outcome(
        *(
            desk.dossiers.correct(desk.officer, filed, one, key=key)
            for one, key in zip((first, second), keys, strict=True)
        )
    )
    assert done == ["conflict", "done"]
    what, other = (msgspec.structs.replace(one, version=3) for one in (first, second))
    key = str(uuid7())
    for _ in range(2):
        await desk.dossiers.correct(desk.officer, filed, what, key=key)
    with pytest.raises(Problem):
        await desk.dossiers.correct(desk.officer, filed, other, key=key)
    assert len(await rows(desk.engines, "select 1 from dossier_correction")) == 2


async def test_old_words_and_old_results_reach_nobody_outside(desk: Desk, filed: UUID) -> None:
    for kind in ("accept", "ask_supplement", "resume", "finish"):
        await desk.do(filed, kind)
    [old] = (await desk.dossiers.get(desk.citizen, filed)).results
    await correct(desk, filed, note(3))
    await correct(desk, filed, await result(desk))
    whole = msgspec.json.encode(await desk.dossiers.get(desk.citizen, filed)).decode()
    taken = msgspec.json.encode(await desk.dossiers.export(desk.citizen)).decode()
    for read in (whole, taken):
        assert "Vì vậy" not in read.split('"kind":"supplement_requested"')[1].split("}")[0]
        assert WHY not in read
        assert str(old.document_id) not in read
    async with desk.engines.pool.acquire() as conn:
        with pytest.raises(NotFound):
            await documents.given(conn, desk.citizen.citizen_id, old.document_id)
    events = await rows(desk.engines, "select data::text as data from event")
    assert all("Đúng" not in one["data"] and WHY not in one["data"] for one in events)


async def test_only_the_desk_corrects(
    desk: Desk, filed: UUID, leader: StaffMember, stranger: StaffMember
) -> None:
    for kind in ("accept", "finish"):
        await desk.do(filed, kind)
    for who in (leader, stranger):
        with pytest.raises(NotFound):
            await correct(desk, filed, Correction(version=0, why=WHY, channel=1), who)


async def test_paid_is_what_the_desk_notes_with_a_proof_while_it_was_asked_for(
    desk: Desk, filed: UUID, stranger: StaffMember, leader: StaffMember
) -> None:
    paid = Act(kind="paid", version=0, reason="Biên lai 1")

    async def note_it(who: StaffMember, what: Act = paid) -> None:
        what = msgspec.structs.replace(what, version=await desk.version(filed))
        await desk.dossiers.act_at_desk(who, filed, what, key=str(uuid7()))

    await desk.do(filed, "accept")
    with pytest.raises(Conflict):
        await note_it(desk.officer)
    await ask(desk, filed, 1)
    for who in (stranger, leader):
        with pytest.raises(NotFound):
            await note_it(who)
    for broken in (
        msgspec.structs.replace(paid, reason=" "),
        msgspec.structs.replace(paid, amount_vnd=1),
        msgspec.structs.replace(paid, kind="resume", amount_vnd=1),
    ):
        with pytest.raises(Invalid):
            await note_it(desk.officer, broken)
    mine = msgspec.structs.replace(paid, version=await desk.version(filed))
    with pytest.raises(Invalid):
        await desk.dossiers.act(desk.citizen, filed, mine, key=str(uuid7()))
    with pytest.raises(Invalid):
        await desk.dossiers.act_for_relative(desk.citizen, filed, mine, key=str(uuid7()))
    with pytest.raises(Conflict):
        await desk.do(filed, "resume")
    await desk.do(filed, "withdraw")
    with pytest.raises(Conflict):
        await note_it(desk.officer)


async def test_two_payments_at_once_are_one(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "accept")
    done = await outcome(ask(desk, filed, 1), ask(desk, filed, 2))
    assert done.count("done") == 1
    assert len(await rows(desk.engines, "select 1 from payment_request")) == 1


KINDS = ["accept", "process", "finish", "stop", "refuse", "ask_supplement", "resume", "supply",
         "ask_payment", "paid", "reopen", "reopen", "channel", "withdraw"]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
async def test_a_history_of_mistakes_counts_as_a_recount_does(
    desk: Desk, filed: UUID, leader: StaffMember, clock: HeldClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 no secret
    done = 0
    for _ in range(50):
        kind = chance.choice(KINDS[: -1 if done < 8 else None])
        try:
            if kind == "reopen":
                await reopen(desk, leader, filed)
            elif kind == "channel":
                channel = chance.choice((1, 2, 3))
                await correct(desk, filed, Correction(version=0, why=WHY, channel=channel))
            else:
                await desk.do(filed, kind)
        except Problem:
            continue
        done += 1
        clock.move(timedelta(hours=chance.randrange(200)))
    assert done > 5
    assert not await recounted(desk.engines)


async def test_the_form_of_corrections_is_for_who_may_send_it(
    desk: Desk, filed: UUID, leader: StaffMember, door: Door
) -> None:
    await bind(desk.engines, "finish")
    await desk.do(filed, "accept")
    file = await checked_file(desk.engines, desk.officer.staff_id, "result")
    act = Act(kind="finish", version=2, documents={"result": [file]})
    await desk.dossiers.propose(desk.officer, filed, act, key=str(uuid7()))
    there = f"/apps/track-dossier/desk/{filed}/correct"
    door.caller = Caller(language="vi", officer=leader)
    assert (await door.answer("GET", there)).status_code == 404
    waiting = (await desk.dossiers.approval(leader, filed)).waiting
    assert waiting is not None
    await desk.dossiers.approve(leader, filed, waiting.proposal_id, version=2, key=str(uuid7()))
    door.caller = Caller(language="vi", officer=desk.officer)
    shown = json.dumps(await door.ask("GET", there), ensure_ascii=False)
    assert "Kết quả này do lãnh đạo phê duyệt" in shown
    assert f"correct-result-{filed}" not in shown
    assert f"correct-channel-{filed}" in shown
