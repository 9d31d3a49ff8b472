"""The boards and the open data; open to everybody."""

from datetime import date
from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, HeaderParameter

from camaug_sdk import AppContext, NotFound, Plugin, Screen, Visitor, Words
from camaug_sdk.measures import Published
from camaug_service_rating import desk, numbers, open_data, pages
from camaug_service_rating.months import present, read
from camaug_service_rating.open_data import Kind

Known = Annotated[str | None, HeaderParameter(name="If-None-Match")]
TYPES: dict[Kind, str] = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@get("/")
async def show_province(app: AppContext, visitor: Visitor) -> Screen:
    """The present month so far."""
    now = present(app.clock.now())
    return pages.province(Words(app.i18n, visitor.language), await _year(app, now), now, now)


@get("/months/{month:str}")
async def show_month(app: AppContext, visitor: Visitor, month: FromPath[str]) -> Screen:
    """A month (`2026-11`)."""
    now, wanted = present(app.clock.now()), read(month, app.clock.now())
    told = await _year(app, wanted)
    return pages.province(Words(app.i18n, visitor.language), told, wanted, now)


@get("/agencies/{agency_code:str}")
async def show_agency(app: AppContext, visitor: Visitor, agency_code: FromPath[str]) -> Screen:
    """An agency that has had dossiers."""
    kpi = await app.measures.kpi(agency_code)
    now = present(app.clock.now())
    told = await _year(app, now)
    one = next((one for one in told.agencies if one.agency_code == agency_code), None)
    if one is None:
        raise NotFound
    return pages.agency(Words(app.i18n, visitor.language), told, one, now, kpi)


@get("/figures/{month:str}/csv", media_type="text/csv")
async def export_figures_csv(
    app: AppContext, month: FromPath[str], known: Known = None
) -> Response[bytes]:
    """A month's figures as a table to save."""
    return await _file(app, month, "csv", known)


@get("/figures/{month:str}/json", media_type="application/json")
async def export_figures_json(
    app: AppContext, month: FromPath[str], known: Known = None
) -> Response[bytes]:
    """A month's figures for a machine."""
    return await _file(app, month, "json", known)


async def _file(app: AppContext, text: str, kind: Kind, known: str | None) -> Response[bytes]:
    month = read(text, app.clock.now())
    told = await app.measures.published(month, month)
    tag = open_data.etag(told, month, kind)
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    if known is not None and tag in (one.strip() for one in known.split(",")):
        return Response(b"", status_code=304, headers=headers)
    make = open_data.as_csv if kind == "csv" else open_data.as_json
    name = f"so-lieu-ho-so-{month:%Y-%m}.{kind}"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(make(told, month), headers=headers, media_type=TYPES[kind])


async def _year(app: AppContext, month: date) -> Published:
    return await app.measures.published(numbers.year_to(month)[0], month)


plugin = Plugin(
    routes=[show_province, show_month, show_agency, export_figures_csv, export_figures_json],
    desk=desk.handlers,
)
