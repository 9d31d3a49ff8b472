"""One day at a station: high and low waters, the lunar date, every hour, and the days after.

The days after are on the same screen because a boat takes it out of reach of the network.
"""

from collections.abc import Sequence
from datetime import date

from camaug_sdk import Go, Screen, Words
from camaug_sdk.screens import (
    Accordion,
    AnyBlock,
    Chip,
    Chips,
    Heading,
    ItemList,
    KeyValue,
    Link,
    ListItem,
    Pair,
)
from camaug_tide_calendar import wording
from camaug_tide_calendar.calendar import Day
from camaug_tide_calendar.stations import Station, stations

DAYS = 8
"""The day itself and a week."""


def page(
    t: Words,
    station: Station,
    days: Sequence[Day],
    today: date,
    neighbours: Sequence[date | None],
) -> Screen:
    """`days` begin with the one that the page is about; `neighbours` are before and after it."""
    day = days[0]
    blocks: list[AnyBlock] = [
        wording.warning(t),
        _stations(t, station, day.date, today),
        _ways(t, station, day.date, neighbours),
        _turns(t, day),
        _facts(t, day),
        _hours(t, day),
        *_after(t, station, days[1:]),
        Link(
            label=t("month.open"),
            icon="calendar-days",
            action=Go(href=wording.month_path(station.station_id, day.date.year, day.date.month)),
        ),
    ]
    return Screen(
        title=station.name,
        kicker=t(f"coast.{station.coast}"),
        subtitle=_name(t, day.date, today),
        lang=t.language,
        back=Go(href=wording.HOME),
        tab="home",
        blocks=blocks,
    )


def _name(t: Words, day: date, today: date) -> str:
    said = f"{wording.weekday(t, day)}/{day.year}"
    return t("day.today", day=said) if day == today else wording.titled(said)


def _stations(t: Words, station: Station, day: date, today: date) -> Chips:
    """The same day elsewhere; of today its own address, which is today tomorrow too."""
    return Chips(
        label=t("stations"),
        items=[
            Chip(
                label=one.name,
                selected=one == station,
                action=Go(
                    href=wording.station_path(one.station_id)
                    if day == today
                    else wording.day_path(one.station_id, day)
                ),
            )
            for one in stations().values()
        ],
    )


def _turns(t: Words, day: Day) -> ItemList:
    rows = [
        ListItem(
            title=f"{one.at:%H:%M} · {wording.metres(t, one.height)}",
            text=t("high" if one.high else "low"),
            icon="waves" if one.high else "droplets",
        )
        for one in day.turns
    ]
    return ItemList(items=rows, label=t("turns"))


def _facts(t: Words, day: Day) -> KeyValue:
    found = [
        Pair(
            label=t("lunar"),
            value=wording.lunar(t, day.lunar),
            hint=wording.lunar_day(t, day.lunar),
        ),
        Pair(
            label=t("kind"),
            value=t(f"kind.{day.kind or 'between'}"),
            hint=t("range", height=wording.metres(t, day.highest - day.lowest)),
        ),
    ]
    return KeyValue(items=found)


def _ways(t: Words, station: Station, day: date, neighbours: Sequence[date | None]) -> Chips:
    before, after = neighbours
    return Chips(
        label=t("day.other"),
        items=[
            Chip(
                label=wording.titled(wording.weekday(t, one)),
                selected=one == day,
                action=Go(href=wording.day_path(station.station_id, one), replace=True),
            )
            for one in (before, day, after)
            if one is not None
        ],
    )


def _hours(t: Words, day: Day) -> Accordion:
    levels = [
        Pair(label=f"{hour:02}:00", value=wording.metres(t, level))
        for hour, level in enumerate(day.hourly)
    ]
    return Accordion(title=t("hours"), blocks=[KeyValue(items=levels)])


def _after(t: Words, station: Station, days: Sequence[Day]) -> list[AnyBlock]:
    rows = [row(t, station, one) for one in days]
    name = t("after")
    return [Heading(text=name), ItemList(items=rows, label=name)] if rows else []


def row(t: Words, station: Station, day: Day) -> ListItem:
    """A day in a list of days."""
    said = wording.titled(wording.weekday(t, day.date))
    return ListItem(
        title=f"{said} · {wording.lunar(t, day.lunar)}",
        text=wording.turns(t, day.turns),
        badge=wording.badge(t, day),
        action=Go(href=wording.day_path(station.station_id, day.date)),
    )
