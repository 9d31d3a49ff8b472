"""The stations and their constituents, read from `data/`: sample data, from no authority.

Magnitudes are plausible for the two coasts and nothing more. Whoever has the constituents of the
hydrometeorological service replaces the two files and the texts `sample.*`.
"""

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from camaug_tide_calendar.tide import Constituent

DATA = Path(__file__).with_name("data")
Coast = Literal["east", "west"]
COASTS: tuple[Coast, ...] = ("east", "west")


class Station(NamedTuple):
    """A place; `mean` is the mean level in metres above its chart datum (số 0 hải đồ)."""

    station_id: str
    name: str
    coast: Coast
    mean: float
    constituents: tuple[Constituent, ...]


@lru_cache(maxsize=1)
def stations() -> dict[str, Station]:
    """All of them by id, in the order of the file."""
    waves = list(_rows("constituents.tsv"))
    return {
        row["station_id"]: Station(
            station_id=row["station_id"],
            name=row["name"],
            coast="east" if row["coast"] == "east" else "west",
            mean=float(row["mean_m"]),
            constituents=tuple(
                Constituent(one["constituent"], float(one["height_m"]), float(one["lag_deg"]))
                for one in waves
                if one["station_id"] == row["station_id"]
            ),
        )
        for row in _rows("stations.tsv")
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")
