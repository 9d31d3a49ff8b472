"""The Vietnamese lunar calendar (âm lịch), computed from moon and sun at UTC+7.

A month begins on the day of the new moon. The eleventh month is the one with the winter solstice;
where thirteen months stand between two such, the first without a major term (trung khí: the sun at
a multiple of 30 degrees) is a leap month (tháng nhuận) and has the number of the month before. It
is the rule of the Chinese calendar at another meridian (H. Aslaksen, *The Mathematics of the
Chinese Calendar*), known in Vietnam through the work of Hồ Ngọc Đức.
"""

from datetime import date
from functools import lru_cache
from math import floor
from typing import NamedTuple

from camaug_tide_calendar import sky

FIRST, LAST = date(1968, 1, 1), date(2100, 12, 31)
"""Days between which no new moon and no term that decides stands so close to midnight that the
error of `sky` (a minute; 0.005 degrees) could move it. The calendar at UTC+7 itself is of 1968.
"""
OFFSET = 7 / 24
SOLSTICE, TERM = 270, 30
LEAP_YEAR = 13
NOVEMBER = 11
FULL_MOON = 15


class LunarDay(NamedTuple):
    """A day of the lunar calendar; `length` is the number of days of its month, 29 or 30."""

    year: int
    month: int
    day: int
    leap: bool
    length: int

    @property
    def is_first(self) -> bool:
        """Mùng một."""
        return self.day == 1

    @property
    def is_full(self) -> bool:
        """Rằm."""
        return self.day == FULL_MOON

    @property
    def is_last(self) -> bool:
        """Ba mươi, or the 29th of a short month (tháng thiếu)."""
        return self.day == self.length


class Month(NamedTuple):
    """A lunar month from `first` until before `end`."""

    year: int
    number: int
    leap: bool
    first: date
    end: date


def lunar_day(day: date) -> LunarDay:
    """The lunar date of a day at UTC+7. Raises `ValueError` outside `FIRST` to `LAST`."""
    if not FIRST <= day <= LAST:
        raise ValueError(f"not between {FIRST} and {LAST}")
    for month in (*months(day.year), *months(day.year + 1)):
        if month.first <= day < month.end:
            return LunarDay(
                year=month.year,
                month=month.number,
                day=(day - month.first).days + 1,
                leap=month.leap,
                length=(month.end - month.first).days,
            )
    raise AssertionError(day)  # months follow one another without a gap


@lru_cache(maxsize=16)
def months(year: int) -> tuple[Month, ...]:
    """From the eleventh month that has the solstice of the year before, to the tenth."""
    start, end = _eleventh(year - 1), _eleventh(year)
    firsts = [new_moon_day(number) for number in range(start, end + 1)]
    leap = _leap(firsts) if len(firsts) - 1 == LEAP_YEAR else None
    found: list[Month] = []
    number = NOVEMBER - 1
    for index, first in enumerate(firsts[:-1]):
        if index != leap:
            number = number % 12 + 1
        found.append(
            Month(
                year=year - 1 if number >= NOVEMBER else year,
                number=number,
                leap=index == leap,
                first=first,
                end=firsts[index + 1],
            )
        )
    return tuple(found)


def new_moon_day(number: int) -> date:
    """The date at UTC+7 of a new moon, counted as in `sky.new_moon`."""
    return date.fromordinal(floor(sky.new_moon(number) + OFFSET - sky.ORDINAL))


def _eleventh(year: int) -> int:
    """Number of the new moon that begins the eleventh month of a year."""
    number = round((date(year, 12, 21).toordinal() + sky.ORDINAL - sky.J2000) / 29.530588861)
    while _sun(new_moon_day(number)) > SOLSTICE // TERM - 1:
        number -= 1
    while _sun(new_moon_day(number + 1)) <= SOLSTICE // TERM - 1:
        number += 1
    return number


def _leap(firsts: list[date]) -> int:
    """Which of the months has no major term: the sun is in one sign when it and the next begin."""
    signs = [_sun(first) for first in firsts]
    return next(at for at in range(1, len(signs) - 1) if signs[at] == signs[at + 1])


def _sun(day: date) -> int:
    """The sign, 0 to 11, in which the sun stands as the day begins at UTC+7."""
    begins = sky.terrestrial(sky.midnight(day) - OFFSET)
    return int(sky.sun(begins) // TERM)
