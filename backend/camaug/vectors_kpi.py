"""Judges the measures of KPI 766 by a file of dossiers and the figures they should give.

The file is one JSON object: `dossiers` (histories), `communes` (reported even without a dossier)
and `expected`. Of `expected`, `period` and `online.sync_factor` are what is asked with; every other
figure and every verdict is a case of its own. A figure that the product does not give disagrees.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from camaug.dossiers import kpi, kpi_scores
from camaug.dossiers.kpi import Measure, Measures
from camaug.dossiers.kpi_verdicts import History, Period
from camaug.vectors_report import Disagreement, Report

NAMES = ("code", "commune_code", "indicator")
"""What tells the rows of a list apart; no figures."""
ASKED = {"period", "sync_factor", *NAMES}
ABSENT = "nothing"


class _Online(msgspec.Struct, frozen=True):
    sync_factor: Decimal | None = None


class _Asked(msgspec.Struct, frozen=True):
    period: Period
    online: _Online = _Online()


class _File(msgspec.Struct, frozen=True):
    dossiers: list[History]
    expected: msgspec.Raw
    communes: list[str] = []


class _Figure(NamedTuple):
    path: str
    expected: object
    got: object


def judge(file: Path) -> Report:
    """Every figure and verdict of the file. Raises `ValueError` when it is no such file."""
    given = msgspec.json.decode(file.read_bytes(), type=_File)
    asked = msgspec.json.decode(given.expected, type=_Asked)
    expected = json.loads(bytes(given.expected), parse_float=Decimal)
    found = kpi.measure(
        given.dossiers,
        asked.period,
        kpi_scores.decision(),
        given.communes,
        asked.online.sync_factor,
    )
    figures = list(_figures("", expected, _told(found)))
    if not figures:
        raise ValueError("no case in it")
    stories = {f"verdicts {one.code} verdict": _story(one) for one in given.dossiers}
    wrong = [
        Disagreement(one.path, stories.get(one.path, ""), str(one.expected), str(one.got))
        for one in figures
        if one.expected != one.got
    ]
    return Report("kpi", len(figures) - len(wrong), len(figures), not wrong, wrong)


def _figures(path: str, expected: object, got: object) -> Iterator[_Figure]:
    parts = _parts(expected)
    if parts is None:
        yield _Figure(path, expected, got)
        return
    told = _parts(got) or {}
    for name, value in parts.items():
        if name not in ASKED:
            yield from _figures(f"{path} {name}".strip(), value, told.get(name, ABSENT))


def _parts(value: object) -> Mapping[str, object] | None:
    """The members of an object, the rows of a list by their names; None: it is a figure."""
    if isinstance(value, dict):
        return cast("Mapping[str, object]", value)
    if isinstance(value, list):
        return {_name(row): row for row in cast("list[object]", value)}
    return None


def _name(row: object) -> str:
    parts = _parts(row) or {}
    found = next((parts[name] for name in NAMES if name in parts), None)
    if found is None:
        raise ValueError(f"a row of a list without any of {', '.join(NAMES)}")
    return str(found)


def _told(found: Measures) -> dict[str, object]:
    """What the product says, in the shape of `expected`."""
    every = found.overall
    return {
        "verdicts": [{"code": one.code, "verdict": one.verdict} for one in found.verdicts],
        "population_2_1": every.population,
        "excluded": every.excluded,
        "on_time_by_commune": [_commune(one) for one in found.agencies],
        "on_time_overall": _counted(every, "2.1"),
        "satisfaction": _counted(every, "5.4")
        | {"late": every.late, "complaint_or_dislike": every.disputed},
        "online": _counted(every, "3.3")
        | {
            "accepted_in_period": every.accepted,
            "online_accepted": every.accepted_online,
            "online_submission_rate_percent": every.online_percent,
            "online_with_electronic_result": every.indicator("3.3").numerator,
        },
        "digitisation": [_counted(every, name) for name in ("4.1", "4.2", "4.3")],
    }


def _commune(one: Measure) -> dict[str, object]:
    return {
        "commune_code": one.agency,
        "on_time": one.in_time,
        "total": one.population,
        "late": one.late,
        "rate_percent": one.indicator("2.1").rate_percent,
    }


def _counted(found: Measure, name: str) -> dict[str, object]:
    one = found.indicator(name)
    return {
        "indicator": name,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "rate_percent": one.rate_percent,
        "points": one.points,
    }


def _story(told: History) -> str:
    steps = ", ".join(f"{one.status.value} at {one.at.isoformat()}" for one in told.history)
    if told.due_at is not None:
        return f"{steps}; due {told.due_at.isoformat()}"
    return f"{steps}; at most {told.statutory_max_days} days"
