"""PostgreSQL: one pool a process, literal SQL, four helpers, and the edge of a transaction.

A commit whose outcome is not known (the connection broke, or the server warned that a wait for
replication was cancelled) is reported as 503 `outcome_unknown`; the idempotency key makes the
retry exact.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, LiteralString, TypeAlias, TypeVar

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from camaug_sdk.problems import NotFound, Unavailable

if TYPE_CHECKING:
    Conn: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:  # asyncpg's classes are generic in their stubs only; Litestar reads annotations at run time
    Conn = asyncpg.Connection | PoolConnectionProxy
    Pool = asyncpg.Pool
T = TypeVar("T", bound=msgspec.Struct)

SETTINGS = {
    "search_path": "core,queue,public",
    "timezone": "UTC",
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}


async def set_up(conn: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Teach a connection how jsonb is read and written."""
    await conn.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda raw: msgspec.json.decode(raw[1:]),
        format="binary",
    )


class _Connection(asyncpg.Connection):
    """Leaves no session state behind, so that giving it back costs no round trip.

    What a statement sets is set for its transaction; who listens has a connection of its own.
    """

    def get_reset_query(self) -> str:
        """Nothing to reset; an open transaction is rolled back all the same."""
        return ""


async def open_pool(url: str, size: int, *, name: str) -> Pool:
    """A pool of `size` connections that shows as `name` in `pg_stat_activity`."""
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=set_up,
        connection_class=_Connection,
        command_timeout=15,
        server_settings=SETTINGS | {"application_name": name},
    )


async def connect(url: str, *, name: str) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection, set up like those of the pool."""
    conn = await asyncpg.connect(
        url, command_timeout=60, server_settings=SETTINGS | {"application_name": name}
    )
    await set_up(conn)
    return conn


OUTAGES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""What work with the database may end in while it is away.

asyncpg's internal error too: a connection that is cut off in the middle of a statement says so.
"""
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    Unavailable,
)
"""Those of them that say that it was away, or that something else outside was."""


class _Warnings:
    """Collects what the server says during a commit."""

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, _: object, message: asyncpg.PostgresLogMessage) -> None:
        self.seen = self.seen or getattr(message, "severity_en", "") == "WARNING"


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncGenerator[Conn]:
    """The edge of a request or job: commits at the end, rolls back on any error."""
    async with pool.acquire() as conn:
        tx = conn.transaction()
        await tx.start()
        try:
            yield conn
        except BaseException:
            await tx.rollback()
            raise
        await _commit(conn, tx)


async def lock(conn: Conn, name: str) -> None:
    """Wait until no other transaction holds this name; ours holds it until it ends."""
    await conn.execute("select pg_advisory_xact_lock(hashtextextended($1, 8))", name)


async def commit(pool: Pool, sql: LiteralString, *args: Any) -> Any:
    """The first row of a statement that is a transaction by itself."""
    async with pool.acquire() as conn, _committing(conn):
        return await conn.fetchrow(sql, *args)


async def _commit(conn: Conn, tx: Transaction) -> None:
    async with _committing(conn):
        await tx.commit()


@asynccontextmanager
async def _committing(conn: Conn) -> AsyncGenerator[None]:
    """Raises `Unavailable` when what was done inside may or may not be committed."""
    warnings = _Warnings()
    conn.add_log_listener(warnings)
    try:
        yield
    except (asyncpg.PostgresConnectionError, asyncpg.QueryCanceledError, OSError) as error:
        raise Unavailable("outcome_unknown", retry_after=1) from error
    finally:
        if not conn.is_closed():
            conn.remove_log_listener(warnings)
    if warnings.seen:
        raise Unavailable("outcome_unknown", retry_after=1)


async def maybe(conn: Conn, shape: type[T], sql: LiteralString, *args: Any) -> T | None:
    """The first row as `shape`, or None."""
    row = await conn.fetchrow(sql, *args)
    return None if row is None else shape(**row)


async def one(conn: Conn, shape: type[T], sql: LiteralString, *args: Any) -> T:
    """The first row as `shape`. Raises `NotFound`."""
    row = await conn.fetchrow(sql, *args)
    if row is None:
        raise NotFound
    return shape(**row)


async def many(conn: Conn, shape: type[T], sql: LiteralString, *args: Any) -> list[T]:
    """Every row as `shape`."""
    return [shape(**row) for row in await conn.fetch(sql, *args)]


def nested(shape: type[T], rows: Iterable[Iterable[Any]]) -> list[T]:
    """Rows inside a row, their columns in the order of the members of `shape`."""
    names = shape.__struct_fields__
    return [shape(**dict(zip(names, row, strict=True))) for row in rows]


async def run(conn: Conn, sql: LiteralString, *args: Any) -> int:
    """Execute a write; how many rows it touched."""
    status = await conn.execute(sql, *args)
    return int(status.rsplit(" ", 1)[-1])
