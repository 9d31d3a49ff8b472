"""Warnings of dossiers that are about to be late, or are late and nobody was warned."""

from datetime import timedelta

from camaug.audit.actions import SYSTEM, record
from camaug.dossiers import deeds, queue
from camaug.dossiers.schemas import Held
from camaug.kernel import db, outbox
from camaug.kernel.clock import LOCAL
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures

AHEAD = timedelta(hours=4)
"""Office time before the promised moment: half a working day."""
BATCH = 200


async def warn(engines: Engines) -> int:
    """Emit `dossier.due_soon` or `dossier.overdue` once for each promised time; how many."""
    total = 0
    while True:
        async with db.transaction(engines.pool) as conn:
            count = await _warn_batch(engines, conn)
        total += count
        if count < BATCH:
            return total


async def _warn_batch(engines: Engines, conn: db.Conn) -> int:
    now = engines.clock.now().astimezone(LOCAL)
    work = await procedures.work_calendar(conn)
    horizon = work.add_minutes(now, AHEAD.total_seconds() / 60)
    found = await queue.due_before(conn, horizon, BATCH)
    for held in found:
        await _tell(engines, conn, held)
    return len(found)


async def _tell(engines: Engines, conn: db.Conn, held: Held) -> None:
    """The audit row and the event."""
    now, due_at = engines.clock.now(), held.due_at
    if due_at is None:
        return
    event = "dossier.overdue" if due_at < now else "dossier.due_soon"
    await record(
        conn,
        SYSTEM,
        event,
        ("dossier", held.dossier_id),
        at=now,
        agency_id=held.agency_id,
        detail={"code": held.code},
    )
    told = await deeds.told(conn, held)
    await outbox.emit(conn, event, told | {"due_at": due_at.isoformat()}, at=now)
