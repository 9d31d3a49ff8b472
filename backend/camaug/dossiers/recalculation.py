"""Promised dates computed anew after a late decree: each dossier once, in batches that may be cut.

Only what runs or is paused, and whose span meets the decree's days. A batch locks the decree, then
its dossiers, and moves the decree's position in the same transaction: whoever comes again, or
beside, goes on behind it. What was accepted after the decree has its date by the new calendar.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from camaug.audit.actions import SYSTEM, record
from camaug.dossiers import deeds, queries
from camaug.dossiers.acts import NOTE
from camaug.dossiers.pauses import of_dossier as stood_still
from camaug.dossiers.schemas import Held, NewEvent
from camaug.kernel import db, outbox
from camaug.kernel.clock import LOCAL
from camaug.kernel.web import Engines
from camaug.procedures import deadlines, decrees
from camaug.procedures import queries as procedures
from camaug.procedures.deadlines import CLOSING, WorkCalendar
from camaug.procedures.decrees import Decree

BATCH = 100
DAY = timedelta(days=1)


class _Moved(msgspec.Struct, frozen=True, kw_only=True):
    """The moments of one dossier before and after; `appointed` of an apology."""

    was: datetime
    due: datetime
    appointed: datetime | None


async def finish(engines: Engines) -> int:
    """Go on with every decree that is not done; how many promised dates have moved."""
    total = 0
    while True:
        async with db.transaction(engines.pool) as conn:
            decree = await decrees.unfinished(conn)
            if decree is None:
                return total
            total += await _batch(engines, conn, decree)


async def _batch(engines: Engines, conn: db.Conn, decree: Decree) -> int:
    work = await procedures.work_calendar(conn)
    found = await touched(conn, decree)
    moved = 0
    for held in found:
        moved += await _one(engines, conn, held, decree, work)
    last = found[-1].dossier_id if len(found) == BATCH else None
    await decrees.advance(conn, decree, last, (len(found), moved), engines.clock.now())
    return moved


async def touched(conn: db.Conn, decree: Decree) -> list[Held]:
    """The next dossiers, locked, between whose acceptance and promise a changed day may lie.

    A pause may reach beyond the promise, and what is worked in it counts.
    """
    return await db.many(
        conn,
        Held,
        """
        select dossier_id, code, citizen_id, agency_id, procedure_code, procedure_valid_from,
               status, version, accepted_at, due_at, appointed_at
        from dossier d
        where status in (2, 4, 5, 6) and accepted_at < $1 and due_at is not null
          and greatest(due_at, appointed_at, (select max(s.ended_at) from supplement s
                                              where s.dossier_id = d.dossier_id),
                       (select max(y.ended_at) from payment_request y
                        where y.dossier_id = d.dossier_id)) >= $2
          and ($3::uuid is null or dossier_id > $3)
        order by dossier_id limit $4 for update of d
        """,
        datetime.combine(max(decree.days) + DAY, datetime.min.time(), LOCAL),
        datetime.combine(min(decree.days), datetime.min.time(), LOCAL),
        decree.after_dossier,
        BATCH,
    )


async def _one(
    engines: Engines, conn: db.Conn, held: Held, decree: Decree, work: WorkCalendar
) -> bool:
    """Compute one anew; whether a moment has moved."""
    procedure = (
        await procedures.get(conn, held.procedure_code, held.procedure_valid_from)
    ).procedure
    pauses = [one for one in await stood_still(conn, held.dossier_id) if one[1] is not None]
    if held.accepted_at is None or held.due_at is None:
        return False
    due = deadlines.due(procedure.time, held.accepted_at, work, pauses)
    appointed = held.appointed_at and appointed_by(held.appointed_at, work)
    if due is None or (due == held.due_at and appointed == held.appointed_at):
        return False
    moved = _Moved(was=held.due_at, due=due, appointed=appointed)
    await _write(conn, held.dossier_id, moved)
    await _tell(engines, conn, held, (decree, moved))
    return True


def appointed_by(moment: datetime, work: WorkCalendar) -> datetime:
    """The moment of an apology, on the next working day when its own is none any more."""
    day: date = work.roll(moment.astimezone(LOCAL).date())
    return datetime.combine(day, CLOSING, LOCAL)


async def _write(conn: db.Conn, dossier_id: UUID, moved: _Moved) -> None:
    """The version stays: no officer's form is old because of a holiday."""
    await db.run(
        conn,
        "update dossier set due_at = $2, appointed_at = $3 where dossier_id = $1",
        dossier_id,
        moved.due,
        moved.appointed,
    )


async def _tell(
    engines: Engines,
    conn: db.Conn,
    held: Held,
    why: tuple[Decree, _Moved],
) -> None:
    """The timeline's entry, the audit row and the event."""
    now, (decree, moved) = engines.clock.now(), why
    entry = NewEvent(
        kind="due_moved",
        status=held.status,
        at=now,
        actor_kind="system",
        agency_id=held.agency_id,
        note_enc=engines.vault.seal_text(NOTE, held.dossier_id, decree.source),
    )
    await queries.append(conn, held.dossier_id, entry)
    moments: dict[str, str | int | None] = {
        "was_due_at": moved.was.isoformat(),
        "due_at": moved.due.isoformat(),
    }
    await record(
        conn,
        SYSTEM,
        "dossier.due_moved",
        ("dossier", held.dossier_id),
        at=now,
        agency_id=held.agency_id,
        detail={"code": held.code, "source": decree.source} | moments,
    )
    told = await deeds.told(conn, held) | moments
    behind = await deeds.behind(conn, held.dossier_id, now)
    await outbox.emit(conn, "dossier.due_moved", told, at=now, kept_back=behind)
