"""The shapes that services take and give. Instants are UTC, dates local, money integer đồng."""

from datetime import date, datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from camaug_sdk.acts import Act, DossierEvent, Status
from camaug_sdk.catalogue import (
    Channel,
    Component,
    Copies,
    FormFieldSpec,
    Hit,
    Option,
    Procedure,
    ProcedureTime,
    Result,
    SearchAnswer,
)
from camaug_sdk.desk import ProcedureCount, QueueCounts, QueueView
from camaug_sdk.filing import MANDATE, Answer, Draft, DraftLine, Organisation, Role, Submission
from camaug_sdk.language import Language
from camaug_sdk.looks import Export, Look, Looks
from camaug_sdk.promises import (
    MOST_APPOINTED_DAYS,
    MOST_VND,
    Apology,
    Forecast,
    Payment,
    Supplement,
)
from camaug_sdk.rating import LONGEST_COMMENT, Rating

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `next` is the cursor of the following one, None at the end."""

    items: list[T]
    next: str | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in citizen. Assurance 1 is a one-time code by SMS, 2 is VNeID."""

    citizen_id: UUID
    assurance: Literal[1, 2]
    session_id: UUID


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in officer, operator or administrator, with assignments valid now."""

    staff_id: UUID
    session_id: UUID
    agencies: dict[str, tuple[UUID, ...]]
    """Role to the agencies where the person holds it; at most 5 s old."""

    def at(self, *roles: str) -> list[UUID]:
        """The agencies where the person holds any of `roles`, for `agency_id = any($n)`."""
        return sorted({agency for role in roles for agency in self.agencies.get(role, ())})


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks, signed in or not, and the language to answer in."""

    language: Language
    me: Person | None = None
    officer: StaffMember | None = None
    proved_at: int = 0
    """When this session's person last proved who they are, in seconds since the epoch."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What the citizen told or VNeID proved. Decrypted: never log it."""

    full_name: str | None = None
    citizen_id: str | None = None
    citizen_id_proven: bool = False
    phone: str | None = None
    email: str | None = None
    birth_date: date | None = None
    gender: Literal["nam", "nu"] | None = None
    ethnicity: str | None = None
    permanent_address: str | None = None
    permanent_commune: str | None = None
    current_address: str | None = None


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """An office that receives or handles dossiers."""

    agency_id: UUID
    kind: str
    name_vi: str
    name_en: str
    commune_code: str | None = None

    def name(self, language: Language) -> str:
        """The name in `language`."""
        return self.name_vi if language == "vi" else self.name_en


class Commune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune or ward of the province (code of the statistics office, five digits)."""

    code: str
    name: str
    kind: Literal["commune", "ward"]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a person: attachment or result. `file_name` is as the person named it, NFC."""

    document_id: UUID
    file_name: str
    size: int
    media_type: str
    state: Literal["incoming", "checked", "clean", "refused"]
    purpose: str


class DossierLine(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier in a list. `applicant_name` is filled for officers only."""

    dossier_id: UUID
    code: str
    procedure_code: str
    procedure_name: str
    procedure_name_en: str
    agency_id: UUID
    agency_name_vi: str
    agency_name_en: str
    status: Status
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    version: int
    applicant_name: str | None = None
    handler_id: UUID | None = None
    handler_name: str | None = None
    organisation_name: str | None = None
    """For whom it was filed, as declared."""
    appointed_at: datetime | None = None
    """The new moment of an apology; `due_at` stays what was promised."""
    supplemented_at: datetime | None = None
    """When the person answered a request for papers that the officer has not decided on yet."""
    work_minutes_left: int | None = None
    """Office minutes until `due_at`, 480 a working day, negative when late; None without a due
    time or while the clock stands still."""


class PublicDossier(msgspec.Struct, frozen=True, kw_only=True):
    """What code and PIN show to whoever has both: no name, no answer, no file."""

    code: str
    procedure_name: str
    procedure_name_en: str
    agency_name_vi: str
    agency_name_en: str
    status: Status
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    appointed_at: datetime | None = None


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One dossier (hồ sơ), as its owner or an officer of its agency may see it."""

    line: DossierLine
    events: list[DossierEvent]
    answers: dict[str, Answer]
    documents: list[Document]
    conditions: dict[str, bool] = {}
    """What the person answered to the conditions of the catalogue (`Procedure.conditions`)."""
    organisation: Organisation | None = None
    results: list[Document] = []
    supplements: list[Supplement] = []
    payments: list[Payment] = []
    acts: list[str] = []
    """What this person may do now, by the transition table."""
    pin: str | None = None
    """Six characters for lookup with the code; shown to the owner and on the receipt."""
    rating: Rating | None = None
    """What the owner said about it; for the owner and the agency that has handled it."""
    may_rate: bool = False
    """Whether the owner may rate it now (`Dossiers.rate`)."""
    apology: Apology | None = None
    replaced: list[Document] = []
    """Results that were put right or taken back; for the desk alone."""
    result_corrected_at: datetime | None = None
    """When the result was put right last."""
    undo_until: datetime | None = None
    """So long this officer may undo the last act (`Dossiers.undo`); None when not any more."""
    channel: int | None = None
    """How it came: 1 counter, 2 online, 3 post; for the desk alone."""
    forecast: Forecast | None = None
    """Real times of the agency that handles it; never a promise. None when too few are known."""


class QueueFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer's queue shows; members that are None ask nothing.

    `text` is words of the applicant's name in any order, with or without marks, or a dossier code
    or its last characters. `handler_id` is one officer's, `unheld` what nobody holds.
    """

    view: QueueView = "to_do"
    text: str | None = None
    procedure_code: str | None = None
    status: Status | None = None
    handler_id: UUID | None = None
    unheld: bool = False
    after: str | None = None
    limit: int = 50


__all__ = [
    "LONGEST_COMMENT",
    "MANDATE",
    "MOST_APPOINTED_DAYS",
    "MOST_VND",
    "Act",
    "Agency",
    "Answer",
    "Apology",
    "Caller",
    "Channel",
    "Commune",
    "Component",
    "Copies",
    "Document",
    "Dossier",
    "DossierEvent",
    "DossierLine",
    "Draft",
    "DraftLine",
    "Export",
    "Forecast",
    "FormFieldSpec",
    "Hit",
    "Language",
    "Look",
    "Looks",
    "Option",
    "Organisation",
    "Page",
    "Payment",
    "Person",
    "Procedure",
    "ProcedureCount",
    "ProcedureTime",
    "Profile",
    "PublicDossier",
    "QueueCounts",
    "QueueFilter",
    "Rating",
    "Result",
    "Role",
    "SearchAnswer",
    "StaffMember",
    "Status",
    "Submission",
    "Supplement",
]
