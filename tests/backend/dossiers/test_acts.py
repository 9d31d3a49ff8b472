import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from tests.backend.notices.conftest import add_device

from camaug.agencies.seed import agency_id
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.notices import queries as notices
from camaug.notices.jobs import EventJob
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Act, Person, StaffMember, Status

from .conftest import GANH_HAO, Filer, MakeFile, checked_file

STEP = timedelta(hours=1)
GROUND = "Thửa đất đang có tranh chấp (mẫu 05)"
"""Why a dossier is stopped."""


class Desk:
    """Acts of one officer and one citizen on one dossier, each with its own key."""

    def __init__(self, dossiers: DossiersService, officer: StaffMember, me: Person) -> None:
        self._dossiers, self._officer, self._me = dossiers, officer, me
        self.dossier_id = UUID(int=0)

    async def act(self, kind: str, **more: object) -> None:
        seen = await self._dossiers.at_desk(self._officer, self.dossier_id)
        act = Act(kind=kind, version=seen.line.version, **more)  # type: ignore[arg-type]
        await self._dossiers.act_at_desk(self._officer, self.dossier_id, act, key=str(uuid7()))

    async def answer(self, kind: str, **more: object) -> None:
        seen = await self._dossiers.get(self._me, self.dossier_id)
        act = Act(kind=kind, version=seen.line.version, **more)  # type: ignore[arg-type]
        await self._dossiers.act(self._me, self.dossier_id, act, key=str(uuid7()))

    async def status(self) -> Status:
        return (await self._dossiers.get(self._me, self.dossier_id)).line.status


@pytest.fixture
async def desk(
    dossiers: DossiersService, officer: StaffMember, citizen: Person, file_dossier: Filer
) -> Desk:
    made = Desk(dossiers, officer, citizen)
    made.dossier_id = (await file_dossier(citizen, "1.000656")).dossier_id
    return made


async def test_accept_process_finish_with_a_result_and_return(
    desk: Desk,
    dossiers: DossiersService,
    engines: Engines,
    officer: StaffMember,
    citizen: Person,
) -> None:
    await desk.act("accept")
    await desk.act("process")
    with pytest.raises(Invalid) as caught:
        await desk.act("finish")
    assert caught.value.errors[0].pointer == "/documents/result"
    result = await checked_file(engines, officer.staff_id, "result")
    await desk.act("finish", documents={"result": [result]})
    assert await desk.status() is Status.COMPLETED
    await desk.act("return")
    seen = await dossiers.get(citizen, desk.dossier_id)
    assert [event.kind for event in seen.events] == [
        "submitted", "accepted", "in_process", "completed", "returned",
    ]  # fmt: skip
    assert [one.document_id for one in seen.results] == [result]
    assert seen.acts == []


async def test_refusing_needs_a_reason_and_tells_it(
    desk: Desk, dossiers: DossiersService, citizen: Person
) -> None:
    with pytest.raises(Invalid):
        await desk.act("refuse", reason="  ")
    await desk.act("refuse", reason="Không thuộc thẩm quyền")
    seen = await dossiers.get(citizen, desk.dossier_id)
    assert seen.line.status is Status.REFUSED
    assert seen.events[-1].note == "Không thuộc thẩm quyền"


async def test_a_supplement_stops_the_clock_until_it_is_given(
    desk: Desk,
    dossiers: DossiersService,
    citizen: Person,
    make_file: MakeFile,
    clock: HeldClock,
) -> None:
    clock.move(timedelta(days=1))  # Wednesday 25/11, 09:00
    await desk.act("accept")
    due = (await dossiers.get(citizen, desk.dossier_id)).line.due_at
    await desk.act("ask_supplement", reason="Ảnh bị mờ")
    clock.move(timedelta(days=1))
    paper = await make_file(citizen, "other")
    await desk.answer("supply", documents={"other": [paper]})
    assert await desk.status() is Status.SUPPLEMENT_REQUESTED
    after = await dossiers.get(citizen, desk.dossier_id)
    assert after.line.due_at == due + timedelta(days=1)
    assert after.supplements[0].supplemented_at is not None
    with pytest.raises(Conflict):
        await desk.answer("supply", documents={"other": [paper]})
    await desk.act("resume")
    assert await desk.status() is Status.IN_PROCESS


async def test_a_supplement_before_acceptance_leads_to_acceptance_not_to_processing(
    desk: Desk, citizen: Person, make_file: MakeFile
) -> None:
    await desk.act("ask_supplement", reason="Thiếu trang 2")
    with pytest.raises(Conflict):
        await desk.act("resume")
    await desk.answer("supply", documents={"other": [await make_file(citizen, "other")]})
    await desk.act("accept")
    assert await desk.status() is Status.ACCEPTED


async def test_the_citizen_withdraws_and_nobody_can_go_on(desk: Desk) -> None:
    await desk.answer("withdraw", reason="Nộp nhầm")
    assert await desk.status() is Status.WITHDRAWN
    with pytest.raises(Conflict):
        await desk.act("accept")


