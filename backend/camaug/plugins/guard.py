"""Refuses to utilities what is of the whole process: signals, new processes, its limits.

Python itself asks an audit hook (PEP 578), wherever such a call comes from, and the hook cannot be
taken out again. It is no sandbox: who brings C or changes our objects gets past it. It keeps
mistakes and plain malice from everybody else (docs/adr/0018-one-process.md).
"""

import signal
import sys
from typing import Any, cast

REFUSED = frozenset(
    (
        "os.exec", "os.fork", "os.forkpty", "os.kill", "os.killpg", "os.posix_spawn", "os.system",
        "resource.prlimit", "resource.setrlimit", "signal.pthread_kill", "subprocess.Popen",
    )
)  # fmt: skip
NO_TIMER = (0.0, 0.0)
DEPTH = sys.getrecursionlimit()


def set_up(ours: str) -> None:
    """From now on only the code of the file `ours` may do these things in this process."""

    def look(event: str, _: object) -> None:
        if event in REFUSED and _caller() != ours:
            raise PermissionError(f"{event} is not for utilities")

    sys.addaudithook(look)


def _caller() -> str:
    """The file of the code that did what is being looked at."""
    return cast("Any", sys)._getframe(2).f_code.co_filename  # noqa: SLF001


def restored() -> bool:
    """Put back what a call may have changed for everybody; whether there was something."""
    if sys.getrecursionlimit() == DEPTH and signal.getitimer(signal.ITIMER_REAL) == NO_TIMER:
        return False
    sys.setrecursionlimit(DEPTH)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return True
