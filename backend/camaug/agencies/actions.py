"""The `agencies` service of the SDK."""

from camaug.agencies import queries
from camaug.kernel.clock import local_date
from camaug.kernel.web import Engines
from camaug_sdk.records import Agency, Commune


class AgenciesService:
    """Implements `camaug_sdk.services.Agencies`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def communes(self) -> list[Commune]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await queries.communes(conn)

    async def offices(self) -> list[Agency]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await queries.offices(conn)

    async def receiving(self, procedure_code: str, commune_code: str | None) -> Agency:
        """See the Protocol."""
        on = local_date(self._engines.clock.now())
        async with self._engines.pool.acquire() as conn:
            desk = await queries.desk(conn, procedure_code, commune_code, on)
        return Agency(
            agency_id=desk.receiving_id,
            kind=desk.kind,
            name_vi=desk.name_vi,
            name_en=desk.name_en,
            commune_code=desk.commune_code,
        )
