"""One hash over everything that decides whether an earlier check of a plugin still holds."""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from camaug_sdk import __version__ as sdk_version

MOST_FILES = 2_000
MOST_BYTES = 32 * 1024 * 1024
RULES = 1
"""Raised when the checks change, so that every plugin is checked again."""


class TooBig(Exception):
    """The package holds more than is read."""


class NotPlain(ValueError):
    """The package holds something else than files and folders."""


def of(folder: Path, seed: str) -> str:
    """Over the package's files but compiled ones, `seed`, and what the check ran on.

    Raises `TooBig`, and `NotPlain` for links, pipes and devices, which may be another file later.
    """
    digest = hashlib.blake2b(f"{seed}|{_ground()}".encode(), digest_size=20)
    size = 0
    for number, path in enumerate(_files(folder)):
        size += path.lstat().st_size
        if number >= MOST_FILES or size > MOST_BYTES:
            raise TooBig(f"over {MOST_FILES} files or {MOST_BYTES} bytes in {folder.name}")
        if not stat.S_ISREG(path.lstat().st_mode):
            raise NotPlain(f"{path.name} is no regular file")
        content = path.read_bytes()
        name = str(path.relative_to(folder)).encode()
        digest.update(b"%d|%b|%d|" % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Every file below `folder`, in one order on every machine."""
    for place, folders, names in os.walk(folder):
        linked = [Path(place) / name for name in folders if (Path(place) / name).is_symlink()]
        yield from linked
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(place) / name for name in sorted(names) if not name.endswith(".pyc"))


@lru_cache(maxsize=1)
def _ground() -> str:
    """The versions that a check depends on."""
    python = ".".join(str(part) for part in sys.version_info[:2])
    return f"{RULES}|{sdk_version}|{python}|{version('litestar')}|{version('msgspec')}"
