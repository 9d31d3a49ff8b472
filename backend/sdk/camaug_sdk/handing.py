"""Who holds a dossier at the desk: claims, hand-overs with their slip, and many at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from camaug_sdk.records import StaffMember

MOST_AT_ONCE = 50
"""Dossiers that one bulk act takes."""
MOST_COUNTED = 1000
"""Counts of a desk go up to here; one more means more."""


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """An officer at the desk of one of the asking officer's agencies."""

    staff_id: UUID
    name: str
    agency_id: UUID


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the control slip (phiếu kiểm soát quá trình giải quyết hồ sơ).

    From whom to whom; `to_name` is None when it went to an agency's desk. `received_at` is None
    until somebody there confirmed it; `closed_at` is when it went on without that.
    """

    from_name: str
    from_agency_vi: str
    from_agency_en: str
    to_name: str | None
    to_agency_vi: str
    to_agency_en: str
    handed_at: datetime
    due_at: datetime | None
    """The promised time as it stood when it was handed."""
    received_at: datetime | None
    received_by: str | None
    closed_at: datetime | None
    note: str | None
    """What the giver wrote for the receiver; for the offices alone. Decrypted: never log it."""


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """The hand-overs of one dossier, oldest first, at most 200."""

    handovers: list[Handover]
    to_receive: bool
    """Whether the asking officer may confirm the last one now."""


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What one officer has in hand; counts stop at `MOST_COUNTED` + 1.

    `staff_id` and `name` are None for what nobody holds. Who has left the desk and still holds
    something is listed, with `seated` false.
    """

    staff_id: UUID | None
    name: str | None
    seated: bool
    open: int
    overdue: int
    due_today: int
    waiting: int
    finished: int
    """Since Monday, local time."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one dossier of a bulk act; `problem` is None when it was done."""

    dossier_id: UUID
    code: str | None
    """None for a dossier that is not the officer's to see."""
    problem: str | None
    """The code of the problem: `conflict`, `not_possible_now`, `dossier_held`, `not_found`."""
    holder: str | None = None
    """Who has it, with `dossier_held`."""


class Handing(Protocol):
    """Holding and handing over at the desk; part of the service `dossiers`, needs its desk side."""

    async def claim(self, officer: StaffMember, dossier_id: UUID, *, key: str) -> None:
        """Take what nobody holds; what the officer holds already stays so.

        Raises `NotFound`, and `Conflict` as `dossier_held` with the `name` of who has it.
        """
        ...

    async def give_back(
        self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str
    ) -> None:
        """Nobody holds it afterwards. Raises `Conflict` when the officer does not hold it."""
        ...

    async def hand_over(
        self,
        officer: StaffMember,
        dossier_id: UUID,
        to: UUID,
        *,
        version: int,
        note: str | None = None,
        key: str,
    ) -> None:
        """Into the hands of a colleague of the same agency, who then confirms.

        Any officer of the agency may, so that nothing stays with who is away. Raises `Conflict`,
        and `Invalid` with pointers `/to` and `/note`.
        """
        ...

    async def receive(self, officer: StaffMember, dossier_id: UUID, *, key: str) -> None:
        """Confirm what was handed to the officer, or to the officer's desk, and hold it.

        Raises `Conflict` as `nothing_to_receive`.
        """
        ...

    async def colleagues(
        self, officer: StaffMember, dossier_id: UUID | None = None
    ) -> list[Colleague]:
        """Everybody at the desks of the officer's agencies, the officer too, by name.

        With a dossier only who may be handed it: the agency's by which the officer has it. Raises
        `NotFound`.
        """
        ...

    async def slip(self, officer: StaffMember, dossier_id: UUID) -> Slip:
        """Every hand-over of a dossier of the officer's agencies. Raises `NotFound`."""
        ...

    async def workload(self, officer: StaffMember) -> list[Workload]:
        """What each officer of the agencies where one works or leads holds.

        Who has most overdue comes first; nobody's last.
        """
        ...

    async def accept_many(
        self, officer: StaffMember, seen: Sequence[tuple[UUID, int]], *, key: str
    ) -> list[Done]:
        """Accept each dossier as seen at its version, in a transaction of its own.

        Raises `Invalid` with pointer `/dossiers` for none and for more than `MOST_AT_ONCE`.
        """
        ...

    async def claim_many(
        self, officer: StaffMember, dossier_ids: Sequence[UUID], *, key: str
    ) -> list[Done]:
        """Claim each dossier, in a transaction of its own. Raises `Invalid` as `accept_many`."""
        ...
