"""The part of the `dossiers` service about how dossiers are handled."""

from typing import Literal
from uuid import UUID

from camaug.dossiers import complaints
from camaug.kernel.web import Engines
from camaug_sdk.complaints import (
    ComplaintKind,
    ComplaintLine,
    ComplaintsOfDossier,
    DeskComplaint,
    Upheld,
)
from camaug_sdk.records import Page, Person, StaffMember


class ComplaintsService:
    """Implements `camaug_sdk.complaints.Complaints`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def complain(
        self, me: Person, dossier_id: UUID, kind: ComplaintKind, text: str, *, key: str
    ) -> UUID:
        """See the Protocol."""
        return await complaints.open_one(self._engines, me, dossier_id, kind, text, key)

    async def complaints(self, me: Person, dossier_id: UUID) -> ComplaintsOfDossier:
        """See the Protocol."""
        return await complaints.of_dossier(self._engines, me, dossier_id)

    async def end_complaint(
        self, me: Person, complaint_id: UUID, how: Literal["withdraw", "close"],
        *, version: int, key: str,
    ) -> UUID:  # fmt: skip
        """See the Protocol."""
        return await complaints.end(self._engines, me, complaint_id, how, (version, key))

    async def complaint_queue(
        self, officer: StaffMember, view: Literal["open", "done"], *, after: str | None = None
    ) -> Page[ComplaintLine]:
        """See the Protocol."""
        return await complaints.queue(self._engines, officer, view, after)

    async def complaint_at_desk(self, officer: StaffMember, complaint_id: UUID) -> DeskComplaint:
        """See the Protocol."""
        return await complaints.at_desk(self._engines, officer, complaint_id)

    async def answer_complaint(
        self, officer: StaffMember, complaint_id: UUID, text: str, upheld: Upheld,
        *, version: int, key: str,
    ) -> None:  # fmt: skip
        """See the Protocol."""
        await complaints.answer(
            self._engines, officer, complaint_id, (text, upheld), (version, key)
        )
