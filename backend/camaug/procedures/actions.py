"""The `procedures` service of the SDK."""

from datetime import date

from camaug.kernel.clock import local_date
from camaug.kernel.web import Engines
from camaug.procedures import current, queries
from camaug_sdk.records import Hit, Procedure, SearchAnswer


class ProceduresService:
    """Implements `camaug_sdk.services.Procedures`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def answer(self, text: str, *, limit: int = 10) -> SearchAnswer:
        """See the Protocol."""
        return (await current.FINDER.get(self._engines)).answer(text, limit=limit)

    async def get(self, code: str) -> Procedure:
        """See the Protocol."""
        return (await current.procedure(self._engines, code)).procedure

    async def fields(self) -> list[tuple[str, str, int]]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            found = await queries.fields(conn, self._today())
        return [(one.field_id, one.name, one.count) for one in found]

    async def in_field(self, field_id: str) -> list[Hit]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await queries.in_field(conn, field_id, self._today())

    def _today(self) -> date:
        return local_date(self._engines.clock.now())
