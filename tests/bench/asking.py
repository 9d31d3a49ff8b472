"""What answering a question costs, over every question that the repository keeps."""

import csv
import statistics
import time

from camaug.kernel.text import fold
from camaug.procedures.search import Finder
from camaug.procedures.seed import catalogue
from camaug.settings import ROOT

from . import report

BUDGET_MS = 5.0
FOLDER = ROOT / "tests" / "vectors"


async def search() -> report.Result:
    """The 99th percentile, each question as asked and without its marks."""
    finder = Finder(catalogue())
    asked = [text for one in _questions() for text in (one, fold(one))]
    times: list[float] = []
    for text in asked:
        began = time.process_time_ns()
        finder.answer(text)
        times.append((time.process_time_ns() - began) / 1e6)
    p99 = statistics.quantiles(times, n=100)[98]
    note = f"{len(times)} questions, median {statistics.median(times):.2f}, most {max(times):.2f}"
    return report.absolute("search", BUDGET_MS, "ms CPU, p99", None, p99, note)


def _questions() -> list[str]:
    found: list[str] = []
    for path in sorted(FOLDER.glob("questions_*.tsv")):
        lines = [one for one in path.read_text().splitlines() if not one.startswith("#")]
        found += [row["question"] for row in csv.DictReader(lines, delimiter="\t")]
    return found
