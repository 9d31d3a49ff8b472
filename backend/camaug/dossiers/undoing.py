"""Undo of an officer's act within a minute, while nothing of it has left the house.

The event of an act that may be undone is kept back for `Engines.undo`; an undo in that time makes
that it is never delivered. The owner's page shows the act at once: who has seen it there, in a
list, by code and PIN or as a relative ends the time for undoing. That it is a minute is a rule of
this project.
"""

from uuid import UUID

from camaug.dossiers import counting, deeds, pauses, queries, results, undo_queries
from camaug.dossiers.deeds import Happened, Work
from camaug.dossiers.effects import Doing
from camaug.dossiers.schemas import Change
from camaug.dossiers.transitions import UNDOABLE
from camaug.dossiers.undo_queries import Undoable
from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict
from camaug_sdk.records import StaffMember


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

    async def deed(work: Work) -> None:
        held = work.held
        work.as_seen(version)
        last = await undo_queries.latest(work.conn, dossier_id, version)
        one = await _guard(engines, work.conn, officer, last)
        await _put_back(engines, work.conn, one)
        # For the offices alone: nobody else has heard of the act.
        detail = {"from": held.status, "to": one.status, "entry": one.seq}
        undone = Happened(
            name="dossier.undone",
            detail=detail,
            status=one.status,
            reverts=one.seq,
            house_only=True,
        )
        await deeds.tell(work, undone)

    given = ("dossier.undo", key)
    await deeds.at_desk(engines, officer, dossier_id, given, (dossier_id, version), deed)


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


async def seen(engines: Engines, dossier_ids: list[UUID]) -> None:
    """Note that owner or relative has seen how these dossiers stand."""
    if engines.undo and dossier_ids:
        async with engines.pool.acquire() as conn:
            await undo_queries.look(conn, dossier_ids, engines.clock.now())
