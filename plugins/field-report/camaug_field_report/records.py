"""What a report is: categories, states, and the rows of the tables."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

ROLE = "field_report_officer"
Category = Literal["lighting", "road", "rubbish", "drain", "tree", "electric", "other"]
State = Literal["received", "sent_on", "handling", "answered", "refused", "duplicate", "withdrawn"]
CATEGORIES: dict[Category, str] = {
    "electric": "zap",
    "lighting": "moon",
    "road": "route",
    "rubbish": "trash-2",
    "drain": "droplets",
    "tree": "trees",
    "other": "message-circle",
}
"""In the order in which people are asked, what cannot wait first, each with its icon."""
UNHANDLED: tuple[State, ...] = ("received", "sent_on")
OPEN: tuple[State, ...] = (*UNHANDLED, "handling")
LONG_WAIT = timedelta(days=3)
"""A setting of this project, not a deadline of the law: after it the desk sees a report first."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A report in a list."""

    report_id: UUID
    code: str
    commune_code: str
    category: Category
    state: State
    waiting_long: bool
    filed_at: datetime


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report (phản ánh). `stay` counts the agencies that have had it."""

    report_id: UUID
    code: str
    citizen_id: UUID
    agency_id: UUID
    commune_code: str
    category: Category
    state: State
    version: int
    stay: int
    waiting_long: bool
    said_enc: bytes
    place_enc: bytes
    position_enc: bytes | None
    remarked: bool
    rating: int | None
    filed_at: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a report; `seq` is the version that it made."""

    seq: int
    kind: str
    at: datetime
    agency_id: UUID
    to_agency_id: UUID | None = None
    note_enc: bytes | None = None


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A photo of a report, by its number from 1."""

    number: int
    document_id: UUID


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many open reports the desks of an officer have."""

    fresh: int
    handling: int
    waiting: int


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """What filing answers, again and again under one key."""

    report_id: UUID
    code: str
