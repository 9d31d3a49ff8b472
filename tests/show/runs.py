"""Commands of this repository, and the line in which pytest says what came of a run."""

import json
import os
import re
import subprocess
import tempfile
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


def bench_line(*names: str) -> tuple[str, bool]:
    """Figures beside their budgets; holds when each is within, or no further over than explained.

    `tests/bench/over_budget.tsv` is where what is over has its reason and its bar.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.json"
        camaug("bench", *names, "--json", str(path))
        results = json.loads(path.read_text())["results"] if path.exists() else []
    said = [
        f"{one['name']} {one['ratio']:g} of {one['budget']:g}"
        + ("" if one["within"] else f" OVER ({one['why'] or 'NOT EXPLAINED'})")
        for one in results
    ]
    return "; ".join(said), bool(said) and all(one["within"] or one["why"] for one in results)
