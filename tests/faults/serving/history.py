"""What the database and the phones say in the end of all dossiers, and whether it is legal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

import asyncpg
import httpx
from tests.journeys.native import NO_TLS
from tests.journeys.system import System

from camaug.dossiers.queue import OPEN
from camaug.dossiers.transitions import TRANSITIONS, UNDOABLE, allowed
from camaug.notices.events import TELLINGS
from camaug_sdk.records import Status

from .shapes import Acts, Entry, Found, Handover, Proposal, State

T = TypeVar("T")
EVENTS = {
    **{kind: rule.event for kind, rule in TRANSITIONS.items()},
    "undo": "dossier.undone",
    "correct": "dossier.corrected",
    "correct_channel": "dossier.channel_corrected",
    "claim": "dossier.claimed",
    "give-back": "dossier.given_back",
    "hand-over": "dossier.handed_over",
    "receive": "dossier.received",
    "propose": "proposal.proposed",
    "take-back": "proposal.taken_back",
    "send-back": "proposal.sent_back",
    "approve": "proposal.approved",
}
"""Kind of act to event."""
CORRECTIONS = ("corrected", "channel_corrected")
HANDED = ("claimed", "given_back", "handed_over", "received")
PROPOSALS = frozenset(name for name in EVENTS.values() if name.startswith("proposal."))
VOID = "proposal.void"
TAKEN_BACK = frozenset(TRANSITIONS[kind].event.removeprefix("dossier.") for kind in UNDOABLE)
ENDS = ("completed", "refused", "stopped")
PAUSES = ("dossier.supplement_requested", "dossier.payment_requested")
STORY = """
    select dossier_id, seq, kind, status, reverts, actor_kind, actor_id, agency_id, at
    from core.dossier_event order by dossier_id, seq
"""
STATES = """
    select dossier_id, status, version, accepted_at is not null as accepted,
           finished_at is not null as finished, stage, handler_id, handling_agency_id
    from core.dossier
"""
AUDITED = """
    select object_id::uuid as dossier_id, action from core.audit
    where object_kind = 'dossier' and action = any($1)
    union all select (detail->>'dossier_id')::uuid, action from core.audit
    where object_kind = 'proposal' and action = any($1)
"""
EMITTED = """
    select (data->>'dossier_id')::uuid as dossier_id, name from core.event where name = any($1)
"""
NOTICES = """
    select notice_id, (data->>'dossier_id')::uuid as dossier_id, name
    from core.notice join core.event using (event_id) where name = any($1)
"""
PAUSED = """
    select dossier_id, 'dossier.supplement_requested', ended_at is null from core.supplement
    union all select dossier_id, 'dossier.payment_requested', ended_at is null
    from core.payment_request
"""
HANDOVERS = """
    select dossier_id, to_staff_id, received_by, received_at is null and closed_at is null as waits
    from core.handover order by dossier_id, handed_at, handover_id
"""
ASKED = """
    select dossier_id, kind, state, proposed_by, decided_by from core.proposal
    order by dossier_id, proposed_at, proposal_id
"""
LET = """
    select object_id::uuid, action, actor_id, (detail->>'approved_by')::uuid from core.audit
    where object_kind = 'dossier' and detail ? 'approved_by'
"""
HEARD = """
    select dossier_id, name from core.desk_notice join core.event using (event_id)
    where name = any($1)
"""
RATINGS = """
    select month, agency_id, procedure_code, count(*)::int as rated,
           (count(*) filter (where rating >= 4))::int as satisfied
    from core.dossier_rating group by 1, 2, 3 order by 1, 2, 3
"""
COUNTED = """
    select month, agency_id, procedure_code, rated, satisfied from core.rating_counter
    order by 1, 2, 3
