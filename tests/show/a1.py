"""What A1 must show. Run it by `./camaug show A1`; it takes a quarter of an hour."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from fresh import Clone
from runs import ROOT, pytest_line


def set_up() -> tuple[str, bool]:
    """Fresh clones as root and as an ordinary user, killed and started again."""
    figures: list[str] = []
    for user in ("root", "nobody") if os.geteuid() == 0 else (None,):
        with Clone(ROOT, user) as clone:
            first = clone.start()
            size = clone.megabytes()
            kept = clone.leave_something()
            clone.stop(9)
            left = clone.left()
            second = clone.start()
            lost = [] if clone.still_there(kept) else ["what was acknowledged"]
            clone.stop(2)
            left += clone.left()
            who = user or "user"
            figures.append(
                f"{who}: home after {first:.0f} s and {size} MB, again after {second:.0f} s,"
                f" left behind {left or 'nothing'}, lost {lost or 'nothing'}"
            )
            if left or lost:
                return "; ".join(figures), False
    return "; ".join(figures), True


def whole_suite() -> tuple[str, bool]:
    """`./camaug test` on a fresh clone."""
    with Clone(ROOT, None) as clone:
        done = clone.run("./camaug", "test")
    counts = re.findall(r"ran and passed: .*", done.stdout)
    summary = re.findall(r"^\d+ passed.* in [\d.]+s.*$", done.stdout, re.MULTILINE)
    return f"{summary[-1:]} {counts[-1:]}", done.returncode == 0


def journey() -> tuple[str, bool]:
    """The main job in Chromium; its pictures are in .camaug/pictures."""
    figure, holds = pytest_line("tests/journeys/test_main_job.py")
    pictures = len(list((ROOT / ".camaug" / "pictures").glob("*.png")))
    return f"{figure}, {pictures} pictures", holds


def plugins() -> tuple[str, bool]:
    """Three active plugins, and a fourth that raises at import, in a clone of its own."""
    with Clone(ROOT, None) as clone:
        shutil.copytree(
            ROOT / "tests/plugins/broken/raises_at_import", clone.path / "plugins/raises-at-import"
        )
        clone.start()
        listed = json.loads(clone.inside("plugins", "list", "--json"))
        home = clone.fetch("/api/v1/screens/home")
        filed = clone.leave_something()
        clone.stop(2)
    states = {one["plugin_id"]: (one["state"], one.get("finding")) for one in listed}
    active = sorted(name for name, (state, _) in states.items() if state == "active")
    broken = states.get("raises-at-import")
    holds = len(active) == 3 and broken == ("refused", "import_failed") and bool(filed)
    return f"active {active}, raises-at-import {broken}, tiles {home.count('tile')}", holds


def copies() -> tuple[str, bool]:
    """Fifty parallel copies of one submit make one dossier."""
    return pytest_line("tests/backend/dossiers/test_filing.py", "-k", "fifty_parallel_copies")


ITEMS = {
    1: ("fresh clone to a served home, killed, started again", set_up),
    2: ("the whole suite on a fresh clone", whole_suite),
    3: ("journey: file, accept, inbox, lock screen; without worker no push", journey),
    4: ("three active plugins beside one that raises at import", plugins),
    5: ("50 parallel copies of one submit", copies),
}
