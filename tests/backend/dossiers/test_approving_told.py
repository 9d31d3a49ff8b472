"""Who is told of what waits for a leader, and of what became of it."""

from uuid import UUID

import pytest

from camaug.dossiers.service import DossiersService
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.notices.jobs import EventJob
from camaug_sdk.records import Act, Person, StaffMember

from .test_approving import AGAIN, WARD, dossier_id, leader, new_key, proposed

__all__ = ["dossier_id", "leader"]


async def told(engines: Engines, name: str) -> list[tuple[str, UUID, UUID | None, str | None]]:
    """The notices of the only event of that name; run twice, since jobs may be."""
    async with engines.pool.acquire() as conn:
        event = await conn.fetchval("select event_id from event where name = $1", name)
    for _ in range(2):
        await jobs.run_subscriber(engines, "proposal", EventJob(event_id=event))
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch(
            "select template, agency_id, staff_id, role from desk_notice where event_id = $1", event
        )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("how", ["approved", "sent_back", "void", "taken_back"])
async def test_leaders_are_told_of_what_waits_and_its_officer_of_the_end(  # noqa: PLR0917
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, citizen: Person,
    officer: StaffMember, leader: StaffMember, how: str,
) -> None:  # fmt: skip
    waiting = await proposed(dossiers, officer, dossier_id)
    assert await told(engines, "proposal.proposed") == [("proposal_proposed", WARD, None, "leader")]
    one = waiting.proposal_id
    if how == "approved":
        await dossiers.approve(leader, dossier_id, one, version=1, key=new_key())
    elif how == "sent_back":
        await dossiers.send_back(leader, dossier_id, one, AGAIN, key=new_key())
    elif how == "void":
        await dossiers.act(citizen, dossier_id, Act(kind="withdraw", version=1), key=new_key())
    else:
        await dossiers.take_back(officer, dossier_id, one, key=new_key())
    expected = [(f"proposal_{how}", WARD, officer.staff_id, None)]
    assert await told(engines, f"proposal.{how}") == ([] if how == "taken_back" else expected)
