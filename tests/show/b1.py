"""What B1 must show. Run it by `./camaug show B1`; it takes about three quarters of an hour."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from runs import ROOT, bench_line, camaug, pytest_line

Check = Callable[[], tuple[str, bool]]
DOMAIN = ROOT.parent / "shared" / "domain"
OTHER_PLUGINS = tuple(
    f"tests/backend/plugins/test_{one}.py" for one in ("services", "tables", "sql_escapes")
)
"""A plugin calls no route: what it reaches of the core and of other plugins is tried here."""
MUTANTS_SEEN = 90
"""Percent; a bar of our own."""
VECTORS = {"cccd": "cccd_vectors.tsv", "mst": "mst_vectors.tsv", "bad-inputs": "bad_inputs.jsonl"}


def suite() -> tuple[str, bool]:
    """Every test, with the floors of its counts."""
    return pytest_line()


def rights() -> tuple[str, bool]:
    """Every route tried by everybody, then by schemathesis; the tests tried by mutation."""
    table = (ROOT / "tests/backend/authorisation/matrix.tsv").read_text().splitlines()
    cells = (len(table) - 1) * table[0].count("\t")
    line, holds = pytest_line("tests/backend/authorisation", *OTHER_PLUGINS)
    gaps = "gaps 0" if holds else "GAPS"
    fuzzed, mutated = camaug("fuzz", "--examples", "15"), camaug("mutate", "--each", "15")
    fuzz = fuzzed.stdout.strip().splitlines()[-1]
    score = re.search(r"mutation score: .*\((\d+)%\)", mutated.stdout)
    good = bool(score) and int(score[1]) >= MUTANTS_SEEN
    told = score[0] if score else "no mutation score"
    good = good and holds and not fuzzed.returncode
    return f"{cells} cells, {gaps}; {line}; {fuzz}; {told}", good


def faults() -> tuple[str, bool]:
    """Two thousand filings while parts are killed; processes replaced under load."""
    serving = "tests/faults/serving/"
    done = camaug("test", f"{serving}test_kills.py", f"{serving}test_rolling_restart.py", "-s")
    said = re.findall(r"^acknowledged.*|^requests.*", done.stdout, re.MULTILINE)
    return "; ".join(said), done.returncode == 0


def vectors() -> tuple[str, bool]:
    """The files of the domain."""
    lines: list[str] = []
    holds = True
    for kind, name in VECTORS.items():
        judged = camaug("vectors", kind, str(DOMAIN / name))
        lines.append(f"{kind}: {judged.stdout.strip().splitlines()[-1]}")
        holds = holds and judged.returncode == 0
    return "; ".join(lines), holds


def bench() -> tuple[str, bool]:
    """Every bench that there is, beside its budget."""
    return bench_line()


def audit() -> tuple[str, bool]:
    """A planted person is nowhere in plain; the seal, and what tampering it finds."""
    return pytest_line(
        "tests/journeys/test_traces.py",
        "tests/backend/audit",
        "tests/backend/kernel/test_telemetry.py",
    )


def looks() -> tuple[str, bool]:
    """Pictures and axe over every screen, by keyboard, and without a network."""
    return pytest_line(
        "tests/journeys/test_every_screen.py",
        "tests/journeys/test_keyboard.py",
        "tests/journeys/test_offline.py",
    )


ITEMS = {
    1: ("the whole suite", suite),
    2: ("authorisation, fuzzing, mutation", rights),
    3: ("kills and a rolling restart", faults),
    4: ("vectors", vectors),
    5: ("bench", bench),
    6: ("a planted person, and the audit", audit),
    7: ("offline and accessibility", looks),
}
