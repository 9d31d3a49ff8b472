"""Corrections, reopening and payments: what each changes, who may, and what is refused."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.mistakes import Correction
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import MOST_VND, Act, Person, StaffMember, Status

from .conftest import AN_XUYEN, GANH_HAO, Filer, checked_file, officer_of
from .test_undo import OTHER, Desk, recounted, rows

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


async def reopen(desk: Desk, leader: StaffMember, dossier_id: UUID, reason: str = WHY) -> None:
    version = await desk.version(dossier_id)
    await desk.dossiers.reopen(leader, dossier_id, version=version, reason=reason, key=str(uuid7()))


async def correct(
    desk: Desk, dossier_id: UUID, what: Correction, officer: StaffMember | None = None
) -> None:
    what = msgspec.structs.replace(what, version=await desk.version(dossier_id))
    await desk.dossiers.correct(officer or desk.officer, dossier_id, what, key=str(uuid7()))


async def sums(engines: Engines) -> dict[str, int]:
    names = ("filed", "accepted", "on_time", "late", "refused", "stopped")
    asked = ", ".join(f"sum({one})::int as {one}" for one in names)
    [kept] = await rows(engines, f"select {asked} from dossier_count")  # noqa: S608 our names
    [waits] = await rows(engines, "select sum(pending)::int as pending from dossier_pending")
    return {name: n for name, n in {**kept, **waits}.items() if n}


@pytest.mark.parametrize(
    ("way", "after"),
    [
        (("accept", "process", "finish"), (4, {"filed": 1, "accepted": 1, "pending": 1})),
        (("accept", "ask_supplement", "stop"), (4, {"filed": 1, "accepted": 1, "pending": 1})),
        (("refuse",), (1, {"filed": 1, "pending": 1})),
    ],
)
async def test_a_leader_reopens_and_the_end_counts_no_more(
    desk: Desk,
    filed: UUID,
    leader: StaffMember,
    clock: HeldClock,
    way: tuple[str, ...],
    after: tuple[int, dict[str, int]],
) -> None:
    leads_to, counts = after
    for kind in way:
        await desk.do(filed, kind)
    ended = (await desk.dossiers.at_desk(leader, filed)).line
    clock.move(30 * DAY)  # another month
    assert (await desk.dossiers.at_desk(leader, filed)).acts == ["reopen"]
    await reopen(desk, leader, filed)
    [row] = await rows(desk.engines, "select * from dossier where dossier_id = $1", filed)
    assert (row["status"], row["finished_at"], row["due_at"]) == (leads_to, None, ended.due_at)
    assert row["handler_id"] == desk.officer.staff_id
    assert await sums(desk.engines) == counts
    assert not await recounted(desk.engines)
    shown = await desk.dossiers.get(desk.citizen, filed)
    assert (shown.events[-1].kind, shown.events[-1].note, shown.results) == ("reopened", WHY, [])
    with pytest.raises(Conflict) as refused:
        await reopen(desk, leader, filed)
    assert refused.value.code == "not_possible_now"
    told = await rows(desk.engines, "select 1 from event where name = 'dossier.reopened'")
    assert len(told) == 1


async def test_what_was_reopened_late_ends_late_and_once(
    desk: Desk, filed: UUID, leader: StaffMember, clock: HeldClock
) -> None:
    for kind in ("accept", "process", "finish"):
        await desk.do(filed, kind)
    clock.move(29 * DAY)
    await reopen(desk, leader, filed)
    await desk.do(filed, "ask_supplement")
    clock.move(DAY)
    await desk.do(filed, "resume")
    await desk.do(filed, "finish")
    assert await sums(desk.engines) == {"filed": 1, "accepted": 1, "late": 1}
    assert not await recounted(desk.engines)
    assert len((await desk.dossiers.get(desk.citizen, filed)).results) == 1
    assert len((await desk.dossiers.at_desk(desk.officer, filed)).replaced) == 1


async def test_reopening_is_refused_out_of_time_without_reason_and_to_who_leads_nothing(
    desk: Desk, filed: UUID, leader: StaffMember, clock: HeldClock
) -> None:
    await desk.do(filed, "refuse")
    elsewhere = msgspec.structs.replace(leader, agencies={"leader": (FAR,)})
    for who in (desk.officer, elsewhere):
        with pytest.raises((NotFound, Conflict)):
            await reopen(desk, who, filed)
    with pytest.raises(NotFound):
        await desk.dossiers.at_desk(elsewhere, filed)
    with pytest.raises(Invalid):
        await reopen(desk, leader, filed, reason="  ")
    act = Act(kind="reopen_refused", version=2, reason=WHY)
    with pytest.raises(Invalid):
        await desk.dossiers.act_at_desk(desk.officer, filed, act, key=str(uuid7()))
    with pytest.raises(Conflict):
        await desk.dossiers.reopen(leader, filed, version=1, reason=WHY, key=str(uuid7()))
    clock.move(30 * DAY + timedelta(seconds=1))
    with pytest.raises(Conflict) as refused:
        await reopen(desk, leader, filed)
    assert refused.value.code == "reopen_too_late"
    with pytest.raises(NotFound):
        await desk.dossiers.at_desk(leader, filed)


async def test_what_was_returned_is_never_reopened(
    desk: Desk, filed: UUID, leader: StaffMember
) -> None:
    for kind in ("accept", "process", "finish", "return"):
        await desk.do(filed, kind)
    with pytest.raises(Conflict) as refused:
        await reopen(desk, leader, filed)
    assert refused.value.code == "not_possible_now"


async def test_words_are_corrected_and_the_old_stays_at_the_desk(desk: Desk, filed: UUID) -> None:
    await desk.do(filed, "ask_supplement")
    for text in ("Thiếu giấy A", "Thiếu giấy B"):
        await correct(desk, filed, Correction(version=0, why=WHY, seq=2, text=text))
    mine = await desk.dossiers.get(desk.citizen, filed)
    assert [one.kind for one in mine.events] == ["submitted", "supplement_requested"]
    asked = mine.events[1]
    assert (asked.note, asked.was_note) == ("Thiếu giấy B", None)
    assert asked.corrected_at == desk.engines.clock.now()
    assert mine.supplements[0].reason == "Thiếu giấy B"
    shown = await desk.dossiers.at_desk(desk.officer, filed)
    assert (shown.events[1].note, shown.events[1].was_note) == ("Thiếu giấy B", "Vì vậy")
    assert [one.note for one in shown.events[2:]] == [WHY, WHY]
    audit = await rows(desk.engines, "select detail from audit where action = 'dossier.corrected'")
    assert [one["detail"]["entry"] for one in audit] == [2, 2]
    assert "Thiếu" not in str(audit)


async def test_the_result_is_corrected_until_it_is_returned(desk: Desk, filed: UUID) -> None:
    async def another() -> Correction:
        made = await checked_file(desk.engines, desk.officer.staff_id, "result")
        return Correction(version=0, why=WHY, results=[made])

    await desk.do(filed, "accept")
    with pytest.raises(Conflict):
        await correct(desk, filed, await another())
    await desk.do(filed, "finish")
    what = await another()
    await correct(desk, filed, what)
    mine = await desk.dossiers.get(desk.citizen, filed)
    assert [one.document_id for one in mine.results] == list(what.results)
    assert (mine.replaced, mine.result_corrected_at) == ([], desk.engines.clock.now())
    assert len((await desk.dossiers.at_desk(desk.officer, filed)).replaced) == 1
    with pytest.raises(Invalid):
        await correct(desk, filed, what)
    await desk.do(filed, "return")
    with pytest.raises(Conflict):
        await correct(desk, filed, await another())
    assert not await recounted(desk.engines)


async def test_the_channel_is_corrected_with_all_that_it_counted(desk: Desk, filed: UUID) -> None:
    for kind in ("accept", "process"):
        await desk.do(filed, kind)
    await correct(desk, filed, Correction(version=0, why=WHY, channel=1))
    counted = await rows(desk.engines, "select channel, filed, accepted from dossier_count")
    kept = {one["channel"]: (one["filed"], one["accepted"]) for one in counted}
    assert kept == {1: (1, 1), 2: (0, 0)}
    assert not await recounted(desk.engines)
    await desk.do(filed, "finish")
    assert not await recounted(desk.engines)


@pytest.mark.parametrize(
    "what",
    [
        Correction(version=0, why=WHY),
        Correction(version=0, why="", seq=2, text="Đúng"),
        Correction(version=0, why=WHY, seq=2, text=" "),
        Correction(version=0, why=WHY, seq=2, text="Đúng", channel=1),
        Correction(version=0, why=WHY, seq=1, text="Đúng"),
        Correction(version=0, why=WHY, seq=99, text="Đúng"),
        Correction(version=0, why=WHY, seq=-(10**12), text="Đúng"),
        Correction(version=0, why=WHY, seq=10**12, text="Đúng"),
        Correction(version=0, why=WHY, seq=2, text="a\u202eb"),
        Correction(version=0, why=WHY, seq=2, text="a" * 2001),
        Correction(version=0, why=WHY, channel=2),
        Correction(version=0, why=WHY, channel=4),
    ],
)
async def test_a_correction_that_makes_no_sense_is_refused(
    desk: Desk, filed: UUID, what: Correction
) -> None:
    await desk.do(filed, "ask_supplement")
    with pytest.raises(Invalid):
        await correct(desk, filed, what)
    assert await rows(desk.engines, "select 1 from dossier_correction") == []


async def test_what_another_agency_wrote_is_not_ours_to_correct(
    desk: Desk, filed: UUID, stranger: StaffMember
) -> None:
    await desk.do(filed, "ask_supplement")
    what = Correction(version=0, why=WHY, seq=2, text="Đúng")
    with pytest.raises(NotFound):
        await correct(desk, filed, what, stranger)
    await desk.do(filed, "send_on")
    for seq in (2, 3):
        one = msgspec.structs.replace(what, seq=seq)
        with pytest.raises(Conflict) as refused:
            await correct(desk, filed, one, stranger)
        assert refused.value.code == "not_yours_to_correct"


async def ask(desk: Desk, dossier_id: UUID, amount: int | None) -> None:
    act = Act(
        kind="ask_payment",
        version=await desk.version(dossier_id),
        reason="Lệ phí",
        amount_vnd=amount,
    )
    await desk.dossiers.act_at_desk(desk.officer, dossier_id, act, key=str(uuid7()))


async def test_a_payment_pauses_the_clock_until_it_is_noted(
    desk: Desk, filed: UUID, clock: HeldClock
) -> None:
    await desk.do(filed, "accept")
    promised = (await desk.dossiers.get(desk.citizen, filed)).line.due_at
    await ask(desk, filed, 120_000)
    waits = await desk.dossiers.get(desk.citizen, filed)
    assert (waits.line.status, waits.acts) == (Status.PAYMENT_REQUESTED, ["withdraw"])
    assert [(one.amount_vnd, one.reason) for one in waits.payments] == [(120_000, "Lệ phí")]
    assert waits.line.work_minutes_left is None
    clock.move(7 * DAY)
    await desk.do(filed, "paid")
    paid = await desk.dossiers.get(desk.citizen, filed)
    assert (paid.line.status, paid.payments[0].paid_at) == (4, desk.engines.clock.now())
    assert promised is not None
    # 24 November is a holiday, so that four working days were waited, with a weekend in them.
    assert paid.line.due_at == promised + 6 * DAY
    assert not await recounted(desk.engines)
    names = await rows(desk.engines, "select name from event where name like 'dossier.pa%'")
    assert {one["name"] for one in names} == {"dossier.payment_requested", "dossier.paid"}


@pytest.mark.parametrize("amount", [None, 0, -1, MOST_VND + 1, 2**70])
async def test_an_amount_that_cannot_be_is_refused(
    desk: Desk, filed: UUID, amount: int | None
) -> None:
    await desk.do(filed, "accept")
    with pytest.raises(Invalid) as refused:
        await ask(desk, filed, amount)
    assert [one.pointer for one in refused.value.errors] == ["/amount_vnd"]


async def test_no_payment_is_asked_for_before_acceptance_or_twice(desk: Desk, filed: UUID) -> None:
    with pytest.raises(Conflict):
        await ask(desk, filed, 1)
    await desk.do(filed, "accept")
    await ask(desk, filed, 1)
    with pytest.raises(Conflict):
        await ask(desk, filed, 1)
    with pytest.raises(Conflict):
        await desk.do(filed, "process")
    await desk.do(filed, "withdraw")
    assert await rows(desk.engines, "select 1 from payment_request where ended_at is null") == []
