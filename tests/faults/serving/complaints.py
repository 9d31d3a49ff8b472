"""What became of the complaints, as their rows, the audit, the events and the inboxes have it."""

from collections import Counter
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

import asyncpg
import msgspec
from tests.journeys.system import System

from camaug.notices.personal_events import COMPLAINTS
from camaug_sdk.complaints import MOST_COMPLAINTS

from . import history
from .shapes import Acts, Entry

EVENTS = {
    "complaint-open": "complaint.opened",
    "complaint-answer": "complaint.answered",
    "complaint-withdraw": "complaint.withdrawn",
    "complaint-close": "complaint.closed",
}
"""Kind of act to event."""
LIVES = (
    ("opened",), ("opened", "withdrawn"), ("opened", "answered"), ("opened", "answered", "closed"),
)  # fmt: skip
STATES = {"opened": "open"}
ROWS = (
    "select complaint_id, dossier_id, state, version, answered_by, answered_at from core.complaint"
)
STORY = """
    select object_id::uuid as complaint_id, action, actor_id from core.audit
    where object_kind = 'complaint' and action = any($1) order by object_id, at, audit_id
"""
EMITTED = """
    select (data->>'complaint_id')::uuid, name from core.event where name = any($1)
"""
NOTICES = """
    select (data->>'complaint_id')::uuid, name, notice_id::text
    from core.notice join core.event using (event_id) where name = any($1)
"""


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """The row of one."""

    complaint_id: UUID
    dossier_id: UUID
    state: str
    version: int
    answered_by: UUID | None
    answered_at: datetime | None


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one."""

    complaint_id: UUID
    action: str
    actor_id: UUID


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    rows: dict[UUID, Complaint]
    turns: dict[UUID, list[Turn]]
    emitted: Acts
    noticed: Acts
    pushed: Acts


async def read(system: System) -> Said:
    """Every complaint; the jobs of the worker have ended before."""
    heard, names = await history.phones(system), sorted(EVENTS.values())
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    try:
        rows = [Complaint(**dict(row)) for row in await conn.fetch(ROWS)]
        turns = [Turn(**dict(row)) for row in await conn.fetch(STORY, names)]
        notices = [tuple(row) for row in await conn.fetch(NOTICES, names)]
        return Said(
            rows={one.complaint_id: one for one in rows},
            turns={one: list(these) for one, these in groupby(turns, attrgetter("complaint_id"))},
            emitted=Counter(tuple(row) for row in await conn.fetch(EMITTED, names)),
            noticed=Counter((one, name) for one, name, _ in notices),
            pushed=Counter((one, name) for one, name, notice in notices if notice in heard),
        )
    finally:
        await conn.close()


def agree(said: Said, stories: dict[UUID, list[Entry]], told: Acts) -> None:
    """Each lives one life with one end at most; `told` is what was acknowledged.

    An opening was told of its dossier, since who opens one is not told its id.
    """
    happened = Counter(
        (turn.complaint_id, turn.action) for turns in said.turns.values() for turn in turns
    )
    assert said.emitted == said.noticed == happened
    assert said.pushed == Counter({at: n for at, n in happened.items() if COMPLAINTS[at[1]][1]})
    opened = "complaint.opened"
    assert told == Counter(
        (said.rows[one].dossier_id if name == opened else one, name)
        for one, name in happened.elements()
    )
    assert said.rows.keys() == said.turns.keys()
    for complaint_id, row in said.rows.items():
        _lives(row, said.turns[complaint_id])
        assert not _worked(row, stories[row.dossier_id]), row
    for state, most in ((None, MOST_COMPLAINTS), ("open", 1)):
        of = Counter(one.dossier_id for one in said.rows.values() if state in (None, one.state))
        assert max(of.values(), default=0) <= most, (state, of.most_common(1))


def _lives(row: Complaint, turns: list[Turn]) -> None:
    life = tuple(one.action.removeprefix("complaint.") for one in turns)
    assert life in LIVES, (row, turns)
    assert row.state == STATES.get(life[-1], life[-1]), (row, turns)
    assert row.version == len(life), (row, turns)
    answers = [one.actor_id for one in turns if one.action == "complaint.answered"]
    assert answers == ([row.answered_by] if row.answered_by else []), (row, turns)


def _worked(row: Complaint, entries: list[Entry]) -> bool:
    """Whether who answered had worked on the dossier before."""
    return row.answered_at is not None and any(
        one.actor_id == row.answered_by and one.at < row.answered_at for one in entries
    )
