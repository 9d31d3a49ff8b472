"""Acts on a dossier: one road for all of them, ruled by the transition table.

Each act locks the row with the person's permission in the WHERE, compares the version seen, asks
the table, changes the row, appends to the timeline, and writes audit and event, in one transaction.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from camaug.agencies import queries as agencies
from camaug.audit.actions import Actor, record
from camaug.documents import actions as files
from camaug.documents import queries as file_queries
from camaug.dossiers import answers, apologies, holding, queries
from camaug.dossiers.schemas import Change, Held, NewEvent
from camaug.dossiers.transitions import TRANSITIONS, Transition, allowed
from camaug.kernel import db, idempotency, outbox
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug.kernel.text import clean_lines, has_hidden
from camaug.kernel.web import Engines
from camaug.procedures import deadlines
from camaug.procedures import queries as procedures
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import Act, Person, Procedure, StaffMember, Status

DESK_ROLES = ("officer",)
LEADER = "leader"
"""Told of late dossiers on which nobody acts; reads them and does nothing to them."""
NOTE, REASON = "dossier_event|note", "supplement|reason"
LONGEST_REASON = 2000


class _Doing(msgspec.Struct, frozen=True):
    """One act in hand."""

    engines: Engines
    conn: db.Conn
    actor: Actor
    act: Act
    rule: Transition
    held: Held
    reason: str | None


async def by_officer(
    engines: Engines, officer: StaffMember, dossier_id: UUID, act: Act, key: str
) -> None:
    """An officer's act on a dossier of the officer's agencies."""
    actor = Actor(kind="staff", actor_id=officer.staff_id)

    async def hold(conn: db.Conn) -> Held:
        return await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)

    await _once(engines, actor, act, key, (dossier_id, hold))


async def accept_within(
    engines: Engines, conn: db.Conn, officer: StaffMember, dossier_id: UUID
) -> None:
    """Accept what was filed in this transaction, which belongs to the caller."""
    held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
    act = Act(kind="accept", version=held.version)
    actor = Actor(kind="staff", actor_id=officer.staff_id)
    await _do(_Doing(engines, conn, actor, act, _rule(act, actor), held, None))


async def by_citizen(engines: Engines, me: Person, dossier_id: UUID, act: Act, key: str) -> None:
    """The citizen's act on an own dossier."""
    actor = Actor(kind="citizen", actor_id=me.citizen_id)

    async def hold(conn: db.Conn) -> Held:
        return await holding.by_citizen(conn, me.citizen_id, dossier_id)

    await _once(engines, actor, act, key, (dossier_id, hold))


async def _once(
    engines: Engines,
    actor: Actor,
    act: Act,
    key: str,
    target: tuple[UUID, Callable[[db.Conn], Awaitable[Held]]],
) -> None:
    """Run the act at most once for this person and key. Raises `Conflict`, `Invalid`."""
    dossier_id, hold = target
    rule = _rule(act, actor)
    reason = _reason(act, rule)
    async with db.transaction(engines.pool) as conn:

        async def do() -> bool:
            held = await hold(conn)
            _guard(act, rule, held)
            await _do(_Doing(engines, conn, actor, act, rule, held, reason))
            return True

        await idempotency.once(
            conn,
            bool,
            do,
            scope=f"dossier.act|{actor.actor_id}",
            key=key,
            body=(dossier_id, act),
            now=engines.clock.now(),
        )


def _rule(act: Act, actor: Actor) -> Transition:
    """The table's row for the act, if this kind of person may do it at all."""
    rule = next((one for kind, one in TRANSITIONS.items() if kind == act.kind), None)
    if rule is None or rule.by != ("officer" if actor.kind == "staff" else "citizen"):
        raise Invalid(errors=[FieldError(pointer="/kind", code="not_a_choice")])
    if act.agency_id is not None and act.kind != "send_on":
        raise Invalid(errors=[FieldError(pointer="/agency_id", code="unknown")])
    if act.appointed_on is not None and act.kind != "apologise":
        raise Invalid(errors=[FieldError(pointer="/appointed_on", code="unknown")])
    return rule


def _reason(act: Act, rule: Transition) -> str | None:
    """The reason as it is kept; demanded where the table says so."""
    text = clean_lines(act.reason or "")
    if has_hidden(text):
        raise Invalid(errors=[FieldError(pointer="/reason", code="hidden_characters")])
    if len(text) > LONGEST_REASON:
        error = FieldError(pointer="/reason", code="too_long", args={"limit": LONGEST_REASON})
        raise Invalid(errors=[error])
    if rule.reason and not text:
        raise Invalid(errors=[FieldError(pointer="/reason", code="required")])
    return text or None


def _guard(act: Act, rule: Transition, held: Held) -> None:
    if act.version != held.version:
        raise Conflict
    if not allowed(rule, Status(held.status), accepted=held.accepted_at is not None):
        raise Conflict("not_possible_now")


async def _do(doing: _Doing) -> None:
    """What the act changes, by its kind; then row, timeline, audit, event."""
    now, held = doing.engines.clock.now(), doing.held
    effect = EFFECTS.get(doing.act.kind)
    changed = await effect(doing) if effect else Change()
    if doing.rule.clock in ("starts", "goes on", "stops"):
        await holding.end_supplement(doing.conn, held.dossier_id, now, by_citizen=False)
    if doing.rule.clock in ("starts", "goes on"):
        changed = await _with_due(doing, changed)
    officer = doing.actor.actor_id if doing.actor.kind == "staff" else None
    finished = now if doing.rule.clock == "stops" else None
    changed = msgspec.structs.replace(
        changed,
        status=doing.rule.to,
        handler_id=officer if doing.act.kind != "send_on" else None,
        finished_at=finished,
    )
    await holding.change(doing.conn, held.dossier_id, changed)
    await _tell(doing, apologies.told(held, changed))


