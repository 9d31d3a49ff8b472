"""Commands of this repository, and the line in which pytest says what came of a run."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def camaug(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `./camaug` in an instance of its own."""
    return subprocess.run(  # noqa: S603
        [str(ROOT / "camaug"), *arguments],
        cwd=ROOT,
        env=dict(os.environ) | {"CAMAUG_INSTANCE": "show"},
        capture_output=True,
        text=True,
        check=False,
    )


def pytest_line(*arguments: str) -> tuple[str, bool]:
    """What pytest says at its end, and whether it is content."""
    done = camaug("test", *arguments)
    said = re.findall(r"ran and passed: [^;]*|^FAILED .*|^\d+ screens.*", done.stdout, re.MULTILINE)
    return "; ".join(said), done.returncode == 0
