"""`./camaug show A1`: runs what an issue must show and prints a line an item, with its figure.

The items live in `tests/show/<issue>.py`: a dict `ITEMS` from number to (title, check); a check
gives its figure and whether it holds, and raises nothing that a person would want to see.
"""

import json
import runpy
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec

from camaug.settings import ROOT

Check = Callable[[], tuple[str, bool]]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What one item came to."""

    item: int
    title: str
    figure: str
    holds: bool
    seconds: float


def run(issue: str, only: str | None, json_path: Path | None) -> int:
    """Show every item, or those of `only` ("3,4"); 0 when all of them hold."""
    script = ROOT / "tests" / "show" / f"{issue.lower()}.py"
    if not script.exists():
        sys.stderr.write(f"camaug: nothing is written down for {issue}\n")
        return 2
    items: dict[int, tuple[str, Check]] = runpy.run_path(str(script))["ITEMS"]
    wanted = {int(number) for number in only.split(",")} if only else set(items)
    shown = [_show(number, *items[number]) for number in sorted(wanted & set(items))]
    if json_path is not None:
        json_path.write_text(
            json.dumps(msgspec.to_builtins(shown), ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return 0 if all(one.holds for one in shown) else 1


def _show(number: int, title: str, check: Check) -> Shown:
    started = time.monotonic()
    try:
        figure, holds = check()
    except Exception as error:  # noqa: BLE001  (an item that breaks does not hold; the rest go on)
        sys.stderr.write(traceback.format_exc())
        figure, holds = f"{type(error).__name__}: {error}", False
    shown = Shown(
        item=number,
        title=title,
        figure=figure,
        holds=holds,
        seconds=round(time.monotonic() - started, 1),
    )
    verdict = "holds" if holds else "DOES NOT HOLD"
    sys.stdout.write(f"{number}. {title}: {figure} [{verdict}, {shown.seconds} s]\n")
    sys.stdout.flush()
    return shown
