"""A launcher that is killed at any moment, the very first start included, can be started again."""

import socket
import time
from pathlib import Path

import pytest
from tests.faults.launcher.engines import Instance

MOMENTS = (0.3, 0.5, 0.7, 0.9, 1.2, 1.6, 2.0, 2.5, 3.0, 4.0)
"""Seconds after the start: before the lock, in initdb, between its parts, while roles are made."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_first_start_killed_half_way_leaves_nothing_and_the_next_one_works(
    instance: Instance, moment: float
):
    killed = instance.start("check_notes.py", "/dev/null")
    time.sleep(moment)
    killed.kill()
    killed.communicate()
    deadline = time.monotonic() + 5
    while instance.processes():
        assert time.monotonic() < deadline, instance.processes()
        time.sleep(0.02)
    again = instance.start("check_notes.py", "/dev/null")
    output, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    assert output.endswith("rows 0 objects 0 lost 0\n")


def test_the_launcher_ended_by_ctrl_c_leaves_no_process_and_no_port(instance: Instance):
    launcher = instance.start("write_and_note.py", "/dev/null")
    deadline = time.monotonic() + 60
    while not any(is_writer(line) for line in instance.processes().values()):
        assert time.monotonic() < deadline, instance.processes()
        time.sleep(0.1)
    ports = listening(instance)
    assert len(ports) >= 4
    launcher.send_signal(2)
    launcher.communicate(timeout=30)
    assert launcher.returncode == 130
    assert instance.processes() == {}
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def is_writer(command: str) -> bool:
    """Not the launcher, which has the writer's name among its arguments too."""
    return "".join(command.split("\0")[1:2]).endswith("write_and_note.py")


def listening(instance: Instance) -> set[int]:
    """TCP ports on which processes of this instance listen."""
    sockets = {
        str(fd.readlink())
        for pid in instance.processes()
        for fd in Path(f"/proc/{pid}/fd").iterdir()
        if fd.is_symlink()
    }
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        int(line[1].split(":")[1], 16)
        for line in lines
        if line[3] == "0A" and f"socket:[{line[9]}]" in sockets
    }
