"""Granian and uvicorn beside each other, each with two workers of this application.

    ./camaug engines -- python -m tests.bench.servers

What a request costs; how many new connections wait while one worker is blocked; what fails when
one is killed; how long an orderly end takes. The figures are in
docs/adr/0014-server.md.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.journeys.system import Process, System, free_port

from . import load
from .rig import database

REQUESTS, NEW, PATIENCE_S = 8000, 100, 2.0
WATCH_S = 12.0


def _ask(number: int) -> bytes:
    """A request of one of many addresses, as limits go by address."""
    source = f"10.1.{number // 250 % 250}.{number % 250}"
    return f"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {source}\r\n\r\n".encode()


def _argv(server: str, port: int) -> list[str]:
    if server == "granian":
        return [sys.executable, "-m", "camaug.cli", "serve", "--listen", f"127.0.0.1:{port}"]
    return [
        sys.executable, "-m", "uvicorn", "camaug.asgi:create", "--factory", "--workers", "2",
        "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip


async def _answered(port: int, number: int) -> bool:
    """Whether a new connection gets an answer in time."""
    with suppress(OSError, ConnectionError, TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            status, _ = await load.once(port, _ask(number))
            return status == 200
    return False


def _workers(group: int) -> list[int]:
    """The two processes of a group that have worked most: those that answer."""
    inside = [pid for pid in load.members(group) if load.parent(pid) in load.members(group)]
    return sorted(inside, key=load.resident_mib)[-2:]


async def _blocked(port: int, group: int) -> int:
    """New connections without an answer while one worker stands."""
    victim = _workers(group)[0]
    os.kill(victim, signal.SIGSTOP)
    try:
        answered = await asyncio.gather(*(_answered(port, number) for number in range(NEW)))
    finally:
        os.kill(victim, signal.SIGCONT)
    await asyncio.sleep(1)
    return answered.count(False)


async def _killed(port: int, group: int) -> int:
    """Requests without an answer in the seconds after the death of a worker."""
    os.kill(_workers(group)[0], signal.SIGKILL)
    began, asked, failed = time.monotonic(), 0, 0
    while time.monotonic() - began < WATCH_S:
        asked += 1
        failed += not await _answered(port, asked)
        await asyncio.sleep(0.02)
    return failed


async def _compare(server: str, env: Mapping[str, str], folder: Path) -> str:
    port = free_port()
    process = Process(server, _argv(server, port), env, folder)
    await process.start()
    for _ in range(600):
        if await _answered(port, 0):
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    requests = [_ask(number) for number in range(REQUESTS)]
    round_ = await load.run(port, process.group, requests, lambda status, _: status == 200)
    waiting = [await _blocked(port, process.group) for _ in range(3)]
    failed = await _killed(port, process.group)
    began = time.monotonic()
    await process.stop()
    end = time.monotonic() - began
    return (
        f"{server}: {round_.cpu_us:.0f} us a request, {round_.rate:.0f}/s, p99 {round_.p99_ms:.1f}"
        f" ms; one blocked: {waiting} of {NEW} wait; one killed: {failed} failed; end"
        f" {end:.1f} s"
    )


async def main() -> None:
    """Print a line for each."""
    async with database(os.environ) as own:
        with tempfile.TemporaryDirectory(prefix="camaug-servers-") as name:
            made = System(
                own | {"CAMAUG_WORKERS": "2", "CAMAUG_TRUSTED_PROXIES": "127.0.0.1"}, Path(name)
            )
            async with made.running():
                await made.serve.stop()
                for server in ("granian", "uvicorn"):
                    sys.stdout.write(await _compare(server, made.env, Path(name)) + "\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
