"""Implements `camaug_sdk.tables` on the plugin's own role; see migration 0016_plugin_tables."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

import asyncpg
import msgspec

from camaug.kernel import db, idempotency
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Person, StaffMember
from camaug_sdk.tables import Codes

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
Who = Person | StaffMember | None


def _actor(who: Who) -> tuple[str, UUID | None]:
    match who:
        case Person():
            return "citizen", who.citizen_id
        case StaffMember():
            return "staff", who.staff_id
        case None:
            return "plugin", None


class PluginTransaction:
    """Implements `camaug_sdk.tables.Transaction` on one connection."""

    def __init__(self, conn: db.Conn) -> None:
        self._conn = conn

    async def one(self, shape: type[S], sql: str, *args: Any) -> S:
        """See the Protocol."""
        return await db.one(self._conn, shape, cast("Any", sql), *args)

    async def maybe(self, shape: type[S], sql: str, *args: Any) -> S | None:
        """See the Protocol."""
        return await db.maybe(self._conn, shape, cast("Any", sql), *args)

    async def many(self, shape: type[S], sql: str, *args: Any) -> list[S]:
        """See the Protocol."""
        return await db.many(self._conn, shape, cast("Any", sql), *args)

    async def run(self, sql: str, *args: Any) -> int:
        """See the Protocol."""
        return await db.run(self._conn, cast("Any", sql), *args)

    async def audit(
        self,
        action: str,
        what: tuple[str, object],
        *,
        who: Who,
        agency_id: UUID | None = None,
        detail: Codes | None = None,
    ) -> None:
        """See the Protocol."""
        kind, object_id = what
        await self._conn.execute(
            "select host.audit($1, $2, $3, $4, $5, $6, $7, $8)",
            uuid7(),
            *_actor(who),
            action,
            kind,
            str(object_id),
            agency_id,
            dict(detail or {}),
        )

    async def emit(self, event: str, data: Codes) -> None:
        """See the Protocol."""
        await self._conn.execute("select host.emit($1, $2, $3)", uuid7(), event, dict(data))

    async def enqueue(
        self, job: str, payload: msgspec.Struct, *, key: str, after: timedelta = timedelta()
    ) -> None:
        """See the Protocol."""
        await self._conn.execute(
            "select host.enqueue($1, $2, $3, $4)", job, msgspec.to_builtins(payload), key, after
        )

    async def notify(
        self, citizen_id: UUID, template: str, args: Codes | None = None, *, path: str = "/"
    ) -> None:
        """See the Protocol."""
        await self._conn.execute(
            "select host.notify($1, $2, $3, $4, $5)",
            uuid7(),
            citizen_id,
            template,
            dict(args or {}),
            path,
        )

    async def attach(
        self,
        me: Person,
        document_ids: Sequence[UUID],
        object_id: object,
        role: str,
        agency_id: UUID,
    ) -> None:
        """See the Protocol."""
        try:
            await self._conn.execute(
                "select host.attach($1, $2, $3, $4, $5)",
                list(document_ids),
                me.citizen_id,
                str(object_id),
                role,
                agency_id,
            )
        except asyncpg.NoDataFoundError:
            raise NotFound from None

    async def hand_over(self, object_id: object, agency_id: UUID) -> None:
        """See the Protocol."""
        await self._conn.execute("select host.hand_over($1, $2)", str(object_id), agency_id)


class PluginDatabase:
    """Implements `camaug_sdk.tables.Database`."""

    def __init__(self, engines: Engines, plugin_id: str) -> None:
        self._engines = engines
        self._plugin_id = plugin_id

    async def one(self, shape: type[S], sql: str, *args: Any) -> S:
        """See the Protocol."""
        async with (await self._pool()).acquire() as conn:
            return await db.one(conn, shape, cast("Any", sql), *args)

    async def maybe(self, shape: type[S], sql: str, *args: Any) -> S | None:
        """See the Protocol."""
        async with (await self._pool()).acquire() as conn:
            return await db.maybe(conn, shape, cast("Any", sql), *args)

    async def many(self, shape: type[S], sql: str, *args: Any) -> list[S]:
        """See the Protocol."""
        async with (await self._pool()).acquire() as conn:
            return await db.many(conn, shape, cast("Any", sql), *args)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[PluginTransaction]:
        """See the Protocol."""
        async with db.transaction(await self._pool()) as conn:
            yield PluginTransaction(conn)

    async def once(
        self,
        shape: type[T],
        do: Callable[[PluginTransaction], Awaitable[T]],
        *,
        who: Person | StaffMember,
        key: str,
        body: object,
    ) -> T:
        """See the Protocol."""
        kind, person = _actor(who)
        scope, digest = f"{kind}|{person}", idempotency.digest(body)
        async with db.transaction(await self._pool()) as conn:
            done = await _claim(conn, scope, key, digest)
            if done is not None:
                return msgspec.json.decode(done, type=shape)
            answer = await do(PluginTransaction(conn))
            raw = msgspec.json.encode(answer)
            await conn.execute("select host.finish_key($1, $2, $3, $4)", scope, key, digest, raw)
            return answer

    def seal(self, column: str, row: UUID, text: str) -> bytes:
        """See the Protocol."""
        return self._engines.vault.seal_text(f"plugin {self._plugin_id}|{column}", row, text)

    def open(self, column: str, row: UUID, sealed: bytes) -> str:
        """See the Protocol."""
        return self._engines.vault.open_text(f"plugin {self._plugin_id}|{column}", row, sealed)

    async def _pool(self) -> db.Pool:
        return await self._engines.roles.pool(self._plugin_id)


async def _claim(conn: db.Conn, scope: str, key: str, digest: bytes) -> bytes | None:
    """The answer that was given under the key, if any."""
    try:
        return await conn.fetchval("select host.claim_key($1, $2, $3)", scope, key, digest)
    except asyncpg.LockNotAvailableError:
        raise Conflict("still_running", retry_after=1) from None
    except asyncpg.UniqueViolationError:
        raise Invalid("key_reused") from None
