"""Redis (or Valkey): what may be lost. Every use survives its absence."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeAlias, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

SCRIPT_SECONDS = 0.3
log = structlog.get_logger()
_Script: TypeAlias = tuple[tuple[Any, ...], "asyncio.Future[list[int] | None]"]


class Cache:
    """One client of this process's event loop. Failures are logged and answered with nothing."""

    def __init__(self, url: str) -> None:
        redis: Any = Redis  # its stubs leave most types unknown
        self._redis = redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._scripts: list[_Script] = []
        self._sending: set[asyncio.Task[None]] = set()

    async def ping(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def script(self, text: str, key: str, *args: int) -> list[int] | None:
        """What a script answers, run on one key; None when the server does not answer.

        Those of one turn of the loop go together: a command by itself costs the client as much as
        a handful do.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[int] | None] = loop.create_future()
        if not self._scripts:
            loop.call_soon(self._send_scripts)
        self._scripts.append(((text, 1, key, *args), answer))
        return await answer

    def _send_scripts(self) -> None:
        scripts, self._scripts = self._scripts, []
        task = asyncio.create_task(self._run_scripts(scripts), name="scripts")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _run_scripts(self, scripts: list[_Script]) -> None:
        answers: list[Any] = [None] * len(scripts)
        try:
            async with asyncio.timeout(SCRIPT_SECONDS):
                pipeline = self._redis.pipeline(transaction=False)
                for call, _ in scripts:
                    pipeline.eval(*call)
                answers = await pipeline.execute(raise_on_error=False)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("cache_away", during="script", error=type(error).__name__)
        for (_, waiting), found in zip(scripts, answers, strict=True):
            if isinstance(found, RedisError):
                log.warning("cache_away", during="script", error=type(found).__name__)
            if not waiting.done():
                waiting.set_result(cast("list[int]", found) if isinstance(found, list) else None)

    async def wake(self, channel: str, payload: str = "") -> None:
        """Tell whoever listens on `channel` that something changed; nobody may be listening."""
        try:
            await self._redis.publish(channel, payload)
        except (RedisError, OSError) as error:
            log.warning("cache_away", during="wake", error=type(error).__name__)

    async def wakes(self, *patterns: str) -> AsyncIterator[tuple[str, str]]:
        """Channel and payload of each wake-up; ("", "") whenever listening has begun.

        The client reconnects by itself for a while, and what was published meanwhile is lost: so
        ("", "") says to look after everything. Ends when the server stays away.
        """
        try:
            async with self._redis.pubsub() as pubsub:
                await pubsub.psubscribe(*patterns)
                while True:
                    message = await pubsub.get_message(timeout=10)
                    if message is None:
                        continue
                    if message["type"] == "psubscribe":
                        yield "", ""
                    else:
                        yield message["channel"].decode(), message["data"].decode()
        except (RedisError, OSError) as error:
            log.warning("cache_away", during="wakes", error=type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
