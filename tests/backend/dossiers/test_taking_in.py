"""Papers that somebody brings to a counter in answer to a request."""

from datetime import timedelta
from uuid import UUID

import pytest

from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Act, Person, StaffMember, Status

from .conftest import Filer, checked_file
from .kin import rows, tell
from .test_acts import Desk

WHO = "Bà Nguyễn Thị Tư mang đến, đã xem thẻ căn cước"


@pytest.fixture
async def asked(
    dossiers: DossiersService,
    officer: StaffMember,
    citizen: Person,
    file_dossier: Filer,
    clock: HeldClock,
) -> Desk:
    """Accepted, and waiting for papers."""
    clock.move(timedelta(days=1))  # Wednesday 25/11, a working day
    desk = Desk(dossiers, officer, citizen)
    desk.dossier_id = (await file_dossier(citizen, "1.000656")).dossier_id
    await desk.act("accept")
    await desk.act("ask_supplement", reason="Ảnh bị mờ")
    return desk


async def test_what_is_brought_ends_the_wait_as_if_the_citizen_had_sent_it(
    asked: Desk,
    dossiers: DossiersService,
    engines: Engines,
    officer: StaffMember,
    citizen: Person,
    clock: HeldClock,
) -> None:
    due = (await dossiers.get(citizen, asked.dossier_id)).line.due_at
    assert due is not None
    assert "take_in" in (await dossiers.at_desk(officer, asked.dossier_id)).acts
    clock.move(timedelta(days=1))
    paper = await checked_file(engines, officer.staff_id, "other")
    await asked.act("take_in", reason=WHO, documents={"other": [paper]})
    seen = await dossiers.get(citizen, asked.dossier_id)
    assert seen.line.status is Status.SUPPLEMENT_REQUESTED
    assert seen.line.due_at == due + timedelta(days=1)
    assert seen.supplements[0].supplemented_at == clock.now()
    assert paper in [one.document_id for one in seen.documents]
    told = seen.events[-1]
    assert (told.kind, told.actor_kind, told.note) == ("supplemented", "staff", WHO)
    offered = (await dossiers.at_desk(officer, asked.dossier_id)).acts
    assert "take_in" not in offered
    assert "resume" in offered
    await asked.act("resume")
    assert await asked.status() is Status.IN_PROCESS


async def test_the_citizen_is_told_that_a_counter_has_papers(
    asked: Desk, engines: Engines, officer: StaffMember
) -> None:
    paper = await checked_file(engines, officer.staff_id, "other")
    await asked.act("take_in", reason=WHO, documents={"other": [paper]})
    await tell(engines, "dossier.supplemented", "inbox")
    templates = [one["template"] for one in await rows(engines, "select template from notice")]
    assert "supplemented_at_counter" in templates
    assert "supplemented" not in templates


@pytest.mark.parametrize("how", ["no file", "no word", "a stranger's file", "twice", "not asked"])
async def test_what_may_not_be_taken_in_changes_nothing(
    asked: Desk,
    dossiers: DossiersService,
    engines: Engines,
    officer: StaffMember,
    citizen: Person,
    how: str,
) -> None:
    paper = await checked_file(engines, officer.staff_id, "other")
    if how == "a stranger's file":
        paper = await checked_file(engines, citizen.citizen_id, "other")
    if how == "twice":
        await asked.act("take_in", reason=WHO, documents={"other": [paper]})
    if how == "not asked":
        await asked.act("resume")
    before = await dossiers.at_desk(officer, asked.dossier_id)
    with pytest.raises((Conflict, Invalid)) as caught:
        await asked.act(
            "take_in",
            reason=" " if how == "no word" else WHO,
            documents={} if how == "no file" else {"other": [paper]},
        )
    pointers = {
        "no file": "/documents/other",
        "no word": "/reason",
        "a stranger's file": "/documents/other",
    }
    if how in pointers:
        assert [one.pointer for one in caught.value.errors] == [pointers[how]]
    else:
        assert isinstance(caught.value, Conflict)
    assert await dossiers.at_desk(officer, asked.dossier_id) == before


async def test_neither_the_citizen_nor_another_desk_takes_in(
    asked: Desk, dossiers: DossiersService, citizen: Person, stranger: StaffMember
) -> None:
    version = (await dossiers.get(citizen, asked.dossier_id)).line.version
    act = Act(kind="take_in", version=version, reason=WHO, documents={"other": [UUID(int=1)]})
    with pytest.raises(Invalid):
        await dossiers.act(citizen, asked.dossier_id, act, key=str(uuid7()))
    with pytest.raises(NotFound):
        await dossiers.act_at_desk(stranger, asked.dossier_id, act, key=str(uuid7()))


async def test_what_was_sent_is_asked_for_no_more(
    asked: Desk, dossiers: DossiersService, engines: Engines, officer: StaffMember, citizen: Person
) -> None:
    assert "supply" in (await dossiers.get(citizen, asked.dossier_id)).acts
    paper = await checked_file(engines, citizen.citizen_id, "other")
    await asked.answer("supply", documents={"other": [paper]})
    assert "supply" not in (await dossiers.get(citizen, asked.dossier_id)).acts
    assert "take_in" not in (await dossiers.at_desk(officer, asked.dossier_id)).acts
    await asked.act("resume")
    await asked.act("ask_supplement", reason="Vẫn thiếu trang 2")
    assert "supply" in (await dossiers.get(citizen, asked.dossier_id)).acts
