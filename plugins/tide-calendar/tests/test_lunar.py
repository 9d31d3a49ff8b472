"""The lunar calendar and the astronomy below it: against other libraries and known days."""

import csv
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camaug_tide_calendar import lunar, sky
from camaug_tide_calendar.springs import AROUND, springs

VECTORS = Path(__file__).parents[3] / "tests/vectors"
BY_A_SHORTER_SERIES = {date(2072, 12, 9), date(2077, 11, 15)}
"""Months that lunar-vn begins a day later: their new moons, by ephem too, are 93 and 27 seconds
before midnight, which is nearer than its series can tell."""
DAYS = st.dates(lunar.FIRST, lunar.LAST)


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@lru_cache(maxsize=1)
def begun() -> dict[date, lunar.Month]:
    """The months by their first days."""
    found = (one for year in range(1968, 2102) for one in lunar.months(year))
    return {one.first: one for one in found}


def test_every_day_of_the_library_is_ours() -> None:
    table = rows("lunar.tsv")
    first = [date.fromisoformat(row["day"]) for row in table]
    compared, other = 0, set[date]()
    for row, begins, ends in zip(table, first, [*first[1:], date(2101, 1, 1)], strict=True):
        said = (int(row["year"]), int(row["month"]), row["leap"] == "1")
        for number in range((ends - begins).days):
            day = begins + timedelta(days=number)
            mine = lunar.lunar_day(day)
            compared += 1
            if (mine.year, mine.month, mine.leap, mine.day) != (*said, number + 1):
                other.add(day - timedelta(days=mine.day - 1))
    assert compared >= 48_500
    assert other == BY_A_SHORTER_SERIES


def test_a_month_begins_on_the_day_of_its_new_moon() -> None:
    months = begun()
    for row in rows("new_moons.tsv"):
        at = datetime.fromisoformat(row["new_moon_utc"]) + timedelta(hours=7)
        assert at.date() in months, at


def test_new_moons_and_the_sun_are_those_of_the_ephemeris() -> None:
    for row in rows("new_moons.tsv"):
        at = datetime.fromisoformat(row["new_moon_utc"])
        instant = sky.midnight(at.date()) + (at.hour * 3600 + at.minute * 60 + at.second) / 86400
        number = round((instant - 2451550.1) / 29.530588861)
        assert sky.new_moon(number) == pytest.approx(instant, abs=40 / 86400)
        assert sky.sun(sky.terrestrial(instant)) == pytest.approx(float(row["sun_deg"]), abs=0.005)


@pytest.mark.parametrize(
    ("day", "year"),
    [("1968-01-29", 1968), ("1985-01-21", 1985), ("2007-02-17", 2007), ("2023-01-22", 2023),
     ("2024-02-10", 2024), ("2025-01-29", 2025), ("2026-02-17", 2026), ("2030-02-02", 2030)],
)  # fmt: skip
def test_tet_is_on_its_day(day: str, year: int) -> None:
    found = lunar.lunar_day(date.fromisoformat(day))
    assert (found.year, found.month, found.day, found.leap) == (year, 1, 1, False)


@pytest.mark.parametrize(
    ("year", "month"),
    [(1984, None), (1985, 2), (1987, 7), (2004, 2), (2017, 6), (2020, 4), (2023, 2), (2025, 6),
     (2026, None), (2028, 5), (2033, 11)],
)  # fmt: skip
def test_the_leap_month_is_the_known_one(year: int, month: int | None) -> None:
    """1984 and 1985 differ from the Chinese calendar, which has a leap tenth month in 1984."""
    leap = {one.number for one in begun().values() if one.year == year and one.leap}
    assert leap == (set() if month is None else {month})


@settings(deadline=None)
@given(DAYS.filter(lambda one: one < lunar.LAST))
def test_days_follow_one_another(day: date) -> None:
    one, after = lunar.lunar_day(day), lunar.lunar_day(day + timedelta(days=1))
    assert one.length in (29, 30)
    assert 1 <= one.day <= one.length
    if one.is_last:
        assert after.is_first
        following = one.month if after.leap else one.month % 12 + 1
        assert after.month == following
        assert after.year - one.year == (one.month == 12 and after.month == 1)
    else:
        assert after == one._replace(day=one.day + 1)


@settings(deadline=None)
@given(st.integers(1969, 2100))
def test_a_year_has_twelve_months_or_thirteen_with_one_leap(year: int) -> None:
    found = [one for one in begun().values() if one.year == year]
    leap = [one.number for one in found if one.leap]
    assert len(found) == 12 + len(leap)
    assert len(leap) <= 1
    assert sorted(one.number for one in found) == sorted([*range(1, 13), *leap])
    assert all(one.end == after.first for one, after in pairwise(found))


@settings(deadline=None)
@given(st.dates(max_value=lunar.FIRST - timedelta(days=1)) | st.dates(date(2101, 1, 1)))
def test_other_days_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match="not between"):
        lunar.lunar_day(day)


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), min_size=2 * AROUND, max_size=60))
def test_no_two_springs_without_days_between(ranges: list[float]) -> None:
    found = springs(ranges)
    assert len(found) == len(ranges) - 2 * AROUND
    for index, kind in enumerate(found):
        near = ranges[index : index + 2 * AROUND + 1]
        if kind == "spring":
            assert ranges[index + AROUND] == max(near)
        elif kind == "neap":
            assert ranges[index + AROUND] == min(near)


LUNAR = [one for one in rows("trial_tide.tsv") if one["input"].startswith("lunar")]


@pytest.mark.parametrize("row", LUNAR)
def test_a_strangers_lunar_days_agree(row: dict[str, str]) -> None:
    found = lunar.lunar_day(date.fromisoformat(row["input"].split()[1]))
    said = f"{found.day}/{found.month}" + (" nhuận" if found.leap else "")
    assert said == row["expected"]
