"""The same key gives the same answer; another body under a used key is refused.

The answer is stored in the transaction of the write, so either both are there or none. While the
first request runs, its copies get 409 `still_running` and come again.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from camaug.kernel import db
from camaug_sdk.problems import Conflict, Invalid

T = TypeVar("T")
KEY_LENGTH = 128


class _Done(msgspec.Struct):
    body_hash: bytes
    answer: bytes


def digest(body: object) -> bytes:
    """What tells one body from another."""
    return hashlib.sha256(msgspec.json.encode(body)).digest()


async def answered(
    conn: db.Conn, shape: type[T], *, scope: str, key: str, body_hash: bytes
) -> T | None:
    """The stored answer, if there is one. Raises `Invalid` when the body was another."""
    done = await db.maybe(
        conn,
        _Done,
        "select body_hash, answer from idempotency where scope = $1 and key = $2",
        scope,
        key,
    )
    if done is None:
        return None
    if done.body_hash != body_hash:
        raise Invalid("key_reused")
    return msgspec.json.decode(done.answer, type=shape)


async def once(
    conn: db.Conn,
    shape: type[T],
    do: Callable[[], Awaitable[T]],
    *,
    scope: str,
    key: str,
    body: object,
    now: datetime,
) -> T:
    """Run `do` at most once for (`scope`, `key`), and give its stored answer afterwards.

    `scope` names the person and the operation. Raises `Conflict` while a copy is running, and
    `Invalid` when `body` differs from the first request's.
    """
    if not await conn.fetchval(
        "select pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"{scope}|{key}"
    ):
        raise Conflict("still_running", retry_after=1)
    body_hash = digest(body)
    done = await answered(conn, shape, scope=scope, key=key, body_hash=body_hash)
    if done is not None:
        return done
    answer = await do()
    await db.run(
        conn,
        "insert into idempotency (scope, key, body_hash, answer, created_at)"
        " values ($1, $2, $3, $4, $5)",
        scope,
        key,
        body_hash,
        msgspec.json.encode(answer),
        now,
    )
    return answer
