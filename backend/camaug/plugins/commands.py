"""`camaug plugins list | check | enable ID | disable ID | new ID`."""

import argparse
import getpass
import sys
from collections.abc import Mapping

import msgspec

from camaug import settings
from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.kernel.clock import SystemClock
from camaug.plugins import actions, new, queries
from camaug.plugins.schemas import Row
from camaug_sdk.problems import NotFound


async def run(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """One command; 0, or 1 when `--strict` finds a plugin that is not active. Raises `Wrong`.

    `environ` says where the database is.
    """
    if args.action == "new":
        return _new(args)
    pool = await db.open_pool(settings.load(environ).database_url, 2, name="camaug plugins")
    try:
        match args.action:
            case "list":
                async with pool.acquire() as conn:
                    rows = await queries.all_rows(conn)
            case "check":
                rows = await actions.sync(pool, SystemClock().now(), again=True)
            case _:
                return await _move(pool, args)
    finally:
        await pool.close()
    _show(rows, as_json=args.json)
    return 1 if args.strict and not actions.good(rows) else 0


def _new(args: argparse.Namespace) -> int:
    """Needs neither settings nor engines: it comes first."""
    if not args.plugin_id:
        sys.stderr.write("camaug: plugins new needs an id, such as boat-check\n")
        return 2
    made = new.write(settings.ROOT / "plugins", args.plugin_id, args.title_vi, args.title_en)
    for path in made:
        sys.stdout.write(f"{path.relative_to(settings.ROOT)}\n")
    sys.stdout.write(f"Next: ./camaug test plugins/{args.plugin_id}, then ./camaug dev\n")
    return 0


async def _move(pool: db.Pool, args: argparse.Namespace) -> int:
    """Enable or disable one; who did it is the account of the machine."""
    if not args.plugin_id or not args.why:
        sys.stderr.write(f"camaug: plugins {args.action} needs an id and --why TEXT\n")
        return 2
    move = actions.enable if args.action == "enable" else actions.disable
    why = f"{getpass.getuser()}: {args.why}"
    try:
        async with db.transaction(pool) as conn:
            change = await move(conn, args.plugin_id, SYSTEM, why, SystemClock().now())
    except NotFound:
        sys.stderr.write(f"camaug: no plugin {args.plugin_id}\n")
        return 1
    reason = f" ({change.reason})" if change.reason else ""
    sys.stdout.write(f"{args.plugin_id}: {change.from_state} -> {change.to_state}{reason}\n")
    return 0 if args.action == "disable" or change.to_state == "active" else 1


def _show(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        shown = [
            {
                "plugin_id": row.plugin_id,
                "distribution": row.distribution,
                "version": row.version,
                "state": row.state,
                "reason": row.reason,
                "finding": row.finding,
                "detail": row.detail,
            }
            for row in rows
        ]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(shown), indent=1).decode() + "\n")
        return
    for row in rows:
        reason = ": ".join(part for part in (row.reason, row.detail) if part)
        name = f"{row.distribution} {row.version}"
        sys.stdout.write(f"{row.plugin_id:<24} {row.state:<12} {name:<36} {reason}".rstrip() + "\n")
