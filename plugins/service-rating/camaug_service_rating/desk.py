"""The leaders' side: the figures of the own agencies, nothing hidden."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath

from camaug_sdk import AppContext, Go, Officer, Screen, Visitor, Words
from camaug_sdk.measures import Led
from camaug_sdk.records import Agency
from camaug_sdk.screens import (
    Accordion,
    Cell,
    Column,
    Empty,
    ItemList,
    ListItem,
    Row,
    Stat,
    Stats,
    Table,
    Text,
)
from camaug_service_rating import charts, kpi_blocks, numbers, pages
from camaug_service_rating.months import present

DESK, LOAD = "/console/apps/service-rating/", "/console/apps/track-dossier/workload"


@get("/")
async def show_led(app: AppContext, officer: Officer, visitor: Visitor) -> Screen:
    """The board of the one agency that the officer leads, else a choice."""
    t = Words(app.i18n, visitor.language)
    agencies = await app.measures.led(officer)
    if len(agencies) == 1:
        return await _board(app, officer, t, agencies[0].agency_id)
    return Screen(
        title=t("desk.title"),
        lang=t.language,
        blocks=[ItemList(items=[_choice(t, one) for one in agencies], label=t("column.agency"))],
    )


@get("/{agency_id:uuid}")
async def show_led_agency(
    app: AppContext, officer: Officer, visitor: Visitor, agency_id: FromPath[UUID]
) -> Screen:
    """The board of one agency that the officer leads."""
    return await _board(app, officer, Words(app.i18n, visitor.language), agency_id)


def _choice(t: Words, one: Agency) -> ListItem:
    return ListItem(title=one.name(t.language), action=Go(href=f"{DESK}{one.agency_id}"))


async def _board(app: AppContext, officer: Officer, t: Words, agency_id: UUID) -> Screen:
    now = present(app.clock.now())
    year = numbers.year_to(now)
    told = await app.measures.at_desk(officer, agency_id, year[0], now)
    figures = numbers.by_month(told.months)
    return Screen(
        title=t("desk.title"),
        subtitle=t("desk.subtitle", agency=told.name_vi if t.language == "vi" else told.name_en),
        lang=t.language,
        blocks=[
            Stats(
                items=[
                    *pages.stats(t, figures[now], numbers.whole(t, told.pending)).items,
                    _overdue(t, told),
                ]
            ),
            charts.results(t, figures, year),
            charts.shares(t, figures, year),
            _procedures(t, told),
            Accordion(title=t("by_month"), blocks=[pages.by_month(t, told.months)]),
            *kpi_blocks.blocks(t, told.kpi),
            Text(text=t("desk.rules"), tone="hint"),
        ],
    )


def _overdue(t: Words, told: Led) -> Stat:
    return Stat(
        label=t("overdue"),
        value=numbers.whole(t, told.overdue),
        hint=t("overdue.open"),
        tone="bad" if told.overdue else "neutral",
        action=Go(href=LOAD),
    )


def _procedures(t: Words, told: Led) -> Table:
    names = ("accepted", "on_time", "late", "pending")
    return Table(
        caption=t("by_procedure"),
        columns=[
            Column(key="procedure", label=t("column.procedure")),
            Column(key="on_time_share", label=t("on_time_share"), align="end"),
            *(Column(key=name, label=t(name), align="end") for name in names),
        ],
        rows=[
            Row(
                key=one.procedure_code,
                cells={
                    "procedure": Cell(text=t.pick(one.name, one.name_en), strong=True),
                    "on_time_share": Cell(
                        text=numbers.percent(t, numbers.share([(one.on_time, one.late)]))
                    ),
                }
                | {name: Cell(text=numbers.whole(t, getattr(one, name))) for name in names},
            )
            for one in told.procedures
        ],
        empty=Empty(title=t("empty"), icon="chart-column"),
    )


handlers = [show_led, show_led_agency]
