"""The services that a plugin may ask for in its manifest, as typed Protocols.

Each call on a core service is one transaction; its audit row and its event are part of it. Every
method that takes `me` or `officer` answers only what that person may see (`NotFound` otherwise).
Writes take `key`, the idempotency key of the request (`key: IdempotencyKey` in a handler): the
same key gives the same answer, and another body under it is a `Conflict`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from camaug_sdk.approvals import Approvals
from camaug_sdk.complaints import Complaints
from camaug_sdk.counter_service import Counter
from camaug_sdk.handing import Handing
from camaug_sdk.measures import Kpi, Led, Published
from camaug_sdk.mistakes import Mistakes
from camaug_sdk.notes import Notes
from camaug_sdk.reasons import Reasons
from camaug_sdk.records import (
    Act,
    Agency,
    Answer,
    Commune,
    Document,
    Dossier,
    DossierLine,
    Draft,
    DraftLine,
    Export,
    Hit,
    Language,
    Looks,
    Organisation,
    Page,
    Person,
    Procedure,
    ProcedureCount,
    Profile,
    PublicDossier,
    QueueCounts,
    QueueFilter,
    SearchAnswer,
    StaffMember,
    Submission,
)
from camaug_sdk.relatives import Relatives


class Procedures(Protocol):
    """The catalogue of administrative procedures. Service `procedures`."""

    async def answer(self, text: str, *, limit: int = 10) -> SearchAnswer:
        """What a question in everyday words is about: see `SearchAnswer`.

        Marks, tone placement, case, telex, slips of the finger and southern spelling do not matter.
        """
        ...

    async def get(self, code: str) -> Procedure:
        """The procedure as valid today. Raises `NotFound`."""
        ...

    async def fields(self) -> list[tuple[str, str, int]]:
        """Fields of administration: id, Vietnamese name, number of procedures."""
        ...

    async def in_field(self, field_id: str) -> list[Hit]:
        """The procedures of one field, by name."""
        ...


class Agencies(Protocol):
    """Communes and agencies. Service `agencies`."""

    async def communes(self) -> list[Commune]:
        """All communes of the province, in Vietnamese order."""
        ...

    async def offices(self) -> list[Agency]:
        """Every agency that may hold dossiers, by code."""
        ...

    async def of_commune(self, commune_code: str) -> Agency:
        """The people's committee (UBND) of a commune. Raises `NotFound`."""
        ...

    async def receiving(self, procedure_code: str, commune_code: str | None) -> Agency:
        """The desk that receives this procedure from this commune. Raises `NotFound`."""
        ...


class People(Protocol):
    """The signed-in citizen's own data. Service `people`."""

    async def profile(self, me: Person) -> Profile:
        """The citizen's profile, decrypted."""
        ...


class Documents(Protocol):
    """Files of the signed-in citizen. Service `documents`."""

    async def mine(self, me: Person, document_ids: list[UUID]) -> list[Document]:
        """Those of the ids that are the citizen's own, in the order asked."""
        ...


