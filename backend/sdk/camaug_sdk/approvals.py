"""A leader's approval of what ends a dossier (lãnh đạo phê duyệt, ký kết quả)."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from camaug_sdk.records import Act, Document, StaffMember

APPROVABLE = ("finish", "refuse", "stop")
"""Acts that an agency may bind to its leader's approval."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """An act that waits for a leader of `agency_id`."""

    proposal_id: UUID
    kind: str
    agency_id: UUID
    reason: str | None
    """What the citizen will read. Decrypted: never log it."""
    results: list[Document]
    proposed_by: str
    """The officer's name."""
    proposed_at: datetime
    may_decide: bool
    """Whether the asking person leads the agency and has not proposed it."""
    may_take_back: bool


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What needs approval on a dossier now, and what waits for it."""

    needed: list[str]
    waiting: Proposal | None


class Approvals(Protocol):
    """Proposing and deciding; part of the service `dossiers`, needs its desk side.

    Every change of the dossier by an act, the citizen's too, makes what waits void.
    """

    async def approval(self, officer: StaffMember, dossier_id: UUID) -> Approval:
        """For officers of the dossier's agencies and leaders it waits for. Raises `NotFound`."""
        ...

    async def propose(self, officer: StaffMember, dossier_id: UUID, act: Act, *, key: str) -> None:
        """Let a leader decide on an act that needs it; the status stays and the clock runs on.

        Raises `Conflict` as `proposal_waits` while one waits and as `approval_not_needed`;
        otherwise as `act_at_desk` does.
        """
        ...

    async def take_back(
        self, officer: StaffMember, dossier_id: UUID, proposal_id: UUID, *, key: str
    ) -> None:
        """Take the own proposal back. Raises `Conflict` as `proposal_over`."""
        ...

    async def approve(
        self, leader: StaffMember, dossier_id: UUID, proposal_id: UUID, *, version: int, key: str
    ) -> None:
        """The act happens now, by the officer and with the leader's name beside it.

        `version` is that of the dossier as seen. Raises `NotFound` for another agency's,
        `Conflict` as `proposal_over` when it waits no longer, as `own_proposal`, and plainly when
        the dossier has changed.
        """
        ...

    async def send_back(
        self,
        leader: StaffMember,
        dossier_id: UUID,
        proposal_id: UUID,
        reason: str,
        *,
        key: str,
    ) -> None:
        """Back to the officer with a reason for the offices alone. Raises as `approve`.

        Raises `Invalid` with pointer `/reason`.
        """
        ...
