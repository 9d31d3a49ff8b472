"""What is read of a province's dossiers, by the product's own functions; nothing is copied."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from camaug.dossiers import (
    complaint_desk,
    complaint_queries,
    escalation_queries,
    forecasts,
    handovers,
    looks,
    measure_queries,
    queries,
    queue,
    recalculation,
    relative_queries,
    seats,
    whole,
)
from camaug.kernel import db
from camaug.kernel.crypto import Vault
from camaug.notices import desk_queries
from camaug.notices import queries as notices
from camaug.procedures.decrees import Decree

from .growth_targets import Target

PAGE = 21
QUEUE_PAGE = 51
NO_VAULT = cast("Vault", None)
"""No look of the generated ones is a relative's, whose number would be opened."""


Read = Callable[[db.Conn, Target], Awaitable[Any]]


def _queue(view: str, *by: str) -> Read:
    def read(conn: db.Conn, at: Target) -> Awaitable[Any]:
        what = queue.Wanted(
            statuses=queue.VIEWS[view],
            unheld="unheld" in by,
            handler_id=at.staff_id if "handler" in by else None,
            procedure_code=at.procedure_code if "procedure" in by else None,
            words=at.words if "words" in by else None,
            ending=at.code[-5:] if "ending" in by else None,
        )
        return queue.page(
            conn, at.own, what, None, at.upto(QUEUE_PAGE), by_age=view in queue.BY_AGE
        )

    return read


async def _lookup(conn: db.Conn, at: Target) -> None:
    kept = await queries.pin_of_code(conn, at.code)
    assert kept
    await queries.looked_up(conn, kept.dossier_id)


def _decree(at: Target) -> Decree:
    day = at.now.date() + timedelta(days=5)
    none = UUID(int=0)
    return Decree(
        decree_id=none, source="", days=[day], after_dossier=None, seen=0, moved=0, done_at=None
    )


PERSON: Mapping[str, Read] = {
    "track": lambda conn, at: whole.of_citizen(conn, at.citizen_id, at.dossier_id),
    "track-looks": lambda conn, at: looks.latest(
        conn, NO_VAULT, at.citizen_id, [at.dossier_id], at.upto(20)
    ),
    "looks": lambda conn, at: looks.page(conn, NO_VAULT, at.citizen_id, at.dossier_id, None),
    "track-complaints": lambda conn, at: complaint_queries.of_dossiers(
        conn, at.citizen_id, [at.dossier_id]
    ),
    "mine": lambda conn, at: queries.of_citizen(conn, at.citizen_id, None, at.upto(PAGE)),
    "mine-open": lambda conn, at: queries.open_of_citizen(conn, at.citizen_id, at.upto(PAGE)),
    "export": lambda conn, at: whole.all_of_citizen(conn, at.citizen_id, None, at.upto(PAGE)),
    "relatives": lambda conn, at: relative_queries.page(
        conn, at.citizen_id, at.now, None, at.upto(PAGE)
    ),
    "lookup": _lookup,
    "inbox": lambda conn, at: notices.page(conn, at.citizen_id, None, at.upto(PAGE)),
}
DESK: Mapping[str, Read] = {
    "desk-dossier": lambda conn, at: whole.at_desk(conn, at.own, [], at.dossier_id),
    "desk-slip": lambda conn, at: handovers.of_dossier(conn, at.own, at.dossier_id),
    "queue": _queue("to_do"),
    "queue-new": _queue("new"),
    "queue-mine": _queue("mine", "handler"),
    "queue-handler": _queue("open", "handler"),
    "queue-nobody": _queue("open", "unheld"),
    "queue-procedure": _queue("to_do", "procedure"),
    "queue-name": _queue("all", "words"),
    "queue-name-open": _queue("open", "words"),
    "queue-code": _queue("all", "ending"),
    "queue-done": _queue("done"),
    "queue-handler-done": _queue("done", "handler"),
    "queue-counts": lambda conn, at: queue.counts(
        conn, at.own, at.staff_id, at.now, at.now + timedelta(hours=9)
    ),
    "queue-procedures": lambda conn, at: queue.procedures(conn, at.own, 12),
    "workload": lambda conn, at: seats.workload(
        conn,
        at.own,
        ["officer"],
        (at.now, at.now + timedelta(hours=9), at.now - timedelta(days=5)),
    ),
    "escalated": lambda conn, at: escalation_queries.page(
        conn, at.own, queue.Wanted(statuses=(2, 4)), None, at.upto(QUEUE_PAGE)
    ),
    "escalated-count": lambda conn, at: escalation_queries.count(conn, at.own),
    "complaints": lambda conn, at: complaint_desk.open_page(conn, at.leads, None, at.upto(PAGE)),
    "complaints-done": lambda conn, at: complaint_desk.done_page(
        conn, at.leads, None, at.upto(PAGE)
    ),
    "desk-inbox": lambda conn, at: desk_queries.page(
        conn, at.staff_id, desk_queries.Desks(worked=at.own, led=[]), None, at.upto(PAGE)
    ),
    "board-open": lambda conn, at: measure_queries.still_open(
        conn, at.agency_id, at.now - timedelta(days=20), at.now
    ),
    "board-procedures": lambda conn, at: measure_queries.procedures(
        conn, at.agency_id, at.now.date() - timedelta(days=365), at.now.date()
    ),
}
PROVINCE: Mapping[str, Read] = {
    "board": lambda conn, at: measure_queries.months(
        conn, at.now.date() - timedelta(days=365), at.now.date()
    ),
    "board-waiting": lambda conn, _: measure_queries.waiting(conn),
    "worker-warnings": lambda conn, at: queue.due_before(
        conn, at.now + timedelta(hours=4), at.upto(200)
    ),
    "worker-silent-1": lambda conn, at: escalation_queries.silent(
        conn, at.now - timedelta(days=1), 1, at.upto(100)
    ),
    "worker-silent-2": lambda conn, at: escalation_queries.silent(
        conn, at.now - timedelta(days=3), 2, at.upto(100)
    ),
    "worker-decree": lambda conn, at: recalculation.touched(conn, _decree(at)),
    "worker-forecast": lambda conn, at: forecasts.done(
        conn, (at.now - forecasts.WINDOW, UUID(int=0))
    ),
}
READS: Mapping[str, Read] = {**PERSON, **DESK, **PROVINCE}
SORTED: Mapping[str, int] = {"board": 64 * 14, "escalated": 2000}
"""A board lists every agency and month, so it sorts as many rows as it shows. What leaders were
told of is a desk's late dossiers, by ids alone."""
