"""What leaders let happen, as the proposals' rows, the histories and the audit have it."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

import asyncpg
from tests.journeys.system import System

from camaug.dossiers.transitions import TRANSITIONS, allowed
from camaug_sdk.records import Status

from .shapes import Acts, Entry, Found, Let, Proposal
from .staff import WARDS

BOUND = WARDS[0]
"""The ward of whose acts a leader lets some happen; all dossiers are filed there."""
BINDS = ("finish", "stop")
SOURCE = "Quy chế của phép thử, không phải của địa phương nào"
TURNS = ("proposed", "taken_back", "sent_back", "approved")
HEARD = ("proposal.proposed", "proposal.sent_back", "proposal.approved", "proposal.void")
MOVES = {rule.event.removeprefix("dossier.") for rule in TRANSITIONS.values()}
"""What makes void what waits."""


async def bind(system: System) -> None:
    """The rule of the ward, from today on."""
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    try:
        code = await conn.fetchval("select code from core.agency where agency_id = $1", BOUND)
    finally:
        await conn.close()
    rule = ("set", code, ",".join(BINDS), "--source", SOURCE)
    await system.command("camaug.cli", "approvals", *rule)


def agree(found: Found, acts: Acts) -> None:
    """What waits, became of a proposal or was let happen is in rows, histories and audit alike.

    Leaders have heard of each, and officers of what became of theirs, unless they took it back.
    """
    let: Let = Counter()
    for dossier_id, entries in found.stories.items():
        proposals = found.proposals.get(dossier_id, [])
        waiting = _replay(entries, proposals)
        state = found.states[dossier_id]
        if waiting is not None:
            rule, status = TRANSITIONS[waiting.kind], Status(state.status)
            assert allowed(rule, status, accepted=state.accepted), (waiting, state)
        assert state.handling_agency_id == _bound(entries), state
        for turn, end in pairwise(entries):
            if turn.kind == "approved":
                let[dossier_id, f"dossier.{end.kind}", end.actor_id, turn.actor_id] += 1
    assert found.let == let
    assert found.heard == Counter(
        {one: count for one, count in (acts + voids(found)).items() if one[1] in HEARD}
    )


def voids(found: Found) -> Acts:
    """What was made void by another act, as the event that says so."""
    return Counter(
        (dossier_id, "proposal.void")
        for dossier_id, proposals in found.proposals.items()
        for one in proposals
        if one.state == "void"
    )


def _replay(entries: Sequence[Entry], proposals: Sequence[Proposal]) -> Proposal | None:
    """Each proposal ends as its row says, before the next one begins; the one that waits still."""
    rows, waiting = iter(proposals), None
    for one, after in pairwise([*entries, None]):
        assert one is not None
        if one.kind == "proposed":
            assert waiting is None, (one, waiting)
            waiting = next(rows)
            assert waiting.proposed_by == one.actor_id, (one, waiting)
        elif one.kind in TURNS:
            assert waiting is not None, (one, proposals)
            assert (waiting.state, waiting.decided_by) == (one.kind, one.actor_id), (one, waiting)
            assert (one.kind == "taken_back") == (waiting.proposed_by == one.actor_id), one
            if one.kind == "approved":
                _happens(waiting, after)
            waiting = None
        elif one.kind in MOVES and waiting is not None:
            assert (waiting.state, waiting.decided_by) == ("void", None), (one, waiting)
            waiting = None
        else:
            assert one.kind != "undone" or waiting is None, (one, waiting)
    assert next(rows, None) is None, (entries, proposals)
    assert waiting is None or waiting.state == "open", (entries, waiting)
    return waiting


def _happens(approved: Proposal, after: Entry | None) -> None:
    """The act is the very next entry, and its officer's."""
    assert after is not None, approved
    did = (f"dossier.{after.kind}", after.actor_id)
    assert did == (TRANSITIONS[approved.kind].event, approved.proposed_by), (approved, after)


def _bound(entries: Sequence[Entry]) -> UUID | None:
    """Where the dossier is in the end; where a rule binds an act, and only there, it was let."""
    bound = {TRANSITIONS[kind].event.removeprefix("dossier.") for kind in BINDS}
    place: UUID | None = BOUND
    for before, one in pairwise(entries):
        if one.kind in bound:
            assert (before.kind == "approved") == (place == BOUND), (before, one, place)
        if one.kind == "sent_on":
            place = one.agency_id
    return place
