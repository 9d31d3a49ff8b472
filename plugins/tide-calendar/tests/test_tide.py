"""Heights and turns: against another library, and what must hold of every curve."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camaug_tide_calendar import nodes, sky
from camaug_tide_calendar.stations import Station, stations
from camaug_tide_calendar.tide import ARGUMENTS, DAY, LOCAL, Constituent, Curve

VECTORS = Path(__file__).parents[3] / "tests/vectors"
MOST_MM, MOST_MINUTES = 0.3, 0.6
STATIONS = list(stations().values())
DAYS = st.dates(date(1976, 1, 1), date(2100, 12, 31))


def vectors() -> list[dict[str, str]]:
    with (VECTORS / "tides.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def local(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["at_utc"]).replace(tzinfo=UTC).astimezone(LOCAL)


def curve(station: Station, first: date, days: int = 1) -> Curve:
    return Curve(station.mean, station.constituents, first, days)


def series() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Successive turns at a station."""
    rows = [row for row in vectors() if row["kind"] != "level"]
    for (station, year), found in groupby(rows, lambda one: (one["station_id"], local(one).year)):
        yield f"{station} {year}", list(found)


def test_levels_are_those_of_the_library() -> None:
    rows = [row for row in vectors() if row["kind"] == "level"]
    assert len(rows) == 600
    for row in rows:
        at = local(row)
        found = curve(stations()[row["station_id"]], at.date()).level(at.hour * 60 + at.minute)
        assert found == pytest.approx(float(row["height_m"]), abs=MOST_MM / 1000), row


@pytest.mark.parametrize("rows", [pytest.param(rows, id=name) for name, rows in series()])
def test_high_and_low_waters_are_those_of_the_library(rows: list[dict[str, str]]) -> None:
    days = 30 if local(rows[0]).year == 2026 else 15
    found = curve(stations()[rows[0]["station_id"]], date(local(rows[0]).year, 11, 1), days).turns()
    assert len(found) == len(rows)
    for mine, row in zip(found, rows, strict=True):
        assert mine.high == (row["kind"] == "high")
        assert abs(mine.at - local(row)) <= timedelta(minutes=MOST_MINUTES)
        assert mine.height == pytest.approx(float(row["height_m"]), abs=MOST_MM / 1000)


@settings(deadline=None)
@given(st.sampled_from(STATIONS), DAYS.filter(lambda one: one.year < 2100))
def test_high_and_low_alternate_where_the_slope_is_nothing(station: Station, first: date) -> None:
    made = curve(station, first, 5)
    found = made.turns()
    assert found
    for one, after in pairwise(found):
        assert one.at < after.at
        assert one.high != after.high
        assert (one.height > after.height) == one.high
    begin = datetime(first.year, first.month, first.day, tzinfo=LOCAL)
    for one in found:
        minute = (one.at - begin) / timedelta(minutes=1)
        assert (made.slope(minute - 0.6) > 0) == one.high
        assert (made.slope(minute + 0.6) < 0) == one.high


@settings(deadline=None)
@given(st.sampled_from(STATIONS), DAYS, st.integers(0, 6))
def test_two_curves_agree_where_they_overlap(station: Station, first: date, after: int) -> None:
    long, short = curve(station, first, 7), curve(station, first + timedelta(days=after))
    day = first + timedelta(days=after)
    mine = [one for one in long.turns() if one.at.date() == day]
    assert [(one.at, one.high) for one in mine] == [(one.at, one.high) for one in short.turns()]
    assert long.hourly(after) == pytest.approx(short.hourly(0), abs=1e-9)


@settings(deadline=None)
@given(st.sampled_from(STATIONS), DAYS)
def test_midnight_has_no_step(station: Station, day: date) -> None:
    made = curve(station, day, 2)
    assert made.level(DAY - 1e-6) == pytest.approx(made.level(DAY), abs=0.0004)


@settings(deadline=None)
@given(st.sampled_from(STATIONS), DAYS, st.floats(0, DAY))
def test_a_level_is_within_what_the_constituents_can_reach(
    station: Station, day: date, minute: float
) -> None:
    reach = 1.35 * sum(one.height for one in station.constituents)
    assert abs(curve(station, day).level(minute) - station.mean) <= reach


@settings(deadline=None)
@given(st.floats(0, 360))
def test_the_node_changes_the_moons_constituents_within_their_ranges(longitude: float) -> None:
    """Ranges that follow from inclinations of the orbit of 18.3 to 28.6 degrees."""
    found = nodes.nodes(longitude)
    ranges = {"M2": (0.963, 1.038), "K1": (0.882, 1.113), "O1": (0.806, 1.183)}
    ranges |= {"K2": (0.747, 1.318), "MF": (0.626, 1.455), "J1": (0.827, 1.166)}
    for name, (least, most) in ranges.items():
        assert least - 0.002 <= found[name].factor <= most + 0.002, name
    most_angle = {"M2": 2.2, "K1": 9, "O1": 11.5, "K2": 18, "MF": 25}
    assert all(abs(found[name].angle) <= most for name, most in most_angle.items())


def test_alone_the_sun_makes_a_tide_of_twelve_hours() -> None:
    made = Curve(1.0, [Constituent("S2", 0.5, 0)], date(2026, 11, 28), 2)
    highs = [one.at for one in made.turns() if one.high]
    assert {after - one for one, after in pairwise(highs)} == {timedelta(hours=12)}
    assert highs[0] == datetime(2026, 11, 28, 7, tzinfo=LOCAL)  # 00:00 UT, g is 0


def test_the_coasts_are_what_they_are_called() -> None:
    """The form number of Courtier and van der Stok: (K1 + O1) / (M2 + S2)."""
    for station in STATIONS:
        size = {one.name: one.height for one in station.constituents}
        form = (size["K1"] + size["O1"]) / (size["M2"] + size["S2"])
        assert (0.25 < form < 1.5) if station.coast == "east" else form > 3


def test_every_row_of_the_data_is_marked_as_a_sample() -> None:
    data = Path(sky.__file__).parent / "data"
    for name in ("stations.tsv", "constituents.tsv"):
        with (data / name).open(encoding="utf-8", newline="") as lines:
            assert {row["status"] for row in csv.DictReader(lines, delimiter="\t")} == {"sample"}
    assert all(one.name in ARGUMENTS for at in STATIONS for one in at.constituents)


def stranger() -> list[tuple[str, str, str]]:
    """Days of somebody who had not seen the code, by a library of his own."""
    with (VECTORS / "trial_tide.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["input"][:4] == "tide"]
    asked = [row["input"].split() for row in rows]
    return [(one[1], one[2], row["expected"]) for one, row in zip(asked, rows, strict=True)]


@pytest.mark.parametrize(("station", "day", "held"), stranger())
def test_a_strangers_days_agree(station: str, day: str, held: str) -> None:
    found = curve(stations()[station], date.fromisoformat(day))
    told = re.findall(r"(low|high) (\d\d):(\d\d) ([\d.]+) m", held)
    for mine, (kind, hour, minute, height) in zip(found.turns(), told, strict=True):
        assert mine.high == (kind == "high")
        minutes = mine.at.hour * 60 + mine.at.minute - int(hour) * 60 - int(minute)
        assert abs(minutes) <= 10
        assert mine.height == pytest.approx(float(height), abs=0.05)
    for hour, height in re.findall(r"(\d\d):00 ([\d.]+)(?=;|$)", held.partition("hourly")[2]):
        assert found.level(int(hour) * 60) == pytest.approx(float(height), abs=0.05)
