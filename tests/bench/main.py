"""`./camaug bench NAME [NAME ...] [--json FILE]`: measure, compare, print; never a failing test."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from . import asking, boards, inside, report, served, web, whole

SHELL = ("shell", "shell-304")
LAYERS = ("stack", "token")
DOSSIERS = ("track", "submit")
WHOLE = ("start", "memory", "plugins")
SINGLE = {"dashboard": boards.dashboard, "search": asking.search, "web": web.measured}
NAMES = (*SHELL, *LAYERS, *DOSSIERS, *WHOLE, *SINGLE)


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


async def _run(names: list[str], path: Path | None) -> None:
    results: list[report.Result] = []
    async for some in _measure(names):
        for result in some:
            report.show(result)
        results += some
        if path:
            report.write(path, results)


def main() -> int:
    """Measure what is asked for; without names, everything."""
    parser = argparse.ArgumentParser(prog="./camaug bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if unknown := set(args.names) - set(NAMES):
        parser.error(f"there is no bench named {', '.join(sorted(unknown))}")
    asyncio.run(_run(args.names or list(NAMES), args.json))
    return 0


if __name__ == "__main__":
    sys.exit(main())
