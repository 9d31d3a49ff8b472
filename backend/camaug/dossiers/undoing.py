"""Undo of an officer's act within a minute, while nothing of it has left the house.

The event of an act that may be undone is kept back for `Engines.undo`; an undo in that time makes
that it is never delivered. The owner's page shows the act at once: who has seen it there, in a
list, by code and PIN or as a relative ends the time for undoing. That it is a minute is a rule of
this project.
"""

from datetime import datetime, timedelta
from uuid import UUID

from camaug.agencies import queries as agencies
from camaug.audit.actions import Actor, record
from camaug.dossiers import counting, holding, pauses, queries, results, undo_queries
from camaug.dossiers.effects import Doing
from camaug.dossiers.schemas import Change, Held, NewEvent
from camaug.dossiers.transitions import UNDOABLE
from camaug.dossiers.undo_queries import Undoable
from camaug.kernel import db, idempotency, outbox
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug_sdk.problems import Conflict
from camaug_sdk.records import StaffMember

DESK_ROLES = ("officer",)
STEP = timedelta(seconds=1)
"""Between two events of a dossier that leave the house, so that the earlier is told first."""


def may(doing: Doing) -> bool:
    """Whether the act in hand can be undone afterwards.

    What a leader let happen cannot, nor what made a proposal void: its drafts are let go.
    """
    alone = doing.approved_by is None and not doing.voids
    return alone and bool(doing.engines.undo) and doing.act.kind in UNDOABLE


async def keep(doing: Doing, changed: Change, ended_id: UUID | None, event_id: UUID) -> None:
    """Keep what undoing the act would need; after its entry was written."""
    held, by = doing.held, doing.actor.actor_id
    if by is None or not may(doing):
        return
    now = doing.engines.clock.now()
    one = Undoable(
        dossier_id=held.dossier_id,
        version=held.version + 1,
        seq=await queries.last_seq(doing.conn, held.dossier_id),
        event_id=event_id,
        staff_id=by,
        at=now,
        until=now + doing.engines.undo,
        begun_id=changed.begun,
        ended_id=ended_id,
        added=list(changed.added),
        status=held.status,
        handler_id=held.handler_id,
        accepted_at=held.accepted_at,
        due_at=held.due_at,
        finished_at=held.finished_at,
    )
    await undo_queries.keep(doing.conn, one)


async def undo(
    engines: Engines, officer: StaffMember, dossier_id: UUID, version: int, key: str
) -> None:
    """See `Mistakes.undo`."""
    async with db.transaction(engines.pool) as conn:

        async def do() -> bool:
            held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
            if held.version != version:
                raise Conflict
            last = await undo_queries.latest(conn, dossier_id, version)
            one = await _guard(engines, conn, officer, last)
            await _put_back(engines, conn, one)
            await _tell(engines, conn, officer, (held, one))
            return True

        await idempotency.once(
            conn,
            bool,
            do,
            scope=f"dossier.undo|{officer.staff_id}",
            key=key,
            body=(dossier_id, version),
            now=engines.clock.now(),
        )


async def _guard(
    engines: Engines, conn: db.Conn, officer: StaffMember, one: Undoable | None
) -> Undoable:
    """The act, if it may be undone by the officer now. Raises `Conflict` that says why not."""
    if one is None or one.seq != await queries.last_seq(conn, one.dossier_id):
        raise Conflict("nothing_to_undo")
    if one.staff_id != officer.staff_id:
        raise Conflict("undo_of_another")
    if one.looked_at is not None:
        raise Conflict("undo_seen")
    if one.left_at is not None or engines.clock.now() >= one.until:
        raise Conflict("undo_too_late", seconds=int(engines.undo.total_seconds()))
    return one


async def _put_back(engines: Engines, conn: db.Conn, one: Undoable) -> None:
    """Counters first, which count by the row that the act has left."""
    await counting.take_back(conn, one.dossier_id, one.seq)
    if one.begun_id is not None:
        await pauses.forget(conn, one.begun_id)
    if one.ended_id is not None:
        await pauses.go_on(conn, one.ended_id)
    if one.added:
        await results.remove(conn, one.dossier_id, one.added)
    await undo_queries.put_back(conn, one)
    await undo_queries.done(conn, one, engines.clock.now())


async def _tell(
    engines: Engines, conn: db.Conn, officer: StaffMember, what: tuple[Held, Undoable]
) -> None:
    """Entry, audit row and event, for the offices alone: nobody else has heard of the act."""
    (held, one), now = what, engines.clock.now()
    own = held.acting_agency_id or held.agency_id
    entry = NewEvent(
        kind="undone",
        status=one.status,
        at=now,
        actor_kind="staff",
        actor_id=officer.staff_id,
        agency_id=own,
        reverts=one.seq,
    )
    await queries.append(conn, held.dossier_id, entry)
    await record(
        conn,
        Actor(kind="staff", actor_id=officer.staff_id),
        "dossier.undone",
        ("dossier", held.dossier_id),
        at=now,
        agency_id=own,
        detail={"code": held.code, "from": held.status, "to": one.status, "entry": one.seq},
    )
    data = await told(conn, held)
    await outbox.emit(conn, "dossier.undone", data, at=now, house_only=True)


async def told(conn: db.Conn, held: Held) -> dict[str, str | int | None]:
    """What an event says of a dossier."""
    dated = await procedures.get(conn, held.procedure_code, held.procedure_valid_from)
    agency = await agencies.get(conn, held.agency_id)
    return {
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


async def behind(conn: db.Conn, dossier_id: UUID, now: datetime) -> timedelta:
    """How long what happens now is kept back, so that the act before it is told before it.

    That act can be undone no more: it is told now.
    """
    events = await undo_queries.kept(conn, dossier_id, now)
    for one in events:
        await outbox.let_out(conn, one)
    return STEP if events else timedelta()


async def seen(engines: Engines, dossier_ids: list[UUID]) -> None:
    """Note that owner or relative has seen how these dossiers stand."""
    if engines.undo and dossier_ids:
        async with engines.pool.acquire() as conn:
            await undo_queries.look(conn, dossier_ids, engines.clock.now())
