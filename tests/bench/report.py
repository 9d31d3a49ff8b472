"""Figures of a bench: medians, ratios, budgets, and what is known to be over its budget."""

import csv
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from .load import Round

OVER = Path(__file__).with_name("over_budget.tsv")
"""Name, the most that is put up with, and why. What is within its budget again leaves the file."""


@dataclass(frozen=True)
class Result:
    """One line. `ratio` is what the budget is compared with, whatever its unit."""

    name: str
    ratio: float
    budget: float
    unit: str
    floor: float | None
    product: float
    rounds: int
    note: str = ""
    size: int | None = None
    """How many dossiers there were, where that matters."""

    @property
    def within(self) -> bool:
        return self.ratio <= self.budget

    @property
    def why(self) -> str:
        """Why it is over its budget; empty where nothing is said, or where it is over even that."""
        most, why = _known().get(self.name, ("0", ""))
        return why if not self.within and self.ratio <= float(most) else ""


@cache
def _known() -> dict[str, tuple[str, str]]:
    with OVER.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["name"]: (row["most"], row["why"]) for row in rows}


def compare(name: str, budget: float, floors: Sequence[Round], products: Sequence[Round]) -> Result:
    """Processor time a request of the product beside the floor's."""
    floor = statistics.median(one.cpu_us for one in floors)
    product = statistics.median(one.cpu_us for one in products)
    return Result(
        name=name,
        ratio=round(product / floor, 2),
        budget=budget,
        unit="x floor CPU",
        floor=round(floor, 1),
        product=round(product, 1),
        rounds=len(products),
        note=f"floor {_line(floors)}; product {_line(products)}",
    )


def beside(
    name: str, budget: float, unit: str, floors: Sequence[float], products: Sequence[float]
) -> Result:
    """Figures of any unit beside those of the floor."""
    floor, product = statistics.median(floors), statistics.median(products)
    spread = f"floor {min(floors):.0f}-{max(floors):.0f}, product {min(products):.0f}-"
    return Result(
        name=name,
        ratio=round(product / floor, 2),
        budget=budget,
        unit=unit,
        floor=round(floor, 1),
        product=round(product, 1),
        rounds=len(products),
        note=f"{spread}{max(products):.0f}",
    )


def absolute(
    name: str, budget: float, unit: str, floor: float | None, product: float, note: str = ""
) -> Result:
    """A figure with a budget of its own unit."""
    return Result(
        name=name,
        ratio=round(product, 2),
        budget=budget,
        unit=unit,
        floor=None if floor is None else round(floor, 2),
        product=round(product, 2),
        rounds=1,
        note=note,
    )


def sized(result: Result, size: int) -> Result:
    """The result, of so many dossiers."""
    return replace(result, size=size)


def _line(rounds: Sequence[Round]) -> str:
    cpu = sorted(one.cpu_us for one in rounds)
    rate = statistics.median(one.rate for one in rounds)
    p99 = statistics.median(one.p99_ms for one in rounds)
    return f"{cpu[0]:.0f}-{cpu[-1]:.0f} us, {rate:.0f}/s, p99 {p99:.1f} ms"


def show(result: Result) -> None:
    """Print a line."""
    verdict = "within" if result.within else f"OVER BUDGET, {result.why or 'NOT EXPLAINED'}"
    floor = "" if result.floor is None else f"floor {result.floor:g}, "
    sys.stdout.write(
        f"{result.name}: {result.ratio:g} {result.unit} of {result.budget:g} [{verdict}]"
        f" ({floor}product {result.product:g}; {result.note})\n"
    )
    sys.stdout.flush()


def write(path: Path, results: Sequence[Result]) -> None:
    """All results for a machine."""
    said = [asdict(one) | {"within": one.within, "why": one.why} for one in results]
    path.write_text(json.dumps({"results": said}, indent=1))
