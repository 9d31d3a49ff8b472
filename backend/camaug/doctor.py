"""`camaug doctor`: says what is wrong with an installation and how to mend it, a line a check."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from camaug import settings as configuration
from camaug.kernel.blobs import Blobs
from camaug.kernel.cache import Cache
from camaug.plugins import queries as plugins
from camaug.preflight import clocks, connect, database, keys, schema
from camaug.settings import Settings, SettingsError, Wrong
from camaug.upkeep import MONTHS_AHEAD

SEALED_WITHIN = 60
"""Seconds."""
Check = Callable[[Settings], Awaitable[str]]


def run() -> int:
    """Run every check, go on after a failure; 0 when nothing is wrong."""
    try:
        config = configuration.load()
    except SettingsError as error:
        sys.stdout.write(f"settings    WRONG  {error}\n")
        return 1
    return asyncio.run(_run(config))


async def _run(config: Settings) -> int:
    failed = 0
    for name, check in CHECKS.items():
        try:
            verdict = f"ok     {await check(config)}"
        except Wrong as wrong:
            failed += 1
            verdict = f"WRONG  {wrong}; {wrong.mend}"
        sys.stdout.write(f"{name:<11} {verdict}\n")
    return 1 if failed else 0


async def cache(config: Settings) -> str:
    """The cache answers; without it everything works, only slower."""
    redis = Cache(config.redis_url)
    try:
        if not await redis.ping():
            raise Wrong("the cache does not answer", "check CAMAUG_REDIS_URL; nothing is lost")
    finally:
        await redis.close()
    return "answers"


async def store(config: Settings) -> str:
    """The store answers a signed call and keeps versions."""
    blobs = Blobs(config.s3_url)
    try:
        if not await blobs.ready():
            raise Wrong("the object store refuses a signed call", "check CAMAUG_S3_URL")
        if not await blobs.keeps_versions():
            raise Wrong(f"bucket {blobs.bucket} keeps no versions", "turn versioning on")
    finally:
        await blobs.close()
    return f"bucket {blobs.bucket} with versions"


async def outside(config: Settings) -> str:
    """Text messages and push can be sent."""
    missing = [
        f"CAMAUG_{name.upper()}"
        for name in ("sms_url", "sms_key", "sms_secret", "fcm_credentials")
        if not getattr(config, name)
    ]
    if missing:
        raise Wrong(f"not set: {', '.join(missing)}", "see deploy/camaug.env")
    if not _is_file(config.fcm_credentials):
        raise Wrong(f"{config.fcm_credentials} is not there", "put the service account there")
    return "text messages and push are set"


async def web(config: Settings) -> str:
    """The web shells are built."""
    if not config.web_dir or not _is_file(f"{config.web_dir}/index.html"):
        raise Wrong("the web shells are not there", "build them and set CAMAUG_WEB_DIR")
    return config.web_dir


def _is_file(path: str | None) -> bool:
    return path is not None and Path(path).is_file()


async def utilities(config: Settings) -> str:
    """Every plugin that is installed is active."""
    conn = await connect(config.database_url)
    try:
        rows = await plugins.all_rows(conn)
    except asyncpg.PostgresError:
        raise Wrong("the plugins cannot be read", "run camaug migrate") from None
    finally:
        await conn.close()
    bad = [f"{row.plugin_id} {row.state}" for row in rows if row.state == "refused"]
    if bad or not rows:
        raise Wrong(f"plugins: {', '.join(bad) or 'none'}", "see camaug plugins check")
    return f"{len(rows)} known"


async def rights(config: Settings) -> str:
    """What a superuser has to take from everybody is taken (docs/adr/0017-plugin-tables.md)."""
    conn = await connect(config.database_url)
    try:
        open_to_all = await conn.fetchval(
            "select has_function_privilege('camaug_plugin', 'pg_advisory_lock(bigint)', 'execute')"
        )
    except asyncpg.PostgresError:
        raise Wrong("the roles of plugins are not there", "run camaug migrate") from None
    finally:
        await conn.close()
    if open_to_all:
        what = "plugins could take the locks of the core"
        raise Wrong(what, "run deploy/rights.psql in the database as its superuser")
    return "plugins take no locks"


async def audit(config: Settings) -> str:
    """What is done is sealed within a minute."""
    conn = await connect(config.database_url)
    try:
        seconds = await conn.fetchval(
            "select extract(epoch from now() - min(noted_at)) from audit_pending"
        )
    except asyncpg.PostgresError:
        raise Wrong("the audit cannot be read", "run camaug migrate") from None
    finally:
        await conn.close()
    if seconds is not None and seconds > SEALED_WITHIN:
        what = f"the audit is not sealed since {seconds:.0f} s"
        raise Wrong(what, "start camaug worker, and look for audit_not_sealed in its log")
    return "sealed"


async def partitions(config: Settings) -> str:
    """Audit and notices have a default partition, and those of this month and two ahead.

    The worker makes them each day, so the last one may be missing on the first day of a month.
    """
    conn = await connect(config.database_url)
    try:
        rows = await conn.fetch(
            """
            select name from unnest(array['audit', 'notice']) parent cross join lateral (
                select parent || '_default' as name
                union all
                select parent || to_char(month, '_YYYY_MM')
                from (select now() at time zone 'UTC' as utc) present, generate_series(
                    date_trunc('month', utc),
                    date_trunc('month', utc - interval '1 day') + $1 * interval '1 month',
                    interval '1 month') month
            ) wanted where not exists (
                select from pg_inherits i join pg_class c on c.oid = i.inhrelid
                where c.relname = name and i.inhparent = to_regclass('core.' || parent)
            ) order by 1
            """,
            MONTHS_AHEAD,
        )
    finally:
        await conn.close()
    if rows:
        what = f"partitions are missing: {', '.join(row['name'] for row in rows)}"
        raise Wrong(what, "start camaug worker, which makes them two months ahead")
    return "there, two months ahead"


CHECKS: dict[str, Check] = {
    "database": database,
    "clocks": clocks,
    "schema": schema,
    "keys": keys,
    "cache": cache,
    "store": store,
    "outside": outside,
    "web": web,
    "plugins": utilities,
    "rights": rights,
    "audit": audit,
    "partitions": partitions,
}
