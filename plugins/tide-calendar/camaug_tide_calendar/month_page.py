"""One month at a station, day by day, with the spring and neap days and the lunar dates."""

from collections.abc import Sequence
from datetime import date

from camaug_sdk import Go, Screen, Words
from camaug_sdk.screens import AnyBlock, Chip, Chips, ItemList, KeyValue, Pair, Text
from camaug_tide_calendar import day_page, wording
from camaug_tide_calendar.calendar import Day
from camaug_tide_calendar.stations import Station


def page(
    t: Words, station: Station, days: Sequence[Day], today: date, years: Sequence[int]
) -> Screen:
    """All `days` of the month; `years` are those before and after it that have screens too."""
    first = days[0].date
    rows = [day_page.row(t, station, one) for one in days]
    blocks: list[AnyBlock] = [
        wording.warning(t),
        _months(t, station, first, years),
        KeyValue(items=_stands_out(t, days), wide=True),
        ItemList(items=rows, label=t("days")),
        Text(text=t("springs.text"), tone="hint"),
    ]
    back = wording.station_path(station.station_id)
    if (today.year, today.month) != (first.year, first.month):
        back = wording.day_path(station.station_id, first)
    return Screen(
        title=t("month", month=first.month, year=first.year),
        kicker=t(f"coast.{station.coast}"),
        subtitle=station.name,
        lang=t.language,
        back=Go(href=back),
        tab="home",
        blocks=blocks,
    )


def _months(t: Words, station: Station, first: date, years: Sequence[int]) -> Chips:
    months = [
        Chip(
            label=t("month.short", month=month),
            selected=month == first.month,
            action=Go(href=wording.month_path(station.station_id, first.year, month), replace=True),
        )
        for month in range(1, 13)
    ]
    others = [
        Chip(
            label=str(year),
            action=Go(href=wording.month_path(station.station_id, year, first.month), replace=True),
        )
        for year in years
    ]
    return Chips(label=t("months"), items=[*months, *others])


def _stands_out(t: Words, days: Sequence[Day]) -> list[Pair]:
    """Which days are spring, neap, and those of the moon."""
    groups = {
        "kind.spring": [one for one in days if one.kind == "spring"],
        "kind.neap": [one for one in days if one.kind == "neap"],
        "lunar.full": [one for one in days if one.lunar.is_full],
        "lunar.new": [one for one in days if one.lunar.is_last or one.lunar.is_first],
    }
    return [
        Pair(label=t(name), value=", ".join(f"{one.date:%d/%m}" for one in found))
        for name, found in groups.items()
        if found
    ]