STOPPABLE: dict[Status, Sequence[tuple[str, str | None]]] = {
    Status.ACCEPTED: [("accept", None)],
    Status.IN_PROCESS: [("accept", None), ("process", None)],
    Status.SUPPLEMENT_REQUESTED: [("accept", None), ("ask_supplement", "Ảnh bị mờ")],
}
"""The acts that bring a dossier to a status from which it may be stopped."""


@pytest.mark.parametrize("status", STOPPABLE)
async def test_what_was_accepted_is_stopped_with_a_reason_for_good(
    desk: Desk,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    make_file: MakeFile,
    status: Status,
) -> None:
    for kind, reason in STOPPABLE[status]:
        await desk.act(kind, reason=reason)
    assert await desk.status() is status
    for missing in (None, "  "):
        with pytest.raises(Invalid) as caught:
            await desk.act("stop", reason=missing)
        assert [(one.pointer, one.code) for one in caught.value.errors] == [("/reason", "required")]
    assert await desk.status() is status
    await desk.act("stop", reason=GROUND)
    seen = await dossiers.get(citizen, desk.dossier_id)
    told = seen.events[-1]
    assert (seen.line.status, told.kind, told.status) == (Status.STOPPED, "stopped", Status.STOPPED)
    assert told.note == GROUND
    assert seen.line.work_minutes_left is None
    assert all(one.ended_at and not one.supplemented_at for one in seen.supplements)
    assert seen.acts == []
    assert (await dossiers.at_desk(officer, desk.dossier_id)).acts == []
    with pytest.raises(Conflict):
        await desk.answer("withdraw")
    with pytest.raises(Conflict):
        await desk.answer("supply", documents={"other": [await make_file(citizen, "other")]})
    for kind in ("accept", "refuse", "resume", "send_on", "finish", "return", "stop"):
        with pytest.raises(Conflict):
            await desk.act(kind, reason="Vì")


async def _waits_for_payment(engines: Engines, dossier_id: UUID) -> None:
    """Put there by hand: no act leads to status 6 yet."""
    async with engines.pool.acquire() as conn:
        await conn.execute("update dossier set status = 6 where dossier_id = $1", dossier_id)


async def test_what_waits_for_a_payment_is_stopped_too(desk: Desk, engines: Engines) -> None:
    await desk.act("accept")
    await _waits_for_payment(engines, desk.dossier_id)
    await desk.act("stop", reason=GROUND)
    assert await desk.status() is Status.STOPPED


@pytest.mark.parametrize("status", [1, 3, 5, 7, 8, 9, 10])
async def test_what_is_not_accepted_or_has_ended_is_not_stopped(
    desk: Desk, engines: Engines, status: int
) -> None:
    if status in (8, 9, 10):
        await desk.act("accept")
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "update dossier set status = $2 where dossier_id = $1", desk.dossier_id, status
        )
    with pytest.raises(Conflict, match="not_possible_now"):
        await desk.act("stop", reason=GROUND)
    assert await desk.status() == status


async def test_an_officer_of_another_agency_and_the_citizen_cannot_stop_it(
    desk: Desk, dossiers: DossiersService, stranger: StaffMember
) -> None:
    await desk.act("accept")
    act = Act(kind="stop", version=2, reason=GROUND)
    with pytest.raises(NotFound):
        await dossiers.act_at_desk(stranger, desk.dossier_id, act, key=str(uuid7()))
    with pytest.raises(Invalid):
        await desk.answer("stop", reason=GROUND)
    assert await desk.status() is Status.ACCEPTED


async def test_stopping_twice_with_one_key_happens_once_and_is_told_to_the_citizen(
    desk: Desk, dossiers: DossiersService, engines: Engines, officer: StaffMember, citizen: Person
) -> None:
    await add_device(engines, citizen.citizen_id, "token-1")
    await desk.act("accept")
    act, key = Act(kind="stop", version=2, reason=GROUND), str(uuid7())
    for _ in range(2):
        await dossiers.act_at_desk(officer, desk.dossier_id, act, key=key)
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch(
            "select event_id, data::text from event where name = 'dossier.stopped'"
        )
        audit = await conn.fetch(
            "select actor_id, object_id, detail, xmin::text from audit"
            " where action = 'dossier.stopped'"
        )
        written = await conn.fetchval("select xmin::text from event where name = 'dossier.stopped'")
        ended = await conn.fetchval(
            "select finished_at is not null from dossier where dossier_id = $1", desk.dossier_id
        )
    (event,), (row,) = rows, audit
    assert ended
    assert (row["actor_id"], row["object_id"]) == (officer.staff_id, str(desk.dossier_id))
    assert row["xmin"] == written
    assert "tranh chấp" not in event["data"] + str(row["detail"])
    await jobs.run_subscriber(engines, "inbox", EventJob(event_id=event["event_id"]))
    async with engines.pool.acquire() as conn:
        (notice,) = await notices.page(conn, citizen.citizen_id, None, 10)
        pushed = await conn.fetchval("select count(*) from pgqueuer where entrypoint = 'push'")
    assert (notice.template, pushed) == ("stopped", 1)
    assert "tranh chấp" not in str(notice)


