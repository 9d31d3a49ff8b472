"""What single acts do beside changing the status, and the promised time that follows from them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from camaug.agencies import queries as agencies
from camaug.audit.actions import Actor
from camaug.documents import actions as files
from camaug.documents import queries as file_queries
from camaug.dossiers import answers, apologies, handovers, holding
from camaug.dossiers.schemas import Change, Held
from camaug.dossiers.transitions import Transition
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug.procedures import deadlines
from camaug.procedures import queries as procedures
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import Act, Procedure

REASON = "supplement|reason"


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


async def with_due(doing: Doing, changed: Change) -> Change:
    """The due time by the rules of `procedures.deadlines`, with every pause so far."""
    accepted_at = changed.accepted_at or doing.held.accepted_at
    if accepted_at is None:
        return changed
    asked = await holding.supplements(doing.conn, doing.held.dossier_id)
    procedure = await procedure_of(doing)
    work = await procedures.work_calendar(doing.conn)
    pauses = [(one.requested_at, one.ended_at) for one in asked]
    due = deadlines.due(procedure.time, accepted_at, work, pauses)
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
    return Change()


async def _supply(doing: Doing) -> Change:
    """The citizen's answer: the pause ends now, the officer decides later."""
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
    if not await holding.end_supplement(doing.conn, doing.held.dossier_id, now, by_citizen=True):
        raise Conflict("not_possible_now")
    added = [(one, place) for place, ids in documents.items() for one in ids]
    if doing.held.delegation_id is not None and not await file_queries.hand_over(
        doing.conn, sender, doing.held.citizen_id, wanted
    ):
        raise Invalid(errors=[FieldError(pointer="/documents", code="file_unusable")])
    await holding.attach(doing.conn, doing.held.dossier_id, "paper", added)
    return Change()


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


async def results(conn: db.Conn, act: Act, officer: UUID | None) -> list[UUID]:
    """The result of an act as checked files of the officer's. Raises `Invalid`."""
    wanted = act.documents.get("result", [])
    rows = await file_queries.own_many(conn, officer, wanted) if officer else []
    usable = {row.document_id for row in rows if row.state in ("checked", "clean")}
    if not wanted:
        raise Invalid(errors=[FieldError(pointer="/documents/result", code="file_missing")])
    if not usable.issuperset(wanted):
        raise Invalid(errors=[FieldError(pointer="/documents/result", code="file_unusable")])
    return wanted


async def _finish(doing: Doing) -> Change:
    """Completing needs the result."""
    wanted = await results(doing.conn, doing.act, doing.actor.actor_id)
    await holding.attach(
        doing.conn, doing.held.dossier_id, "result", [(one, "result") for one in wanted]
    )
    return Change()


async def _apologise(doing: Doing) -> Change:
    said = (doing.reason or "", doing.act.appointed_on)
    by = doing.actor.actor_id
    return await apologies.apologise(doing.engines, doing.conn, doing.held, by, said)


EFFECTS: dict[str, Callable[[Doing], Awaitable[Change]]] = {
    "accept": _accept,
    "ask_supplement": _ask,
    "supply": _supply,
    "send_on": _send_on,
    "finish": _finish,
    "apologise": _apologise,
}
"""What an act does beside changing the status."""
