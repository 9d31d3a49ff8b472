"""`camaug doctor`: says what is wrong with an installation and how to mend it, a line a check."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import msgspec
from alembic.config import Config
from alembic.script import ScriptDirectory

from camaug import settings as configuration
from camaug.kernel import db
from camaug.kernel.blobs import Blobs
from camaug.kernel.cache import Cache
from camaug.kernel.crypto import Vault
from camaug.kernel.keyring import KeyMissing, Keyring
from camaug.plugins import queries as plugins
from camaug.settings import ROOT, Settings, SettingsError


class Wrong(Exception):
    """Something is wrong; the text says what, `mend` how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        self.mend = mend
        super().__init__(what)


Check = Callable[[Settings], Awaitable[str]]


def run() -> int:
    """Run every check, go on after a failure; 0 when nothing is wrong."""
    try:
        config = configuration.load()
    except SettingsError as error:
        sys.stdout.write(f"settings    WRONG  {error}; see deploy/camaug.env\n")
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


async def _connect(config: Settings) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        return await db.connect(config.database_url, name="camaug doctor")
    except (OSError, asyncpg.PostgresError) as error:
        raise Wrong(
            f"the database does not let us in ({type(error).__name__})",
            "check CAMAUG_DATABASE_URL and that the server runs",
        ) from None


async def database(config: Settings) -> str:
    """The role is not a superuser, and the database sorts and folds Vietnamese letters."""
    conn = await _connect(config)
    try:
        row = await conn.fetchrow(
            "select rolsuper, rolcreaterole, current_user as name, lower('Đ') = 'đ' as folds,"
            " coalesce(array_length(show_trgm('đa'), 1), 0) as grams, version() as version"
            " from pg_roles where rolname = current_user"
        )
    except asyncpg.UndefinedFunctionError:
        raise Wrong("extension pg_trgm is missing", "create it as superuser") from None
    finally:
        await conn.close()
    if row is None or row["rolsuper"] or row["rolcreaterole"]:
        raise Wrong("the role has too many rights", "use camaug_core in CAMAUG_DATABASE_URL")
    if not row["folds"] or not row["grams"]:
        raise Wrong("the database does not know đ", "make it with locale C.UTF-8, encoding UTF8")
    return f"{row['name']} on {row['version'].split(' on ')[0]}"


async def schema(config: Settings) -> str:
    """The schema is the one that this code expects."""
    alembic = Config(ROOT / "alembic.ini")
    alembic.set_main_option("script_location", str(ROOT / "alembic"))
    head = ScriptDirectory.from_config(alembic).get_current_head()
    conn = await _connect(config)
    try:
        found = await conn.fetchval("select to_regclass('core.idempotency') is not null")
        latest = await conn.fetchval("select max(version_num) from public.core_version")
    except asyncpg.PostgresError:
        found, latest = False, None
    finally:
        await conn.close()
    if not found or latest != head:
        raise Wrong(f"the schema is at {latest}, the code needs {head}", "run camaug migrate")
    return f"at {head}"


async def keys(config: Settings) -> str:
    """Every data key that is stored can be unwrapped."""
    try:
        vault = Vault(Keyring(Path(config.keyring)))
        conn = await _connect(config)
        try:
            await vault.load(conn)
        finally:
            await conn.close()
    except (KeyMissing, msgspec.DecodeError) as error:
        mend = "put the keyring of this installation back; without it the data cannot be read"
        raise Wrong(str(error), mend) from None
    except asyncpg.PostgresError:
        raise Wrong("the stored keys cannot be read", "run camaug migrate") from None
    return config.keyring


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
    conn = await _connect(config)
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


CHECKS: dict[str, Check] = {
    "database": database,
    "schema": schema,
    "keys": keys,
    "cache": cache,
    "store": store,
    "outside": outside,
    "web": web,
    "plugins": utilities,
}
