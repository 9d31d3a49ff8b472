"""Shapes of people and assignments: what an administrator asks for and sees."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from camaug.identity.schemas import Typed
from camaug_sdk.records import Language

PEOPLE = "/console/people"
"""Where the console shows people."""
API = "/api/v1/people"
ADMINISTRATOR = "administrator"
CORE_ROLES = ("officer", "operator", "reviewer", "developer", ADMINISTRATOR)
"""Roles of the core, named by `identity.role.<role>`; plugins bring more by their manifests."""
State = Literal["active", "invited", "disabled"]


class NewPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Invite somebody to a role at an agency, from now on."""

    full_name: Typed
    login: Typed
    role: Typed
    agency_id: UUID


class NewAssignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role at an agency; local dates, the last one included. Without them: today, for good."""

    role: Typed
    agency_id: UUID
    valid_from: Typed | None = None
    valid_until: Typed | None = None


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a command that its address says wholly."""


class NewPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The password that an invited person chooses, typed twice."""

    link: Typed
    password: Typed
    again: Typed


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another password for oneself."""

    present: Typed
    password: Typed
    again: Typed


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role that can be assigned, with its names."""

    role: str
    name_vi: str
    name_en: str

    def name(self, language: Language) -> str:
        """The name in `language`."""
        return self.name_vi if language == "vi" else self.name_en


class AgencyLine(msgspec.Struct, frozen=True, kw_only=True):
    """An agency where an administrator may assign roles."""

    agency_id: UUID
    name_vi: str
    name_en: str

    def name(self, language: Language) -> str:
        """The name in `language`."""
        return self.name_vi if language == "vi" else self.name_en


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff in the list, and at the head of their own page."""

    staff_id: UUID
    login: str
    full_name: str
    has_password: bool
    has_factor: bool
    disabled_at: datetime | None
    created_at: datetime

    @property
    def state(self) -> State:
        """How the account stands."""
        if self.disabled_at is not None:
            return "disabled"
        return "active" if self.has_password else "invited"


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A role at an agency (phân công), as people see it."""

    assignment_id: UUID
    staff_id: UUID
    agency_id: UUID
    role: str
    agency_vi: str
    agency_en: str
    valid_from: datetime
    valid_until: datetime | None

    def agency(self, language: Language) -> str:
        """The agency's name in `language`."""
        return self.agency_vi if language == "vi" else self.agency_en


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment or a request for one, as checked."""

    staff_id: UUID
    agency_id: UUID
    role: str
    valid_from: datetime
    valid_until: datetime | None


class RoleRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Administrator rights that wait for a second administrator."""

    request_id: UUID
    staff_id: UUID
    full_name: str
    agency_id: UUID
    agency_vi: str
    agency_en: str
    role: str
    valid_from: datetime
    valid_until: datetime | None
    requested_by: UUID
    requester_name: str
    requested_at: datetime
    expires_at: datetime

    def agency(self, language: Language) -> str:
        """The agency's name in `language`."""
        return self.agency_vi if language == "vi" else self.agency_en


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time link as stored, with whom it is for."""

    invitation_id: UUID
    staff_id: UUID
    full_name: str
    login: str
    expires_at: datetime


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What an idempotent repeat of a command finds again.

    `invitation_id` when a link was made; `waits` when a second administrator must confirm;
    `ended` are the sessions that ended by it.
    """

    staff_id: UUID
    invitation_id: UUID | None = None
    waits: bool = False
    ended: list[UUID] = []
