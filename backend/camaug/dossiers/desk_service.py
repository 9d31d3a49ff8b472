"""The part of the `dossiers` service that is about who holds what at the desk."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from camaug.dossiers import acts, handing, handovers, holding, many, queries, seats
from camaug.dossiers.acts import DESK_ROLES, LEADER
from camaug.dossiers.queue import OPEN
from camaug.kernel.clock import LOCAL
from camaug.kernel.web import Engines
from camaug_sdk.handing import Colleague, Done, Slip, Workload
from camaug_sdk.records import Act, StaffMember


class HandingService:
    """Implements `camaug_sdk.handing.Handing`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def claim(self, officer: StaffMember, dossier_id: UUID, *, key: str) -> None:
        """See the Protocol."""
        await handing.claim(self._engines, officer, dossier_id, key)

    async def give_back(
        self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str
    ) -> None:
        """See the Protocol."""
        await handing.give_back(self._engines, officer, dossier_id, version, key)

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
        """See the Protocol."""
        await handing.hand_over(self._engines, officer, dossier_id, to, (version, note), key)

    async def receive(self, officer: StaffMember, dossier_id: UUID, *, key: str) -> None:
        """See the Protocol."""
        await handing.receive(self._engines, officer, dossier_id, key)

    async def colleagues(
        self, officer: StaffMember, dossier_id: UUID | None = None
    ) -> list[Colleague]:
        """See the Protocol."""
        own, now = officer.at(*DESK_ROLES), self._engines.clock.now()
        async with self._engines.pool.acquire() as conn:
            if dossier_id is not None:
                own = [await holding.acting(conn, own, dossier_id)]
            return await seats.colleagues(conn, own, list(DESK_ROLES), now)

    async def slip(self, officer: StaffMember, dossier_id: UUID) -> Slip:
        """See the Protocol."""
        own = officer.at(*DESK_ROLES)
        async with self._engines.pool.acquire() as conn:
            line = await queries.line_at_desk(conn, own, dossier_id)
            rows = await handovers.of_dossier(conn, own, dossier_id)
            handed = await handovers.waiting(conn, dossier_id)
        return Slip(
            handovers=[handovers.opened(self._engines, row) for row in rows],
            to_receive=line.status in OPEN
            and handed is not None
            and handing.is_for(officer, handed),
        )

    async def workload(self, officer: StaffMember) -> list[Workload]:
        """See the Protocol."""
        now = self._engines.clock.now()
        today = now.astimezone(LOCAL).date()
        tonight = datetime.combine(today, time.max, LOCAL)
        monday = datetime.combine(today - timedelta(days=today.weekday()), time.min, LOCAL)
        times, own = (now, tonight, monday), officer.at(*DESK_ROLES, LEADER)
        async with self._engines.pool.acquire() as conn:
            return await seats.workload(conn, own, list(DESK_ROLES), times)

    async def accept_many(
        self, officer: StaffMember, seen: Sequence[tuple[UUID, int]], *, key: str
    ) -> list[Done]:
        """See the Protocol."""
        versions = dict(seen)

        async def accept(dossier_id: UUID, own_key: str) -> None:
            act = Act(kind="accept", version=versions[dossier_id])
            await acts.by_officer(self._engines, officer, dossier_id, act, own_key)

        own = officer.at(*DESK_ROLES)
        return await many.each(self._engines, own, list(versions), key, accept)

    async def claim_many(
        self, officer: StaffMember, dossier_ids: Sequence[UUID], *, key: str
    ) -> list[Done]:
        """See the Protocol."""

        async def claim(dossier_id: UUID, own_key: str) -> None:
            await handing.claim(self._engines, officer, dossier_id, own_key)

        own = officer.at(*DESK_ROLES)
        return await many.each(self._engines, own, dossier_ids, key, claim)
