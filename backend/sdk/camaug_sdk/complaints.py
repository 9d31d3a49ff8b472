"""What the owner of a dossier says is wrong with its handling (phản ánh), and the answer.

It is no complaint (khiếu nại) by law, which has its own procedure.
"""

from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from camaug_sdk.records import Page, Person, StaffMember

ComplaintKind = Literal["late", "attitude", "extra_papers", "fee", "other"]
ComplaintState = Literal["open", "answered", "closed", "withdrawn"]
Upheld = Literal["yes", "partly", "no"]
LONGEST_COMPLAINT = 2000
"""Characters of the text, and of the answer."""
MOST_COMPLAINTS = 3
"""A dossier, the withdrawn ones counted; a project rule."""


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """One complaint. `text` and `answer` are decrypted: never log them."""

    complaint_id: UUID
    number: str
    kind: ComplaintKind
    state: ComplaintState
    version: int
    text: str
    opened_at: datetime
    answer: str | None = None
    upheld: Upheld | None = None
    answered_at: datetime | None = None


class ComplaintsOfDossier(msgspec.Struct, frozen=True, kw_only=True):
    """The complaints about one own dossier, newest first."""

    dossier_id: UUID
    code: str
    items: list[Complaint]
    may_open: bool
    """Whether another one may be opened now."""


class ComplaintLine(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint in the list of a desk, without what was written."""

    complaint_id: UUID
    number: str
    kind: ComplaintKind
    state: ComplaintState
    code: str
    procedure_name: str
    procedure_name_en: str
    agency_name_vi: str
    agency_name_en: str
    opened_at: datetime


class DeskComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as the one sees it who may answer it."""

    line: ComplaintLine
    complaint: Complaint
    may_answer: bool


class Complaints(Protocol):
    """The part of service `dossiers` about how they are handled."""

    async def complain(
        self, me: Person, dossier_id: UUID, kind: ComplaintKind, text: str, *, key: str
    ) -> UUID:
        """Open a complaint about an own dossier.

        Raises `Invalid` with pointer `/text`, `NotFound`, `Conflict` as `complaint_open` while
        there is an open one, `too_many_complaints` after three.
        """
        ...

    async def complaints(self, me: Person, dossier_id: UUID) -> ComplaintsOfDossier:
        """The complaints about an own dossier. Raises `NotFound`."""
        ...

    async def end_complaint(
        self, me: Person, complaint_id: UUID, how: Literal["withdraw", "close"],
        *, version: int, key: str,
    ) -> UUID:  # fmt: skip
        """Withdraw an open one, or close an answered one; the id of its dossier.

        Raises `NotFound`, `Conflict` when the version is old or the state says no.
        """
        ...

    async def complaint_queue(
        self, officer: StaffMember, view: Literal["open", "done"], *, after: str | None = None
    ) -> Page[ComplaintLine]:
        """Complaints that this person may answer, the oldest open one first, the latest done.

        Those of agencies where the person is `leader`, and at the provincial centre those of
        agencies without one; never about a dossier on which the person has worked.
        """
        ...

    async def complaint_at_desk(self, officer: StaffMember, complaint_id: UUID) -> DeskComplaint:
        """One of them; the look is audited. Raises `NotFound`."""
        ...

    async def answer_complaint(
        self, officer: StaffMember, complaint_id: UUID, text: str, upheld: Upheld,
        *, version: int, key: str,
    ) -> None:  # fmt: skip
        """Answer an open one; the citizen is told. Raises `Invalid`, and as `end_complaint`."""
        ...
