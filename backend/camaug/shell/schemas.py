"""What the shells fetch beside screens."""

from uuid import UUID

import msgspec

from camaug_sdk.screens import AnyBlock


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to the person on home; home itself is the same bytes for everybody."""

    greeting: str
    place: str | None
    unread: int
    blocks: list[AnyBlock]


class NavEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the console's rail."""

    label: str
    icon: str
    href: str
    count: str | None = None


class StaffSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in at the console, and what they can open."""

    name: str
    agency: str
    nav: list[NavEntry]


class PushConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where the web shell gets a device token from."""

    provider: str
    registration_url: str


class ShellConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between installations."""

    push: PushConfig | None


class OwnName(msgspec.Struct, frozen=True, kw_only=True):
    """A staff member's name."""

    full_name: str


class AgencyName(msgspec.Struct, frozen=True, kw_only=True):
    """An agency's names."""

    agency_id: UUID
    name_vi: str
    name_en: str
