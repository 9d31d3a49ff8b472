"""Finding all processes that descend from one start, whoever their parent is by now."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

TOY = Path(__file__).with_name("toy_launcher.py")
Launch = Callable[..., subprocess.Popen[str]]
"""Starts the toy launcher with commands `name=shell text`."""


class Family:
    """All processes that carry one mark in their environment, whoever their parent is."""

    def __init__(self) -> None:
        self.mark = f"TEST_FAMILY={uuid4()}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment that marks a process and all its descendants."""
        name, _, value = self.mark.partition("=")
        return dict(os.environ) | {name: value}

    def members(self) -> list[int]:
        """Process ids, zombies left out."""
        return [int(entry.name) for entry in Path("/proc").iterdir() if self._is_ours(entry)]

    def is_gone_within(self, seconds: float) -> bool:
        """Wait for the last member to end."""
        deadline = time.monotonic() + seconds
        while self.members() and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.members()

    def _is_ours(self, entry: Path) -> bool:
        if not entry.name.isdigit():
            return False
        try:
            return self.mark.encode() in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            return False


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until the condition holds; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
