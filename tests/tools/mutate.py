"""Breaks what must not break, in small ways, and asks whether the tests see it.

    ./camaug mutate [tokens] [codes] [filter] [idempotency] [--each 20] [--seed 1]

Python is changed by cosmic-ray, and each predicate of SQL that says whose rows may be seen is
opened. The tests run on a copy of the tree. Prints every change that no test saw, and the score.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from camaug import bootstrap
from camaug.settings import ROOT

LONGEST_S = 600
OWNER = re.compile(
    r"(?<!set )(?:\w+\.)?(?:agency_id|handling_agency_id|citizen_id|owner_id)"
    r" = (?:any\(\$\d\)|\$\d)(?!\s*,)"
)
COPIED = ("backend", "plugins", "alembic", "openapi", "tests", "miniapps/node_modules/axe-core")


@dataclass(frozen=True)
class Target:
    """Files to break and the tests that must see it; `sql`: only the predicates are broken."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    sql: bool = False


TARGETS = {
    "tokens": Target(
        ("identity/access_token.py", "identity/tokens.py", "identity/sessions.py"),
        (
            "identity/test_access_token.py",
            "identity/test_sessions.py",
            "identity/test_devices.py",
            "identity/test_staff.py",
        ),
    ),
    "codes": Target(
        ("identity/sign_in.py", "identity/totp.py", "identity/staff_sign_in.py"),
        (
            "identity/test_sign_in.py",
            "identity/test_totp.py",
            "identity/test_staff.py",
            "identity/test_step_up.py",
        ),
    ),
    "filter": Target(
        (
            "dossiers/holding.py",
            "dossiers/queries.py",
            "dossiers/queue.py",
            "dossiers/whole.py",
            "documents/queries.py",
            "notices/queries.py",
            "notices/desk_queries.py",
            "notices/announcement_queries.py",
            "identity/people_queries.py",
            "identity/role_request_queries.py",
        ),
        (
            "dossiers/test_isolation.py",
            "notices/test_isolation.py",
            "dossiers/test_queue.py",
            "dossiers/test_acts.py",
            "dossiers/test_desk_inbox.py",
            "documents",
            "notices/test_inbox.py",
            "identity/test_people.py",
            "authorisation",
        ),
        sql=True,
    ),
    "idempotency": Target(
        ("kernel/idempotency.py",),
        (
            "kernel/test_idempotency.py",
            "dossiers/test_filing.py",
            "identity/test_profile.py",
            "identity/test_sign_in.py",
        ),
    ),
}


@dataclass(frozen=True)
class Mutant:
    """One changed file."""

    path: str
    line: int
    kind: str
    text: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="camaug mutate")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], default=[])
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    python = bootstrap.tools(ROOT) / "python"
    seen = total = 0
    with tempfile.TemporaryDirectory(prefix="camaug-mutate-") as folder:
        tree = _copy(Path(folder))
        for name in args.targets or TARGETS:
            target = TARGETS[name]
            if not _tests_fail(tree, target, None):
                caught, tried = _judge(tree, target, _chosen(python, tree, target, args), name)
                seen, total = seen + caught, total + tried
            else:
                sys.stdout.write(f"{name}: the tests fail on the unchanged tree\n")
                return 1
    sys.stdout.write(f"mutation score: {seen} of {total} seen ({seen / max(1, total):.0%})\n")
    return 0


def _copy(folder: Path) -> Path:
    """The tree, with `.git` and the web shells left out."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, symlinks=True)
    for name in ("pyproject.toml", "conftest.py", "alembic.ini"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def _chosen(python: Path, tree: Path, target: Target, args: argparse.Namespace) -> list[Mutant]:
    files = [f"backend/camaug/{name}" for name in target.files]
    made = list(_opened(tree, files) if target.sql else _changed(python, tree, files))
    return sorted(
        random.Random(args.seed).sample(made, min(args.each, len(made))),
        key=lambda one: (one.path, one.line),
    )


def _changed(python: Path, tree: Path, files: list[str]) -> Iterator[Mutant]:
    """As cosmic-ray changes Python."""
    told = subprocess.run(  # noqa: S603  (our own tools)
        [python, ROOT / "tests" / "tools" / "mutants.py", *files],
        cwd=tree, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for line in told.stdout.splitlines():
        yield Mutant(**json.loads(line))


def _opened(tree: Path, files: list[str]) -> Iterator[Mutant]:
    """Each predicate of ownership, open for everybody."""
    for name in files:
        source = (tree / name).read_text(encoding="utf-8")
        for found in OWNER.finditer(source):
            text = f"{source[: found.start()]}({found.group()} or true){source[found.end() :]}"
            line = source.count("\n", 0, found.start()) + 1
            yield Mutant(name, line, f"opened: {found.group()}", text)


def _judge(tree: Path, target: Target, mutants: list[Mutant], name: str) -> tuple[int, int]:
    caught = 0
    for one in mutants:
        if _tests_fail(tree, target, one):
            caught += 1
        else:
            sys.stdout.write(f"not seen: {one.path}:{one.line} {one.kind}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{name}: {caught} of {len(mutants)} seen\n")
    sys.stdout.flush()
    return caught, len(mutants)


def _tests_fail(tree: Path, target: Target, mutant: Mutant | None) -> bool:
    """Whether a test fails, or does not end, with this change."""
    tests = [f"tests/backend/{name}" for name in target.tests]
    argv = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    paths = (tree / "backend", tree / "backend" / "sdk", tree / "backend" / "simulators")
    env = os.environ | {
        "PYTHONPATH": ":".join(map(str, paths)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CAMAUG_TEST_TEMPLATE": f"template_of_{tree.name.replace('-', '_')}",
    }
    original = (tree / mutant.path).read_text(encoding="utf-8") if mutant else ""
    if mutant:
        (tree / mutant.path).write_text(mutant.text, encoding="utf-8")
    try:
        done = subprocess.run(  # noqa: S603  (our own Python)
            argv, cwd=tree, env=env, capture_output=True, timeout=LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    else:
        if mutant is None and done.returncode:
            sys.stdout.write(done.stdout.decode()[-3000:])
        return done.returncode != 0
    finally:
        if mutant:
            (tree / mutant.path).write_text(original, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
