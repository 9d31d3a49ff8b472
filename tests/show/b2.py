"""What B2 must show, as far as it is built. Run it by `./camaug show B2`."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from runs import camaug, pytest_line

Check = Callable[[], tuple[str, bool]]


def hostile() -> tuple[str, bool]:
    """A utility that hurts its process in nine ways, beside six others and a good one."""
    done = camaug("test", "tests/faults/hostile", "-s")
    return "; ".join(re.findall(r"^hostile (.*)", done.stdout, re.MULTILINE)), not done.returncode


def journeys() -> tuple[str, bool]:
    """A lamp is reported; an old address becomes a new commune; tides without a network."""
    line, holds = pytest_line(
        *(f"tests/journeys/test_{one}.py" for one in ("field_report", "address", "offline"))
    )
    return f"{line} ({'held' if holds else 'NOT held'})", holds


def missing() -> tuple[str, bool]:
    """Not built."""
    return "not built", False


ITEMS = {
    1: ("six utilities beside a hostile one", hostile),
    2: ("SQL of a plugin's login role", missing),
    3: ("lifecycle under load", missing),
    4: ("start, plugins, memory with 6, 50 and 500", missing),
    5: ("journeys", journeys),
    6: ("stopwatch from `plugins new`", missing),
}
