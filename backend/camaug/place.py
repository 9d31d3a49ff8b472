"""Where one running instance keeps its things, and the lock that makes it the only one there.

`./camaug dev` uses `.camaug/` itself; tests and other instances have folders of their own below it,
so that they run beside it.
"""

import fcntl
import hashlib
import os
import re
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from camaug.processes import lives
from camaug.steps import StepFailed

_RESERVED = {
    "boot",
    "browser",
    "data",
    "done",
    "log",
    "npm-cache",
    "run",
    "tools",
    "uv-cache",
    "venv",
    "web",
}
_MEMORY = Path("/dev/shm")  # noqa: S108  (a private folder below it)
_MEMORY_ROOM = 3 * 1024**3
_SOCKET_ROOM = 100 - len("/pg/.s.PGSQL.5432.lock")


class AlreadyRunning(Exception):
    """Another live launcher has this place; `pid` is its process id."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one instance: `name` is "dev", "test" or what the person chose."""

    root: Path
    name: str

    def __post_init__(self) -> None:
        """Refuse, by `StepFailed`, a name that is no name or that of a folder with another use."""
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", self.name) or self.name in _RESERVED:
            raise StepFailed(f"an instance cannot be called {self.name!r}")

    @property
    def base(self) -> Path:
        """The folder that holds all else."""
        shared = self.root / ".camaug"
        return shared if self.name == "dev" else shared / self.name

    @property
    def data(self) -> Path:
        """What the engines store; losing it loses the data."""
        return self.base / "data"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.base / "log"

    @property
    def secrets(self) -> Path:
        """Generated passwords of the engines, mode 0600, outside the data folder."""
        return self.base / "secrets.json"

    def sockets(self) -> Path:
        """A short private folder for unix sockets, whose paths may have about 100 bytes.

        Raises `StepFailed` if somebody else has prepared that folder.
        """
        path = _socket_parent() / self._short_name
        _make_private(path)
        path.chmod(0o700)
        return path

    def memory(self) -> Path | None:
        """A new folder that is gone after the run, in memory if the machine has enough of it.

        For data that need not outlive the run: ext4 looks for a free inode past all that were
        deleted in the last minutes, so that clones of a database cost half a second there.
        """
        try:
            room = shutil.disk_usage(_MEMORY).free
        except OSError:
            return None
        if room < _MEMORY_ROOM:
            return None
        self.forget_memory()
        path = _MEMORY / self._short_name
        _make_private(path)
        path.chmod(0o755)  # PostgreSQL may run as another user; its own folder is closed
        return path

    def forget_memory(self) -> None:
        """Give the memory back."""
        shutil.rmtree(_MEMORY / self._short_name, ignore_errors=True)

    @property
    def _short_name(self) -> str:
        key = hashlib.sha256(str(self.base).encode()).hexdigest()[:10]
        return f"camaug-{os.getuid()}-{key}"

    def lock(self, patience_s: float = 10.0) -> int:
        """Take this place for the calling process; returns the descriptor that holds the lock.

        Every child keeps the descriptor open, so the lock is free only when the last of them is
        gone: a launcher that follows a killed one waits for that. Raises `AlreadyRunning`.
        """
        path = self.base / "run" / "lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience_s
        while not _take(fd):
            owner = int(os.pread(fd, 20, 0) or b"0")
            if lives(owner) or time.monotonic() > deadline:
                os.close(fd)
                raise AlreadyRunning(owner)
            time.sleep(0.02)
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
        return fd


def _make_private(path: Path) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise StepFailed(f"{path} belongs to somebody else; remove it")


def _take(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _socket_parent() -> Path:
    """The person's run-time folder if there is a usable one, else /tmp."""
    given = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108  (0700 folder below it)
    usable = given.is_dir() and os.access(given, os.W_OK | os.X_OK)
    short = len(os.fsencode(given)) + len("/camaug-65534-0123456789") < _SOCKET_ROOM
    return given if usable and short else Path("/tmp")  # noqa: S108
