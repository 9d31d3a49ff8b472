"""What B2 must show. Run it by `./camaug show B2`; it takes about three quarters of an hour."""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from fresh import Clone
from runs import ROOT, camaug, pytest_line

Check = Callable[[], tuple[str, bool]]
NEW = "boat-check"
TITLES = ("--title-vi", "Ra khơi", "--title-en", "Boat check")
AT_THE_DOOR = ("discovery", "probe", "installed", "migrating")
"""Import error, SystemExit, bad annotation, doubled route, start that raises, failed migration."""
FIGURES = 4
"""Lines of the bench: plugins, start, start-500, memory."""


def hostile() -> tuple[str, bool]:
    """A utility that hurts in many ways, beside six others and a good one.

    Those that are stopped at the door, those that are stopped while they serve, and all that an
    author tried who had read the host to defeat it.
    """
    door, held = pytest_line(*(f"tests/backend/plugins/test_{one}.py" for one in AT_THE_DOOR))
    figures = [f"at the door: {door}"]
    for folder, name in (("hostile", "hostile"), ("hostile_author", "hostile-author won")):
        done = camaug("test", f"tests/faults/{folder}", "-s")
        figures += [
            f"{name} {one}" for one in re.findall(rf"^{name} (.*)", done.stdout, re.MULTILINE)
        ]
        held = held and not done.returncode
    return "; ".join(figures), held


def journeys() -> tuple[str, bool]:
    """A lamp is reported; an old address becomes a new commune; tides without a network."""
    line, holds = pytest_line(
        *(f"tests/journeys/test_{one}.py" for one in ("field_report", "address", "offline"))
    )
    return f"{line} ({'held' if holds else 'NOT held'})", holds


def escapes() -> tuple[str, bool]:
    """The SQL corpus against a plugin's login role."""
    done = camaug("test", "tests/backend/plugins/test_sql_escapes.py", "-s")
    found = re.findall(r"sql escapes: (.*)", done.stdout)
    return "; ".join(found) or "no figure", not done.returncode


def lifecycle() -> tuple[str, bool]:
    """Disabled, enabled, upgraded, rolled back, at two hundred requests a second."""
    done = camaug("test", "tests/faults/lifecycle", "-s")
    return "; ".join(re.findall(r"^lifecycle (.*)", done.stdout, re.MULTILINE)), not done.returncode


def many() -> tuple[str, bool]:
    """What a request, a start and a process cost with few, fifty and five hundred utilities."""
    done = camaug("bench", "plugins", "start", "memory")
    lines = re.findall(r"^(?:plugins|start|memory).*", done.stdout, re.MULTILINE)
    return "; ".join(lines), len(lines) == FIGURES and "OVER BUDGET" not in done.stdout


def stopwatch() -> tuple[str, bool]:
    """From `plugins new` to a form, a table and a notice, tests and a check without a finding.

    In a fresh clone beside `dev`.
    """
    commands = (
        ("plugins", "new", NEW, "--with-table", *TITLES),
        ("test", f"plugins/{NEW}"),
        ("plugins", "check", "--json"),
    )
    with Clone(ROOT, None) as clone:
        clone.start()
        began = time.monotonic()
        for command in commands:
            done = clone.run("./camaug", *command)
            if done.returncode:
                said = (done.stdout + done.stderr).strip().splitlines()[-1:]
                return f"./camaug {' '.join(command)}: {said}", False
        minutes = (time.monotonic() - began) / 60
        clone.stop(2)
        rows = json.loads(done.stdout)
        files = [path for path in (clone.path / "plugins" / NEW).rglob("*.*") if path.is_file()]
        written = [one for one in files if one.suffix in {".py", ".json", ".toml"}]
        lines = sum(len(one.read_text().splitlines()) for one in written)
    state = {row["plugin_id"]: row["state"] for row in rows}.get(NEW)
    said = "; ".join("./camaug " + " ".join(command) for command in commands)
    figure = f"{state}; {minutes:.1f} minutes, {len(commands)} commands ({said}), {lines} lines"
    return f"{figure} in {len(written)} files, all written by the command", state == "active"


ITEMS = {
    1: ("six utilities beside a hostile one", hostile),
    2: ("SQL of a plugin's login role", escapes),
    3: ("lifecycle under load", lifecycle),
    4: ("start, plugins, memory with few, 50 and 500", many),
    5: ("journeys", journeys),
    6: ("stopwatch from `plugins new`", stopwatch),
}