class Dossiers(Handing, Relatives, Complaints, Approvals, Reasons, Notes, Mistakes, Protocol):
    """Dossiers (hồ sơ). Service `dossiers`; the desk side needs `dossiers.desk`."""

    async def draft(self, me: Person, procedure_code: str) -> Draft:
        """The citizen's unfinished dossier of this procedure; an empty one when there is none."""
        ...

    async def save_draft(
        self,
        me: Person,
        procedure_code: str,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
    ) -> Draft:
        """Keep answers as they are, checked for size and type but not for completeness."""
        ...

    async def drafts(self, me: Person) -> list[DraftLine]:
        """The citizen's unfinished dossiers, the latest first."""
        ...

    async def discard_draft(self, me: Person, procedure_code: str) -> None:
        """Forget the citizen's draft of this procedure, if there is one; its files stay."""
        ...

    async def submit(
        self,
        me: Person,
        procedure_code: str,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
        *,
        key: str,
        conditions: Mapping[str, bool] | None = None,
        organisation: Organisation | None = None,
    ) -> Submission:
        """File the dossier; the draft of the procedure is gone with it.

        `conditions` answers every condition of `Procedure.conditions`. A file may stand at several
        places; twice at one place it counts once. With `organisation` a mandate is needed at the
        place `MANDATE`, unless the person is the legal representative. Raises `Invalid` with
        pointers below `/answers`, `/documents`, `/conditions` and `/organisation`.
        """
        ...

    async def mine(self, me: Person, *, after: str | None = None) -> Page[DossierLine]:
        """The citizen's dossiers, newest first."""
        ...

    async def get(self, me: Person, dossier_id: UUID) -> Dossier:
        """One own dossier with its timeline. Raises `NotFound`."""
        ...

    async def looks(self, me: Person, dossier_id: UUID, *, after: str | None = None) -> Looks:
        """Which offices opened an own dossier or acted on it, newest first. Raises `NotFound`."""
        ...

    async def export(self, me: Person) -> Export:
        """The citizen's dossiers to take along, newest first; as JSON at most 8 MiB.

        Counted and audited before anything is read. Raises `TooMany` after three in an hour.
        """
        ...

    async def queue(self, officer: StaffMember, what: QueueFilter) -> Page[DossierLine]:
        """Dossiers of the officer's agencies, overdue first, then by due time.

        The views `done` and `all` show the latest first.
        """
        ...

    async def queue_counts(self, officer: StaffMember) -> QueueCounts:
        """Counts of the views of what is open."""
        ...

    async def queue_procedures(self, officer: StaffMember) -> list[ProcedureCount]:
        """The procedures of the open dossiers, the most frequent first, at most twelve."""
        ...

    def seal_search(self, officer: StaffMember, text: str) -> str:
        """What the officer typed, sealed: names do not stand in addresses. Raises `Invalid`."""
        ...

    def open_search(self, officer: StaffMember, sealed: str) -> str:
        """What this officer typed. Raises `NotFound` for what another officer has sealed."""
        ...

    async def at_desk(self, officer: StaffMember, dossier_id: UUID) -> Dossier:
        """One dossier of the officer's agencies; the look is audited. Raises `NotFound`."""
        ...

    async def accept(
        self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str
    ) -> DossierLine:
        """Accept at the desk: the clock starts. Raises `Conflict` when `version` is old."""
        ...

    async def act_at_desk(
        self, officer: StaffMember, dossier_id: UUID, act: Act, *, key: str
    ) -> None:
        """Do one of the officer's acts. Raises `Conflict` when the table or the version says no."""
        ...

    async def act(self, me: Person, dossier_id: UUID, act: Act, *, key: str) -> None:
        """Do one of the citizen's acts: send a supplement, or withdraw."""
        ...

    async def rate(
        self, me: Person, dossier_id: UUID, rating: int, *, comment: str | None = None, key: str
    ) -> None:
        """Say once how an own dossier was handled, after the agency has ended it.

        `rating` is 1 to 5, 5 is the best; `comment` at most `LONGEST_COMMENT` characters. Raises
        `Invalid` with pointers `/rating` and `/comment`, `NotFound`, and `Conflict` as
        `dossier_rated` the second time, `not_to_be_rated` before the end or after a withdrawal.
        """
        ...

    async def track(self, code: str, pin: str, *, source: str) -> PublicDossier:
        """Look up by code and PIN. Unknown code and wrong PIN answer alike, in the same time.

        `source` is the address that asks. Raises `NotFound`, or `TooMany` after five wrong tries
        an hour for a code and source.
        """
        ...


class Measures(Protocol):
    """Figures of all agencies. Service `measures`; the desk side needs `measures.desk`."""

    async def published(self, first: date, last: date) -> Published:
        """What everybody may know of the months from `first` to `last`, both first days."""
        ...

    async def kpi(self, agency_code: str) -> Kpi:
        """The score of KPI 766 in the present month, small counts hidden. Raises `NotFound`."""
        ...

    async def led(self, officer: StaffMember) -> list[Agency]:
        """The agencies that the officer leads (role `leader`), by code."""
        ...

    async def at_desk(self, officer: StaffMember, agency_id: UUID, first: date, last: date) -> Led:
        """The figures of an agency that the officer leads, nothing hidden. Raises `NotFound`."""
        ...


class Clock(Protocol):
    """The time. Always granted."""

    def now(self) -> datetime:
        """The present instant, UTC, with time zone."""
        ...


class I18n(Protocol):
    """The plugin's own catalogues (`locales/vi.json`, `locales/en.json`). Always granted."""

    def text(self, language: Language, text_id: str, /, **args: str | int) -> str:
        """The text in `language`; plural forms are chosen by `count`. Missing ids raise."""
        ...

    def moment(self, language: Language, at: datetime) -> str:
        """An instant in words, local time with weekday: "08:02 thứ Ba 24/11"."""
        ...

    def money(self, language: Language, vnd: int) -> str:
        """An amount in words of the locale: "8.000 đ"."""
        ...


__all__ = [
    "Agencies",
    "Clock",
    "Counter",
    "Documents",
    "Dossiers",
    "I18n",
    "People",
    "Procedures",
]
