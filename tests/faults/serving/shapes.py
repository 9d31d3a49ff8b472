"""What is compared in the end: timelines, rows, and counts of what happened to which dossier."""

from collections import Counter
from datetime import datetime
from uuid import UUID

import msgspec

from camaug.dossiers.transitions import Kind

Acts = Counter[tuple[UUID, str]]
"""So many of an event of a dossier."""
Let = Counter[tuple[UUID, str, UUID | None, UUID | None]]
"""The same with who did it, and the leader who let it happen."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One of a timeline."""

    dossier_id: UUID
    seq: int
    kind: str
    status: int
    reverts: int | None
    actor_kind: str
    actor_id: UUID | None
    agency_id: UUID | None
    at: datetime


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How the row of a dossier stands."""

    dossier_id: UUID
    status: int
    version: int
    accepted: bool
    finished: bool
    stage: int
    handler_id: UUID | None
    handling_agency_id: UUID


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """From one pair of hands to another, or to an agency's desk."""

    dossier_id: UUID
    to_staff_id: UUID | None
    received_by: UUID | None
    waits: bool
    """Whether nobody has said that it has come."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """An act that a leader was asked for."""

    dossier_id: UUID
    kind: Kind
    state: str
    proposed_by: UUID
    decided_by: UUID | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that should say the same."""

    stories: dict[UUID, list[Entry]]
    states: dict[UUID, State]
    audited: Acts
    emitted: Acts
    noticed: Acts
    pushed: Acts
    paused: Acts
    waiting: Acts
    """The pauses that go on."""
    handed: dict[UUID, list[Handover]]
    """The hand-overs of each dossier, the oldest first."""
    proposals: dict[UUID, list[Proposal]]
    """The same of what leaders were asked for."""
    let: Let
    heard: Acts
    """What desks and leaders were told of what leaders were asked for."""
    ratings: list[tuple[object, ...]]
    rating_counters: list[tuple[object, ...]]
