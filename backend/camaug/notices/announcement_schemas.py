"""Announcements as rows, as what operators send, and as what citizens see."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from camaug.notices.announcement_states import State
from camaug_sdk.records import Language

Typed = Annotated[str, msgspec.Meta(max_length=4000)]
"""Text as somebody typed it; `announcement_content` tells what is acceptable."""
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is approved, no more and no less: the texts, for whom, and how urgent."""

    title_vi: str
    text_vi: str
    title_en: str
    text_en: str
    communes: list[str]
    urgency: Literal["ordinary"] = "ordinary"

    def title(self, language: Language) -> str:
        """The title in `language`."""
        return self.title_vi if language == "vi" else self.title_en

    def text(self, language: Language) -> str:
        """The text in `language`."""
        return self.text_vi if language == "vi" else self.text_en


class Announcement(Content, frozen=True, kw_only=True):
    """An announcement as stored. `send_after` is the end of hold time and quiet hours."""

    announcement_id: UUID
    agency_id: UUID
    author_id: UUID
    author_name: str
    state: State
    version: int
    content_hash: bytes
    audience: int | None
    approver_name: str | None
    approved_hash: bytes | None
    send_after: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    reached: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement in the operators' list. `at` is its last change of state or its writing."""

    announcement_id: UUID
    title_vi: str
    title_en: str
    communes: list[str]
    state: State
    audience: int | None
    author_name: str
    at: datetime


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A commune that the operator may address, and how many people live there with us."""

    code: str
    name: str
    kind: Literal["commune", "ward"]
    people: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to an announcement, from the audit; None: by the system."""

    action: str
    at: datetime
    name: str | None


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """How many pushes ended in a state, and why when they failed."""

    state: str
    error: str | None
    count: int


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """People with at least one device that was pushed to, and people who opened it."""

    with_device: int
    opened: int


class NewAnnouncement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An announcement as the operator typed it."""

    title_vi: Typed | None = None
    text_vi: Typed | None = None
    title_en: Typed | None = None
    text_en: Typed | None = None
    scope: Literal["all", "chosen"] | None = None
    communes: Annotated[list[str], msgspec.Meta(max_length=200)] | None = None


class Rewriting(NewAnnouncement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another text; `version` is the one that the author saw."""

    version: int


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the person had before their eyes: the content by its hash, and the number of people."""

    content: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    audience: Count


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body without members."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What an idempotent repeat finds again."""

    announcement_id: UUID
    send_after: datetime | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement in a citizen's inbox. `created_at` is when its sending began."""

    announcement_id: UUID
    number: int
    title_vi: str
    text_vi: str
    title_en: str
    text_en: str
    agency_name_vi: str
    agency_name_en: str
    created_at: datetime
    read: bool


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """Announcements that a citizen has not read, and the number of the newest one."""

    count: int
    newest: int
