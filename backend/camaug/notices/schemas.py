"""Notices, push deliveries and dead letters as rows; what the routes take."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from camaug_sdk.records import Language

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
DeliveryState = Literal["sending", "unknown", "waiting", "sent", "failed"]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it was recorded: what happened, and when."""

    event_id: UUID
    name: str
    at: datetime
    data: dict[str, str | int | None]


class NewNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice (thông báo) to be written. `args` hold codes and names of procedures only."""

    notice_id: UUID
    citizen_id: UUID
    event_id: UUID
    template: str
    args: dict[str, str | int | None]
    topics: list[str]
    href: str | None
    created_at: datetime


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice in the inbox; its words come from the catalogues when it is read."""

    notice_id: UUID
    seq: int
    template: str
    args: dict[str, str | int | None]
    href: str | None
    created_at: datetime
    read_at: datetime | None


class DeskPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told: one person at an agency, or everybody with a desk role there."""

    agency_id: UUID
    staff_id: UUID | None


class NewDeskNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice for staff. `args` hold codes and names of procedures only."""

    notice_id: UUID
    event_id: UUID
    agency_id: UUID
    staff_id: UUID | None
    role: str | None = None
    dossier_id: UUID
    template: str
    args: dict[str, str | int | None]
    created_at: datetime


class DeskNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice in the inbox of one of the staff."""

    notice_id: UUID
    dossier_id: UUID
    template: str
    args: dict[str, str | int | None]
    created_at: datetime
    read_at: datetime | None


class DeskState(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices one of the staff has not read, and the newest of them."""

    unread: int
    newest: UUID | None


class UpTo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mark everything up to and including this notice as read."""

    up_to: UUID


class InboxState(msgspec.Struct, frozen=True, kw_only=True):
    """Number of the inbox's last change, and how many notices are unread."""

    last_seq: int
    unread: int


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """Where a notice leads."""

    href: str | None
    was_unread: bool


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """What should be fetched again."""

    topics: list[str]


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far the stream of one citizen, or the desk of one agency, has come."""

    owner_id: UUID
    last_seq: int


class Identified(msgspec.Struct, frozen=True, kw_only=True):
    """An id."""

    id: UUID


class PushTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One notice for one device of its citizen. `removed` when the device no longer counts.

    `title` and `body` are the public words of an announcement; other notices have the template's.
    """

    notice_id: UUID
    device_id: UUID
    token: str
    language: Language
    template: str
    href: str | None
    created_at: datetime
    removed: bool
    title: str | None = None
    body: str | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """The delivery after an attempt to take it; `taken` allows exactly one sender at a time."""

    state: DeliveryState
    attempts: int
    taken: bool


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A job that failed for good. `reason` is the kind of error; its text stays in the log."""

    job_id: int
    entrypoint: str
    payload: bytes | None
    attempts: int
    failed_at: datetime
    reason: str | None


class ReadUpTo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mark everything up to and including these numbers as read."""

    up_to_seq: Number
    up_to_announcement: Number = 0
