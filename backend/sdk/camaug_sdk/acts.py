"""What is done to a dossier: its ten statuses, an act, an entry of the timeline."""

from datetime import date, datetime
from enum import IntEnum
from typing import Literal
from uuid import UUID

import msgspec


class Status(IntEnum):
    """Dossier status of the national list (trạng thái hồ sơ)."""

    SUBMITTED = 1
    ACCEPTED = 2
    REFUSED = 3
    IN_PROCESS = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWN = 7
    STOPPED = 8
    COMPLETED = 9
    RETURNED = 10


class DossierEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the append-only timeline."""

    seq: int
    kind: str
    """`submitted`, `accepted`, ..."""
    status: Status
    at: datetime
    actor_kind: Literal["citizen", "staff", "system"]
    actor_name: str | None = None
    agency_name_vi: str | None = None
    agency_name_en: str | None = None
    note: str | None = None
    by_relative: bool = False
    """A citizen did it whom the owner lets act for them."""
    undone: bool = False
    """Its officer took it back; for the desk alone."""
    corrected_at: datetime | None = None
    """When an officer put `note` right; `note` is the corrected one."""
    was_note: str | None = None
    """What was written at first; for the desk alone."""
    correctable: bool = False
    """Whether this officer may put `note` right."""


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer or the citizen does to a dossier, seen at `version`.

    Officers: accept, refuse, ask_supplement, process, resume, send_on, finish, return, stop,
    apologise, ask_payment, paid, take_in. Citizens: supply, withdraw. `documents` maps component id
    (or `result`, or `other`) to document ids. `appointed_on` is the new local day of an apology,
    `amount_vnd` what is to be paid, in đồng, `template_id` the template of reasons chosen.
    """

    kind: str
    version: int
    reason: str | None = None
    agency_id: UUID | None = None
    documents: dict[str, list[UUID]] = {}
    appointed_on: date | None = None
    amount_vnd: int | None = None
    template_id: UUID | None = None
