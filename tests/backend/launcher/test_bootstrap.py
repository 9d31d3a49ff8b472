"""The script itself, run in a copy of the clone that has nothing installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from camaug.settings import ROOT

NEEDED = ("camaug", "requirements.txt", "requirements-boot.txt", "pyproject.toml")
OLD_PYTHON = """
import sys
sys.version_info = (3, 9, 2, "final", 0)
sys.argv[0] = {script!r}
exec(compile(open({script!r}).read(), {script!r}, "exec"), {{"__file__": {script!r}}})
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Enough of a clone to set up, in a path with blanks and Vietnamese letters."""
    folder = tmp_path / "Cổng dịch vụ công"
    folder.mkdir()
    for name in NEEDED:
        shutil.copy2(ROOT / name, folder)
    source = folder / "backend" / "camaug"
    source.mkdir(parents=True)
    for path in (ROOT / "backend" / "camaug").glob("*.py"):
        shutil.copy2(path, source)
    return folder


def run(*argv: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    env |= settings
    return subprocess.run(  # noqa: S603
        argv, capture_output=True, text=True, env=env, check=False, cwd="/"
    )


def test_alone_it_prints_a_short_help_and_installs_nothing(clone: Path):
    done = run(sys.executable, clone / "camaug")
    assert done.returncode == 0
    assert "./camaug COMMAND" in done.stdout
    assert not (clone / ".camaug").exists()


def test_an_old_python_gets_one_clear_line(clone: Path):
    done = run(sys.executable, "-c", OLD_PYTHON.format(script=str(clone / "camaug")))
    assert done.returncode == 1
    assert done.stderr.startswith("CaMau-G Open needs Python 3.11 or newer, and python3 is 3.9")
    assert done.stderr.count("\n") == 1


def test_without_network_there_is_one_clear_line(clone: Path):
    dead = "http://127.0.0.1:9/simple"
    done = run(sys.executable, clone / "camaug", "dev", PIP_INDEX_URL=dead, PIP_RETRIES="1")
    assert done.returncode == 1
    assert "the package index cannot be reached" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Connection refused" in (clone / ".camaug" / "log" / "setup-uv.log").read_text()


def test_a_clone_that_cannot_be_written_is_one_clear_line(clone: Path):
    (clone / ".camaug").touch()
    done = run(sys.executable, clone / "camaug", "dev")
    assert done.returncode == 1
    assert str(clone / ".camaug") in done.stderr
    assert done.stderr.count("\n") == 1
