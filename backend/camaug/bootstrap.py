"""From a fresh clone to a working Python environment in `.camaug/`, then on to the command.

Standard library only. Asks nothing of the machine but Python 3.11 with pip: uv comes by
`pip install --target`, which the PEP 668 mark of Debian and Ubuntu does not forbid.
"""

import fcntl
import hashlib
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from camaug import steps, supervise

HELP = """\
CaMau-G Open. Usage: ./camaug COMMAND

  dev        install what is missing, then run the whole system on http://127.0.0.1:8000
  test       run all tests; what follows goes to pytest
  check      lint, types, layers, contracts, languages
  show A1    what an issue must show, measured
  engines    run one command with engines of its own: ./camaug engines -- CMD ...
  COMMAND --help tells more; `./camaug --commands` lists every command
"""
_FIRST_MIB, _LATER_MIB = 2048, 256
_PYTHONS = (Path("/usr/bin/python3"),)


def main(root: str, argv: Sequence[str]) -> int:
    """Set up what is missing and become the command; returns on failure or after help only."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    if not argv or argv[0] in {"help", "-h", "--help"}:
        steps.say(HELP, end="")
        return 0
    folder = Path(root)
    code = supervise.guarded(partial(_set_up_or_complain, folder))
    if code == 0:
        arguments = ["--help"] if argv[0] == "--commands" else list(argv)
        python = str(_venv_python(folder))
        command = [python, "-m", "camaug.cli", *arguments]
        os.execve(python, command, _environment(folder))  # noqa: S606  (no shell wanted)
    return code


def _set_up_or_complain(root: Path) -> int:
    try:
        _set_up(root)
    except steps.StepFailed as failure:
        steps.complain(str(failure))
        return 1
    except OSError as error:
        steps.complain(steps.os_error_cause(error))
        return 1
    return 0


def _set_up(root: Path) -> None:
    base = root / ".camaug"
    steps.need_writable(base)
    with _alone(base):
        marks = base / "done"
        complete = (marks / "own").exists()
        steps.need_space(base, _LATER_MIB if complete else _FIRST_MIB)
        marks.mkdir(exist_ok=True)
        _get_uv(root, marks)
        _get_packages(root, marks)
        _install_own(root, marks)


def _get_uv(root: Path, marks: Path) -> None:
    wanted = root / "requirements-boot.txt"
    mark, fingerprint = marks / "uv", _hash([wanted])
    if steps.is_done(mark, fingerprint) and _uv(root).exists():
        return
    target = root / ".camaug" / "boot"
    python = sys.executable if find_spec("pip") else _python()
    argv = [python, "-m", "pip", "install", "-q", "--target", target, "--upgrade"]
    with steps.step("Installer (uv)"):
        _run(root, "uv", [*argv, "--require-hashes", "-r", wanted])
    mark.write_text(fingerprint)


def _get_packages(root: Path, marks: Path) -> None:
    wanted = root / "requirements.txt"
    mark, fingerprint = marks / "packages", _hash([wanted])
    if steps.is_done(mark, fingerprint) and _venv_python(root).exists():
        return
    (marks / "own").unlink(missing_ok=True)  # sync removes what is not in the file
    if not mark.exists() or not _venv_python(root).exists():
        with steps.step("Python environment"):
            venv = root / ".camaug" / "venv"
            _run(root, "venv", [_uv(root), "venv", "-q", "--clear", "--python", _python(), venv])
    with steps.step("Python packages"):
        _pip(root, "packages", "sync", "-q", "--require-hashes", wanted)
    mark.write_text(fingerprint)


def tools(root: Path) -> Path:
    """Programs that look at the product from outside, in an environment of their own.

    Made at the first use; they ship with nothing. Raises `StepFailed`.
    """
    wanted, venv = root / "tests" / "tools" / "requirements.txt", root / ".camaug" / "tools"
    mark, fingerprint = root / ".camaug" / "done" / "tools", _hash([wanted])
    if not steps.is_done(mark, fingerprint) or not venv.exists():
        with steps.step("Tools"):
            _run(root, "venv", [_uv(root), "venv", "-q", "--clear", "--python", _python(), venv])
            argv = [_uv(root), "pip", "sync", "-q", "--python", venv / "bin" / "python"]
            _run(root, "tools", [*argv, "--require-hashes", wanted])
        mark.write_text(fingerprint)
    return venv / "bin"


def _install_own(root: Path, marks: Path) -> None:
    """Our own distributions, editable; anew when a pyproject.toml with entry points changes."""
    projects = [
        root / "pyproject.toml",
        *sorted(root.glob("backend/*/pyproject.toml")),
        *sorted(root.glob("plugins/*/pyproject.toml")),
    ]
    mark, fingerprint = marks / "own", _hash(projects)
    if steps.is_done(mark, fingerprint):
        return
    editable = [part for path in projects for part in ("-e", path.parent)]
    with steps.step("Own packages"):
        _pip(root, "own", "install", "-q", "--no-deps", "--no-build-isolation", *editable)
    mark.write_text(fingerprint)


def _pip(root: Path, name: str, *arguments: str | Path) -> None:
    action, *rest = arguments
    argv = [_uv(root), "pip", action, "--python", _venv_python(root), *rest]
    _run(root, name, argv)


def _run(root: Path, name: str, argv: Sequence[str | Path]) -> None:
    steps.run(
        argv, root / ".camaug" / "log" / f"setup-{name}.log", env=_environment(root), cwd=root
    )


def _environment(root: Path) -> dict[str, str]:
    """The person's environment without what would lead Python or uv astray."""
    astray = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX"}
    env = {name: value for name, value in os.environ.items() if name not in astray}
    env |= {"PYTHONUTF8": "1", "PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    env |= {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
    env.setdefault("PIP_RETRIES", "2")
    env.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    env.setdefault("UV_CACHE_DIR", str(root / ".camaug" / "uv-cache"))
    return env


def _python() -> Path:
    """The system's Python where it is new enough: others may lie in somebody's closed home."""
    for path in _PYTHONS:
        if path.exists() and _version(path.resolve()) >= (3, 11):
            return path
    return Path(sys.executable)


def _version(python: Path) -> tuple[int, int]:
    """From the name that the link leads to: python3.12 is (3, 12)."""
    major, _, minor = python.name.removeprefix("python").partition(".")
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)


def _uv(root: Path) -> Path:
    return root / ".camaug" / "boot" / "bin" / "uv"


def _venv_python(root: Path) -> Path:
    return root / ".camaug" / "venv" / "bin" / "python"


def _hash(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone(base: Path) -> Generator[None]:
    """One set-up at a time in one clone; a second one waits."""
    (base / "run").mkdir(exist_ok=True)
    with (base / "run" / "setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.say("Another ./camaug is setting up here; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
