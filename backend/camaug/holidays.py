"""`camaug holidays add FILE --source TEXT | list`: a decree that arrives late, and what it moves.

FILE is tab-separated with the heads date, kind (holiday, makeup_workday, ordinary) and name_vi.
Killed in the middle, the command is given again, or the worker goes on: each dossier moves once.
"""

import argparse
import getpass
import sys
from pathlib import Path

from camaug import app, development, settings
from camaug.dossiers import recalculation
from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug.procedures import decrees
from camaug.procedures.decrees import BadDecree, Decree


async def run(args: argparse.Namespace) -> int:
    """The command. What cannot be done is one line on stderr and code 1."""
    config = settings.load(development.environment())
    async with app.engines(config, process="holidays") as engines:
        if args.action == "list":
            return await _list(engines)
        if args.file is None:
            return _complain("holidays needs: add FILE --source TEXT, or list", code=2)
        try:
            lines = _read(args.file)
            await add(engines, lines, args.source, getpass.getuser())
        except (BadDecree, OSError, UnicodeDecodeError) as bad:
            return _complain(str(bad))
        return await _list(engines)


def _read(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8-sig").splitlines()


async def add(engines: Engines, lines: list[str], source: str, by: str) -> Decree:
    """Write the decree and compute anew what it touches. Raises `BadDecree`."""
    days = decrees.parsed(lines)
    async with db.transaction(engines.pool) as conn:
        decree = await decrees.add(conn, days, source, by, engines.clock.now())
    await recalculation.finish(engines)
    return decree


async def _list(engines: Engines) -> int:
    async with engines.pool.acquire() as conn:
        found = await decrees.known(conn)
    for one in found:
        state = "done" if one.done_at else "not done"
        days = f"{min(one.days)} to {max(one.days)}"
        line = f"{one.source}: {days}, {one.seen} dossiers seen, {one.moved} moved, {state}"
        sys.stdout.write(f"{line}\n")
    return 0


def _complain(line: str, code: int = 1) -> int:
    sys.stderr.write(f"camaug: {line}\n")
    return code
