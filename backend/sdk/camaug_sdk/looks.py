"""The shapes of what a citizen may know and take along: who looked, and the export."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from camaug_sdk.filing import Answer, Organisation
from camaug_sdk.promises import Apology, Payment
from camaug_sdk.rating import Rating


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """An office that opened a dossier, or acted on it; never who of the office it was.

    Openings one after the other by one agency on one local day are one look.
    """

    kind: str
    """`opened`, `file` (a file of it was opened), or an act as in the timeline: `accepted`, ..."""
    role: str
    """The role of the desk: `officer`; or `relative`, whom the owner lets see the dossier."""
    agency_name_vi: str | None
    """None when the record names no agency, as those of files once did."""
    agency_name_en: str | None
    first_at: datetime
    last_at: datetime
    count: int
    relative: str | None = None
    """The masked phone number of the relative who looked."""


class Looks(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the looks at one dossier, newest first; `next` is the cursor of the following."""

    dossier_id: UUID
    code: str
    items: list[Look]
    next: str | None = None


class ExportedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the timeline, without the name of whoever made it."""

    kind: str
    status: int
    at: datetime
    by: Literal["citizen", "staff", "system"]
    agency_vi: str | None
    agency_en: str | None
    reason: str | None
    """What was written with it: by the office to the citizen, or by the citizen."""


class ExportedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of the e-form; `text` names the choice or commune that `value` is a code of."""

    key: str
    label: str
    value: Answer
    text: str | None = None


class ExportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The name of a file, not its content; `size` in bytes, `place` what it was sent as."""

    part: Literal["paper", "result"]
    place: str
    name: str
    size: int
    media_type: str


class ExportedComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner has said is wrong with the handling, and the answer."""

    number: str
    about: str
    state: str
    said: str
    opened_at: datetime
    answer: str | None
    upheld: str | None
    answered_at: datetime | None


class ExportedDossier(msgspec.Struct, frozen=True, kw_only=True):
    """One own dossier as it is taken along; its PIN is left out, since files get about."""

    code: str
    procedure_code: str
    procedure_vi: str
    procedure_en: str
    agency_vi: str
    agency_en: str
    status: int
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    appointed_at: datetime | None
    finished_at: datetime | None
    statuses: list[ExportedStatus]
    organisation: Organisation | None
    answers: list[ExportedAnswer]
    conditions: dict[str, bool]
    files: list[ExportedFile]
    payments: list[Payment]
    apology: Apology | None
    rating: Rating | None
    complaints: list[ExportedComplaint]
    looks: list[Look]
    """The latest, at most a hundred lines; the page of the dossier shows all."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A person's dossiers, newest first."""

    exported_at: datetime
    dossiers: list[ExportedDossier]
    more: bool
    """Whether older ones are left out because of the size."""
