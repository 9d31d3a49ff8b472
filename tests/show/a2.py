"""What A2 must show. Run it by `./camaug show A2`; it takes about a quarter of an hour."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from runs import ROOT, camaug, pytest_line

Check = Callable[[], tuple[str, bool]]
DOMAIN = ROOT.parent / "shared" / "domain"
UNSEEN = ("questions_unseen_2.tsv", "questions_unseen_7.tsv", "questions_unseen_8.tsv")
SHARES = (
    "first",
    "in the",
    "ask-back",
    "out of scope",
    "emergency",
    "right number",
    "no false",
    "no numbers",
)


def procedures() -> tuple[str, bool]:
    """Every online procedure filed at the right agency, acted on, finished; the others refused."""
    return pytest_line("tests/backend/dossiers", "plugins/submit-dossier")


def deadlines() -> tuple[str, bool]:
    """The cases of the domain and the properties of the calendar."""
    judged = camaug("vectors", "deadlines", str(DOMAIN / "deadlines.tsv"))
    properties, holds = pytest_line("tests/backend/procedures/test_deadlines.py")
    return (
        f"{judged.stdout.strip().splitlines()[-1]}; {properties}",
        holds and not judged.returncode,
    )


def search() -> tuple[str, bool]:
    """Shares over the domain's questions and over those of people who have not seen the index."""
    figures: list[str] = []
    holds = True
    for path in (DOMAIN / "questions.tsv", *(ROOT / "tests/vectors" / name for name in UNSEEN)):
        judged = camaug("vectors", "questions", str(path))
        rows = [one for one in judged.stdout.splitlines() if one.startswith(SHARES)]
        figures.append(f"{path.name}: " + ", ".join(re.sub(r"\s+", " ", one) for one in rows))
        holds = holds and judged.returncode == 0
    return "; ".join(figures), holds


def _tests(*paths: str) -> Check:
    return lambda: pytest_line(*paths)


ITEMS = {
    1: ("every online procedure filed, arrived, finished", procedures),
    2: ("deadlines", deadlines),
    3: ("search by questions", search),
    4: (
        "the journey to the result on two processes, TCP, restricted roles",
        _tests("tests/journeys/test_production.py", "tests/deploy"),
    ),
    5: (
        "200 parallel submits to one agency",
        _tests("tests/backend/dossiers/test_filing.py", "-k", "parallel"),
    ),
    6: (
        "bad input to every route",
        _tests("tests/backend/inputs", "tests/journeys/test_raw_requests.py"),
    ),
    7: ("pictures of every screen", _tests("tests/journeys/test_every_screen.py")),
    8: ("an operator's announcement", _tests("tests/journeys/test_announcement.py")),
}
