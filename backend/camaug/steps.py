"""The long steps of setting up: progress on one line, failure on one line, the rest in a log.

Standard library only: this module also runs before anything is installed.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

MIB = 1024 * 1024

_DISK = "the disk is full; free some space"
_TRUST = (
    "the certificate of the package index is not trusted here; install your network's "
    "certificate (update-ca-certificates)"
)
_NETWORK = "the package index cannot be reached; check the network (or its proxy)"
_MISSING = "the package index cannot be reached, or lacks a pinned package; check the network"
_RIGHTS = "a file cannot be written; make this folder writable for you, or clone again as this user"
_PIP = "Python has no pip; on Debian and Ubuntu: apt-get install python3-pip"
_HASH = "a download is not the pinned one"
_CAUSES = {
    r"No space left on device|ENOSPC|[Dd]isk quota exceeded": _DISK,
    r"UnknownIssuer|certificate verify failed|self.signed certificate|UNABLE_TO_\w+_CERT": _TRUST,
    r"name resolution|Name or service not known|dns error|ENOTFOUND|EAI_AGAIN": _NETWORK,
    r"[Cc]onnection refused|ECONNREFUSED|ECONNRESET|[Nn]etwork is unreachable": _NETWORK,
    r"timed out|ETIMEDOUT|client error \(Connect\)|NewConnectionError|ENETUNREACH": _NETWORK,
    r"No matching distribution found": _MISSING,
    r"Permission denied|EACCES|Read-only file system|EROFS": _RIGHTS,
    r"No module named pip": _PIP,
    r"[Hh]ash mismatch|do not match the hash|EINTEGRITY": _HASH,
}


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
def step(title: str) -> Generator[None]:
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
            done = subprocess.run(  # noqa: S603  (fixed programs)
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
    for pattern, meaning in _CAUSES.items():
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
