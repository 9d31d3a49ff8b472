"""The core's migrations: where they are and in which order, read without importing Alembic."""

import re
import sys
from pathlib import Path

from camaug.settings import ROOT

INSTALLED = Path(sys.prefix) / "share" / "camaug" / "alembic"


def folder() -> Path:
    """That of this source tree, or of the installed wheel."""
    source = ROOT / "alembic"
    return source if (source / "env.py").exists() else INSTALLED


def newest_first() -> list[str]:
    """Every revision that this code knows, the one that it needs first."""
    before = dict(_read(path) for path in (folder() / "versions").glob("*.py"))
    ordered: list[str] = []
    after: str | None = next(iter(before.keys() - set(before.values())), None)
    while after is not None:
        ordered.append(after)
        after = before.get(after)
    return ordered


def _read(path: Path) -> tuple[str, str | None]:
    """A revision and the one before it."""
    text = path.read_text(encoding="utf-8")
    own = re.search(r'^revision(?:: \w+)? = "(\w+)"', text, re.MULTILINE)
    before = re.search(r'^down_revision.* = "(\w+)"', text, re.MULTILINE)
    if own is None:
        raise ValueError(f"{path.name} names no revision")
    return own[1], before[1] if before else None
