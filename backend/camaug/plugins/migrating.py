"""Makes a plugin's roles and schema, and runs its migrations as the schema's owner.

The owner has no login but while its migrations run: a session that had only taken its role could
go back to that of the migrator. Files are `migrations/0001_<what>.sql`, each one transaction with
its row in `schema_version`; one that was applied never changes. A database that knows more of them
than the code is right: it is how a plugin is rolled back.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import asyncpg
import msgspec

from camaug.kernel import db, roles
from camaug.kernel.roles import Roles
from camaug.plugins.discovery import Refusal
from camaug.plugins.schemas import Checked, Found

FOLDER = "migrations"
T = TypeVar("T")
MOST_BYTES = 256 * 1024
TRIES = 8
MOST_CONNECTIONS = 40
SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "60s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}
Migrate = Callable[[Found], Awaitable[Checked]]
"""Brings the tables of a plugin up to its files, and says what came of it."""
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_RACES = (
    asyncpg.DuplicateObjectError,
    asyncpg.UniqueViolationError,
    asyncpg.InternalServerError,
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidAuthorizationSpecificationError,
)
"""Roles belong to the whole server: somebody makes the same one for another database of it."""


class Migration(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> bytes:
        """Of its text."""
        return hashlib.sha256(self.text.encode()).digest()


def read(folder: Path) -> list[Migration]:
    """The migrations of a plugin's package, in their order. Raises `Refusal`."""
    found = [_read(path) for path in sorted((folder / FOLDER).glob("*")) if path.is_file()]
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise Refusal("migration_failed", "files are not numbered 0001, 0002, ... without a gap")
    return found


def _read(path: Path) -> Migration:
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise Refusal("migration_failed", f"{path.name} is not named like 0001_tables.sql")
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Refusal("migration_failed", f"{path.name} is larger than {MOST_BYTES} bytes")
    try:
        return Migration(number=int(named[1]), name=path.name, text=raw.decode())
    except UnicodeDecodeError as error:
        raise Refusal("migration_failed", f"{path.name}: {error}") from None


def by_migrator(url: str, passwords: Roles) -> Migrate:
    """What `camaug migrate` does, connected as the role `camaug_migrator` by `url`."""

    async def migrate(found: Found) -> Checked:
        try:
            if files := read(Path(found.folder)):
                await _bring(url, passwords, found.plugin_id, files)
        except Refusal as error:
            return Checked(finding=error.finding, detail=error.detail)
        except db.OUTAGES as error:
            detail = f"{type(error).__name__}: {error}".splitlines()[0][:500]
            return Checked(finding="migration_failed", detail=detail)
        return Checked()

    return migrate


async def unable(found: Found) -> Checked:
    """What everybody else does: a plugin with tables waits for `camaug migrate`."""
    try:
        files = read(Path(found.folder))
    except Refusal as error:
        return Checked(finding=error.finding, detail=error.detail)
    return Checked(finding="not_migrated", detail="run camaug migrate") if files else Checked()


async def _bring(url: str, passwords: Roles, plugin_id: str, files: list[Migration]) -> None:
    admin = await asyncpg.connect(url, server_settings=SETTINGS)
    try:
        await _again(lambda: _make_roles(admin, passwords, plugin_id))
        await _make_schema(admin, plugin_id)
        own = await _again(lambda: _enter(url, admin, plugin_id))
        pid = own.get_server_pid()
        try:
            await _run(own, plugin_id, files)
        finally:
            own.terminate()
            with suppress(asyncpg.PostgresError):  # its last statement may run on without us
                await admin.fetchval("select pg_terminate_backend($1)", pid)
            await _again(lambda: admin.execute(f"alter role {roles.owner(plugin_id)} nologin"))
    finally:
        await admin.close()


async def _again(do: Callable[[], Awaitable[T]]) -> T:
    for _ in range(TRIES - 1):
        try:
            return await do()
        except _RACES:
            await asyncio.sleep(secrets.randbelow(200) / 1000)
    return await do()


async def _make_roles(admin: "asyncpg.Connection", passwords: Roles, plugin_id: str) -> None:
    owner, login = roles.owner(plugin_id), roles.login(plugin_id)
    known = {
        row["rolname"]
        for row in await admin.fetch(
            "select rolname from pg_roles where rolname = any($1)", [owner, login]
        )
    }
    if owner not in known:
        await admin.execute(f"create role {owner} nologin")
    await admin.execute(f"grant {owner} to current_user with inherit true, set true")
    if login not in known:
        await admin.execute(f"create role {login} nologin")
    # Their own word, not SCRAM of it, so that the server keeps it as it keeps the others.
    await admin.execute(
        f"alter role {login} login password '{passwords.password(login)}'"
        f" connection limit {MOST_CONNECTIONS}"
    )
    await admin.execute(f"grant {login} to current_user with inherit true, set false")
    await admin.execute(f"grant camaug_plugin to {login}")


async def _make_schema(admin: "asyncpg.Connection", plugin_id: str) -> None:
    owner, login, schema = (make(plugin_id) for make in (roles.owner, roles.login, roles.schema))
    database = await admin.fetchval("select quote_ident(current_database())")
    await admin.execute(f"create schema if not exists {schema} authorization {owner}")
    await admin.execute(f"grant connect on database {database} to {owner}, {login}")


async def _enter(url: str, admin: "asyncpg.Connection", plugin_id: str) -> "asyncpg.Connection":
    """A session of the owner."""
    owner, word = roles.owner(plugin_id), secrets.token_hex(32)
    await admin.execute(f"alter role {owner} login password '{word}'")
    return await asyncpg.connect(
        url,
        user=owner,
        password=word,
        command_timeout=90,
        server_settings=SETTINGS | {"search_path": roles.schema(plugin_id)},
    )


async def _run(own: "asyncpg.Connection", plugin_id: str, files: list[Migration]) -> None:
    login, schema = roles.login(plugin_id), roles.schema(plugin_id)
    await own.execute(
        f"create table if not exists {schema}.schema_version (number integer primary key,"
        " name text not null, sha256 bytea not null, applied_at timestamptz not null default now())"
    )
    rows = await own.fetch(f"select number, sha256 from {schema}.schema_version")  # noqa: S608
    applied = {row["number"]: row["sha256"] for row in rows}
    for one in files:
        if one.number not in applied:
            await _apply(own, schema, one)
        elif applied[one.number] != one.sha256:
            raise Refusal("migration_failed", f"{one.name} was changed after it was applied")
    await own.execute(
        f"grant usage on schema {schema} to {login};"  # noqa: S608  (names made of a checked id)
        f"grant select, insert, update, delete on all tables in schema {schema} to {login};"
        f"grant usage, select on all sequences in schema {schema} to {login};"
        f"revoke insert, update, delete on {schema}.schema_version from {login}"
    )


async def _apply(own: "asyncpg.Connection", schema: str, one: Migration) -> None:
    """The file and its row, or neither; what ends the transaction by itself has failed."""
    async with own.transaction():
        before = await own.fetchval("select pg_current_xact_id()::text")
        await own.execute(one.text)
        await own.execute(f"set local search_path = {schema}")
        if await own.fetchval("select pg_current_xact_id()::text") != before:
            raise Refusal("migration_failed", f"{one.name} ends its transaction")
        await own.execute(
            f"insert into {schema}.schema_version (number, name, sha256) values ($1, $2, $3)",  # noqa: S608
            one.number,
            one.name,
            one.sha256,
        )
