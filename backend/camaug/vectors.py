"""`./camaug vectors KIND FILE`: puts a file of cases to the product's own code.

Files are shaped like their namesakes: JSON, or tab-separated with one header line and `#` lines as
remarks. They are read as they are (a case may be in NFD on purpose). Nothing is stored, and no
engine is needed but for the kinds that are put to a running system.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast

import msgspec

from camaug import vectors_kpi, vectors_questions
from camaug.agencies.seed import read
from camaug.identity import values
from camaug.kernel.clock import SystemClock, local_date
from camaug.procedures.deadlines import WorkCalendar, due
from camaug.vectors_report import Disagreement, Report
from camaug_sdk import tax_codes
from camaug_sdk.records import ProcedureTime

Row = Mapping[str, str]
Unit = Literal["same_day", "hour", "day", "working_day", "month"]
PAUSED = "PAUSED"
UNUSABLE = 2


def run(kind: str, file: Path, json_path: Path | None) -> int:
    """Print each disagreement and how many agree; 0 only when the kind's bar is met."""
    if kind in LIVE:
        if not file.is_file():
            sys.stderr.write(f"camaug: {file} is no file\n")
            return UNUSABLE
        from camaug import dev  # noqa: PLC0415  (only a checkout has engines)

        return dev.run_live_vectors(LIVE[kind], file, json_path)
    judge = KINDS.get(kind)
    if judge is None:
        sys.stderr.write(
            f"camaug: no kind of vectors {kind!r}; there are {', '.join((*KINDS, *LIVE))}\n"
        )
        return UNUSABLE
    try:
        report = judge(file)
    except (OSError, UnicodeDecodeError, KeyError, ValueError) as error:
        sys.stderr.write(f"camaug: cannot use {file}: {type(error).__name__}: {error}\n")
        return UNUSABLE
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    if json_path is not None:
        json_path.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    return 0 if report.holds else 1


def rows(file: Path) -> list[Row]:
    """The cases of a file by column. Raises `ValueError` when there is none."""
    with file.open(encoding="utf-8", newline="") as lines:
        cases = (line for line in lines if not line.startswith("#") and line.strip())
        found = list[Row](csv.DictReader(cases, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not found:
        raise ValueError("no case in it")
    return found


def deadlines(cases: Iterable[Row]) -> Report:
    """Due dates with the seeded calendar; `PAUSED` is a due date left open by a pause."""
    work, total, wrong = _calendar(), 0, list[Disagreement]()
    for case in cases:
        total += 1
        got = _due(case, work)
        if got != case["due_at"]:
            wrong.append(Disagreement(case["id"], case["explanation"], case["due_at"], got))
    return Report("deadlines", total - len(wrong), total, not wrong, wrong)


def _due(case: Row, work: WorkCalendar) -> str:
    limit = ProcedureTime(
        value=float(case["time_value"]),
        unit=cast("Unit", case["time_unit"]),
        same_day_15h_rule=case["same_day_15h_rule"] == "true",
    )
    pauses = [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end) if end else None)
        for begin, end in msgspec.json.decode(case["pauses"], type=list[tuple[str, str | None]])
    ]
    found = due(limit, datetime.fromisoformat(case["accepted_at"]), work, pauses)
    return PAUSED if found is None else found.isoformat()


def cccd(cases: Iterable[Row]) -> Report:
    """Citizen numbers, with sex and day of birth where the case has them.

    `policy` cases are for the project to decide; whatever it does agrees.
    """
    total, wrong = 0, list[Disagreement]()
    for case in cases:
        total += 1
        got = _cccd(case)
        if case["expected"] not in (got, "policy"):
            wrong.append(Disagreement(case["id"], case["reason"], case["expected"], got))
    return Report("cccd", total - len(wrong), total, not wrong, wrong)


def _cccd(case: Row) -> str:
    try:
        read = values.read_citizen_id(case["number"])
    except values.BadValue:
        return "invalid"
    sexes: dict[str, values.Gender] = {"Nam": "nam", "Nữ": "nu"}
    day = case["dob_ddmmyyyy"]
    birth = datetime.strptime(day, "%d%m%Y").date() if day else None  # noqa: DTZ007
    fault = values.citizen_id_disagrees(
        read,
        today=local_date(SystemClock().now()),
        gender=sexes.get(case["sex"]),
        birth=birth,
    )
    return "invalid" if fault else "valid"


def mst(cases: Iterable[Row]) -> Report:
    """Tax codes; nine digits stand for every code that begins with them."""
    total, wrong = 0, list[Disagreement]()
    for case in cases:
        total += 1
        got = _mst(case["number"])
        if got != case["expected"]:
            wrong.append(Disagreement(case["id"], case["note"], case["expected"], got))
    return Report("mst", total - len(wrong), total, not wrong, wrong)


def _mst(number: str) -> str:
    short = len(number) == tax_codes.NO_DIGIT - 1
    fault = tax_codes.fault(f"{number}0" if short else number)
    if fault == "tax_code_prefix":
        return "invalid-prefix"
    return "invalid" if fault or short else "valid"


def _calendar() -> WorkCalendar:
    days = [(date.fromisoformat(row["date"]), row["kind"]) for row in read("holidays.tsv")]
    return WorkCalendar(
        holidays=frozenset(day for day, kind in days if kind == "holiday"),
        worked=frozenset(day for day, kind in days if kind == "makeup_workday"),
    )


def _by_rows(judge: Callable[[Iterable[Row]], Report]) -> Callable[[Path], Report]:
    return lambda file: judge(rows(file))


KINDS: Mapping[str, Callable[[Path], Report]] = {
    "cccd": _by_rows(cccd),
    "deadlines": _by_rows(deadlines),
    "kpi": vectors_kpi.judge,
    "mst": _by_rows(mst),
    "questions": _by_rows(vectors_questions.judge),
}
"""Each kind: what judges a file of it."""
LIVE: Mapping[str, str] = {"bad-inputs": "camaug.vectors_inputs"}
"""Kinds that are put to a running system, and the program that starts it."""
