"""Claiming, giving back, handing over and receiving: who holds a dossier (người đang xử lý).

One lock on the dossier's row decides between two officers. Row, hand-over, timeline, audit row and
event are one transaction.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from camaug.agencies import queries as agencies
from camaug.audit.actions import Actor, record
from camaug.dossiers import handovers, holding, queries, seats
from camaug.dossiers.acts import DESK_ROLES, LONGEST_REASON
from camaug.dossiers.queue import OPEN
from camaug.dossiers.schemas import Held, NewEvent
from camaug.kernel import db, idempotency, outbox
from camaug.kernel.text import clean_lines, has_hidden
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import StaffMember


class _Work(msgspec.Struct, frozen=True, kw_only=True):
    """One deed in hand."""

    engines: Engines
    conn: db.Conn
    officer: StaffMember
    held: Held


Deed = Callable[[_Work], Awaitable[str | None]]
"""Changes the row; answers what has happened, or None when there was nothing to change."""


async def claim(engines: Engines, officer: StaffMember, dossier_id: UUID, key: str) -> None:
    """See the Protocol."""

    async def deed(work: _Work) -> str | None:
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

    async def deed(work: _Work) -> str | None:
        if work.held.handler_id != officer.staff_id:
            await _not_held(work)
            raise Conflict("not_possible_now")
        _as_seen(work.held, version)
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
    note = _note(said)

    async def deed(work: _Work) -> str | None:
        held, now = work.held, engines.clock.now()
        _as_seen(held, version)
        own = held.acting_agency_id or held.agency_id
        known = await seats.colleagues(work.conn, [own], list(DESK_ROLES), now)
        if to == held.handler_id or to not in {one.staff_id for one in known}:
            raise Invalid(errors=[FieldError(pointer="/to", code="not_a_choice")])
        way = handovers.Way(by=officer.staff_id, to_agency_id=own, to_staff_id=to, note=note)
        await handovers.hand(engines, work.conn, held, way)
        await holding.hold(work.conn, dossier_id, to)
        return "dossier.handed_over"

    await _once(engines, officer, dossier_id, deed, ("hand_over", key), (to, version, note))


async def receive(engines: Engines, officer: StaffMember, dossier_id: UUID, key: str) -> None:
    """See the Protocol."""

    async def deed(work: _Work) -> str | None:
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
    name, key = given
    async with db.transaction(engines.pool) as conn:

        async def do() -> bool:
            held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
            if held.status not in OPEN:
                raise Conflict("not_possible_now")
            work = _Work(engines=engines, conn=conn, officer=officer, held=held)
            happened = await deed(work)
            if happened is not None:
                await _tell(work, happened)
            return True

        await idempotency.once(
            conn,
            bool,
            do,
            scope=f"dossier.{name}|{officer.staff_id}",
            key=key,
            body=(dossier_id, body),
            now=engines.clock.now(),
        )


def _as_seen(held: Held, version: int) -> None:
    if held.version != version:
        raise Conflict


async def _not_held(work: _Work) -> None:
    """Raise `Conflict` that names who has it, if somebody has."""
    holder = work.held.handler_id
    if holder is not None:
        raise Conflict("dossier_held", name=await seats.name(work.conn, holder))


def _note(said: str | None) -> str | None:
    """The note as it is kept. Raises `Invalid`."""
    text = clean_lines(said or "")
    if has_hidden(text):
        raise Invalid(errors=[FieldError(pointer="/note", code="hidden_characters")])
    if len(text) > LONGEST_REASON:
        error = FieldError(pointer="/note", code="too_long", args={"limit": LONGEST_REASON})
        raise Invalid(errors=[error])
    return text or None


async def _tell(work: _Work, happened: str) -> None:
    """The timeline's entry, the audit row and the event; the note stands in none of them."""
    held, conn, now = work.held, work.conn, work.engines.clock.now()
    own = held.acting_agency_id or held.agency_id
    entry = NewEvent(
        kind=happened.removeprefix("dossier."),
        status=held.status,
        at=now,
        actor_kind="staff",
        actor_id=work.officer.staff_id,
        agency_id=own,
    )
    await queries.append(conn, held.dossier_id, entry)
    actor = Actor(kind="staff", actor_id=work.officer.staff_id)
    await record(
        conn,
        actor,
        happened,
        ("dossier", held.dossier_id),
        at=now,
        agency_id=own,
        detail={"code": held.code},
    )
    dated = await procedures.get(conn, held.procedure_code, held.procedure_valid_from)
    agency = await agencies.get(conn, own)
    told: dict[str, str | int | None] = {
        "dossier_id": str(held.dossier_id),
        "citizen_id": str(held.citizen_id),
        "agency_id": str(held.agency_id),
        "code": held.code,
        "procedure_code": held.procedure_code,
        "procedure_name": dated.procedure.short_name,
        "procedure_name_en": dated.procedure.name_en,
        "agency_name": agency.name_vi,
        "agency_name_en": agency.name_en,
    }
    await outbox.emit(conn, happened, told, at=now)
