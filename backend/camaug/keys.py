"""`camaug keyring --ensure PATH`, `--rotate PATH` and `--rewrap` (docs/operating.md)."""

import argparse
import asyncio
import sys

from camaug import app, settings
from camaug.kernel import db, keyring
from camaug.settings import Wrong


def run(args: argparse.Namespace) -> int:
    """One of the three; a keyring that is there is never replaced by `--ensure`."""
    if args.ensure:
        keyring.ensure(args.ensure)
    elif args.rotate:
        version = keyring.rotate(args.rotate)
        sys.stdout.write(
            f"master key {version} is current; bring the file to every machine,"
            " then run `camaug keyring --rewrap`\n"
        )
    elif args.rewrap:
        asyncio.run(_rewrap())
    else:
        raise Wrong("keyring does nothing by itself", "give --ensure, --rotate or --rewrap")
    return 0


async def _rewrap() -> None:
    async with (
        app.engines(settings.load(), process="keys") as engines,
        db.transaction(engines.pool) as conn,
    ):
        await engines.vault.rotate(conn)
    sys.stdout.write("data keys wrapped anew; a new one seals in five minutes\n")
