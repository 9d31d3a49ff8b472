"""Instances of the embedded engines for fault tests, beside those of the test run itself."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from camaug.place import Place
from camaug.settings import ROOT

HERE = Path(__file__).parent


@dataclass
class Instance:
    """One named instance; `start` runs a program of this folder beside its engines."""

    name: str = field(default_factory=lambda: f"fault-{uuid4().hex[:8]}")
    launchers: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Where it keeps its things."""
        return Place(ROOT, self.name)

    def start(self, program: str, *arguments: str | Path) -> subprocess.Popen[str]:
        """The launcher, as a person would start it."""
        launcher = subprocess.Popen(  # noqa: S603
            [ROOT / "camaug", "engines", "--", sys.executable, HERE / program, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ) | {"CAMAUG_INSTANCE": self.name},
        )
        self.launchers.append(launcher)
        return launcher

    def processes(self) -> dict[int, str]:
        """The launcher, and every process whose command line or settings name our folders."""
        found: dict[int, str] = {}
        names = (self.place.base, self.place.sockets(), f"CAMAUG_INSTANCE={self.name}")
        marks = [str(name).encode() for name in names]
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    command = (entry / "cmdline").read_bytes()
                    known = command + (entry / "environ").read_bytes()
                except OSError:
                    continue
                if any(mark in known for mark in marks):
                    found[int(entry.name)] = command.decode(errors="replace")
        return found

    def pid_of(self, program: str) -> int:
        """The one process whose program ends like this and who is no worker of another."""
        pids = [
            pid for pid, line in self.processes().items() if line.split("\0")[0].endswith(program)
        ]
        return min(pids)

    def remove(self) -> None:
        """End what a failed test left running, and delete all that was stored."""
        for launcher in self.launchers:
            launcher.kill()
            launcher.communicate()
        deadline = time.monotonic() + 10
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self.place.sockets(), ignore_errors=True)
        shutil.rmtree(self.place.base, ignore_errors=True)
