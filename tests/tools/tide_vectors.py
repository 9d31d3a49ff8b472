"""Makes `tests/vectors/tides.tsv` and `lunar.tsv` with libraries that share no code with ours.

They are too heavy for the suite (numpy, scipy, xarray); run this in an environment of its own:
`uv venv V && uv pip install --python V pyTMD==3.0.9 lunar-vn==1.4.0 ephem==4.2.1`, then
`V/bin/python tests/tools/tide_vectors.py`. All three are under MIT.

Tides: pyTMD's arguments with `corrections="FES"` (Schureman's factors) on our sample constituents,
at instants drawn by a fixed seed, and the turns of one month by a search at each second. Lunar
dates: lunar-vn, each day of the years; new moons and the sun by ephem (VSOP87 and ELP).
"""

import csv
import random
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import ephem
import lunar_vn
import numpy as np
from pyTMD import constituents as tides

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "plugins/tide-calendar/camaug_tide_calendar/data"
MJD = datetime(1858, 11, 17, tzinfo=UTC)
FIRST, LAST = 1976, 2100
INSTANTS = 150


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def heights(station: dict[str, str], at: list[datetime]) -> np.ndarray:
    """Metres, by pyTMD."""
    mine = [row for row in rows("constituents.tsv") if row["station_id"] == station["station_id"]]
    days = np.array([(one - MJD) / timedelta(days=1) for one in at])
    deltat = np.array([ephem.delta_t(one) / 86400 for one in at])
    names = [row["constituent"].lower() for row in mine]
    angle, factor, argument = tides.arguments(
        days, names, deltat=deltat, corrections="FES", climate_solar_perigee=True
    )
    size = np.array([float(row["height_m"]) for row in mine])
    lag = np.array([float(row["lag_deg"]) for row in mine])
    waves = factor * size * np.cos(np.radians(argument - lag) + angle)
    return float(station["mean_m"]) + waves.sum(axis=1)


def turns(station: dict[str, str], first: datetime, days: int) -> list[tuple[str, datetime, float]]:
    at = [first + timedelta(seconds=15 * n) for n in range(-1, days * 5760 + 1)]
    level = heights(station, at)
    found = []
    for n in range(1, len(at) - 1):
        if level[n] > level[n - 1] and level[n] >= level[n + 1]:
            found.append(("high", at[n], level[n]))
        if level[n] < level[n - 1] and level[n] <= level[n + 1]:
            found.append(("low", at[n], level[n]))
    return found


def write_tides(path: Path) -> None:
    library = f"pyTMD {version('pyTMD')} FES"
    draw = random.Random(17)
    begin = datetime(FIRST, 1, 1, tzinfo=UTC)
    span = int((datetime(LAST + 1, 1, 1, tzinfo=UTC) - begin) / timedelta(minutes=1))
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, delimiter="\t", lineterminator="\n")
        table.writerow(["station_id", "kind", "at_utc", "height_m", "library"])
        for station in rows("stations.tsv"):
            name = station["station_id"]
            at = sorted(begin + timedelta(minutes=draw.randrange(span)) for _ in range(INSTANTS))
            for one, level in zip(at, heights(station, at), strict=True):
                table.writerow([name, "level", f"{one:%Y-%m-%dT%H:%M:%S}", f"{level:.5f}", library])
            for year, days in ((1987, 15), (2026, 30), (2071, 15)):
                first = datetime(year, 10, 31, 17, tzinfo=UTC)
                for kind, one, level in turns(station, first, days):
                    row = [name, kind, f"{one:%Y-%m-%dT%H:%M:%S}", f"{level:.5f}", library]
                    table.writerow(row)


def write_moons(path: Path) -> None:
    """New moons of 1968 to 2100, in UT."""
    library = f"ephem {version('ephem')}"
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, delimiter="\t", lineterminator="\n")
        table.writerow(["new_moon_utc", "sun_deg", "library"])
        at = ephem.Date("1968/1/1")
        while (at := ephem.next_new_moon(at)) < ephem.Date("2101/1/1"):
            seen = ephem.Sun(at)
            sun = ephem.Ecliptic(ephem.Equatorial(seen.g_ra, seen.g_dec, epoch=at)).lon
            table.writerow(
                [
                    f"{at.datetime():%Y-%m-%dT%H:%M:%S}",
                    f"{np.degrees(sun):.4f}",
                    library,
                ]
            )


def write_lunar(path: Path) -> None:
    """The first day of each lunar month; the days between follow."""
    library = f"lunar-vn {version('lunar-vn')}"
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, delimiter="\t", lineterminator="\n")
        table.writerow(["day", "year", "month", "leap", "library"])
        day = date(1968, 1, 1)
        while day < date(2101, 1, 1):
            found = lunar_vn.solar_to_lunar(day)
            if found.day == 1:
                leap = int(found.leap)
                table.writerow([day.isoformat(), found.year, found.month, leap, library])
            day += timedelta(days=1)


if __name__ == "__main__":
    vectors = ROOT / "tests/vectors"
    write_tides(vectors / "tides.tsv")
    write_moons(vectors / "new_moons.tsv")
    write_lunar(vectors / "lunar.tsv")
