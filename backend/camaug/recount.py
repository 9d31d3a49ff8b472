"""`camaug recount [--fix]`: counts every dossier anew and prints where the counters differ."""

import argparse
import sys

from camaug import app, settings
from camaug.dossiers import counting
from camaug.kernel import db


async def run(args: argparse.Namespace) -> int:
    """1 when a counter is wrong and stays so; with `--fix` they are put right."""
    async with (
        app.engines(settings.load(), process="recount") as engines,
        db.transaction(engines.pool) as conn,
    ):
        await conn.execute("set local statement_timeout = 0")
        found = await counting.differences(conn)
        if found and args.fix:
            await counting.mend(conn)
    for one in found:
        sys.stdout.write(
            f"{one.month or 'now'} {one.agency_code} {one.procedure_code} channel {one.channel}:"
            f" {one.name} is {one.kept}, counted {one.counted}\n"
        )
    sys.stdout.write(f"{len(found)} wrong{', put right' if found and args.fix else ''}\n")
    return 1 if found and not args.fix else 0
