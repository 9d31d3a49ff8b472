"""Starting, watching and ending child processes so that none is ever left behind.

Three nets, each for what the one before it cannot catch:

1. `guarded` splits the launcher in two processes, both of them subreapers: orphaned descendants
   come to them. Whichever of the two is killed, even by SIGKILL, the other ends every descendant.
2. The kernel ends a direct child when its parent is gone (`die_with_parent`).
3. Server processes that have workers of their own let these call `die_with_parent` too, so that
   even both halves of the launcher may be killed at once.

Standard library only: this module also runs before anything is installed.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from camaug.processes import (
    become_subreaper,
    describe_end,
    die_with_parent,
    end_descendants,
    kill,
    reap,
)

__all__ = [
    "Child",
    "ChildEnded",
    "Interrupted",
    "NotReady",
    "Supervisor",
    "die_with_parent",
    "guarded",
]

_LAUNCHER_GONE = signal.SIGUSR1
_STOP = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, _LAUNCHER_GONE}
_WATCHED = _STOP | {signal.SIGCHLD}
_TICK_S = 0.05


class Interrupted(BaseException):
    """Somebody asked the launcher to end. `at_once`: it was killed, there is no time to lose."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum
        self.exit_code = 128 + signum
        self.at_once = signum == _LAUNCHER_GONE


class ChildEnded(Exception):
    """A child that should run is gone. The text names it, how it ended, and its last lines."""