async def _with_due(doing: _Doing, changed: Change) -> Change:
    """The due time by the rules of `procedures.deadlines`, with every pause so far."""
    accepted_at = changed.accepted_at or doing.held.accepted_at
    if accepted_at is None:
        return changed
    asked = await holding.supplements(doing.conn, doing.held.dossier_id)
    procedure = await _procedure(doing)
    work = await procedures.work_calendar(doing.conn)
    pauses = [(one.requested_at, one.ended_at) for one in asked]
    due = deadlines.due(procedure.time, accepted_at, work, pauses)
    return msgspec.structs.replace(changed, due_at=due)


async def _procedure(doing: _Doing) -> Procedure:
    """The procedure in the version under which the dossier was filed."""
    held = doing.held
    return (
        await procedures.get(doing.conn, held.procedure_code, held.procedure_valid_from)
    ).procedure


async def _accept(doing: _Doing) -> Change:
    return Change(accepted_at=doing.engines.clock.now())


async def _ask(doing: _Doing) -> Change:
    supplement_id, held = uuid7(), doing.held
    sealed = doing.engines.vault.seal_text(REASON, supplement_id, doing.reason or "")
    by, now = doing.actor.actor_id, doing.engines.clock.now()
    if by is not None:
        await holding.ask(doing.conn, supplement_id, held.dossier_id, by, sealed, now)
    return Change()


async def _supply(doing: _Doing) -> Change:
    """The citizen's answer: the pause ends now, the officer decides later."""
    procedure = await _procedure(doing)
    documents = doing.act.documents
    wanted = [one for ids in documents.values() for one in ids]
    if not wanted and not doing.reason:
        raise Invalid(errors=[FieldError(pointer="/documents", code="file_missing")])
    rows = await file_queries.own_many(doing.conn, doing.held.citizen_id, wanted)
    own = {row.document_id: files.describe(doing.engines, row) for row in rows}
    require(answers.check_supplement(procedure, documents, own))
    now = doing.engines.clock.now()
    if not await holding.end_supplement(doing.conn, doing.held.dossier_id, now, by_citizen=True):
        raise Conflict("not_possible_now")
    added = [(one, place) for place, ids in documents.items() for one in ids]
    await holding.attach(doing.conn, doing.held.dossier_id, "paper", added)
    return Change()


async def _send_on(doing: _Doing) -> Change:
    target = doing.act.agency_id
    known = {one.agency_id for one in await agencies.offices(doing.conn)}
    if target not in known or target == doing.held.agency_id:
        raise Invalid(errors=[FieldError(pointer="/agency_id", code="not_a_choice")])
    return Change(agency_id=target)


async def _finish(doing: _Doing) -> Change:
    """Completing needs the result as a checked file of the officer's."""
    wanted, officer = doing.act.documents.get("result", []), doing.actor.actor_id
    rows = await file_queries.own_many(doing.conn, officer, wanted) if officer else []
    usable = {row.document_id for row in rows if row.state in ("checked", "clean")}
    if not wanted:
        raise Invalid(errors=[FieldError(pointer="/documents/result", code="file_missing")])
    if not usable.issuperset(wanted):
        raise Invalid(errors=[FieldError(pointer="/documents/result", code="file_unusable")])
    await holding.attach(
        doing.conn, doing.held.dossier_id, "result", [(one, "result") for one in wanted]
    )
    return Change()


async def _apologise(doing: _Doing) -> Change:
    said = (doing.reason or "", doing.act.appointed_on)
    by = doing.actor.actor_id
    return await apologies.apologise(doing.engines, doing.conn, doing.held, by, said)


EFFECTS: dict[str, Callable[[_Doing], Awaitable[Change]]] = {
    "accept": _accept,
    "ask_supplement": _ask,
    "supply": _supply,
    "send_on": _send_on,
    "finish": _finish,
    "apologise": _apologise,
}
"""What an act does beside changing the status."""


async def _tell(doing: _Doing, more: dict[str, str | int | None]) -> None:
    """The timeline's entry, the audit row and the event; `more` is for the latter two."""
    held, now = doing.held, doing.engines.clock.now()
    note = doing.reason
    entry = NewEvent(
        kind=doing.rule.event.removeprefix("dossier."),
        status=doing.rule.to or held.status,
        at=now,
        actor_kind="staff" if doing.actor.kind == "staff" else "citizen",
        actor_id=doing.actor.actor_id,
        agency_id=doing.act.agency_id or held.agency_id,
        note_enc=doing.engines.vault.seal_text(NOTE, held.dossier_id, note) if note else None,
    )
    await queries.append(doing.conn, held.dossier_id, entry)
    await record(
        doing.conn,
        doing.actor,
        doing.rule.event,
        ("dossier", held.dossier_id),
        at=now,
        agency_id=held.acting_agency_id or held.agency_id,
        detail={"code": held.code, "from": held.status, "to": entry.status} | more,
    )
    procedure = await _procedure(doing)
    agency = await agencies.get(doing.conn, entry.agency_id or held.agency_id)
    await outbox.emit(
        doing.conn,
        doing.rule.event,
        {
            "dossier_id": str(held.dossier_id),
            "citizen_id": str(held.citizen_id),
            "agency_id": str(agency.agency_id),
            "from_agency_id": str(held.agency_id),
            "code": held.code,
            "procedure_code": procedure.code,
            "procedure_name": procedure.short_name,
            "procedure_name_en": procedure.name_en,
            "agency_name": agency.name_vi,
            "agency_name_en": agency.name_en,
        }
        | more,
        at=now,
    )
