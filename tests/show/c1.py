"""What C1 must show, as far as it is built: `./camaug show C1`. Not there yet: 1, 3 and 4."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from runs import ROOT, camaug, pytest_line

Check = Callable[[], tuple[str, bool]]
DOMAIN = ROOT.parent / "shared" / "domain"
VECTORS = {"deadlines": "deadlines.tsv", "kpi": "kpi_example.json"}


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


def rights() -> tuple[str, bool]:
    """Every route tried by everybody; lists, searches and counts by a foreign agency."""
    return pytest_line("tests/backend/authorisation", "tests/backend/dossiers/test_isolation.py")


ITEMS = {
    2: ("state machine, calendar, measures", histories),
    5: ("authorisation", rights),
}
