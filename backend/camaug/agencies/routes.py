"""`GET /api/v1/communes`: the list behind every commune field."""

from litestar import Response, get

from camaug.agencies import current
from camaug.kernel.web import FromEngines
from camaug_sdk.records import Commune


@get("/api/v1/communes")
async def list_communes(engines: FromEngines) -> Response[list[Commune]]:
    """All communes and wards of the province, in Vietnamese order."""
    found = await current.COMMUNES.get(engines)
    return Response(found, headers={"Cache-Control": "public, max-age=3600"})


routes = [list_communes]
