"""Acts on a dossier: one road for all of them, ruled by the transition table.

Each act locks the row with the person's permission in the WHERE, compares the version seen, asks
the table, changes the row, appends to the timeline, and writes audit and event, in one transaction.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.dossiers import (
    apologies,
    counting,
    deeds,
    holding,
    pauses,
    proposals,
    queries,
    undoing,
    uses,
)
from camaug.dossiers.deeds import DESK_ROLES
from camaug.dossiers.effects import EFFECTS, Doing, with_due
from camaug.dossiers.schemas import Change, Held, NewEvent
from camaug.dossiers.transitions import TRANSITIONS, By, Transition, allowed
from camaug.kernel import db, outbox
from camaug.kernel.clock import local_date
from camaug.kernel.web import Engines
from camaug_sdk.approvals import APPROVABLE
from camaug_sdk.problems import Conflict, FieldError, Invalid
from camaug_sdk.records import Act, Person, StaffMember, Status

LEADER = "leader"
"""Told of late dossiers on which nobody acts; reads them and does nothing to them."""
NOTE = "dossier_event|note"
LONGEST_REASON = 2000
RELATIVE = "relative"
"""Role, in audit and events, of whom the owner of a dossier lets act."""
COUNTER = "counter"
"""In events: papers were brought to a counter and taken in by an officer."""


async def by_officer(
    engines: Engines, officer: StaffMember, dossier_id: UUID, act: Act, key: str
) -> None:
    """An officer's act on a dossier of the officer's agencies."""
    actor = Actor(kind="staff", actor_id=officer.staff_id)

    async def hold(conn: db.Conn) -> Held:
        return await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)

    await perform(engines, actor, act, key, (dossier_id, hold))


async def accept_within(
    engines: Engines, conn: db.Conn, officer: StaffMember, dossier_id: UUID
) -> None:
    """Accept what was filed in this transaction, which belongs to the caller."""
    held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
    act = Act(kind="accept", version=held.version)
    actor = Actor(kind="staff", actor_id=officer.staff_id)
    # The citizen goes home with a receipt that says so: it is not undone.
    told = msgspec.structs.replace(engines, undo=timedelta())
    await carry_out(Doing(told, conn, actor, act, rule_of(act, "officer"), held, None))


async def by_leader(
    engines: Engines, leader: StaffMember, dossier_id: UUID, act: Act, key: str
) -> None:
    """A leader's act on a dossier of the agencies that the leader leads."""
    actor = Actor(kind="staff", actor_id=leader.staff_id)

    async def hold(conn: db.Conn) -> Held:
        return await holding.by_officer(conn, leader.at(LEADER), dossier_id)

    await perform(engines, actor, act, key, (dossier_id, hold), by="leader")


async def by_citizen(engines: Engines, me: Person, dossier_id: UUID, act: Act, key: str) -> None:
    """The citizen's act on an own dossier."""
    actor = Actor(kind="citizen", actor_id=me.citizen_id)

    async def hold(conn: db.Conn) -> Held:
        return await holding.by_citizen(conn, me.citizen_id, dossier_id)

    await perform(engines, actor, act, key, (dossier_id, hold))


async def perform(
    engines: Engines,
    actor: Actor,
    act: Act,
    key: str,
    target: tuple[UUID, Callable[[db.Conn], Awaitable[Held]]],
    *,
    by: By | None = None,
) -> None:
    """Run the act at most once for this person and key; `hold` locks the dossier by a right to it.

    Raises `Conflict`, `Invalid`.
    """
    dossier_id, hold = target
    rule = rule_of(act, by or ("officer" if actor.kind == "staff" else "citizen"))
    reason = reason_of(act, rule)

    async def do(conn: db.Conn) -> None:
        held = await hold(conn)
        guard(act, rule, held)
        await _approved(conn, act, held, engines.clock.now())
        await carry_out(Doing(engines, conn, actor, act, rule, held, reason))
        if act.template_id is not None:
            await uses.count(conn, act.template_id, act.kind, held)

    given = ("dossier.act", actor.actor_id, key)
    await deeds.once(engines, given, (dossier_id, act), do)


def rule_of(act: Act, by: By) -> Transition:
    """The table's row for the act, if this kind of person may do it at all."""
    rule = next((one for kind, one in TRANSITIONS.items() if kind == act.kind), None)
    if rule is None or rule.by != by:
        raise Invalid(errors=[FieldError(pointer="/kind", code="not_a_choice")])
    if act.agency_id is not None and act.kind != "send_on":
        raise Invalid(errors=[FieldError(pointer="/agency_id", code="unknown")])
    if act.appointed_on is not None and act.kind != "apologise":
        raise Invalid(errors=[FieldError(pointer="/appointed_on", code="unknown")])
    if act.template_id is not None and by != "officer":
        raise Invalid(errors=[FieldError(pointer="/template_id", code="unknown")])
    if act.amount_vnd is not None and act.kind != "ask_payment":
        raise Invalid(errors=[FieldError(pointer="/amount_vnd", code="unknown")])
    return rule


