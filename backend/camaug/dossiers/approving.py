"""A leader's approval of what ends a dossier: proposed, taken back, sent back, approved.

The officer proposes with the draft of the result or the reason; the status stays and the clock runs
on. The lock on the dossier's row decides between several leaders, and between a leader and the
citizen. Who has proposed never decides. Row, timeline, audit row and event are one transaction.
"""

from uuid import UUID

import msgspec

from camaug.audit.actions import Actor
from camaug.documents import actions as files
from camaug.dossiers import acts, deeds, holding, proposals, queries, results, uses
from camaug.dossiers.acts import DESK_ROLES, LEADER
from camaug.dossiers.effects import Doing
from camaug.dossiers.proposals import Ending, Row
from camaug.dossiers.schemas import Held, NewEvent
from camaug.dossiers.transitions import Transition
from camaug.kernel import db
from camaug.kernel.clock import local_date
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.approvals import APPROVABLE, Approval, Proposal
from camaug_sdk.problems import Conflict, NotFound
from camaug_sdk.records import Act, StaffMember

REASON = "proposal|reason"


async def propose(
    engines: Engines, officer: StaffMember, dossier_id: UUID, act: Act, key: str
) -> None:
    """See `Approvals.propose`."""
    actor = Actor(kind="staff", actor_id=officer.staff_id)
    rule = acts.rule_of(act, "officer")
    reason = acts.reason_of(act, rule)

    async def do(conn: db.Conn) -> None:
        held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
        await _may_propose(engines, conn, act, rule, held)
        drafts = await _drafts(conn, act, held, officer.staff_id)
        row = _row(engines, officer, held, act, (reason, drafts))
        await proposals.insert(conn, row)
        if act.template_id is not None:
            await uses.count(conn, act.template_id, act.kind, held)
        await _told(engines, conn, (actor, row, held), "proposed")

    await deeds.once(engines, ("proposal.propose", officer.staff_id, key), (dossier_id, act), do)


async def _may_propose(
    engines: Engines, conn: db.Conn, act: Act, rule: Transition, held: Held
) -> None:
    """Raises `Conflict`."""
    acts.guard(act, rule, held)
    today = local_date(engines.clock.now())
    place = held.handling_agency_id or held.agency_id
    if act.kind not in APPROVABLE or act.kind not in await proposals.needed(
        conn, place, held.procedure_code, today
    ):
        raise Conflict("approval_not_needed")
    if await proposals.waiting(conn, held.dossier_id) is not None:
        raise Conflict("proposal_waits")


async def _drafts(conn: db.Conn, act: Act, held: Held, officer_id: UUID) -> list[UUID]:
    """The result of a dossier to be finished, for the offices alone so far."""
    if act.kind != "finish":
        return []
    wanted = act.documents.get("result", [])
    await results.check(conn, held.dossier_id, officer_id, wanted)
    drafts = [(one, proposals.DRAFT) for one in wanted]
    await holding.attach(conn, held.dossier_id, proposals.DRAFT, drafts)
    return wanted


def _row(
    engines: Engines,
    officer: StaffMember,
    held: Held,
    act: Act,
    said: tuple[str | None, list[UUID]],
) -> Row:
    proposal_id, (reason, drafts) = uuid7(), said
    return Row(
        proposal_id=proposal_id,
        dossier_id=held.dossier_id,
        agency_id=held.handling_agency_id or held.agency_id,
        from_agency_id=held.acting_agency_id or held.agency_id,
        kind=act.kind,
        reason_enc=engines.vault.seal_text(REASON, proposal_id, reason) if reason else None,
        results=drafts,
        proposed_by=officer.staff_id,
        proposed_at=engines.clock.now(),
        proposer="",
    )


async def take_back(
    engines: Engines, officer: StaffMember, dossier_id: UUID, proposal_id: UUID, key: str
) -> None:
    """See `Approvals.take_back`."""
    actor = Actor(kind="staff", actor_id=officer.staff_id)

    async def do(conn: db.Conn) -> None:
        held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
        row = await proposals.waiting(conn, dossier_id)
        if row is None or row.proposal_id != proposal_id or row.proposed_by != officer.staff_id:
            raise Conflict("proposal_over")
        how = Ending(state="taken_back", by=officer.staff_id, at=engines.clock.now())
        await proposals.end(conn, row, how)
        await _told(engines, conn, (actor, row, held), "taken_back")

    given = ("proposal.take_back", officer.staff_id, key)
    await deeds.once(engines, given, (dossier_id, proposal_id), do)


