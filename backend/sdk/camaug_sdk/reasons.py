"""Templates of the reasons that officers give (mẫu lý do)."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from camaug_sdk.records import StaffMember

TEMPLATE_ACTS = ("refuse", "ask_supplement", "stop", "send_on", "apologise", "finish")
"""Acts whose form offers templates; what is proposed to a leader has those of its act."""
PLACEHOLDERS = ("code", "procedure", "paper")
"""What a template may name in braces: filled by the server, none other."""
LONGEST_TITLE = 80
LONGEST_TEMPLATE = 1500
"""Characters; a reason may have 2,000."""
MOST_TEMPLATES = 100
"""In force at one agency, by a rule of this project."""


class NewTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """What a template says. Without `procedure_code` it is for every procedure."""

    title: str
    text: str
    acts: list[str]
    procedure_code: str | None = None


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A version in force. Without `agency_id` it is the province's."""

    template_id: UUID
    version: int
    agency_id: UUID | None
    title: str
    text: str
    acts: list[str]
    procedure_code: str | None
    made_at: datetime
    uses: int
    """Acts for which this line was chosen, in all its versions."""
    may_change: bool


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """A template filled in for one dossier; one that names a paper comes once for each paper."""

    template_id: UUID
    title: str
    paper: str | None
    text: str


class Reasons(Protocol):
    """Templates of reasons; part of the service `dossiers`, needs its desk side.

    Leaders make, change and end those of their agencies; leaders of the provincial one-stop centre
    those of the province.
    """

    async def templates(self, officer: StaffMember) -> list[Template]:
        """What is in force at the officer's agencies and in the province, by title."""
        ...

    async def template(self, officer: StaffMember, template_id: UUID) -> Template:
        """One of them, to be changed. Raises `NotFound` unless the person may."""
        ...

    async def makes_templates(self, officer: StaffMember) -> list[UUID | None]:
        """Agencies for which the person may make templates; None among them is the province."""
        ...

    async def make_template(
        self, officer: StaffMember, agency_id: UUID | None, new: NewTemplate, *, key: str
    ) -> UUID:
        """Make one. Raises `NotFound` for an agency that the person does not lead.

        Raises `Invalid` with pointers `/title`, `/text`, `/acts`, `/procedure_code`, and
        `Conflict` as `too_many_templates`.
        """
        ...

    async def change_template(
        self, officer: StaffMember, template_id: UUID, new: NewTemplate, *, key: str
    ) -> UUID:
        """A new version takes its place. Raises as above, and `Conflict` when it has ended."""
        ...

    async def end_template(self, officer: StaffMember, template_id: UUID, *, key: str) -> None:
        """It is offered no more. Raises `NotFound`, and `Conflict` when it has ended."""
        ...

    async def suggestions(
        self, officer: StaffMember, dossier_id: UUID, kind: str
    ) -> list[Suggested]:
        """What the form of an act on a dossier offers, the agency's own first, at most 60."""
        ...
