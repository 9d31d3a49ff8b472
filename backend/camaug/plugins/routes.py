"""`GET /api/v1/plugins`: the active utilities, for home and for other shells."""

from litestar import Response, get

from camaug.kernel.web import FromEngines
from camaug.plugins import queries
from camaug.plugins.schemas import Utility
from camaug_sdk.context import Visitor


@get("/api/v1/plugins")
async def list_plugins(engines: FromEngines, visitor: Visitor) -> Response[list[Utility]]:
    """The active utilities for citizens, by title, in the language of the request."""
    async with engines.pool.acquire() as conn:
        found = await queries.active(conn, visitor.language)
    return Response(found, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})


routes = [list_plugins]