async def approve(
    engines: Engines,
    leader: StaffMember,
    dossier_id: UUID,
    proposal_id: UUID,
    seen: tuple[int, str],
) -> None:
    """See `Approvals.approve`; `seen` is the version and the key."""
    version, key = seen

    async def do(conn: db.Conn) -> None:
        held, row = await _deciding(conn, leader, dossier_id, proposal_id)
        if held.version != version:
            raise Conflict
        how = Ending(state="approved", by=leader.staff_id, at=engines.clock.now())
        await proposals.end(conn, row, how)
        actor = Actor(kind="staff", actor_id=leader.staff_id)
        await _told(engines, conn, (actor, row, held), "approved")
        await acts.carry_out(_doing(engines, conn, held, row, leader))

    given = ("proposal.approve", leader.staff_id, key)
    await deeds.once(engines, given, (dossier_id, proposal_id, version), do)


def _doing(engines: Engines, conn: db.Conn, held: Held, row: Row, leader: StaffMember) -> Doing:
    """The act as the officer's, let happen by the leader. Raises `Conflict`."""
    actor = Actor(kind="staff", actor_id=row.proposed_by)
    act = Act(kind=row.kind, version=held.version, documents={"result": row.results})
    rule, sealed = acts.rule_of(act, "officer"), row.reason_enc
    acts.guard(act, rule, held)
    return Doing(
        engines=engines,
        conn=conn,
        actor=actor,
        act=act,
        rule=rule,
        held=msgspec.structs.replace(held, acting_agency_id=row.from_agency_id),
        reason=engines.vault.open_text(REASON, row.proposal_id, sealed) if sealed else None,
        approved_by=leader.staff_id,
    )


async def send_back(
    engines: Engines,
    leader: StaffMember,
    dossier_id: UUID,
    proposal_id: UUID,
    said: tuple[str, str],
) -> None:
    """See `Approvals.send_back`; `said` is the reason and the key."""
    text, key = said
    reason = acts.checked_reason(text, required=True)

    async def do(conn: db.Conn) -> None:
        held, row = await _deciding(conn, leader, dossier_id, proposal_id)
        how = Ending(state="sent_back", by=leader.staff_id, at=engines.clock.now())
        await proposals.end(conn, row, how)
        actor = Actor(kind="staff", actor_id=leader.staff_id)
        await _told(engines, conn, (actor, row, held), "sent_back", reason)

    given = ("proposal.send_back", leader.staff_id, key)
    await deeds.once(engines, given, (dossier_id, proposal_id, reason), do)


async def _deciding(
    conn: db.Conn, leader: StaffMember, dossier_id: UUID, proposal_id: UUID
) -> tuple[Held, Row]:
    """The locked dossier and what waits on it. Raises `NotFound`, `Conflict`."""
    led = leader.at(LEADER)
    held = await holding.by_leader(conn, led, dossier_id)
    row = await proposals.waiting(conn, dossier_id)
    if row is None or row.proposal_id != proposal_id or row.agency_id not in led:
        raise Conflict("proposal_over")
    if row.proposed_by == leader.staff_id:
        raise Conflict("own_proposal")
    return held, row


async def state(engines: Engines, officer: StaffMember, dossier_id: UUID) -> Approval:
    """See `Approvals.approval`."""
    own, led = officer.at(*DESK_ROLES), officer.at(LEADER)
    async with engines.pool.acquire() as conn:
        place = await proposals.place(conn, own, led, dossier_id)
        if place is None:
            raise NotFound
        today = local_date(engines.clock.now())
        needed = await proposals.needed(conn, place.agency_id, place.procedure_code, today)
        row = await proposals.waiting(conn, dossier_id)
        drafts = await proposals.drafts(conn, dossier_id) if row else []
    if row is None:
        return Approval(needed=needed, waiting=None)
    mine, sealed = row.proposed_by == officer.staff_id, row.reason_enc
    waiting = Proposal(
        proposal_id=row.proposal_id,
        kind=row.kind,
        agency_id=row.agency_id,
        reason=engines.vault.open_text(REASON, row.proposal_id, sealed) if sealed else None,
        results=[files.describe(engines, one) for one in drafts],
        proposed_by=row.proposer,
        proposed_at=row.proposed_at,
        may_decide=row.agency_id in led and not mine,
        may_take_back=mine,
    )
    return Approval(needed=needed, waiting=waiting)


async def _told(
    engines: Engines,
    conn: db.Conn,
    what: tuple[Actor, Row, Held],
    happened: str,
    note: str | None = None,
) -> None:
    """The timeline's entry, for the offices alone; audit row and event."""
    actor, row, held = what
    now = engines.clock.now()
    sealed = engines.vault.seal_text(acts.NOTE, held.dossier_id, note) if note else None
    entry = NewEvent(
        kind=happened,
        status=held.status,
        at=now,
        actor_kind="staff",
        actor_id=actor.actor_id,
        agency_id=row.agency_id,
        note_enc=sealed,
    )
    await queries.append(conn, held.dossier_id, entry)
    await proposals.told(conn, what, happened, now)
