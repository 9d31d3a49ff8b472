"""What C1 must show: `./camaug show C1`; it takes about half an hour."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from runs import ROOT, bench_line, camaug, pytest_line

Check = Callable[[], tuple[str, bool]]
DOMAIN = ROOT.parent / "shared" / "domain"
VECTORS = {"deadlines": "deadlines.tsv", "kpi": "kpi_example.json"}
JOURNEYS = (
    "turns", "late", "desk", "relatives", "export", "counter", "shared_phone", "approval",
    "mistakes",
)  # fmt: skip
BENCHES = ("growth", "dashboard", "track", "submit")


def journeys() -> tuple[str, bool]:
    """Each turn that a dossier may take, in a real browser."""
    return pytest_line(*(f"tests/journeys/test_{name}.py" for name in JOURNEYS))


def histories() -> tuple[str, bool]:
    """Ten thousand histories of the state machine, the calendar, and the files of the domain."""
    line, holds = pytest_line(
        "tests/backend/dossiers/test_transitions.py",
        "tests/backend/dossiers/test_kpi.py",
        "tests/backend/procedures/test_deadlines.py",
    )
    figures = [line]
    for kind, name in VECTORS.items():
        judged = camaug("vectors", kind, str(DOMAIN / name))
        figures.append(f"{kind}: {judged.stdout.strip().splitlines()[-1]}")
        holds = holds and not judged.returncode
    return "; ".join(figures), holds


def crowd() -> tuple[str, bool]:
    """A hundred people at random on a thousand dossiers for a minute, with kills."""
    done = camaug("test", "tests/faults/serving/test_crowd.py", "-s")
    said = re.findall(r"^acknowledged.*", done.stdout, re.MULTILINE)
    return "; ".join(said), done.returncode == 0


def bench() -> tuple[str, bool]:
    """The benches of dossiers beside their budgets."""
    return bench_line(*BENCHES)


def rights() -> tuple[str, bool]:
    """Every route tried by everybody; lists, searches, counts and exports by a foreign agency."""
    return pytest_line(
        "tests/backend/authorisation",
        "tests/backend/dossiers/test_isolation.py",
        "tests/backend/dossiers/test_relatives.py",
        "tests/backend/dossiers/test_complaints.py",
    )


ITEMS = {
    1: ("journeys", journeys),
    2: ("state machine, calendar, measures", histories),
    3: ("a crowd, with kills", crowd),
    4: ("bench", bench),
    5: ("authorisation", rights),
}
