"""What a list says of a dossier: whether an answer waits for the officer, and the time left."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug_sdk.records import Act, DossierLine, Person, QueueFilter, StaffMember

from .conftest import Filer, MakeFile

MakeCitizen = Callable[[], Awaitable[Person]]


async def at_desk(dossiers: DossiersService, officer: StaffMember) -> DossierLine:
    [line] = (await dossiers.queue(officer, QueueFilter(view="all"))).items
    return line


async def act(dossiers: DossiersService, officer: StaffMember, kind: str) -> None:
    line = await at_desk(dossiers, officer)
    what = Act(kind=kind, version=line.version, reason="Ảnh bị mờ")
    await dossiers.act_at_desk(officer, line.dossier_id, what, key=str(uuid7()))


async def supply(dossiers: DossiersService, me: Person, dossier_id: UUID, file: UUID) -> None:
    line = (await dossiers.get(me, dossier_id)).line
    what = Act(kind="supply", version=line.version, documents={"other": [file]})
    await dossiers.act(me, dossier_id, what, key=str(uuid7()))


async def test_the_working_time_left_stands_still_while_papers_are_asked_for(
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
    make_file: MakeFile,
    clock: HeldClock,
) -> None:
    filed = await file_dossier(citizen, "1.004884")
    assert (await at_desk(dossiers, officer)).work_minutes_left is None
    clock.move(timedelta(days=1))  # Wednesday 25/11, 09:00
    await act(dossiers, officer, "accept")
    started = (await at_desk(dossiers, officer)).work_minutes_left
    assert started == 390 + 5 * 480
    clock.move(timedelta(hours=1))
    assert (await at_desk(dossiers, officer)).work_minutes_left == started - 60

    await act(dossiers, officer, "ask_supplement")
    paused = await at_desk(dossiers, officer)
    assert (paused.work_minutes_left, paused.supplemented_at) == (None, None)

    clock.move(timedelta(days=1))
    await supply(dossiers, citizen, filed.dossier_id, await make_file(citizen, "other"))
    for line in (
        await at_desk(dossiers, officer),
        (await dossiers.mine(citizen)).items[0],
        (await dossiers.get(citizen, filed.dossier_id)).line,
    ):
        assert line.supplemented_at == clock.now()
        assert line.work_minutes_left == started - 60

    await act(dossiers, officer, "resume")
    decided = await at_desk(dossiers, officer)
    assert (decided.supplemented_at, decided.work_minutes_left) == (None, started - 60)


async def test_a_second_request_waits_for_the_person_again(
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
    make_file: MakeFile,
) -> None:
    filed = await file_dossier(citizen)
    await act(dossiers, officer, "ask_supplement")
    await supply(dossiers, citizen, filed.dossier_id, await make_file(citizen, "other"))
    answered = await at_desk(dossiers, officer)
    assert answered.supplemented_at is not None
    assert answered.work_minutes_left is None  # never accepted: no clock
    await act(dossiers, officer, "accept")
    await act(dossiers, officer, "ask_supplement")
    assert (await at_desk(dossiers, officer)).supplemented_at is None


async def test_drafts_are_listed_latest_first_and_can_be_given_up(
    dossiers: DossiersService,
    citizen: Person,
    clock: HeldClock,
    make_citizen: MakeCitizen,
    file_dossier: Filer,
) -> None:
    other = await make_citizen()
    await dossiers.save_draft(other, "1.001193", {"child_name": "An"}, {})
    for code in ("1.001193", "1.000656", "1.000894"):
        clock.move(timedelta(minutes=1))
        await dossiers.save_draft(citizen, code, {"applicant_name": "An"}, {})
    found = await dossiers.drafts(citizen)
    assert [one.procedure_code for one in found] == ["1.000894", "1.000656", "1.001193"]
    assert found[-1].procedure_name == "Đăng ký khai sinh"
    assert found[0].updated_at == clock.now()

    await dossiers.discard_draft(citizen, "1.000656")
    await dossiers.discard_draft(citizen, "1.000656")
    await file_dossier(citizen, "1.001193")
    assert [one.procedure_code for one in await dossiers.drafts(citizen)] == ["1.000894"]
    assert len(await dossiers.drafts(other)) == 1
