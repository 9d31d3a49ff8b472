"""What single acts do beside changing the status, and the promised time that follows from them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec

from camaug.agencies import queries as agencies
from camaug.audit.actions import Actor
from camaug.documents import actions as files
from camaug.documents import queries as file_queries
from camaug.dossiers import (
    answers,
    apologies,
    handovers,
    holding,
    pauses,
    payments,
    results,
)
from camaug.dossiers.schemas import Change, Held
from camaug.dossiers.transitions import Transition
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug.procedures import deadlines
from camaug.procedures import queries as procedures
from camaug_sdk.mistakes import REOPEN_DAYS
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import Act, Procedure

REASON = "supplement|reason"
REOPENED_WITHIN = timedelta(days=REOPEN_DAYS)


class Doing(msgspec.Struct, frozen=True):
    """One act in hand."""

    engines: Engines
    conn: db.Conn
    actor: Actor
    act: Act
    rule: Transition
    held: Held
    reason: str | None
    approved_by: UUID | None = None
    """The leader who let it happen."""
    voids: bool = False
    """Whether a proposal that waited is void by it, of which its officer has been told."""


async def with_due(doing: Doing, changed: Change) -> Change:
    """The due time by the rules of `procedures.deadlines`, with every pause so far."""
    accepted_at = changed.accepted_at or doing.held.accepted_at
    if accepted_at is None:
        return changed
    stood_still = await pauses.of_dossier(doing.conn, doing.held.dossier_id)
    procedure = await procedure_of(doing)
    work = await procedures.work_calendar(doing.conn)
    due = deadlines.due(procedure.time, accepted_at, work, stood_still)
    return msgspec.structs.replace(changed, due_at=due)


async def procedure_of(doing: Doing) -> Procedure:
    """The procedure in the version under which the dossier was filed."""
    held = doing.held
    return (
        await procedures.get(doing.conn, held.procedure_code, held.procedure_valid_from)
    ).procedure


async def _accept(doing: Doing) -> Change:
    return Change(accepted_at=doing.engines.clock.now())


async def _ask(doing: Doing) -> Change:
    supplement_id, held = uuid7(), doing.held
    sealed = doing.engines.vault.seal_text(REASON, supplement_id, doing.reason or "")
    by, now = doing.actor.actor_id, doing.engines.clock.now()
    if by is not None:
        await holding.ask(doing.conn, supplement_id, held.dossier_id, by, sealed, now)
    return Change(begun=supplement_id)


async def _supply(doing: Doing) -> Change:
    """The answer to a request: the pause ends now, the officer decides later.

    Files are the sender's own: the citizen's, the relative's, or what an officer has scanned.
    """
    procedure = await procedure_of(doing)
    documents = doing.act.documents
    wanted = [one for ids in documents.values() for one in ids]
    if not wanted and not doing.reason:
        raise Invalid(errors=[FieldError(pointer="/documents", code="file_missing")])
    sender = doing.actor.actor_id or doing.held.citizen_id
    rows = await file_queries.own_many(doing.conn, sender, wanted)
    own = {row.document_id: files.describe(doing.engines, row) for row in rows}
    require(answers.check_supplement(procedure, documents, own))
    now = doing.engines.clock.now()
    if not await holding.end_supplement(doing.conn, doing.held.dossier_id, now):
        raise Conflict("not_possible_now")
    added = [(one, place) for place, ids in documents.items() for one in ids]
    if doing.held.delegation_id is not None and not await file_queries.hand_over(
        doing.conn, sender, doing.held.citizen_id, wanted
    ):
        raise Invalid(errors=[FieldError(pointer="/documents", code="file_unusable")])
    await holding.attach(doing.conn, doing.held.dossier_id, "paper", added)
    return Change(supplied=True)


async def _take_in(doing: Doing) -> Change:
    """The same at a counter, for who brings papers in person; they are scanned there."""
    if not any(doing.act.documents.values()):
        raise Invalid(errors=[FieldError(pointer="/documents/other", code="file_missing")])
    return await _supply(doing)


async def _send_on(doing: Doing) -> Change:
    target = doing.act.agency_id
    known = {one.agency_id for one in await agencies.offices(doing.conn)}
    if target is None or target not in known or target == doing.held.agency_id:
        raise Invalid(errors=[FieldError(pointer="/agency_id", code="not_a_choice")])
    by = doing.actor.actor_id
    if by is not None:
        way = handovers.Way(by=by, to_agency_id=target, note=doing.reason)
        await handovers.hand(doing.engines, doing.conn, doing.held, way)
    return Change(agency_id=target)


async def _finish(doing: Doing) -> Change:
    """Completing needs the result as a checked file of the officer's."""
    wanted = doing.act.documents.get("result", [])
    await results.attach(doing.conn, doing.held.dossier_id, doing.actor.actor_id, wanted)
    return Change(added=wanted)


async def _ask_payment(doing: Doing) -> Change:
    by, wanted = doing.actor.actor_id, (doing.act.amount_vnd, doing.reason or "")
    if by is None:
        raise Conflict("not_possible_now")
    return await payments.ask(doing.engines, doing.conn, doing.held.dossier_id, by, wanted)


async def _paid(doing: Doing) -> Change:
    return await payments.paid(doing.engines, doing.conn, doing.held.dossier_id, doing.reason or "")


async def _reopen(doing: Doing) -> Change:
    """By a leader, within the days of the rule; what was the result is none any more."""
    held, now = doing.held, doing.engines.clock.now()
    if held.finished_at is None or now - held.finished_at > REOPENED_WITHIN:
        raise Conflict("reopen_too_late", days=REOPEN_DAYS)
    await results.replace(doing.conn, held.dossier_id, now)
    return Change(reopened=True)


async def _apologise(doing: Doing) -> Change:
    said = (doing.reason or "", doing.act.appointed_on)
    by = doing.actor.actor_id
    return await apologies.apologise(doing.engines, doing.conn, doing.held, by, said)


EFFECTS: dict[str, Callable[[Doing], Awaitable[Change]]] = {
    "accept": _accept,
    "ask_supplement": _ask,
    "supply": _supply,
    "take_in": _take_in,
    "send_on": _send_on,
    "finish": _finish,
    "apologise": _apologise,
    "ask_payment": _ask_payment,
    "paid": _paid,
    "reopen": _reopen,
    "reopen_refused": _reopen,
}
"""What an act does beside changing the status."""
