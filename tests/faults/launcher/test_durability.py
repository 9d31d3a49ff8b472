"""What PostgreSQL and the object store have acknowledged survives SIGKILL, in five rounds each."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from tests.faults.launcher.engines import Instance

ROUNDS = 5


@pytest.mark.parametrize("victim", ["launcher", "weed", "postgres"])
def test_what_was_acknowledged_before_a_kill_is_there_after_it(
    instance: Instance, tmp_path: Path, victim: str
):
    journal = tmp_path / "journal"
    journal.touch()
    noted = 0
    for _ in range(ROUNDS):
        noted = kill_while_writing(instance, journal, victim)
        check = instance.start("check_notes.py", journal)
        output, errors = check.communicate(timeout=120)
        assert check.returncode == 0, errors
        assert output.split()[-2:] == ["lost", "0"], errors
    kinds = {line.split()[0] for line in journal.read_text().splitlines()}
    assert kinds == {"row", "object"}
    assert noted > 100


def kill_while_writing(instance: Instance, journal: Path, victim: str) -> int:
    """Kill the victim after half a second or more of writing; how many notes there are then."""
    before = journal.stat().st_size
    launcher = instance.start("write_and_note.py", journal)
    deadline = time.monotonic() + 60
    while journal.stat().st_size == before:
        assert time.monotonic() < deadline, launcher.stderr
        time.sleep(0.02)
    time.sleep(0.5 + random.random())  # noqa: S311  (no secret)
    os.kill(launcher.pid if victim == "launcher" else instance.pid_of(victim), signal.SIGKILL)
    launcher.communicate(timeout=30)
    assert launcher.returncode == (-signal.SIGKILL if victim == "launcher" else 1)
    while instance.processes():
        assert time.monotonic() < deadline, instance.processes()
        time.sleep(0.02)
    return len(journal.read_text().splitlines())
