"""A system whose parts can be taken away while it serves."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from tests.bench import load
from tests.journeys.system import Process, System, free_port

from camaug.embedded import valkey_server

Break = Callable[[], Awaitable[None]]
CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'camaug%'
      and pid <> pg_backend_pid()
"""


class Cable:
    """A TCP proxy that can be cut: what runs is torn, what comes is refused."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self.port = free_port()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Tear every connection and take no more."""
        server, self._server = self._server, None
        if server:
            server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._writers -= {writer, back}

    @staticmethod
    async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()


class Faulty:
    """The system, with a cache of its own and a cable to the object store."""

    def __init__(self, env: Mapping[str, str], folder: Path) -> None:
        store = urlsplit(env["CAMAUG_S3_URL"])
        assert store.hostname
        assert store.port
        self.cable = Cable(store.hostname, store.port)
        near = f"{store.username}:{store.password}@127.0.0.1:{self.cable.port}"
        self._socket = folder / "cache.sock"
        options = ("--port", "0", "--unixsocket", str(self._socket), "--save", "")
        self.cache = Process("cache", [valkey_server(), *options], {"PATH": os.defpath}, folder)
        self.system = System(
            dict(env)
            | {
                "CAMAUG_S3_URL": urlunsplit(store._replace(netloc=near)),
                "CAMAUG_REDIS_URL": f"unix://{self._socket}?db=0",
                "CAMAUG_WORKERS": "2",
                "CAMAUG_TRUSTED_PROXIES": "127.0.0.1",
            },
            folder,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Faulty"]:
        """Everything started; everything stopped at the end."""
        await self.cable.mend()
        await self.cache.start()
        try:
            async with self.system.running():
                yield self
        finally:
            await self.cache.stop()
            await self.cable.cut()

    def api_processes(self) -> list[int]:
        """The processes of the API that answer requests, not their parent."""
        group = self.system.serve.group
        children = [pid for pid in load.members(group) if load.parent(pid) == group]
        return [pid for pid in children if b"camaug.metrics" not in _command(pid)]

    async def kill_api(self) -> None:
        """One process of the API ends without a word; its parent starts another."""
        for pid in self.api_processes()[:1]:
            os.kill(pid, signal.SIGKILL)

    async def kill_worker(self) -> None:
        """The worker ends without a word; whoever watches it starts it again."""
        await self.system.worker.stop(signal.SIGKILL)
        await self.system.worker.start()

    async def kill_cache(self) -> None:
        """The cache is away for a second, and then empty."""
        await self.cache.stop(signal.SIGKILL)
        await asyncio.sleep(1)
        await self.cache.start()

    async def cut_store(self) -> None:
        """The object store is away for a second."""
        await self.cable.cut()
        await asyncio.sleep(1)
        await self.cable.mend()

    async def cut_database(self) -> None:
        """Every connection of ours to the database is ended by the server."""
        conn = await asyncpg.connect(self.system.env["CAMAUG_DATABASE_URL"])
        try:
            await conn.execute(CUT)
        finally:
            await conn.close()

    async def break_until(self, over: asyncio.Event, parts: Sequence[Break], every: float) -> int:
        """Take one part away after the other; how many."""
        for breaks, part in enumerate(cycle(parts)):
            if over.is_set():
                return breaks
            await part()
            await asyncio.sleep(every)
        raise AssertionError


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
