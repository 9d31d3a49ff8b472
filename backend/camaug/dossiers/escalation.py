"""A late dossier on which nobody acts goes up: to the agency's leaders, then to those above.

That the desk is told at the first late moment is `warnings`. The spans are rules of this project;
our sources give none. Row, timeline, audit row and event are one transaction.
"""

from camaug.audit.actions import SYSTEM, record
from camaug.dossiers import escalation_queries, queries
from camaug.dossiers.escalation_queries import Silent
from camaug.dossiers.schemas import NewEvent
from camaug.kernel import db, outbox
from camaug.kernel.clock import LOCAL
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug.procedures.deadlines import MINUTES_A_DAY

AFTER_DAYS = {1: 1, 2: 2}
"""Working days of silence: from the promised moment to the agency's leaders, from there to those
of the agency above."""
BATCH = 100


async def escalate(engines: Engines) -> int:
    """Take every step that is due, each once for a dossier and promised time; how many."""
    total = 0
    # Above first, so that no dossier takes two steps in one round.
    for level in sorted(AFTER_DAYS, reverse=True):
        while True:
            async with db.transaction(engines.pool) as conn:
                count = await _batch(engines, conn, level)
            total += count
            if count < BATCH:
                break
    return total


async def _batch(engines: Engines, conn: db.Conn, level: int) -> int:
    now = engines.clock.now()
    work = await procedures.work_calendar(conn)
    before = work.back_minutes(now.astimezone(LOCAL), AFTER_DAYS[level] * MINUTES_A_DAY)
    found = await escalation_queries.silent(conn, before, level, BATCH)
    for row in found:
        await escalation_queries.insert(conn, row, level, now)
        await _tell(engines, conn, row, level)
    return len(found)


async def _tell(engines: Engines, conn: db.Conn, row: Silent, level: int) -> None:
    """The timeline's entry, the audit row and the event."""
    now = engines.clock.now()
    entry = NewEvent(
        kind="escalated", status=row.status, at=now, actor_kind="system", agency_id=row.told_id
    )
    await queries.append(conn, row.dossier_id, entry)
    await record(
        conn,
        SYSTEM,
        "dossier.escalated",
        ("dossier", row.dossier_id),
        at=now,
        agency_id=row.told_id,
        detail={"code": row.code, "level": level, "promised_at": row.promised_at.isoformat()},
    )
    await outbox.emit(
        conn,
        "dossier.escalated",
        {
            "dossier_id": str(row.dossier_id),
            "citizen_id": str(row.citizen_id),
            "agency_id": str(row.agency_id),
            "to_agency_id": str(row.told_id),
            "level": level,
            "code": row.code,
            "procedure_code": row.procedure_code,
            "procedure_name": row.procedure_name,
            "procedure_name_en": row.procedure_name_en,
            "agency_name": row.agency_name,
            "agency_name_en": row.agency_name_en,
            "due_at": row.promised_at.isoformat(),
        },
        at=now,
    )
