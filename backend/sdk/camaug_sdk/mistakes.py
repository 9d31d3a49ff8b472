"""What goes wrong at the desk and is put right: undo, correction, reopening."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from camaug_sdk.records import StaffMember

REOPEN_DAYS = 30
"""Days after its end in which a dossier may be reopened: a rule of this project."""


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer puts right in the dossier seen at `version`, and why; one thing at a time.

    Either the words `text` of entry `seq` of the timeline, or the files `results` of what has a
    result and was not returned yet, or the `channel` by which it came (1 counter,
    2 online, 3 post).
    """

    version: int
    why: str
    seq: int | None = None
    text: str | None = None
    results: Sequence[UUID] = ()
    channel: int | None = None


class Mistakes(Protocol):
    """The part of `Dossiers` by which mistakes of the desk are put right."""

    async def undo(self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str) -> None:
        """Take back the officer's own last act, of which nothing has left the house.

        Status, promise, pauses and counters are as before it. Raises `NotFound`, `Conflict`.
        """
        ...

    async def correct(
        self, officer: StaffMember, dossier_id: UUID, what: Correction, *, key: str
    ) -> None:
        """Put right what an officer of the same agency wrote; the old stays readable at the desk.

        Raises `NotFound`, `Conflict`, `Invalid`.
        """
        ...

    async def reopen(
        self, leader: StaffMember, dossier_id: UUID, *, version: int, reason: str, key: str
    ) -> None:
        """Take a finished, stopped or refused dossier up again, by a leader of its agency.

        Raises `NotFound`, `Conflict`, `Invalid`.
        """
        ...
