"""Redis (or Valkey): what may be lost. Every use survives its absence."""

import asyncio
from collections.abc import AsyncIterator, Collection
from typing import Any, TypeAlias, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

SCRIPT_SECONDS = 0.3
AGAIN_SECONDS = 0.5
BEGINNING = "beginning"
"""A channel that nobody announces anything on: to hear it is to have begun."""
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

    def wakes(self, wanted: Collection[str]) -> "Wakes":
        """Wake-ups of the channels in `wanted`, which is looked at again whenever it changes."""
        return Wakes(self._redis, wanted)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


class Wakes:
    """Hears the channels that somebody in this process waits for, and no others.

    What is announced of everybody else would cost each process more than its own work does.
    """

    def __init__(self, redis: Any, wanted: Collection[str]) -> None:
        self._redis = redis
        self._wanted = wanted
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Tell that other channels are wanted now."""
        self._changed.set()

    async def listen(self) -> AsyncIterator[str]:
        """The channel of each wake-up, and of each that is heard from now on; "" at the beginning.

        What was announced before a channel was heard is lost: so its name says to look after it.
        The client reconnects by itself for a while, and begins anew. Ends when the server stays
        away.
        """
        try:
            async with self._redis.pubsub() as pubsub:
                await pubsub.subscribe(BEGINNING)
                settling = asyncio.create_task(self._settle(pubsub), name="wakes")
                try:
                    while True:
                        message = await pubsub.get_message(timeout=10)
                        if message is not None and message["type"] != "unsubscribe":
                            channel = message["channel"].decode()
                            yield "" if channel == BEGINNING else channel
                finally:
                    settling.cancel()
                    await asyncio.gather(settling, return_exceptions=True)
        except (RedisError, OSError) as error:
            log.warning("cache_away", during="wakes", error=type(error).__name__)

    async def _settle(self, pubsub: Any) -> None:
        """Have the server send what is wanted; changes that come together go together."""
        heard: set[str] = set()
        while True:
            self._changed.clear()
            wanted = set(self._wanted)
            try:
                if more := wanted - heard:
                    await pubsub.subscribe(*more)
                if less := heard - wanted:
                    await pubsub.unsubscribe(*less)
            except (RedisError, OSError):
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            heard = wanted
            if not self._changed.is_set():
                await self._changed.wait()