async def test_when_telling_fails_nothing_is_stopped(
    desk: Desk, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.act("accept")

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("camaug.dossiers.acts.outbox.emit", fail)
    with pytest.raises(RuntimeError):
        await desk.act("stop", reason=GROUND)
    assert await desk.status() is Status.ACCEPTED
    async with engines.pool.acquire() as conn:
        assert not await conn.fetchval(
            "select count(*) from audit where action = 'dossier.stopped'"
        )


async def test_a_dossier_sent_on_is_seen_there_and_no_longer_here(
    desk: Desk, dossiers: DossiersService, officer: StaffMember, stranger: StaffMember
) -> None:
    with pytest.raises(NotFound):
        await dossiers.at_desk(stranger, desk.dossier_id)
    await desk.act(
        "send_on", reason="Đúng nơi cư trú", agency_id=agency_id("people_committee", GANH_HAO)
    )
    assert (await dossiers.at_desk(stranger, desk.dossier_id)).line.status is Status.SUBMITTED
    with pytest.raises(NotFound):
        await dossiers.at_desk(officer, desk.dossier_id)


async def test_two_officers_at_once_make_one_history(
    dossiers: DossiersService, officer: StaffMember, desk: Desk
) -> None:
    async def act(kind: str, reason: str | None) -> str:
        try:
            await dossiers.act_at_desk(
                officer, desk.dossier_id, Act(kind=kind, version=1, reason=reason), key=str(uuid7())
            )
        except Conflict:
            return "late"
        return kind

    outcome = await asyncio.gather(act("accept", None), act("refuse", "Sai"), act("accept", None))
    assert sorted(outcome).count("late") == 2
    events = (await dossiers.at_desk(officer, desk.dossier_id)).events
    assert len(events) == 2


@pytest.mark.parametrize("kind", ["withdraw", "supply", "nonsense"])
async def test_an_officer_cannot_do_what_is_not_an_officers_act(desk: Desk, kind: str) -> None:
    with pytest.raises(Invalid):
        await desk.act(kind, reason="x")


async def test_what_is_refused_leaves_a_row_in_the_audit_and_none_with_its_owner(
    desk: Desk,
    dossiers: DossiersService,
    engines: Engines,
    officer: StaffMember,
    citizen: Person,
    make_file: MakeFile,
) -> None:
    with pytest.raises(Conflict):
        await desk.act("finish", documents={"result": [await make_file(citizen, "result")]})
    stale = Act(kind="refuse", version=9, reason=GROUND)
    with pytest.raises(Conflict):
        await dossiers.act_at_desk(officer, desk.dossier_id, stale, key=str(uuid7()))
    with pytest.raises(Conflict):
        await dossiers.rate(citizen, desk.dossier_id, 5, key=str(uuid7()))
    async with engines.pool.acquire() as conn:
        told = await conn.fetch(
            "select actor_kind, actor_id, object_id, detail from audit"
            " where action = 'deed.refused' order by audit_id"
        )
    on = str(desk.dossier_id)
    assert [tuple(one) for one in told] == [
        ("staff", officer.staff_id, "dossier.act", {"code": "not_possible_now", "on": on}),
        ("staff", officer.staff_id, "dossier.act", {"code": "conflict", "on": on}),
        ("citizen", citizen.citizen_id, "dossier.rate", {"code": "not_to_be_rated", "on": on}),
    ]
    looked = (await dossiers.looks(citizen, desk.dossier_id)).items
    assert {one.kind for one in looked} == {"opened"}


async def test_a_reason_with_hidden_characters_changes_nothing(desk: Desk) -> None:
    with pytest.raises(Invalid):
        await desk.act("refuse", reason="Sai\u202e")
    assert await desk.status() is Status.SUBMITTED


async def test_code_and_pin_show_the_status_and_wrong_ones_look_alike(
    dossiers: DossiersService, citizen: Person, file_dossier: Filer, clock: HeldClock
) -> None:
    filed = await file_dossier(citizen)
    shown = await dossiers.track(filed.code.lower(), filed.pin.lower(), source="1.2.3.4")
    assert (shown.code, shown.status) == (filed.code, Status.SUBMITTED)
    for _ in range(5):
        with pytest.raises(NotFound) as wrong:
            await dossiers.track(filed.code, "AAAAAA", source="1.2.3.4")
        with pytest.raises(NotFound) as unknown:
            await dossiers.track("H12.99-261124-0001", filed.pin, source="5.6.7.8")
        assert wrong.value.code == unknown.value.code
    with pytest.raises(Exception, match="too_many_lookups"):
        await dossiers.track(filed.code, filed.pin, source="1.2.3.4")
    assert (await dossiers.track(filed.code, filed.pin, source="9.9.9.9")).code == filed.code
    clock.move(timedelta(hours=1, seconds=1))
    assert (await dossiers.track(filed.code, filed.pin, source="1.2.3.4")).code == filed.code
