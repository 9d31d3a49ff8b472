"""A load client that costs little, and the processor time of what it calls."""

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
HEAD_END = b"\r\n\r\n"
Judge = Callable[[int, bytes], bool]
"""Whether status and body are right."""


def cpu_seconds(group: int) -> float:
    """User and system time of every process of a process group."""
    return sum(int(one) for pid in members(group) for one in _stat(pid)[11:15]) / TICKS


def members(group: int) -> list[int]:
    """The processes of a process group."""
    found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return sorted(pid for pid in found if _stat(pid)[2:3] == [str(group)])


def parent(pid: int) -> int:
    """The process that started it; 0 when it is gone."""
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def resident_mib(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _stat(pid: int) -> list[str]:
    """State, parent, group ... of a process; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@dataclass
class Round:
    """What one round came to."""

    requests: int
    seconds: float
    cpu: float
    times: list[float] = field(repr=False)

    @property
    def cpu_us(self) -> float:
        return self.cpu / self.requests * 1e6

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def p99_ms(self) -> float:
        return statistics.quantiles(self.times, n=100)[98] * 1000


class Connection(asyncio.Protocol):
    """One kept-alive connection; answers must have a content length."""

    def __init__(self) -> None:
        self.kept = True
        """Whether the server will take another request."""
        self._got = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._got += data
        end = self._got.find(HEAD_END)
        if end < 0 or self._waiting is None or self._waiting.done():
            return
        head = bytes(self._got[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        whole = end + len(HEAD_END) + length
        if len(self._got) >= whole:
            body = bytes(self._got[end + len(HEAD_END) : whole])
            del self._got[:whole]
            self.kept &= b"\r\nconnection: close" not in head
            self._waiting.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        self.kept = False
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(str(exc)))


async def run(
    port: int, group: int, requests: Sequence[bytes], judge: Judge, *, at_once: int = 32
) -> Round:
    """Send every request once, `at_once` at a time. Raises `AssertionError` at a wrong answer."""
    todo = iter(requests)
    times: list[float] = []
    loop = asyncio.get_running_loop()

    async def one() -> None:
        _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
        for request in todo:
            began = time.perf_counter()
            status, body = await connection.ask(request)
            times.append(time.perf_counter() - began)
            assert judge(status, body), f"{request[:200]!r}: {status} {body[:300]!r}"
        connection.transport.close()

    before, began = cpu_seconds(group), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    seconds = time.perf_counter() - began
    return Round(len(times), seconds, cpu_seconds(group) - before, times)


async def once(port: int, request: bytes) -> tuple[int, bytes]:
    """One request: status and body."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    try:
        return await connection.ask(request)
    finally:
        connection.transport.close()