"""


async def read(system: System) -> Found:
    """All of it; the jobs of the worker have ended before."""
    heard = await phones(system)
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    try:
        story = [Entry(**dict(row)) for row in await conn.fetch(STORY)]
        states = [State(**dict(row)) for row in await conn.fetch(STATES)]
        asked = [Proposal(**dict(row)) for row in await conn.fetch(ASKED)]
        names = sorted({*EVENTS.values(), VOID})
        notices = await conn.fetch(NOTICES, names)
        handed = [Handover(**dict(row)) for row in await conn.fetch(HANDOVERS)]
        pauses = [tuple(row) for row in await conn.fetch(PAUSED)]
        return Found(
            stories=_by_dossier(story),
            states={one.dossier_id: one for one in states},
            audited=Counter(tuple(row) for row in await conn.fetch(AUDITED, names)),
            emitted=Counter(tuple(row) for row in await conn.fetch(EMITTED, names)),
            noticed=Counter((row[1], row[2]) for row in notices),
            pushed=Counter((row[1], row[2]) for row in notices if str(row[0]) in heard),
            paused=Counter((one, name) for one, name, _ in pauses),
            waiting=Counter((one, name) for one, name, goes_on in pauses if goes_on),
            handed=_by_dossier(handed),
            proposals=_by_dossier(asked),
            let=Counter(tuple(row) for row in await conn.fetch(LET)),
            heard=Counter(tuple(row) for row in await conn.fetch(HEARD, [*PROPOSALS, VOID])),
            ratings=[tuple(row) for row in await conn.fetch(RATINGS)],
            rating_counters=[tuple(row) for row in await conn.fetch(COUNTED)],
        )
    finally:
        await conn.close()


def _by_dossier(rows: Sequence[T]) -> dict[UUID, list[T]]:
    return {one: list(these) for one, these in groupby(rows, attrgetter("dossier_id"))}


async def phones(system: System) -> set[str]:
    """The notices that any phone was pushed."""
    async with httpx.AsyncClient(base_url=system.simulators, verify=NO_TLS) as outside:
        answer = await outside.get("/journal.json?kind=push&limit=100000", timeout=60)
    return {one["message"]["data"]["notice_id"] for one in answer.json()["entries"]}


def acts(stories: Mapping[UUID, Sequence[Entry]], *, stand: bool = False) -> Acts:
    """Every entry after the filing, as its event; or only those that still `stand`."""
    found: Acts = Counter()
    for dossier_id, entries in stories.items():
        undone = {one.reverts for one in entries if one.kind == "undone"}
        for one in entries[1:]:
            if not (stand and one.seq in undone):
                turn = f"proposal.{one.kind}"
                found[dossier_id, turn if turn in PROPOSALS else f"dossier.{one.kind}"] += 1
    return found


def named(found: Acts, *names: str) -> Acts:
    """Those of some names."""
    return Counter({key: count for key, count in found.items() if key[1] in names})


def told(found: Acts, *, on_phones: bool = False) -> Acts:
    """Those that an owner hears of."""
    names = [name for name, one in TELLINGS.items() if one.push or not on_phones]
    return named(found, *names)


def legal(entries: Sequence[Entry], state: State) -> None:
    """The history follows the table, without a gap, and ends where the dossier is.

    What is undone is the entry before it, and stands as it stood before that one. What is reopened
    is the last end.
    """
    status, accepted = Status.SUBMITTED, False
    before: dict[int, tuple[Status, bool]] = {}
    ends: list[int] = []
    for at, one in enumerate(entries, start=1):
        assert one.seq == at, one
        stood = before[at] = (status, accepted)
        after = Status(one.status)
        if one.kind == "undone":
            assert one.reverts == at - 1, one
            assert entries[at - 2].kind in TAKEN_BACK, one
            status, accepted = before[at - 1]
            assert after == status, one
            ends = [end for end in ends if end != one.reverts]
        elif one.kind in (*CORRECTIONS, *HANDED) or _is_turn(one):
            assert (after, one.reverts) == (status, None), one
            assert one.kind in CORRECTIONS or status in OPEN, one
        elif at > 1:
            assert _leads(f"dossier.{one.kind}", stood, after), one
            assert one.reverts == (ends.pop() if one.kind == "reopened" else None), one
            status, accepted = after, accepted or one.kind == "accepted"
        if one.kind in ENDS:
            ends.append(at)
    assert state.status == status, state
    assert state.accepted == accepted, state
    assert state.finished == (bool(ends) or status == Status.WITHDRAWN), state
    assert state.version == sum(not _is_turn(one) for one in entries), state
    assert state.stage == _stage(entries, status, accepted=accepted), state


def _stage(entries: Sequence[Entry], status: Status, *, accepted: bool) -> int:
    """What the desk has to do: papers that have come are its own again until it decides."""
    undone = {one.reverts for one in entries if one.kind == "undone"}
    papers = ("supplement_requested", "supplemented")
    stand = [one.kind for one in entries if one.kind in papers and one.seq not in undone]
    if status is not Status.SUPPLEMENT_REQUESTED or stand[-1] != "supplemented":
        return int(status)
    return int(Status.IN_PROCESS if accepted else Status.SUBMITTED)


def _is_turn(entry: Entry) -> bool:
    """Whether it is about an act that is not done yet."""
    return f"proposal.{entry.kind}" in PROPOSALS


def _leads(event: str, stood: tuple[Status, bool], after: Status) -> bool:
    """Whether an act of the table that has this event leads from one status to the other."""
    status, accepted = stood
    return any(
        allowed(rule, status, accepted=accepted) and after == (rule.to or status)
        for rule in TRANSITIONS.values()
        if rule.event == event
    )
