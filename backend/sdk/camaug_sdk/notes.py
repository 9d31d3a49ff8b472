"""What officers write to each other about a dossier; the citizen never reads it."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from camaug_sdk.records import StaffMember

MOST_NOTES = 50
"""Notes of one dossier."""
LONGEST_NOTE = 2000
"""Characters."""
MINUTES_TO_EDIT = 10
"""Rules of this project, all three."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One note. `may_edit` while the asking officer wrote it less than ten minutes ago."""

    note_id: UUID
    text: str
    """Decrypted: never log it."""
    author: str
    agency_name_vi: str
    agency_name_en: str
    written_at: datetime
    edited_at: datetime | None
    may_edit: bool


class Notes(Protocol):
    """Internal notes; part of the service `dossiers`, needs its desk side.

    For officers of the agencies that receive or handle the dossier, not for those who only lead.
    """

    async def notes(self, officer: StaffMember, dossier_id: UUID) -> list[Note]:
        """All of them, oldest first. Raises `NotFound`."""
        ...

    async def write_note(
        self, officer: StaffMember, dossier_id: UUID, text: str, *, key: str
    ) -> UUID:
        """Add one. Raises `Conflict` as `too_many_notes`, and `Invalid` with pointer `/text`."""
        ...

    async def edit_note(
        self, officer: StaffMember, dossier_id: UUID, note_id: UUID, text: str, *, key: str
    ) -> None:
        """Write the own one anew. Raises `NotFound`, and `Conflict` as `note_stands` once late."""
        ...
