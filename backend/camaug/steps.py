"""The long steps of setting up: progress on one line, failure on one line, the rest in a log.

Standard library only: this module also runs before anything is installed.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

MIB = 1024 * 1024

_CAUSES = (
    (r"No space left on device|ENOSPC|disk quota exceeded", "the disk is full; free some space"),
    (
        r"UnknownIssuer|certificate verify failed|self.signed certificate|UNABLE_TO_\w+_CERT",
        "the certificate of the package index is not trusted here; install your network's "
        "certificate (update-ca-certificates)",
    ),
    (
        r"name resolution|Name or service not known|dns error|ENOTFOUND|EAI_AGAIN|ECONNREFUSED"
        r"|Connection refused|Network is unreachable|ENETUNREACH|timed out|ETIMEDOUT|ECONNRESET"
        r"|client error \(Connect\)|Could not connect|NewConnectionError",
        "the package index cannot be reached; check the network (or its proxy)",
    ),
    (
        r"Permission denied|EACCES|Read-only file system|EROFS",
        "a file cannot be written; make this folder writable for you, or clone again as this user",
    ),
    (r"No module named pip", "Python has no pip; on Debian and Ubuntu: apt-get install python3-pip"),
    (r"[Hh]ash mismatch|do not match the hash|EINTEGRITY", "a download is not the pinned one"),
)


class StepFailed(Exception):
    """A step failed for a reason that a person can act on; the text is one line."""


def say(text: str, end: str = "\n") -> None:
    """Write to the person at the terminal, at once."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write one line of trouble to stderr."""
    sys.stdout.flush()
    sys.stderr.write(f"camaug: {text}\n")
    sys.stderr.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a step that takes a while, and how many seconds it took."""
    say(f"{title} … ", end="")
    begin = time.monotonic()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f"{time.monotonic() - begin:.1f} s")


def run(
    argv: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
) -> None:
    """Run a command with its output in `log`. Raises `StepFailed` naming the cause."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            done = subprocess.run(
                [str(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                check=False,
            )
    except OSError as error:
        raise StepFailed(f"{log.stem}: {os_error_cause(error)}") from None
    if done.returncode != 0:
        raise StepFailed(f"{log.stem} failed: {cause(log.read_text(errors='replace'))} ({log})")


def cause(output: str) -> str:
    """What went wrong and what to do, from a tool's output; its last error line if unknown."""
    for pattern, meaning in _CAUSES:
        if re.search(pattern, output):
            return meaning
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1]


def os_error_cause(error: OSError) -> str:
    """The same for an error of our own file access."""
    known = cause(str(error))
    where = f" ({error.filename})" if error.filename else ""
    return known if known == str(error) else known + where


def need_space(folder: Path, mib: int) -> None:
    """Raise `StepFailed` when the disk of `folder` has less than `mib` MiB free for us."""
    free = shutil.disk_usage(folder).free // MIB
    if free < mib:
        raise StepFailed(f"only {free} MiB free at {folder}, {mib} MiB are needed; free some space")


def need_writable(folder: Path) -> None:
    """Make the folder if it is missing; raise `StepFailed` when we cannot write there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StepFailed(os_error_cause(error)) from None


def is_done(mark: Path, fingerprint: str) -> bool:
    """Whether a step left its mark with this fingerprint."""
    return mark.is_file() and mark.read_text() == fingerprint
