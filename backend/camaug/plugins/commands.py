"""`camaug plugins list | check | enable | disable | export | uninstall | new`."""

import argparse
import getpass
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from camaug import settings
from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.kernel.clock import SystemClock
from camaug.kernel.keyring import Keyring
from camaug.kernel.roles import Roles
from camaug.plugins import actions, exporting, new, queries
from camaug.plugins.migrating import Migrate, by_migrator, unable
from camaug.plugins.schemas import Row
from camaug.settings import Settings
from camaug_sdk.problems import NotFound

MOVES = {
    "enable": actions.enable,
    "disable": actions.disable,
    "uninstall": actions.uninstall,
}


async def run(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """One command; 0, or 1 when `--strict` finds a plugin that is not active. Raises `Wrong`."""
    if args.action == "new":
        return _new(args)
    if args.action == "export":
        return await _export(args.plugin_id, args.to, environ.get("CAMAUG_MIGRATOR_URL"))
    if args.action == "uninstall":
        url = environ.get("CAMAUG_MIGRATOR_URL")
        if done := await _export(args.plugin_id, args.to, url, without=0):
            return done
    config = settings.load(environ)
    pool = await db.open_pool(config.database_url, 2, name="camaug plugins")
    try:
        match args.action:
            case "list":
                async with pool.acquire() as conn:
                    rows = await queries.all_rows(conn)
            case "check":
                migrate = _migrate(config, environ.get("CAMAUG_MIGRATOR_URL"))
                rows = await actions.sync(pool, SystemClock().now(), again=True, migrate=migrate)
            case _:
                return await _move(pool, args)
    finally:
        await pool.close()
    _show(rows, as_json=args.json)
    return 1 if args.strict and not actions.good(rows) else 0


async def _export(
    plugin_id: str | None, folder: Path | None, url: str | None, without: int = 1
) -> int:
    """Every table of the plugin as CSV, for whoever takes over what it has kept.

    `without` is the exit code when it has no table.
    """
    if not plugin_id or folder is None or not url:
        sys.stderr.write("camaug: this needs ID, --to FOLDER and CAMAUG_MIGRATOR_URL\n")
        return 2
    try:
        written = await exporting.export(url, plugin_id, folder)
    except exporting.NoTables as error:
        sys.stderr.write(f"camaug: {error}\n")
        return without
    except OSError as error:
        sys.stderr.write(f"camaug: {error}\n")
        return 1
    for name, rows in written.items():
        sys.stdout.write(f"{folder / name}: {rows} rows\n")
    return 0


def _migrate(config: Settings, url: str | None) -> Migrate:
    """With the migrator's URL tables are made too; else a plugin with new tables waits."""
    if url is None:
        return unable
    keyring = Keyring(Path(config.keyring))
    return by_migrator(url, Roles(config.database_url, keyring.secret("roles")))


def _new(args: argparse.Namespace) -> int:
    """Needs neither settings nor engines: it comes first."""
    if not args.plugin_id:
        sys.stderr.write("camaug: plugins new needs an id, such as boat-check\n")
        return 2
    titles = (args.title_vi, args.title_en)
    plugins = settings.ROOT / "plugins"
    made = new.write(plugins, args.plugin_id, *titles, with_table=args.with_table)
    for path in made:
        sys.stdout.write(f"{path.relative_to(settings.ROOT)}\n")
    sys.stdout.write(f"Next: ./camaug test plugins/{args.plugin_id}, then ./camaug dev\n")
    return 0


async def _move(pool: db.Pool, args: argparse.Namespace) -> int:
    """Enable, disable or uninstall one; who did it is the account of the machine."""
    if not args.plugin_id or not args.why:
        sys.stderr.write(f"camaug: plugins {args.action} needs an id and --why TEXT\n")
        return 2
    move = MOVES[args.action]
    why = f"{getpass.getuser()}: {args.why}"
    try:
        async with db.transaction(pool) as conn:
            change = await move(conn, args.plugin_id, SYSTEM, why, SystemClock().now())
    except NotFound:
        sys.stderr.write(f"camaug: no plugin {args.plugin_id}\n")
        return 1
    reason = f" ({change.reason})" if change.reason else ""
    sys.stdout.write(f"{args.plugin_id}: {change.from_state} -> {change.to_state}{reason}\n")
    if args.action == "uninstall":
        sys.stdout.write("Its tables stay. Remove its package, then run camaug migrate.\n")
    return 0 if args.action != "enable" or change.to_state == "active" else 1


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
