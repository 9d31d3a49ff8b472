"""What must hold before a process serves; the first thing that is wrong ends it in one line.

Looked at in a process of its own, so that nothing of it stays in the memory of the server. Imports
little, since every start pays for it.
"""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from camaug import revisions
from camaug.kernel import db
from camaug.kernel.clock import Clock, SystemClock
from camaug.kernel.crypto import Vault
from camaug.kernel.keyring import KeyMissing, Keyring
from camaug.settings import Settings, Wrong

CONNECT_SECONDS = 10
CLOCKS_SECONDS = 30
"""As long as the tokens of one process may be ahead of another's clock."""
PUT_BACK = "put the keyring of this installation back; without it the data cannot be read"


async def connect(
    url: str, setting: str = "CAMAUG_DATABASE_URL"
) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection. Raises `Wrong`, which names the setting and never the password."""
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2] or "its socket"
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await db.connect(url, name="camaug preflight")
    except asyncpg.InvalidCatalogNameError:
        what = f"the database server has no database {parts.path[1:]}"
        raise Wrong(what, "make it, owned by camaug_migrator, with locale C.UTF-8") from None
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InterfaceError, ValueError):
        what = f"the database refuses {parts.username or 'us'} or the password"
        raise Wrong(what, f"check {setting}, and that this role was made") from None
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        what = f"the database at {where} does not let us in ({type(error).__name__})"
        raise Wrong(what, f"start it, or check {setting}") from None


async def database(config: Settings) -> str:
    """The role is not a superuser, and the database sorts and folds Vietnamese letters."""
    conn = await connect(config.database_url)
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
    """The schema is not older than this code, which works on a newer one while it is replaced."""
    head, *older = revisions.newest_first()
    conn = await connect(config.database_url)
    try:
        found = await conn.fetchval("select to_regclass('core.idempotency') is not null")
        latest = await conn.fetchval("select max(version_num) from public.core_version")
    except asyncpg.PostgresError:
        found, latest = False, None
    finally:
        await conn.close()
    if not found or latest in older:
        raise Wrong(f"the schema is at {latest}, the code needs {head}", "run camaug migrate")
    return f"at {latest}" if latest == head else f"at {latest}, newer than the code's {head}"


def keyring(config: Settings) -> Keyring:
    """The keyring. Raises `Wrong`."""
    try:
        return Keyring(Path(config.keyring))
    except KeyMissing as error:
        new = "for a new installation `camaug keyring --ensure PATH` makes it"
        raise Wrong(str(error), f"put it there with mode 0600; {new}") from None
    except msgspec.MsgspecError:
        raise Wrong(f"keyring {config.keyring} cannot be read as one", PUT_BACK) from None


async def keys(config: Settings) -> str:
    """Every data key that is stored can be unwrapped."""
    try:
        vault = Vault(keyring(config))
        conn = await connect(config.database_url)
        try:
            await vault.load(conn)
        finally:
            await conn.close()
    except KeyMissing as error:
        raise Wrong(str(error), PUT_BACK) from None
    except InvalidTag:
        what = f"keyring {config.keyring} is not the one that this data was sealed by"
        raise Wrong(what, PUT_BACK) from None
    except asyncpg.PostgresError:
        raise Wrong("the stored keys cannot be read", "run camaug migrate") from None
    return config.keyring


async def clocks(config: Settings, here: Clock | None = None) -> str:
    """This machine and the database agree on the time, on which codes, tokens and terms rest."""
    conn = await connect(config.database_url)
    try:
        there: datetime = await conn.fetchval("select clock_timestamp()")
    finally:
        await conn.close()
    seconds = ((here or SystemClock()).now() - there).total_seconds()
    if abs(seconds) > CLOCKS_SECONDS:
        side = "ahead of" if seconds > 0 else "behind"
        what = f"the clock here is {abs(seconds):.0f} s {side} that of the database"
        raise Wrong(what, "let NTP set both")
    return f"within {CLOCKS_SECONDS} s of the database"


CHECKS = (database, clocks, schema, keys)


async def look(config: Settings) -> None:
    """Every check in turn. Raises `Wrong`."""
    for check in CHECKS:
        await check(config)


def passes(config: Settings) -> bool:
    """Whether the checks pass; what is wrong is one line on stderr."""
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            asyncio.run(look(config))
            code = 0
        except Wrong as wrong:
            sys.stderr.write(f"camaug: {wrong.line}\n")
            sys.stderr.flush()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