def reason_of(act: Act, rule: Transition) -> str | None:
    """The reason as it is kept; demanded where the table says so."""
    return checked_reason(act.reason, required=rule.reason)


def checked_reason(said: str | None, *, required: bool) -> str | None:
    """A reason as it is kept. Raises `Invalid` with pointer `/reason`."""
    return deeds.words(said, "/reason", LONGEST_REASON, required=required) or None


def guard(act: Act, rule: Transition, held: Held) -> None:
    """The version as seen, and the table. Raises `Conflict`."""
    if act.version != held.version:
        raise Conflict
    if not allowed(rule, Status(held.status), accepted=held.accepted_at is not None):
        raise Conflict("not_possible_now")


async def _approved(conn: db.Conn, act: Act, held: Held, now: datetime) -> None:
    """Raise `Conflict` for an act that a leader must approve first."""
    if act.kind not in APPROVABLE:
        return
    place = held.handling_agency_id or held.agency_id
    if act.kind in await proposals.needed(conn, place, held.procedure_code, local_date(now)):
        raise Conflict("approval_needed")


async def carry_out(doing: Doing) -> None:
    """What the act changes, by its kind; then row, timeline, audit, event, and counters last.

    What waits for a leader's approval is void from now on. An end in a pause is judged, and later
    perhaps reopened, with the promise that the pause has moved.
    """
    now, held = doing.engines.clock.now(), doing.held
    voids = await proposals.void(doing.conn, held, doing.actor, now)
    doing = msgspec.structs.replace(doing, voids=voids)
    effect = EFFECTS.get(doing.act.kind)
    changed = await effect(doing) if effect else Change()
    ended = None
    if doing.rule.clock in ("starts", "goes on", "stops"):
        ended = await pauses.end(doing.conn, held.dossier_id, now)
    if doing.rule.clock in ("starts", "goes on") or ended is not None:
        changed = await with_due(doing, changed)
    reverts = await _end(doing) if changed.reopened else None
    officer = doing.actor.actor_id if doing.rule.by == "officer" else None
    finished = now if doing.rule.clock == "stops" else None
    changed = msgspec.structs.replace(
        changed,
        status=doing.rule.to,
        handler_id=officer if doing.act.kind != "send_on" else None,
        finished_at=finished,
    )
    await holding.change(doing.conn, held.dossier_id, changed)
    event_id = await _tell(doing, apologies.told(held, changed), reverts)
    await undoing.keep(doing, changed, ended, event_id)
    await counting.add(doing.conn, held.dossier_id)


async def _end(doing: Doing) -> int:
    """The entry of the end that is reopened; it counts no more, by the row as it still is."""
    seq = await queries.end_seq(doing.conn, doing.held.dossier_id)
    await counting.take_back(doing.conn, doing.held.dossier_id, seq)
    return seq


async def _tell(
    doing: Doing, more: dict[str, str | int | None], reverts: int | None = None
) -> UUID:
    """The timeline's entry, the audit row and the event, whose id is given; `more` is for both."""
    held, now = doing.held, doing.engines.clock.now()
    note, right = doing.reason, doing.held.delegation_id
    by = {"role": RELATIVE, "delegation_id": str(right)} if right else {}
    if doing.approved_by is not None:
        by |= {"approved_by": str(doing.approved_by)}
    entry = NewEvent(
        kind=doing.rule.event.removeprefix("dossier."),
        status=doing.rule.to or held.status,
        at=now,
        actor_kind="staff" if doing.actor.kind == "staff" else "citizen",
        actor_id=doing.actor.actor_id,
        agency_id=doing.act.agency_id or held.acting_agency_id or held.agency_id,
        note_enc=doing.engines.vault.seal_text(NOTE, held.dossier_id, note) if note else None,
        reverts=reverts,
    )
    await queries.append(doing.conn, held.dossier_id, entry)
    await record(
        doing.conn,
        doing.actor,
        doing.rule.event,
        ("dossier", held.dossier_id),
        at=now,
        agency_id=held.acting_agency_id or held.agency_id,
        detail={"code": held.code, "from": held.status, "to": entry.status, **by} | more,
    )
    who = RELATIVE if right else COUNTER if doing.act.kind == "take_in" else None
    place = doing.act.agency_id or held.agency_id
    told = await deeds.told(doing.conn, held, place)
    told |= {"agency_id": str(place), "from_agency_id": str(held.agency_id)}
    behind = await deeds.behind(doing.conn, held.dossier_id, now)
    return await outbox.emit(
        doing.conn,
        doing.rule.event,
        told | ({"by": who} if who else {}) | more,
        at=now,
        kept_back=max(behind, doing.engines.undo if undoing.may(doing) else timedelta()),
    )
