"""Rows of dossiers as stored; what services give is in `camaug_sdk.records`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from camaug.documents.schemas import Row as FileRow
from camaug_sdk.records import Answer, Organisation


class NewDossier(msgspec.Struct, frozen=True, kw_only=True):
    """What a person files, before it is checked; `documents` by place, `conditions` by text."""

    procedure_code: str
    answers: Mapping[str, Answer]
    documents: Mapping[str, list[UUID]]
    conditions: Mapping[str, bool]
    organisation: Organisation | None


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A new dossier's row; its code is made of the agency's, the local day and the next number."""

    dossier_id: UUID
    citizen_id: UUID
    agency_id: UUID
    agency_code: str
    day: date
    handling_agency_id: UUID
    procedure_code: str
    procedure_valid_from: date
    plugin_id: str
    submitted_at: datetime
    answers_enc: bytes
    applicant_name_enc: bytes
    applicant_words: list[bytes]
    pin_enc: bytes
    conditions_enc: bytes
    organisation_enc: bytes | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a list."""

    dossier_id: UUID
    code: str
    procedure_code: str
    procedure_name: str
    procedure_name_en: str
    agency_id: UUID
    agency_name_vi: str
    agency_name_en: str
    status: int
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    version: int
    applicant_name_enc: bytes
    organisation_enc: bytes | None
    handler_id: UUID | None
    handler_name: str | None
    appointed_at: datetime | None
    supplemented_at: datetime | None


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the timeline."""

    seq: int
    kind: str
    status: int
    at: datetime
    actor_kind: Literal["citizen", "staff", "system"]
    actor_name: str | None
    agency_name_vi: str | None
    agency_name_en: str | None
    note_enc: bytes | None
    by_relative: bool
    actor_id: UUID | None
    agency_id: UUID | None
    undone: bool
    corrected_enc: bytes | None
    corrected_seq: int | None
    corrected_at: datetime | None


class SupplementRow(msgspec.Struct, frozen=True, kw_only=True):
    """A request for papers as stored."""

    supplement_id: UUID
    requested_at: datetime
    reason_enc: bytes
    supplemented_at: datetime | None
    ended_at: datetime | None


class PaymentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a payment as stored."""

    payment_id: UUID
    requested_at: datetime
    amount_vnd: int
    reason_enc: bytes
    paid_at: datetime | None
    ended_at: datetime | None


class Whole(Line, frozen=True, kw_only=True):
    """One dossier with everything that its owner or its officer reads.

    `rating` and what belongs to it are read for the owner and for the agency that handles it.
    """

    answers_enc: bytes
    conditions_enc: bytes | None
    pin_enc: bytes
    handling_agency_id: UUID
    procedure_valid_from: date
    events: list[EventRow]
    papers: list[FileRow]
    results: list[FileRow]
    supplements: list[SupplementRow]
    rating: int | None
    comment_enc: bytes | None
    rated_at: datetime | None
    apology_enc: bytes | None
    promised_at: datetime | None
    apologised_at: datetime | None
    told: list[UUID]
    deciding: list[UUID]
    """Whose leaders a proposal waits for."""
    payments: list[PaymentRow]
    replaced: list[FileRow]
    result_corrected_at: datetime | None
    undo_until: datetime | None
    undo_staff_id: UUID | None
    channel: int
    half_minutes: int | None
    most_minutes: int | None
    forecast_of: int | None


class LookRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the audit says of one look; all but the dossier is None when nobody has looked."""

    dossier_id: UUID
    code: str
    audit_id: UUID | None
    at: datetime | None
    action: str | None
    role: str | None
    agency_name_vi: str | None
    agency_name_en: str | None
    delegation_id: UUID | None
    relative_phone_enc: bytes | None


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to append to the timeline."""

    kind: str
    status: int
    at: datetime
    actor_kind: Literal["citizen", "staff", "system"]
    actor_id: UUID | None = None
    agency_id: UUID | None = None
    note_enc: bytes | None = None
    reverts: int | None = None


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as stored."""

    draft_id: UUID
    procedure_code: str
    answers_enc: bytes
    documents: dict[str, list[str]]
    updated_at: datetime


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier locked for one act: what the table, the clock and the event need."""

    dossier_id: UUID
    code: str
    citizen_id: UUID
    agency_id: UUID
    procedure_code: str
    procedure_valid_from: date
    status: int
    version: int
    accepted_at: datetime | None
    due_at: datetime | None
    appointed_at: datetime | None = None
    handler_id: UUID | None = None
    handling_agency_id: UUID | None = None
    finished_at: datetime | None = None
    acting_agency_id: UUID | None = None
    """By which the officer who acts may do so."""
    delegation_id: UUID | None = None
    """By which a relative of the owner acts."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an act changes in the dossier's row; None leaves a member as it is.

    `reopened` clears the end. What was `supplied` waits for the next status. `begun` is the pause
    and `added` the files that the act has made, for who undoes it.
    """

    status: int | None = None
    handler_id: UUID | None = None
    agency_id: UUID | None = None
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    finished_at: datetime | None = None
    appointed_at: datetime | None = None
    reopened: bool = False
    supplied: bool = False
    begun: UUID | None = None
    added: Sequence[UUID] = ()


class SealedPin(msgspec.Struct, frozen=True, kw_only=True):
    """The PIN of a dossier."""

    dossier_id: UUID
    pin_enc: bytes


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What a lookup by code reads."""

    code: str
    procedure_name: str
    procedure_name_en: str
    agency_name_vi: str
    agency_name_en: str
    status: int
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    appointed_at: datetime | None
