"""What the kernel offers to keep track of processes: parents, children, signals, ends.

Standard library only, Linux only.
"""

import ctypes
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 64 * 1024
DRAIN = signal.SIGURG
"""Tells an API process to close each connection with its next answer (docs/adr/0014-server.md).

Nothing else sends it, and a process that has not got that far ignores it.
"""


def die_with_parent(signum: int = signal.SIGKILL, parent: int | None = None) -> None:
    """Have the kernel send `signum` to this process when the thread that started it ends.

    Call it after any change of user id, which clears the setting. With `parent` given, a parent
    that was gone before the call is noticed too, and the process ends at once.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def keep_one_heap() -> None:
    """Have this process and those that it forks keep one heap, not one for each of their threads.

    Python's own small objects are elsewhere; what threads take besides waits for one lock, and in
    exchange 4 MiB a process are not held for nobody. Nothing happens where the C library knows no
    `mallopt`.
    """
    with suppress(AttributeError):
        _libc.mallopt(_M_ARENA_MAX, 1)
        _libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        _libc.mallopt(_M_TRIM_THRESHOLD, _LARGE)


def keep_to_oneself() -> None:
    """Let no other process of the same user read this one's memory, environment or files.

    A plugin on trial is such a process. Root reads all the same: run nothing of this as root.
    """
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def leave() -> None:
    """End this API process in order: tell its clients to go elsewhere, then what runs to end.

    The server starts another one.
    """
    kill(os.getpid(), DRAIN)
    threading.Timer(1, kill, (os.getpid(), signal.SIGTERM)).start()


def become_subreaper() -> None:
    """Have orphaned descendants become children of this process, and not of process 1."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants() -> None:
    """Kill every descendant of this process, which must be a subreaper; all are gone on return.

    The children of a killed child become our children, so killing and reaping until there is none
    left reaches all, in whatever session they hide.
    """
    while True:
        for pid in children_of(os.getpid()):
            kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def children_of(parent: int) -> list[int]:
    """The process ids of the direct children of `parent`, zombies included."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in running if _stat_field(pid, 1) == str(parent)]


def lives(pid: int) -> bool:
    """Whether this process exists and is more than a zombie."""
    return _stat_field(pid, 0) not in {"", "Z", "X"}


def kill(pid: int, signum: int) -> None:
    """Send a signal to a process, or to the group `-pid`; one that is gone already is no error."""
    with suppress(ProcessLookupError):
        os.kill(pid, signum)


def reap() -> Iterator[tuple[int, int]]:
    """Collect every child that has ended, as (process id, wait status)."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status


def describe_end(status: int) -> str:
    """How a process ended, from its wait status: "exit code 3" or "signal SIGKILL"."""
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _stat_field(pid: int, index: int) -> str:
    """A field of /proc/<pid>/stat counted from the state (0), which follows the quoted name."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[index]
