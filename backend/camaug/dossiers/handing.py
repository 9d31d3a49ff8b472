"""Claiming, giving back, handing over and receiving: who holds a dossier (người đang xử lý).

One lock on the dossier's row decides between two officers. Row, hand-over, timeline, audit row and
event are one transaction.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from camaug.dossiers import deeds, handovers, holding, seats
from camaug.dossiers.acts import DESK_ROLES, LONGEST_REASON
from camaug.dossiers.deeds import Happened, Work, words
from camaug.dossiers.queue import OPEN
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import StaffMember

Deed = Callable[[Work], Awaitable[str | None]]
"""Changes the row; answers what has happened, or None when there was nothing to change."""


async def claim(engines: Engines, officer: StaffMember, dossier_id: UUID, key: str) -> None:
    """See the Protocol."""

    async def deed(work: Work) -> str | None:
        held = work.held
        if held.handler_id == officer.staff_id:
            return None
        await _not_held(work)
        handed = await handovers.waiting(work.conn, dossier_id)
        if handed is not None:
            await handovers.receive(
                work.conn, handed.handover_id, officer.staff_id, engines.clock.now()
            )
        await holding.hold(work.conn, dossier_id, officer.staff_id)
        return "dossier.claimed"

    await _once(engines, officer, dossier_id, deed, ("claim", key))


async def give_back(
    engines: Engines, officer: StaffMember, dossier_id: UUID, version: int, key: str
) -> None:
    """See the Protocol."""

    async def deed(work: Work) -> str | None:
        if work.held.handler_id != officer.staff_id:
            await _not_held(work)
            raise Conflict("not_possible_now")
        work.as_seen(version)
        await handovers.close(work.conn, dossier_id, engines.clock.now())
        await holding.hold(work.conn, dossier_id, None)
        return "dossier.given_back"

    await _once(engines, officer, dossier_id, deed, ("give_back", key), version)


async def hand_over(
    engines: Engines,
    officer: StaffMember,
    dossier_id: UUID,
    to: UUID,
    seen: tuple[int, str | None],
    key: str,
) -> None:
    """See the Protocol; `seen` is the version and the note."""
    version, said = seen
    note = words(said, "/note", LONGEST_REASON, required=False) or None

    async def deed(work: Work) -> str | None:
        held, now = work.held, engines.clock.now()
        work.as_seen(version)
        known = await seats.colleagues(work.conn, [work.own], list(DESK_ROLES), now)
        if to == held.handler_id or to not in {one.staff_id for one in known}:
            raise Invalid(errors=[FieldError(pointer="/to", code="not_a_choice")])
        way = handovers.Way(by=officer.staff_id, to_agency_id=work.own, to_staff_id=to, note=note)
        await handovers.hand(engines, work.conn, held, way)
        await holding.hold(work.conn, dossier_id, to)
        return "dossier.handed_over"

    await _once(engines, officer, dossier_id, deed, ("hand_over", key), (to, version, note))


async def receive(engines: Engines, officer: StaffMember, dossier_id: UUID, key: str) -> None:
    """See the Protocol."""

    async def deed(work: Work) -> str | None:
        handed = await handovers.waiting(work.conn, dossier_id)
        if handed is None or not is_for(officer, handed):
            raise Conflict("nothing_to_receive")
        now = engines.clock.now()
        await handovers.receive(work.conn, handed.handover_id, officer.staff_id, now)
        await holding.hold(work.conn, dossier_id, work.held.handler_id or officer.staff_id)
        return "dossier.received"

    await _once(engines, officer, dossier_id, deed, ("receive", key))


def is_for(officer: StaffMember, handed: handovers.Waiting) -> bool:
    """Whether the officer may confirm it: the one named, or anybody of the desk."""
    if handed.to_staff_id is not None:
        return handed.to_staff_id == officer.staff_id
    return handed.to_agency_id in officer.at(*DESK_ROLES)


async def _once(
    engines: Engines,
    officer: StaffMember,
    dossier_id: UUID,
    deed: Deed,
    given: tuple[str, str],
    body: object = None,
) -> None:
    """Run the deed at most once for this officer and key, on the locked row."""

    async def do(work: Work) -> None:
        if work.held.status not in OPEN:
            raise Conflict("not_possible_now")
        happened = await deed(work)
        if happened is not None:  # the note stands in none of what is told
            await deeds.tell(work, Happened(name=happened, named=work.own))

    name, key = given
    named = (f"dossier.{name}", key)
    await deeds.at_desk(engines, officer, dossier_id, named, (dossier_id, body), do)


async def _not_held(work: Work) -> None:
    """Raise `Conflict` that names who has it, if somebody has."""
    holder = work.held.handler_id
    if holder is not None:
        raise Conflict("dossier_held", name=await seats.name(work.conn, holder))
