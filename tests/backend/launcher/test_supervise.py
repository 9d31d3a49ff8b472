import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from shlex import quote

import pytest
from tests.backend.launcher.family import TOY, Family, Launch, wait_for

from camaug.processes import children_of

HIDDEN = "family=setsid sleep 600 & (setsid sh -c 'sleep 600 & sleep 600' &) ; sleep 600"
"""A child, a grandchild in another session, and an orphan in a third one with a child."""
MEMBERS = 2 + 6  # both halves of the launcher; two shells, four sleepers
"""At least so many processes are there once `HIDDEN` runs."""


PATIENCE_S = 30
"""All of it would sleep for ten minutes."""


def text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def output_of(launcher: subprocess.Popen[str]) -> str:
    assert launcher.stdout is not None
    return launcher.stdout.read()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_launcher_ends_children_and_grandchildren(
    launch: Launch, family: Family, signum: signal.Signals
):
    launcher = launch(HIDDEN)
    wait_for(lambda: len(family.members()) >= MEMBERS - 1)
    launcher.send_signal(signum)
    assert launcher.wait(PATIENCE_S) == 128 + signum
    assert family.members() == []


def test_ctrl_c_at_a_terminal_ends_all(tmp_path: Path, family: Family):
    pid, terminal = pty.fork()
    if pid == 0:
        argv = [sys.executable, str(TOY), str(tmp_path / "log"), HIDDEN]
        os.execve(argv[0], argv, family.environment)  # noqa: S606
    assert os.read(terminal, 100) == b"up\r\n"
    wait_for(lambda: len(family.members()) >= MEMBERS - 1)
    os.write(terminal, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 128 + signal.SIGINT
    os.close(terminal)
    assert family.members() == []


def test_a_killed_launcher_leaves_nothing(launch: Launch, family: Family):
    launcher = launch(HIDDEN)
    wait_for(lambda: len(family.members()) >= MEMBERS - 1)
    launcher.kill()
    launcher.wait(PATIENCE_S)
    assert family.is_gone_within(PATIENCE_S)


def test_a_killed_second_half_leaves_nothing_and_is_told(launch: Launch, family: Family):
    launcher = launch(HIDDEN)
    wait_for(lambda: len(family.members()) >= MEMBERS - 1)
    (second,) = children_of(launcher.pid)
    os.kill(second, signal.SIGKILL)
    assert launcher.wait(PATIENCE_S) == 1
    assert output_of(launcher) == (
        "camaug: the launcher was killed by SIGKILL; everything is ended\n"
    )
    assert family.members() == []


def test_both_halves_killed_at_once_take_their_children_along(
    launch: Launch, family: Family, tmp_path: Path
):
    workers = "import time; from camaug.supervise import die_with_parent; import os; os.fork(); "
    workers += "die_with_parent(); print(1, flush=True); time.sleep(600)"
    launcher = launch(f'server=exec {quote(sys.executable)} -c "{workers}"')
    # Both copies have said that they die with their parent.
    wait_for(lambda: text_of(tmp_path / "log" / "server.log").count("1") == 2)
    assert len(family.members()) == 4
    (second,) = children_of(launcher.pid)
    os.kill(launcher.pid, signal.SIGSTOP)
    os.kill(second, signal.SIGKILL)
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.wait(PATIENCE_S)
    assert family.is_gone_within(PATIENCE_S)


def test_a_dead_child_is_named_with_its_last_three_lines(launch: Launch, family: Family):
    launcher = launch("calm=sleep 600", "busy=for i in 1 2 3 4; do echo line $i; done; exit 3")
    assert launcher.wait(PATIENCE_S) == 1
    assert output_of(launcher) == ("busy ended: exit code 3\n    line 2\n    line 3\n    line 4\n")
    assert family.members() == []


def test_a_killed_child_is_named_with_its_signal(launch: Launch):
    launcher = launch("calm=sleep 600", "victim=kill -9 $$")
    assert launcher.wait(PATIENCE_S) == 1
    assert output_of(launcher) == "victim ended: signal SIGKILL\n"


def test_children_end_in_reverse_order(launch: Launch, tmp_path: Path):
    notes = tmp_path / "notes"
    commands = [
        f"{name}=trap 'echo {name} >> {notes}; exit' TERM; echo up; while :; do sleep 0.05; done"
        for name in ("first", "second", "third")
    ]
    launcher = launch(*commands)
    logs = [tmp_path / "log" / f"{name}.log" for name in ("first", "second", "third")]
    wait_for(lambda: all(text_of(log) for log in logs))
    launcher.terminate()
    launcher.wait(PATIENCE_S)
    assert notes.read_text().split() == ["third", "second", "first"]


def test_a_stubborn_child_is_killed_after_its_grace(launch: Launch, family: Family, tmp_path: Path):
    launcher = launch("stubborn=trap '' TERM; echo up; while :; do sleep 0.05; done")
    wait_for(lambda: text_of(tmp_path / "log" / "stubborn.log") == "up\n")
    begin = time.monotonic()
    launcher.terminate()
    launcher.wait(PATIENCE_S)
    assert 0.9 < time.monotonic() - begin < 15  # its own second, not the twenty of the others
    assert family.members() == []


def test_the_log_of_the_run_before_is_kept(launch: Launch, tmp_path: Path):
    log = tmp_path / "log" / "talker.log"
    first = launch("talker=echo first; sleep 600")
    wait_for(lambda: text_of(log) == "first\n")
    first.terminate()
    first.wait(PATIENCE_S)
    launch("talker=echo second; sleep 600")
    wait_for(lambda: text_of(log) == "second\n")
    assert log.with_name("talker.log.1").read_text() == "first\n"


def test_children_start_with_signals_as_a_shell_would_give_them(launch: Launch, tmp_path: Path):
    launch("child=grep -E 'Sig(Blk|Ign)' /proc/self/status; sleep 600")
    log = tmp_path / "log" / "child.log"
    wait_for(lambda: text_of(log).count("\n") == 2)
    blocked, ignored = (int(line.split()[1], 16) for line in log.read_text().splitlines())
    assert blocked == 0
    assert not ignored & 1 << (signal.SIGPIPE - 1)


def test_a_program_that_cannot_be_started_is_named(launch: Launch):
    launcher = launch("ghost=exec /no/such/program")
    assert launcher.wait(PATIENCE_S) == 1
    assert output_of(launcher).startswith("ghost ended: exit code 127\n")
