"""`./camaug bench NAME [NAME ...] [--json FILE]`: measure, compare, print; never a failing test."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from . import asking, boards, growth, inside, report, served, web, whole

SHELL = ("shell", "shell-304")
LAYERS = ("stack", "token")
DOSSIERS = ("track", "submit")
WHOLE = ("start", "memory", "plugins")
SINGLE = {"dashboard": boards.dashboard, "search": asking.search, "web": web.measured}
USUAL = (*SHELL, *LAYERS, *DOSSIERS, *WHOLE, *SINGLE)
NAMES = (*USUAL, "growth")
"""`growth` makes gigabytes at its first run, so it is measured when it is asked for."""


async def _measure(names: list[str]) -> AsyncIterator[list[report.Result]]:
    if shell := [name for name in SHELL if name in names]:
        yield await served.shell(shell)
    if any(name in names for name in LAYERS):
        yield [one for one in await inside.layers() if one.name in names]
    if dossiers := [name for name in DOSSIERS if name in names]:
        yield await served.dossiers(dossiers)
    if whole_process := [name for name in WHOLE if name in names]:
        async for result in whole.measured(whole_process):
            yield [result]
    for name, measured in SINGLE.items():
        if name in names:
            yield [await measured()]


async def _run(names: list[str], path: Path | None) -> list[report.Result]:
    results: list[report.Result] = []
    async for some in _measure(names):
        for result in some:
            report.show(result)
        results += some
        if path:
            report.write(path, results)
    return results


def main() -> int:
    """Measure what is asked for; without names, everything but `growth`."""
    parser = argparse.ArgumentParser(prog="./camaug bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--fresh", action="store_true", help="growth: make the dossiers anew")
    parser.add_argument("--dossiers", type=int, default=growth.LARGE, help="growth: how many")
    args = parser.parse_args()
    if unknown := set(args.names) - set(NAMES):
        parser.error(f"there is no bench named {', '.join(sorted(unknown))}")
    names: list[str] = args.names or list(USUAL)
    results = asyncio.run(_run([one for one in names if one != "growth"], args.json))
    if "growth" in names:
        for result in (grown := growth.measured(fresh=args.fresh, wanted=args.dossiers)):
            report.show(result)
        if args.json:
            report.write(args.json, results + grown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
