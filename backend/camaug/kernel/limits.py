"""Rate limits: token buckets, of which each process leases a few tokens and spends them itself.

The bucket is in Redis; one script takes from it, by the clock of the server. While Redis is away
the bucket is a row of PostgreSQL, and while that is away too nothing passes. All processes
together let at most one lease each more through than the bucket holds.
"""

import asyncio
import math
import time
from collections.abc import Callable, Hashable
from typing import Any, cast

import msgspec
import structlog
from litestar.types import ASGIApp, Receive, Scope, Send

from camaug.kernel import db
from camaug.kernel.problems import Problems
from camaug.kernel.web import Engines
from camaug_sdk.problems import TooMany, Unavailable

LEASE_SECONDS = 60.0
MOST_KEPT = 20_000
REDIS_AWAY_SECONDS = 2.0
"""After Redis failed, how long it is not asked again."""
TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local rate, burst, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(burst, (kept[1] or burst) + math.max(0, now - (kept[2] or now)) * rate)
local got = math.min(want, math.floor(tokens))
tokens = tokens - got
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return {got, math.floor(tokens)}
"""
log = structlog.get_logger()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket of `burst` tokens that fills at `rate` a second; a request is one token."""

    name: str
    rate: int
    burst: int
    lease: int
    """Tokens that one process takes at a time."""


ACCOUNT = Policy(name="account", rate=20, burst=300, lease=20)
ADDRESS = Policy(name="address", rate=300, burst=3000, lease=100)
"""Wide, because a village may share one address."""


def address(scope: Scope) -> Hashable:
    """The client's address, as the edge read it."""
    return cast("Any", scope)["client"][0]


class _Lease(msgspec.Struct):
    """Tokens in hand until an instant of the loop's clock; REFUSED when there were none."""

    tokens: int
    until: float
    header: tuple[bytes, bytes]


REFUSED = -1


class Buckets:
    """Takes leases. One for each process."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._redis_from = 0.0

    async def take(self, policy: Policy, key: Hashable) -> tuple[int, int]:
        """Tokens taken, and tokens left. Raises `Unavailable` when no store answers."""
        named = f"limit|{policy.name}|{self._engines.vault.index('limit', str(key)).hex()}"
        now = time.monotonic()
        if now >= self._redis_from:
            args = (policy.rate, policy.burst, policy.lease)
            taken = await self._engines.cache.script(TAKE, named, *args)
            if taken is not None:
                return int(taken[0]), int(taken[1])
            self._redis_from = now + REDIS_AWAY_SECONDS
        return await self._from_database(policy, named)

    async def _from_database(self, policy: Policy, named: str) -> tuple[int, int]:
        try:
            async with self._engines.pool.acquire(timeout=2) as conn:
                left = await _take(conn, policy, named)
        except Exception as error:
            log.warning("limit_not_known", error=type(error).__name__)
            raise Unavailable(retry_after=1) from error
        return (0, 0) if left is None else (policy.lease, left)


async def _take(conn: db.Conn, policy: Policy, named: str) -> int | None:
    """The tokens left after a whole lease was taken; None when there is none to take."""
    return cast(
        "int | None",
        await conn.fetchval(
            """
            insert into rate_bucket as kept (key, tokens, at)
            values ($1, $3::float8 - $4::float8, clock_timestamp())
            on conflict (key) do update set
                at = clock_timestamp(),
                tokens = least($3::float8, kept.tokens
                    + extract(epoch from clock_timestamp() - kept.at)::float8 * $2::float8)
                    - $4::float8
            where least($3::float8, kept.tokens
                + extract(epoch from clock_timestamp() - kept.at)::float8 * $2::float8)
                >= $4::float8
            returning floor(tokens)::int
            """,
            named,
            policy.rate,
            policy.burst,
            policy.lease,
        ),
    )


class Limit:
    """Wraps the API with one policy; `whose` gives the key of a request, or None for no limit."""

    def __init__(
        self,
        inner: ASGIApp,
        buckets: Buckets,
        problems: Problems,
        policy: Policy,
        whose: Callable[[Scope], Hashable],
    ) -> None:
        self._inner = inner
        self._buckets = buckets
        self._problems = problems
        self._policy = policy
        self._whose = whose
        self._leases: dict[Hashable, _Lease] = {}
        self._taking: dict[Hashable, asyncio.Task[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        key = self._whose(scope) if scope["type"] == "http" else None
        if key is None:
            await self._inner(scope, receive, send)
            return
        try:
            lease = await self._lease(key)
        except Unavailable as problem:
            await self._problems.send(scope, problem, send)
            return
        cast("Any", scope)["state"]["ratelimit"] = lease.header
        if lease.tokens == REFUSED:
            wait = math.ceil(lease.until - time.monotonic())
            await self._problems.send(scope, TooMany(retry_after=max(1, wait)), send)
            return
        lease.tokens -= 1
        await self._inner(scope, receive, send)

    async def _lease(self, key: Hashable) -> _Lease:
        """One that has a token, or that was refused. Raises `Unavailable`."""
        while True:
            lease = self._leases.get(key)
            now = time.monotonic()
            if lease is not None and lease.until > now and lease.tokens != 0:
                return lease
            task = self._taking.get(key)
            if task is None:
                task = asyncio.create_task(self._take(key), name="rate limit")
                self._taking[key] = task
                task.add_done_callback(lambda _: self._taking.pop(key, None))
            await asyncio.shield(task)

    async def _take(self, key: Hashable) -> None:
        got, left = await self._buckets.take(self._policy, key)
        now = time.monotonic()
        wait = self._policy.lease / self._policy.rate
        while len(self._leases) >= MOST_KEPT:
            del self._leases[next(iter(self._leases))]
        self._leases.pop(key, None)
        self._leases[key] = _Lease(
            tokens=got or REFUSED,
            until=now + (LEASE_SECONDS if got else max(1.0, wait)),
            header=(b"ratelimit", f'"{self._policy.name}";r={left + got};t={wait:.0f}'.encode()),
        )
