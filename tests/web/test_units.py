"""Types and unit tests of the web shells, run by the Node of the project."""

import subprocess
from pathlib import Path

import pytest

from camaug import webbuild
from camaug.settings import ROOT

MINIAPPS = ROOT / "miniapps"
TESTS = sorted(Path(__file__).parent.glob("*.test.ts"))


@pytest.mark.parametrize("project", ["tsconfig.json", "shell/tsconfig.sw.json"])
def test_the_types_of_the_web_shells_agree(project: str, built: Path) -> None:
    assert built.exists()
    compiler = MINIAPPS / "node_modules" / "typescript" / "bin" / "tsc"
    _run(compiler, "--noEmit", "--project", MINIAPPS / project)


def test_the_units_of_the_web_shells_hold(built: Path) -> None:
    assert built.exists()
    assert len(TESTS) >= 5
    _run("--test", *TESTS)


def test_the_lock_file_names_no_registry() -> None:
    lock = (MINIAPPS / "package-lock.json").read_text()
    assert '"resolved": "http' not in lock


def _run(*arguments: str | Path) -> None:
    done = subprocess.run(  # noqa: S603  (our own Node)
        [webbuild.node(), *arguments],
        cwd=MINIAPPS,
        env=webbuild.environment(ROOT),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
