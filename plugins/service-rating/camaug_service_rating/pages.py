"""What everybody sees: the province and each agency, small counts hidden."""

from collections.abc import Sequence
from datetime import date

from camaug_sdk import Go, Screen, Words
from camaug_sdk.actions import Download
from camaug_sdk.measures import SMALLEST_SHOWN, AgencyMonth, Figures, Kpi, Measured, Published
from camaug_sdk.screens import (
    Accordion,
    AnyBlock,
    Callout,
    Cell,
    Chip,
    Chips,
    Column,
    Empty,
    Heading,
    ItemList,
    Link,
    ListItem,
    Row,
    Stat,
    Stats,
    Table,
    Text,
)
from camaug_service_rating import charts, kpi_blocks, numbers

HOME, API = "/apps/service-rating/", "/api/v1/apps/service-rating/"
RATE = "/apps/track-dossier/"
PAST = 3
"""Months to choose from beside the chosen one."""


def province(t: Words, told: Published, month: date, now: date) -> Screen:
    """All agencies of the province in one month."""
    year = numbers.by_month(told.months)
    pending = numbers.total(one.pending for one in told.agencies) if month == now else None
    return Screen(
        title=t("title"),
        subtitle=t("subtitle"),
        lang=t.language,
        back=Go(href="/"),
        tab="home",
        blocks=[
            _months(t, month, now),
            stats(t, year[month], None if pending is None else _about(t, pending)),
            charts.results(t, year, numbers.year_to(month)),
            charts.shares(t, year, numbers.year_to(month)),
            Heading(text=t("agencies")),
            _agencies(t, told, month, now),
            *_files(t, month),
            _hidden(t),
            Link(label=t("rate"), icon="star", action=Go(href=RATE)),
        ],
    )


def agency(t: Words, told: Published, one: Measured, month: date, kpi: Kpi) -> Screen:
    """One agency: this month, a year back, the score."""
    own = [line for line in told.months if line.agency_code == one.agency_code]
    year = numbers.by_month(own)
    pending = None if one.pending is None else numbers.Total(one.pending, at_least=False)
    few = t("few", limit=SMALLEST_SHOWN)
    return Screen(
        title=one.name(t.language),
        subtitle=numbers.spelled(t, month),
        lang=t.language,
        back=Go(href=HOME),
        tab="home",
        blocks=[
            stats(t, year[month], few if pending is None else _about(t, pending)),
            charts.results(t, year, numbers.year_to(month)),
            charts.shares(t, year, numbers.year_to(month)),
            *kpi_blocks.blocks(t, kpi),
            Accordion(title=t("by_month"), blocks=[by_month(t, own)]),
            _hidden(t),
            Link(label=t("rate"), icon="star", action=Go(href=RATE)),
        ],
    )


def stats(t: Words, figures: Sequence[Figures], pending: str | None) -> Stats:
    """The four numbers that come first."""
    accepted = numbers.total(one.accepted for one in figures)
    items = [
        Stat(label=t("on_time_share"), value=numbers.percent(t, numbers.on_time(figures))),
        Stat(label=t("accepted"), value=numbers.sum_of(t, accepted)),
        Stat(label=t("satisfied_share"), value=numbers.percent(t, numbers.satisfied(figures))),
    ]
    if pending is not None:
        items.insert(2, Stat(label=t("pending"), value=pending, hint=t("pending.now")))
    return Stats(items=items)


def by_month(t: Words, own: Sequence[AgencyMonth]) -> Table:
    """A row a month, the latest first."""
    names = ("filed", "accepted", "on_time", "late", "refused", "withdrawn", "stopped")
    rows = [
        Row(
            key=one.month.isoformat(),
            cells={"month": Cell(text=numbers.spelled(t, one.month), strong=True)}
            | {name: Cell(text=numbers.count(t, getattr(one.figures, name))) for name in names},
        )
        for one in reversed(own)
    ]
    return Table(
        caption=t("by_month"),
        columns=[
            Column(key="month", label=t("column.month")),
            *(Column(key=name, label=t(name), align="end") for name in names),
        ],
        rows=rows,
        empty=Empty(title=t("empty"), icon="chart-column"),
    )


def _about(t: Words, pending: numbers.Total) -> str:
    return t("about", number=numbers.whole(t, pending.sum))


def _months(t: Words, month: date, now: date) -> Chips:
    shown = sorted({numbers.back(now, by) for by in range(PAST)} | {month}, reverse=True)
    return Chips(
        label=t("column.month"),
        items=[
            Chip(
                label=numbers.spelled(t, one),
                action=Go(href=HOME if one == now else f"{HOME}months/{one:%Y-%m}"),
                selected=one == month,
            )
            for one in shown
        ],
    )


def _agencies(t: Words, told: Published, month: date, now: date) -> ItemList:
    lines = {one.agency_code: one.figures for one in told.months if one.month == month}
    rows = [
        _row(t, one, lines[one.agency_code], present=month == now)
        for one in told.agencies
        if one.agency_code in lines
    ]
    return ItemList(
        label=t("agencies"), items=rows, empty=Empty(title=t("empty"), icon="chart-column")
    )


def _row(t: Words, one: Measured, figures: Figures, *, present: bool) -> ListItem:
    said = [
        f"{t('on_time_share')} {numbers.percent(t, numbers.on_time([figures]))}",
        f"{t('accepted')} {numbers.count(t, figures.accepted)}",
        *([f"{t('pending')} {numbers.count(t, one.pending)}"] if present else []),
        f"{t('satisfied_share')} {numbers.percent(t, numbers.satisfied([figures]))}",
    ]
    return ListItem(
        title=one.name(t.language),
        text=" · ".join(said),
        action=Go(href=f"{HOME}agencies/{one.agency_code}"),
    )


def _files(t: Words, month: date) -> list[AnyBlock]:
    return [
        Heading(text=t("data")),
        Text(text=t("data.text"), tone="second"),
        *(
            Link(
                label=t(f"data.{kind}"),
                icon="download",
                action=Download(href=f"{API}figures/{month:%Y-%m}/{kind}"),
            )
            for kind in ("csv", "json")
        ),
    ]


def _hidden(t: Words) -> Callout:
    return Callout(title=t("rules"), text=t("rules.text", limit=SMALLEST_SHOWN), icon="info")
