"""What the screens say of days: turns of the tide, spring or neap, the lunar date."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from camaug_tide_calendar.lunar import LAST, LunarDay, lunar_day
from camaug_tide_calendar.springs import AROUND, Kind, springs
from camaug_tide_calendar.stations import Station
from camaug_tide_calendar.tide import Curve, Turn


class Day(NamedTuple):
    """One local day. `hourly` are the levels at full hours from 0 to 23; heights in metres."""

    date: date
    lunar: LunarDay
    turns: list[Turn]
    hourly: list[float]
    kind: Kind | None

    @property
    def highest(self) -> float:
        """Of the day, its two midnights aside."""
        return max([one.height for one in self.turns] + self.hourly)

    @property
    def lowest(self) -> float:
        """Of the day, its two midnights aside."""
        return min([one.height for one in self.turns] + self.hourly)


def month(station: Station, first: date) -> list[Day]:
    """The days of the month that begins at `first`."""
    return days(station, first, monthrange(first.year, first.month)[1])


def days(station: Station, first: date, count: int) -> list[Day]:
    """Successive days from `first` on; fewer at the end of what the calendar reaches."""
    count = min(count, (LAST - first).days + 1)
    start = first - timedelta(days=AROUND)  # spring and neap show among their neighbours only
    curve = Curve(station.mean, station.constituents, start, count + 2 * AROUND)
    turns: dict[date, list[Turn]] = {}
    for turn in curve.turns():
        turns.setdefault(turn.at.date(), []).append(turn)
    levels = [curve.hourly(index) for index in range(count + 2 * AROUND)]
    heights = [
        [*hourly, *(one.height for one in turns.get(start + timedelta(days=index), []))]
        for index, hourly in enumerate(levels)
    ]
    kinds = springs([max(one) - min(one) for one in heights])
    return [
        Day(
            date=day,
            lunar=lunar_day(day),
            turns=turns.get(day, []),
            hourly=levels[index + AROUND],
            kind=kinds[index],
        )
        for index in range(count)
        for day in [first + timedelta(days=index)]
    ]
