"""The Chromium of tests and pictures, the same for root and user, with its own libraries and fonts.

It comes with the npm package `@sparticuz/chromium`. Of that package only the files are used: its
recommended arguments switch web security and site isolation off, its font settings point to folders
that do not exist here (and text without a font is invisible, not an error).
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import tarfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camaug import steps, webbuild

_PACKAGE = Path("miniapps", "node_modules", "@sparticuz", "chromium")
_ARCHIVES = ("al2023", "fonts", "swiftshader")
_DECOMPRESS = """
const [source, target] = process.argv.slice(1), fs = require("node:fs");
require("node:stream").pipeline(
  fs.createReadStream(source), require("node:zlib").createBrotliDecompress(),
  fs.createWriteStream(target), (error) => { if (error) throw error; });
"""
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Browser:
    """A Chromium that can be started: the program and what it needs around it."""

    executable: Path
    environment: dict[str, str]
    sandbox: bool

    def options(self) -> dict[str, Any]:
        """Arguments of Playwright's `chromium.launch`."""
        return {
            "executable_path": str(self.executable),
            "env": dict(os.environ) | self.environment,
            "chromium_sandbox": self.sandbox,
            "args": ["--disable-dev-shm-usage"],
        }


def prepare(root: Path) -> Browser:
    """The browser in `.camaug/browser/<version>`, unpacked now if it is not there yet.

    Raises `StepFailed` when the package is missing or the program does not run here.
    """
    package = root / _PACKAGE
    if not package.exists():
        raise steps.StepFailed(f"{_PACKAGE} is missing; ./camaug test installs it")
    version = json.loads((package / "package.json").read_text())["version"]
    folder = root / ".camaug" / "browser" / version
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not folder.exists():
            with steps.step("Browser for tests (Chromium)"):
                _unpack(root, package / "bin", folder)
        (folder / "fonts.conf").write_text(_FONTS.format(folder=folder))  # the clone may move
    return _try_out(folder)


def _unpack(root: Path, source: Path, folder: Path) -> None:
    draft = folder.with_name("new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name in _ARCHIVES:
        archive = draft / f"{name}.tar"
        _decompress(root, source / f"{name}.tar.br", archive)
        with tarfile.open(archive) as tar:
            tar.extractall(draft)  # noqa: S202  (pinned by hash in package-lock.json)
        archive.unlink()
    _decompress(root, source / "chromium.br", draft / "chromium")
    (draft / "chromium").chmod(0o755)
    draft.rename(folder)


def _decompress(root: Path, source: Path, target: Path) -> None:
    """Brotli by Node, which is there anyway; Python has none in its library."""
    argv = [webbuild.node(), "-e", _DECOMPRESS, source, target]
    steps.run(argv, root / ".camaug" / "log" / "browser.log", env=webbuild.environment(root))


def _try_out(folder: Path) -> Browser:
    """With Chromium's own sandbox where the machine allows it; it never does for root."""
    environment = {
        "LD_LIBRARY_PATH": f"{folder / 'lib'}{os.pathsep}{folder}",
        "FONTCONFIG_PATH": str(folder),
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
    }
    said = ""
    for sandbox in (True, False) if os.geteuid() else (False,):
        browser = Browser(folder / "chromium", environment, sandbox)
        said = _trouble(browser)
        if not said:
            if not sandbox:
                steps.say("Chromium runs without its own sandbox here (root, or no namespaces).")
            return browser
    raise steps.StepFailed(f"Chromium does not run here: {steps.cause(said)}")


def _trouble(browser: Browser) -> str:
    """What it says when it does not come up; nothing if it does."""
    argv = [str(browser.executable), "--headless", "--remote-debugging-port=0"]
    started = subprocess.Popen(  # noqa: S603  (our own program)
        argv if browser.sandbox else [*argv, "--no-sandbox"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        env=dict(os.environ) | browser.environment,
    )
    said = ""
    with started:
        for line in started.stderr or ():
            said += line
            if line.startswith("DevTools listening"):
                said = ""
                break
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
    return said
