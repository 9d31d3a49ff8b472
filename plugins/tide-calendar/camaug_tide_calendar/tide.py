"""Heights of the tide by harmonic prediction.

height = Z0 + sum of f H cos(V0 + u + speed t - g), after Schureman (see `nodes`), with the mean
longitudes of Meeus (see `sky`). Heights are metres above the datum of the station's `mean`,
phase lags g are degrees against Greenwich, times are UTC+7.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from math import cos, radians, sin
from typing import NamedTuple

from camaug_tide_calendar import sky
from camaug_tide_calendar.nodes import nodes

LOCAL = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
OFFSET = 7 / 24
DAY = 1440
"""Minutes."""
STEP = 20
"""Minutes between the slopes in which a turn is looked for; high and low are hours apart."""


class Argument(NamedTuple):
    """What V0 is made of: multiples of T, s, h, p, and degrees. `node` names the row of `nodes`."""

    hour: int
    s: int
    h: int
    p: int
    turn: int
    node: str


ARGUMENTS = {
    "M2": Argument(2, -2, 2, 0, 0, "M2"),
    "S2": Argument(2, 0, 0, 0, 0, ""),
    "N2": Argument(2, -3, 2, 1, 0, "M2"),
    "K2": Argument(2, 0, 2, 0, 0, "K2"),
    "2N2": Argument(2, -4, 2, 2, 0, "M2"),
    "MU2": Argument(2, -4, 4, 0, 0, "M2"),
    "NU2": Argument(2, -3, 4, -1, 0, "M2"),
    "K1": Argument(1, 0, 1, 0, -90, "K1"),
    "O1": Argument(1, -2, 1, 0, 90, "O1"),
    "P1": Argument(1, 0, -1, 0, 90, ""),
    "Q1": Argument(1, -3, 1, 1, 90, "O1"),
    "J1": Argument(1, 1, 1, -1, -90, "J1"),
    "M4": Argument(4, -4, 4, 0, 0, "M4"),
    "MS4": Argument(4, -2, 2, 0, 0, "M2"),
    "MF": Argument(0, 2, 0, 0, 0, "MF"),
    "MM": Argument(0, 1, 0, -1, 0, "MM"),
    "SSA": Argument(0, 0, 2, 0, 0, ""),
    "SA": Argument(0, 0, 1, 0, 0, ""),
}
"""Schureman, table 2. T is the hour angle of the mean sun, 180 degrees at 00:00 UT."""

RATES = (15.0, 0.5490165, 0.0410686, 0.0046418)
"""Degrees an hour of T, s, h, p: Schureman, table 1."""


class Constituent(NamedTuple):
    """A constituent at a station: a name of `ARGUMENTS`, H in metres, g in degrees."""

    name: str
    height: float
    lag: float


class Turn(NamedTuple):
    """A high or a low water, to the minute."""

    at: datetime
    height: float
    high: bool


class _Wave(NamedTuple):
    """A constituent on one day: f H, phase at noon, speed (metres, radians, radians a minute)."""

    height: float
    phase: float
    speed: float


class Curve:
    """The water level at one station over some local days, from 00:00 of the first.

    f, u and V0 are taken anew for each noon: within half a day they err by 0.2 mm at most. Any
    two curves agree where they overlap.
    """

    def __init__(
        self, mean: float, constituents: Sequence[Constituent], first: date, days: int
    ) -> None:
        self._first = first
        self._days = days
        self._mean = mean
        around = range(-1, days + 1)  # a turn near midnight is looked for on both sides
        self._waves = [_waves(constituents, first + timedelta(days=day)) for day in around]

    def level(self, minute: float) -> float:
        """Metres above datum, so many minutes after the beginning."""
        waves, since = self._at(minute)
        return self._mean + sum(one.height * cos(one.phase + one.speed * since) for one in waves)

    def slope(self, minute: float) -> float:
        """Metres a minute."""
        waves, since = self._at(minute)
        return -sum(one.height * one.speed * sin(one.phase + one.speed * since) for one in waves)

    def hourly(self, day: int) -> list[float]:
        """Levels at 0, 1, ... 23 o'clock of a day, counted from 0."""
        return [self.level(day * DAY + hour * 60) for hour in range(24)]

    def turns(self) -> list[Turn]:
        """High and low waters in order; a turn belongs to the day of its full minute."""
        ends = self._days * DAY
        return [
            Turn(self._moment(minute), self.level(minute), high)
            for minute, high in self._found()
            if 0 <= minute < ends
        ]

    def _found(self) -> Iterator[tuple[int, bool]]:
        """Minutes of turns, and whether high; from a step before the first day to one after."""
        minute, slope = -STEP, self.slope(-STEP)
        while minute < self._days * DAY + STEP:
            after = self.slope(minute + STEP)
            if (slope > 0) != (after > 0):
                yield round(self._zero(minute, minute + STEP)), slope > 0
            minute, slope = minute + STEP, after

    def _zero(self, early: float, late: float) -> float:
        """Where the slope changes its sign between two minutes, within a hundredth, by halving."""
        rising = self.slope(early) > 0
        while late - early > 0.01:  # noqa: PLR2004  (minutes)
            middle = (early + late) / 2
            if (self.slope(middle) > 0) == rising:
                early = middle
            else:
                late = middle
        return early

    def _at(self, minute: float) -> tuple[list[_Wave], float]:
        """The waves of the minute's day, and the minutes since its noon."""
        day = int(minute // DAY)
        return self._waves[day + 1], minute - day * DAY - DAY / 2

    def _moment(self, minute: int) -> datetime:
        begin = datetime(self._first.year, self._first.month, self._first.day, tzinfo=LOCAL)
        return begin + timedelta(minutes=minute)


def _waves(constituents: Sequence[Constituent], day: date) -> list[_Wave]:
    universal = sky.midnight(day) + 0.5 - OFFSET
    at = sky.longitudes(sky.terrestrial(universal))
    sun_angle = ((universal + 0.5) % 1) * 360 + 180
    by_node = nodes(at.n)
    found: list[_Wave] = []
    for one in constituents:
        what = ARGUMENTS[one.name]
        parts = (what.hour, what.s, what.h, what.p)
        argument = what.turn + sum(
            n * angle for n, angle in zip(parts, (sun_angle, at.s, at.h, at.p), strict=True)
        )
        speed = sum(n * rate for n, rate in zip(parts, RATES, strict=True))
        node = by_node[what.node]
        phase = radians((argument + node.angle - one.lag) % 360)
        found.append(_Wave(node.factor * one.height, phase, radians(speed / 60)))
    return found
