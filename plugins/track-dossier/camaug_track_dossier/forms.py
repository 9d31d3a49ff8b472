"""Bodies of the writes, and what they mean as acts."""

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from camaug_sdk import FieldError, Invalid
from camaug_sdk.complaints import ComplaintKind, Upheld
from camaug_sdk.reasons import NewTemplate
from camaug_sdk.records import Act
from camaug_sdk.relatives import NewDelegation, Scope

Kind = Literal[
    "refuse", "ask_supplement", "process", "resume", "send_on", "finish", "return", "stop",
    "apologise", "ask_payment", "paid", "take_in",
]  # fmt: skip
LONGEST_VERSION = 9
"""Digits."""
PROVINCE = "province"
"""For `agency`: a template of the whole province."""
Sent = Mapping[str, str | int | list[str] | None]


class Seen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version of the dossier that the person had before the eyes."""

    version: int


class Lookup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the public lookup asks for."""

    code: str
    pin: str


class Find(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer looks for: words of a name, or a code or its end."""

    q: str
    procedure: str | None = None


class Invitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom the owner lets in, how far, and until which day (ISO)."""

    phone: str
    scope: Scope
    until: str
    tells: bool | None = None

    def offer(self, dossier_id: UUID | None) -> NewDelegation:
        """What the core is asked. Raises `Invalid` for a day that is none."""
        try:
            until = date.fromisoformat(self.until)
        except ValueError:
            raise Invalid(errors=[FieldError(pointer="/until", code="not_a_date")]) from None
        return NewDelegation(
            phone=self.phone,
            scope=self.scope,
            until=until,
            tells=self.tells is True,
            dossier_id=dossier_id,
        )


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the relative says to an invitation."""

    accept: bool


class Grievance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with the handling."""

    kind: ComplaintKind
    text: str


class Ending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the owner ends a complaint, seen at `version`."""

    how: Literal["withdraw", "close"]
    version: int


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer of the desk, to the complaint seen at `version`."""

    text: str
    upheld: Upheld
    version: int


class Opinion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the person finds the handling; 5 is the best."""

    rating: Literal["1", "2", "3", "4", "5"]
    comment: str | None = None


class HandOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To which colleague, and what the colleague should know."""

    to: UUID
    version: int
    note: str | None = None


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which proposal waits no longer."""

    proposal_id: UUID


class Approve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which proposal, and the dossier's version that the leader had before the eyes."""

    proposal_id: UUID
    version: int


class SendBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which proposal, and why."""

    proposal_id: UUID
    reason: str


class NoteText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer writes to the colleagues."""

    text: str


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template of reasons as its form gives it."""

    title: str
    text: str
    acts: list[str]
    procedure: str | None = None

    def template(self) -> NewTemplate:
        """What the core takes."""
        return NewTemplate(
            title=self.title,
            text=self.text,
            acts=self.acts,
            procedure_code=self.procedure or None,
        )


class NewReason(Reason, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new template, for an agency or for the province."""

    agency: str

    def place(self) -> UUID | None:
        """The agency; None is the province. Raises `Invalid`."""
        if self.agency == PROVINCE:
            return None
        try:
            return UUID(self.agency)
        except ValueError:
            error = FieldError(pointer="/agency", code="not_a_choice")
            raise Invalid(errors=[error]) from None


class Marked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Marked rows of the queue, each as `<dossier_id>@<version>`."""

    dossiers: list[str]

    def seen(self) -> list[tuple[UUID, int]]:
        """Ids and versions, in the order marked. Raises `Invalid`."""
        return [self._one(place, text) for place, text in enumerate(self.dossiers)]

    @staticmethod
    def _one(place: int, text: str) -> tuple[UUID, int]:
        dossier_id, _, version = text.partition("@")
        if not (version.isascii() and version.isdigit() and len(version) <= LONGEST_VERSION):
            raise Invalid(errors=[FieldError(pointer=f"/dossiers/{place}", code="type")])
        try:
            return UUID(dossier_id), int(version)
        except ValueError:
            error = FieldError(pointer=f"/dossiers/{place}", code="type")
            raise Invalid(errors=[error]) from None


class DeskAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An officer's act with whatever its form asks for."""

    kind: Kind
    version: int
    reason: str | None = None
    agency_id: UUID | None = None
    result: list[UUID] = []
    other: list[UUID] = []
    appointed_on: date | None = None
    template_id: UUID | None = None
    amount_vnd: int | None = None

    def act(self) -> Act:
        """The act as the core takes it."""
        return Act(
            kind=self.kind,
            version=self.version,
            reason=self.reason,
            agency_id=self.agency_id,
            documents={
                place: ids for place, ids in (("result", self.result), ("other", self.other)) if ids
            },
            appointed_on=self.appointed_on,
            template_id=self.template_id,
            amount_vnd=self.amount_vnd,
        )


def supplied(sent: Sent) -> Act:
    """The citizen's supplement: `version`, `reason`, and files by place. Raises `Invalid`."""
    version, reason = sent.get("version"), sent.get("reason")
    if not isinstance(version, int):
        raise Invalid(errors=[FieldError(pointer="/version", code="type")])
    places = {name: ids for name, ids in sent.items() if name not in ("version", "reason")}
    documents: dict[str, list[UUID]] = {}
    for place, ids in places.items():
        if ids in (None, []):
            continue
        try:
            documents[place] = msgspec.convert(ids, list[UUID])
        except msgspec.ValidationError:
            raise Invalid(errors=[FieldError(pointer=f"/{place}", code="type")]) from None
    note = reason if isinstance(reason, str) else None
    return Act(kind="supply", version=version, reason=note, documents=documents)
