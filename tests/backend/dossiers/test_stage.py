"""What a person has supplied is the desk's again, while its status waits for the officer."""

from datetime import timedelta
from uuid import UUID

import pytest

from camaug.dossiers import escalation, warnings
from camaug.kernel.clock import HeldClock
from camaug_sdk.records import DossierLine, QueueFilter, Status

from .conftest import Filer
from .test_undo import Desk, desk

__all__ = ["desk"]


@pytest.fixture
async def new(desk: Desk, file_dossier: Filer) -> UUID:
    return (await file_dossier(desk.citizen)).dossier_id


@pytest.fixture
async def supplied(desk: Desk, new: UUID) -> UUID:
    """Accepted, and then papers were asked for and have come."""
    for kind in ("accept", "ask_supplement", "supply"):
        await desk.do(new, kind)
    return new


async def view(desk: Desk, name: str) -> list[DossierLine]:
    return (await desk.dossiers.queue(desk.officer, QueueFilter(view=name))).items


async def counts(desk: Desk) -> tuple[int, int, int, int]:
    found = await desk.dossiers.queue_counts(desk.officer)
    return found.to_do, found.new, found.in_process, found.waiting


async def test_it_is_to_do_as_what_runs(desk: Desk, supplied: UUID) -> None:
    for name in ("to_do", "in_process"):
        [line] = await view(desk, name)
        assert (line.dossier_id, line.status) == (supplied, Status.SUPPLEMENT_REQUESTED)
    assert await view(desk, "waiting") == []
    assert await counts(desk) == (1, 0, 1, 0)


async def test_it_is_warned_of_late_and_escalated(
    desk: Desk, clock: HeldClock, supplied: UUID
) -> None:
    clock.move(timedelta(days=10))
    assert await warnings.warn(desk.engines) == 1
    assert await escalation.escalate(desk.engines) == 1
    [line] = await view(desk, "to_do")
    assert line.dossier_id == supplied
    assert line.work_minutes_left is not None
    assert line.work_minutes_left < 0
    assert (await desk.dossiers.queue_counts(desk.officer)).overdue == 1
    [load] = [one for one in await desk.dossiers.workload(desk.officer) if one.staff_id]
    assert (load.overdue, load.waiting) == (1, 0)


async def test_what_waits_for_the_person_is_not(desk: Desk, clock: HeldClock, new: UUID) -> None:
    await desk.do(new, "accept")
    await desk.do(new, "ask_supplement")
    clock.move(timedelta(days=10))
    assert await warnings.warn(desk.engines) == await escalation.escalate(desk.engines) == 0
    assert await counts(desk) == (0, 0, 0, 1)


async def test_before_acceptance_it_is_new_again(desk: Desk, new: UUID) -> None:
    await desk.do(new, "ask_supplement")
    assert await counts(desk) == (0, 0, 0, 1)
    await desk.do(new, "supply")
    assert await counts(desk) == (1, 1, 0, 0)
    [line] = await view(desk, "new")
    assert (line.dossier_id, line.status) == (new, Status.SUPPLEMENT_REQUESTED)
    await desk.do(new, "accept")
    assert await counts(desk) == (1, 0, 1, 0)


async def test_an_act_that_is_undone_leaves_it_supplied(desk: Desk, supplied: UUID) -> None:
    await desk.do(supplied, "resume")
    await desk.undo(supplied)
    assert await counts(desk) == (1, 0, 1, 0)
    await desk.do(supplied, "resume")
    await desk.do(supplied, "ask_supplement")
    assert await counts(desk) == (0, 0, 0, 1)
    await desk.undo(supplied)
    assert await counts(desk) == (1, 0, 1, 0)


async def test_pages_go_on_behind_it(desk: Desk, supplied: UUID, file_dossier: Filer) -> None:
    later = (await file_dossier(desk.citizen)).dossier_id
    first = await desk.dossiers.queue(desk.officer, QueueFilter(view="to_do", limit=1))
    second = await desk.dossiers.queue(
        desk.officer, QueueFilter(view="to_do", limit=1, after=first.next)
    )
    assert [one.dossier_id for one in (*first.items, *second.items)] == [supplied, later]
    assert second.next is None
