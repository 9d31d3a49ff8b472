"""The part of the `dossiers` service that is the office's own: approval, templates, notes."""

from uuid import UUID

from camaug.dossiers import approving, notes, templates
from camaug.kernel.web import Engines
from camaug_sdk.approvals import Approval
from camaug_sdk.notes import Note
from camaug_sdk.reasons import NewTemplate, Suggested, Template
from camaug_sdk.records import Act, StaffMember


class OfficeService:
    """Implements `camaug_sdk.approvals.Approvals`, `reasons.Reasons` and `notes.Notes`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def approval(self, officer: StaffMember, dossier_id: UUID) -> Approval:
        """See the Protocol."""
        return await approving.state(self._engines, officer, dossier_id)

    async def propose(self, officer: StaffMember, dossier_id: UUID, act: Act, *, key: str) -> None:
        """See the Protocol."""
        await approving.propose(self._engines, officer, dossier_id, act, key)

    async def take_back(
        self, officer: StaffMember, dossier_id: UUID, proposal_id: UUID, *, key: str
    ) -> None:
        """See the Protocol."""
        await approving.take_back(self._engines, officer, dossier_id, proposal_id, key)

    async def approve(
        self, leader: StaffMember, dossier_id: UUID, proposal_id: UUID, *, version: int, key: str
    ) -> None:
        """See the Protocol."""
        await approving.approve(self._engines, leader, dossier_id, proposal_id, (version, key))

    async def send_back(
        self, leader: StaffMember, dossier_id: UUID, proposal_id: UUID, reason: str, *, key: str
    ) -> None:
        """See the Protocol."""
        await approving.send_back(self._engines, leader, dossier_id, proposal_id, (reason, key))

    async def templates(self, officer: StaffMember) -> list[Template]:
        """See the Protocol."""
        return await templates.in_force(self._engines, officer)

    async def template(self, officer: StaffMember, template_id: UUID) -> Template:
        """See the Protocol."""
        return await templates.one(self._engines, officer, template_id)

    async def makes_templates(self, officer: StaffMember) -> list[UUID | None]:
        """See the Protocol."""
        return await templates.places(self._engines, officer)

    async def make_template(
        self, officer: StaffMember, agency_id: UUID | None, new: NewTemplate, *, key: str
    ) -> UUID:
        """See the Protocol."""
        return await templates.make(self._engines, officer, agency_id, new, key)

    async def change_template(
        self, officer: StaffMember, template_id: UUID, new: NewTemplate, *, key: str
    ) -> UUID:
        """See the Protocol."""
        return await templates.change(self._engines, officer, template_id, new, key)

    async def end_template(self, officer: StaffMember, template_id: UUID, *, key: str) -> None:
        """See the Protocol."""
        await templates.end(self._engines, officer, template_id, key)

    async def suggestions(
        self, officer: StaffMember, dossier_id: UUID, kind: str
    ) -> list[Suggested]:
        """See the Protocol."""
        return await templates.suggest(self._engines, officer, dossier_id, kind)

    async def notes(self, officer: StaffMember, dossier_id: UUID) -> list[Note]:
        """See the Protocol."""
        return await notes.of_dossier(self._engines, officer, dossier_id)

    async def write_note(
        self, officer: StaffMember, dossier_id: UUID, text: str, *, key: str
    ) -> UUID:
        """See the Protocol."""
        return await notes.write(self._engines, officer, dossier_id, text, key)

    async def edit_note(
        self, officer: StaffMember, dossier_id: UUID, note_id: UUID, text: str, *, key: str
    ) -> None:
        """See the Protocol."""
        await notes.edit(self._engines, officer, (dossier_id, note_id), text, key)