class NotReady(Exception):
    """A child runs but did not become ready in time. The text names it and its last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to run: how to start it and how to end it.

    `stop` is sent both by an orderly end and by the kernel when the launcher is gone; what is left
    after `grace_s` seconds is killed. `on_terminal` gives it the terminal, not stdin and log.
    `before_exec` runs in the new process and may change its credentials.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path | None = None
    stdin: bytes = b""
    stop: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0
    on_terminal: bool = False
    before_exec: Callable[[], None] | None = None


class Supervisor:
    """Runs children, each in its own session with its own log, and ends them in reverse order.

    Every method that waits raises `Interrupted` when the launcher is asked to end and `ChildEnded`
    when a running child is gone. Use it from the main thread of a process without other threads.
    """

    def __init__(self, log_dir: Path, keep_open: Sequence[int] = ()) -> None:
        log_dir.mkdir(parents=True, exist_ok=True)
        self._log_dir = log_dir
        self._running: dict[int, Child] = {}
        for fd in keep_open:
            os.set_inheritable(fd, True)  # noqa: FBT003  (its only form)
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)

    def start(self, child: Child) -> int:
        """Start a child that is meant to run until the end, and return its process id."""
        log = self._log_dir / f"{child.name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        launcher = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become(child, log, launcher)
        self._running[pid] = child
        return pid

    def run(self, child: Child) -> int:
        """Run a child to its end and return its exit code, or 128 + n when signal n ended it."""
        pid = self.start(child)
        while (status := self._step(awaited=pid)) is None:
            pass
        code = os.waitstatus_to_exitcode(status)
        return code if code >= 0 else 128 - code

    def wait_until(self, ready: Callable[[], bool], *, name: str, timeout_s: float) -> None:
        """Wait until `ready` says so. Raises `NotReady` after `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            if time.monotonic() > deadline:
                lines = self.last_lines(name)
                raise NotReady(f"{name} is not ready after {timeout_s:.0f} s{lines}")
            self._step()

    def watch(self) -> NoReturn:
        """Wait for the end: of the launcher (`Interrupted`) or of a child (`ChildEnded`)."""
        while True:
            self._step(timeout_s=60)

    def stop(self, *, at_once: bool = False) -> None:
        """End all children, the last one first; with `at_once` all together, within a second."""
        backwards = list(reversed(self._running))
        for pids in [backwards] if at_once else [[pid] for pid in backwards]:
            hurry = self._end([pid for pid in pids if pid in self._running], at_once=at_once)
            at_once = at_once or hurry
        end_descendants()

    def last_lines(self, name: str, count: int = 3) -> str:
        """The last lines of a child's log, each on a line of its own, indented; may be empty."""
        path = self._log_dir / f"{name}.log"
        tail = path.read_bytes()[-4096:].decode(errors="replace") if path.exists() else ""
        return "".join(f"\n    {line}" for line in tail.splitlines()[-count:])

    def _step(self, awaited: int = 0, timeout_s: float = _TICK_S) -> int | None:
        """Wait for one signal at most; the wait status of the `awaited` child if it ended."""
        info = signal.sigtimedwait(_WATCHED, timeout_s)
        if info is not None and info.si_signo in _STOP:
            raise Interrupted(info.si_signo)
        result = None
        for pid, status in reap():
            child = self._running.pop(pid, None)
            if pid == awaited:
                result = status
            elif child is not None:
                end = f"{child.name} ended: {describe_end(status)}"
                raise ChildEnded(end + self.last_lines(child.name))
        return result

    def _end(self, pids: list[int], *, at_once: bool) -> bool:
        """End these children; true when another signal came meanwhile: somebody is impatient."""
        for pid in pids:
            kill(pid, self._running[pid].stop)
        grace_s = 1.0 if at_once else max((self._running[pid].grace_s for pid in pids), default=0)
        deadline = time.monotonic() + grace_s
        impatient = False
        while not impatient and time.monotonic() < deadline and self._any_left(pids):
            info = signal.sigtimedwait(_WATCHED, _TICK_S)
            impatient = info is not None and info.si_signo in _STOP
            for pid, _ in reap():
                self._running.pop(pid, None)
        for pid in pids:
            kill(-pid, signal.SIGKILL)
            self._running.pop(pid, None)
        return impatient

    def _any_left(self, pids: list[int]) -> bool:
        return any(pid in self._running for pid in pids)


def guarded(work: Callable[[], int]) -> int:
    """Run `work` in a second process and return its exit code, leaving no descendant behind.

    Without a `Supervisor`, `work` sees SIGINT, SIGTERM, SIGHUP and the death of the first process
    as the exception `Interrupted`.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    become_subreaper()
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    front = os.getpid()
    worker = os.fork()
    if worker == 0:
        _work_behind(front, work)
    code = os.waitstatus_to_exitcode(_forward_signals_until_end(worker))
    end_descendants()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
    if code < 0:
        name = signal.Signals(-code).name
        sys.stderr.write(f"camaug: the launcher was killed by {name}; everything is ended\n")
        return 1
    return code


def _work_behind(front: int, work: Callable[[], int]) -> NoReturn:
    code = 1
    try:
        os.setsid()  # Ctrl-C at the terminal reaches the first process alone, which passes it on
        become_subreaper()
        for signum in _STOP:
            signal.signal(signum, _interrupt)
        die_with_parent(_LAUNCHER_GONE, front)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        code = work()
    except Interrupted as reason:
        code = reason.exit_code
    except Exception:  # noqa: BLE001  (a defect of ours: shown as Python shows it, all is ended)
        traceback.print_exc()
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        end_descendants()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _interrupt(signum: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted(signum)


def _forward_signals_until_end(pid: int) -> int:
    while True:
        signum = signal.sigwait(_WATCHED)
        if signum != signal.SIGCHLD:
            kill(pid, signum)
            continue
        for ended, status in reap():
            if ended == pid:
                return status


def _become(child: Child, log: Path, launcher: int) -> NoReturn:
    """Turn the forked process into the child's program."""
    try:
        os.setsid()
        _set_up_streams(child, log)
        if child.before_exec is not None:
            child.before_exec()
        for signum in (signal.SIGPIPE, signal.SIGXFSZ, *_STOP):
            signal.signal(signum, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        die_with_parent(child.stop, launcher)
        if child.cwd is not None:
            os.chdir(child.cwd)
        os.execvpe(child.argv[0], list(child.argv), dict(child.env))  # noqa: S606
    except BaseException as error:  # noqa: BLE001  (nothing may return into the launcher's copy)
        os.write(2, f"{child.name} cannot be started: {error}\n".encode())
    finally:
        os._exit(127)


def _set_up_streams(child: Child, log: Path) -> None:
    if child.on_terminal:
        return
    stdin = os.memfd_create("stdin")
    os.write(stdin, child.stdin)
    os.lseek(stdin, 0, os.SEEK_SET)
    os.dup2(stdin, 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
