"""How root runs a program that refuses root, on a machine where no user may be created.

Best is a user namespace in which root is called `nobody`: files stay where they are, even below
a folder that only root may enter. Where namespaces are forbidden (many containers, a chroot) the
program becomes the real `nobody`, who must then be able to reach program and data.
"""

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from camaug.steps import StepFailed

NOBODY = 65534
_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Identity:
    """Under which user a program runs: `owner` must own its files, `assume` runs before it."""

    owner: int
    assume: Callable[[], None] | None

    def own(self, folder: Path) -> None:
        """Give a folder and all in it to the owner; a folder made in another way before, too."""
        if not folder.exists() or folder.lstat().st_uid == self.owner:
            return
        for parent, _, files in os.walk(folder):
            for path in (parent, *(f"{parent}/{name}" for name in files)):
                os.chown(path, self.owner, self.owner, follow_symlinks=False)


def identity(*needed: Path) -> Identity:
    """The identity that works here for a program that has to reach the `needed` paths.

    Raises `StepFailed` when there is none.
    """
    if os.geteuid() != 0:
        return Identity(os.geteuid(), None)
    if _works(_enter_namespace):
        return Identity(0, _enter_namespace)
    blocked = [path for path in needed if not _works(lambda path=path: _visit_as_nobody(path))]
    if blocked:
        raise StepFailed(
            f"PostgreSQL refuses to run as root, user namespaces are forbidden here, and the user "
            f"'nobody' cannot reach {blocked[0]}; move this folder, or run as an ordinary user"
        )
    return Identity(NOBODY, _become_nobody)


def _enter_namespace() -> None:
    """Call root `nobody`, who has an entry in every passwd file; a program may look itself up."""
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), "user namespace")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def _become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _visit_as_nobody(path: Path) -> None:
    _become_nobody()
    if not os.access(path, os.R_OK | os.X_OK):
        raise PermissionError(path)


def _works(attempt: Callable[[], None]) -> bool:
    """Whether this would work, tried in a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0
