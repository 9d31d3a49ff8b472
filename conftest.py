"""Counts what ran, by kind, and fails a whole run that ran less than the committed floors."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent
FLOORS = ROOT / "tests" / "floors.json"
NEEDS = {"database": "template", "store": "store", "plugin": "plugin_host", "journey": "system"}
"""Marker to the fixture that a test of that kind uses."""
ran: Counter[str] = Counter()
if settings.get_current_profile_name() != "ci":  # which has no deadline either
    slow_is_right = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("patient", settings(), **slow_is_right)
    settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it uses; journeys, which take longest, come first, in one process."""
    for item in items:
        for marker, fixture in NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)
        if item.path.is_relative_to(ROOT / "plugins"):
            item.add_marker("plugin")
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what passed."""
    if report.when == "call" and report.passed:
        ran["tests"] += 1
        ran.update(marker for marker in NEEDS if marker in report.keywords)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A whole run that ran less than the committed floor has failed, however green it looks."""
    whole = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS
    part = hasattr(session.config, "workerinput")
    if part or not whole or session.config.option.keyword:
        return
    floors = json.loads(FLOORS.read_text())
    short = [kind for kind, least in floors.items() if ran[kind] < least]
    if short and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what ran, and the floors."""
    counts = ", ".join(f"{kind} {ran[kind]}" for kind in ["tests", *NEEDS])
    terminalreporter.write_line(f"ran and passed: {counts}; floors {FLOORS.read_text().strip()}")
