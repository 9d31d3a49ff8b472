"""`GET /api/v1/communes`: the list behind every commune field."""

from litestar import Response, get

from camaug.agencies import queries
from camaug.kernel.web import FromEngines
from camaug_sdk.records import Commune


@get("/api/v1/communes")
async def list_communes(engines: FromEngines) -> Response[list[Commune]]:
    """All communes and wards of the province, in Vietnamese order."""
    async with engines.pool.acquire() as conn:
        found = await queries.communes(conn)
    return Response(found, headers={"Cache-Control": "public, max-age=3600"})


routes = [list_communes]
