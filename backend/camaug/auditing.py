"""`camaug audit verify` and `camaug audit proof ID`."""

import argparse
import sys
from uuid import UUID

import msgspec

from camaug import app, settings
from camaug.audit import verifying
from camaug.kernel.web import Engines
from camaug.settings import Wrong
from camaug_sdk.problems import NotFound


async def run(args: argparse.Namespace) -> int:
    """1 when the audit is not what was sealed."""
    config = settings.load()
    async with app.engines(config, process="audit") as engines:
        async with engines.pool.acquire() as conn:
            await engines.vault.load(conn)
        if args.action == "verify":
            return await _verify(engines)
        return await _prove(engines, args.audit_id)


async def _verify(engines: Engines) -> int:
    count, wrong = verifying.Count(), 0
    async for line in verifying.verify(engines, count):
        wrong += 1
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{count.rows} rows in {count.batches} batches, {wrong} wrong\n")
    return 1 if wrong else 0


async def _prove(engines: Engines, audit_id: str | None) -> int:
    try:
        proof = await verifying.prove(engines, UUID(audit_id or ""))
    except ValueError:
        raise Wrong("audit proof needs the id of a row", "give it after `audit proof`") from None
    except NotFound:
        raise Wrong(f"row {audit_id} is not sealed", "wait a second, or check the id") from None
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(proof)) + b"\n")
    return 0
