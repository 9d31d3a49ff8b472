"""The part of the `dossiers` service that puts mistakes of the desk right."""

from uuid import UUID

from camaug.dossiers import acts, correcting, holding, undoing
from camaug.dossiers.acts import LEADER
from camaug.kernel.web import Engines
from camaug_sdk.mistakes import Correction
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Act, StaffMember


class MistakesService:
    """Implements `camaug_sdk.mistakes.Mistakes`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def undo(self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str) -> None:
        """See the Protocol."""
        await undoing.undo(self._engines, officer, dossier_id, version, key)

    async def correct(
        self, officer: StaffMember, dossier_id: UUID, what: Correction, *, key: str
    ) -> None:
        """See the Protocol."""
        await correcting.correct(self._engines, officer, dossier_id, what, key)

    async def reopen(
        self, leader: StaffMember, dossier_id: UUID, *, version: int, reason: str, key: str
    ) -> None:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            accepted = await holding.accepted(conn, leader.at(LEADER), dossier_id)
        if accepted is None:
            raise NotFound
        # What the table has two rows for is one deed for the leader; the row is locked later. That
        # it was never accepted stays so after the reopening, when the same key may come again.
        kind = "reopen" if accepted else "reopen_refused"
        act = Act(kind=kind, version=version, reason=reason)
        await acts.by_leader(self._engines, leader, dossier_id, act, key)
