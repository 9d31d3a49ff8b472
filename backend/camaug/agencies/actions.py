"""The `agencies` service of the SDK."""

from camaug.agencies import current, queries
from camaug.kernel.web import Engines
from camaug_sdk.records import Agency, Commune


class AgenciesService:
    """Implements `camaug_sdk.services.Agencies`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def communes(self) -> list[Commune]:
        """See the Protocol."""
        return await current.COMMUNES.get(self._engines)

    async def offices(self) -> list[Agency]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await queries.offices(conn)

    async def of_commune(self, commune_code: str) -> Agency:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await queries.of_commune(conn, commune_code)

    async def receiving(self, procedure_code: str, commune_code: str | None) -> Agency:
        """See the Protocol."""
        desk = await current.desk(self._engines, procedure_code, commune_code)
        return Agency(
            agency_id=desk.receiving_id,
            kind=desk.kind,
            name_vi=desk.name_vi,
            name_en=desk.name_en,
            commune_code=desk.commune_code,
        )
