"""The shapes of filing: drafts, on whose behalf, and what is given back."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Answer = str | int | float | bool | list[str] | None
"""The value of one e-form field."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An unfinished dossier. `documents` maps component id to document ids."""

    draft_id: UUID
    procedure_code: str
    answers: dict[str, Answer]
    documents: dict[str, list[UUID]]
    updated_at: datetime


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """An unfinished dossier in a list."""

    procedure_code: str
    procedure_name: str
    procedure_name_en: str
    updated_at: datetime


Role = Literal["legal_representative", "employee", "agent"]
"""What a person is to an organisation: its legal representative, one of its own, or neither."""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a person files, as that person declares it; nobody has verified it."""

    name: str
    tax_code: str
    """Ten digits, or thirteen of a branch as `0314409058-001`."""
    role: Role


MANDATE = "mandate"
"""The place of the paper by which an organisation lets somebody file for it."""


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What submitting gave: the code to remember."""

    dossier_id: UUID
    code: str
    pin: str
    agency_name_vi: str
    agency_name_en: str
