"""A launcher of toy children in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.backend.launcher.family import TOY, Family, Launch


@pytest.fixture
def family() -> Family:
    return Family()


@pytest.fixture
def launch(tmp_path: Path, family: Family) -> Iterator[Launch]:
    """Start the toy launcher with commands `name=shell text`; returns when all of them run."""
    started: list[subprocess.Popen[str]] = []

    def start(*commands: str) -> subprocess.Popen[str]:
        launcher = subprocess.Popen(  # noqa: S603
            [sys.executable, TOY, tmp_path / "log", *commands],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=family.environment,
        )
        started.append(launcher)
        assert launcher.stdout is not None
        assert launcher.stdout.readline() == "up\n"
        return launcher

    yield start
    for launcher in started:
        launcher.kill()
        launcher.communicate()
    assert family.is_gone_within(30)
