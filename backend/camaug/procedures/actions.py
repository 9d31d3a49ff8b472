"""The `procedures` service of the SDK."""

from datetime import date

from camaug.kernel.clock import local_date
from camaug.kernel.text import fold
from camaug.kernel.web import Engines
from camaug.procedures import queries
from camaug_sdk.records import Hit, Procedure

LONGEST_QUESTION = 200


class ProceduresService:
    """Implements `camaug_sdk.services.Procedures`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def search(self, text: str, *, limit: int = 10) -> list[Hit]:
        """See the Protocol."""
        folded = fold(text[:LONGEST_QUESTION])
        if not folded:
            return []
        async with self._engines.pool.acquire() as conn:
            return await queries.search(conn, folded, self._today(), limit)

    async def get(self, code: str) -> Procedure:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return (await queries.get(conn, code, self._today())).procedure

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
