"""`./camaug bench NAME [NAME ...] [--json FILE]`: measure, compare, print; never a failing test."""

import argparse
import asyncio
import sys
from pathlib import Path

from . import asking, inside, report, served, web, whole

SHELL = ("shell", "shell-304")
LAYERS = ("stack", "token")
DOSSIERS = ("track", "submit")
WHOLE = ("start", "memory")
NAMES = (*SHELL, *LAYERS, *DOSSIERS, *WHOLE, "search", "web")


async def _measure(names: list[str]) -> list[report.Result]:
    results: list[report.Result] = []
    if shell := [name for name in SHELL if name in names]:
        results += await served.shell(shell)
    if any(name in names for name in LAYERS):
        results += [one for one in await inside.layers() if one.name in names]
    if dossiers := [name for name in DOSSIERS if name in names]:
        results += await served.dossiers(dossiers)
    if whole_process := [name for name in WHOLE if name in names]:
        results += await whole.measured(whole_process)
    if "search" in names:
        results.append(asking.search())
    if "web" in names:
        results.append(await web.measured())
    return results


def main() -> int:
    """Measure what is asked for; without names, everything."""
    parser = argparse.ArgumentParser(prog="./camaug bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if unknown := set(args.names) - set(NAMES):
        parser.error(f"there is no bench named {', '.join(sorted(unknown))}")
    results = asyncio.run(_measure(args.names or list(NAMES)))
    for result in results:
        report.show(result)
    if args.json:
        report.write(args.json, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
