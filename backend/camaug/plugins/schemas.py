"""What the host knows of plugins: what was found, what was checked, what is served."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from camaug_sdk.manifest import Manifest

State = Literal["refused", "active", "suspended", "disabled", "uninstalled"]
Finding = Literal[
    # found without running anything
    "id_invalid", "package_missing", "package_mismatch", "duplicate_id", "not_installed",
    "files_too_big", "manifest_missing", "manifest_invalid", "id_mismatch", "incompatible",
    # found by the source or by the probe's child process
    "source_unreadable", "foreign_import", "service_not_asked", "locales_invalid",
    "import_failed", "probe_timeout", "probe_died", "not_a_plugin", "bad_handler", "bad_path",
    "duplicate_route", "bad_answer", "app_failed",
    # found when its tables were made
    "migration_failed", "not_migrated",
]  # fmt: skip
"""Why a plugin is not taken in."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An installed plugin, read without running its code."""

    plugin_id: str
    distribution: str
    version: str
    entry_point: str
    folder: str = ""
    """Of the import package."""
    fingerprint: str = ""
    manifest: Manifest | None = None
    finding: Finding | None = None
    detail: str = ""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the probe says; `finding` None means that the plugin is good."""

    finding: Finding | None = None
    detail: str = ""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate must know of a plugin, read every two seconds."""

    plugin_id: str
    state: State
    entry_point: str
    fingerprint: str
    resume_at: datetime | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin as the table `plugin` has it."""

    plugin_id: str
    distribution: str
    version: str
    entry_point: str
    fingerprint: str
    state: State
    reason: str | None
    finding: str | None
    detail: str | None
    manifest: dict[str, Any] | None
    updated_at: datetime


Trouble = Literal["failing", "blocked", "died", "memory"]
"""Why the host suspends a plugin: too many calls failed, it held the event loop, processes died or
grew too big while it worked."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of state, with its reason."""

    from_state: State | None
    to_state: State
    reason: str | None
    note: str | None = None


class Utility(msgspec.Struct, frozen=True, kw_only=True):
    """An active utility as a tile or a list shows it, in one language."""

    plugin_id: str
    title: str
    tile: str
    icon: str
    category: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin as the console shows it, its title in one language."""

    plugin_id: str
    title: str
    distribution: str
    version: str
    state: State
    reason: str | None
    finding: str | None
    detail: str | None
    updated_at: datetime
    resume_at: datetime | None


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One change of state; `who` is the member of staff that made it, if one did."""

    at: datetime
    to_state: State
    reason: str | None
    note: str | None
    who: str | None


class ManifestRow(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of one plugin, as it was when it was checked."""

    manifest: dict[str, Any]
