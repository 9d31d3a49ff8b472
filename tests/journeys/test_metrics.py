"""`/metrics`: the sum over the API processes, which outlives each of them, on its own port."""

import asyncio
import os
import re
import signal
import socket
from pathlib import Path

import httpx
import pytest

from camaug import metrics
from camaug.settings import Wrong

from .native import NO_TLS
from .system import System

LISTENS = "0A"
"""State of a socket in /proc/net/tcp."""

ROUTE, TIMES = "/api/v1/communes", 24


async def _counted(http: httpx.AsyncClient, system: System) -> float:
    text = (await http.get(system.metrics)).text
    lines = re.findall(
        rf'^camaug_requests_total{{(.*route="{ROUTE}".*)}} (\S+)$', text, re.MULTILINE
    )
    return sum(float(number) for labels, number in lines if 'status="200"' in labels)


async def _comes_to(http: httpx.AsyncClient, system: System, wanted: float) -> None:
    """A request is counted when its answer is out; so many, and no more."""
    for _ in range(100):
        if (found := await _counted(http, system)) >= wanted:
            break
        await asyncio.sleep(0.1)
    assert found == wanted


def _one_of_them(parent: int) -> int:
    """An API process of the server."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return next(int(one) for one in children if b"camaug.cli" in _command(one))


def _command(pid: str) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


async def test_metrics_are_the_sum_of_processes_that_may_die(system: System) -> None:
    async with httpx.AsyncClient(verify=NO_TLS) as http:
        before = await _counted(http, system)
        for _ in range(TIMES):
            # Its own connection, to either process.
            async with httpx.AsyncClient(verify=NO_TLS) as once:
                assert (await once.get(system.url + ROUTE)).status_code == 200
        await _comes_to(http, system, before + TIMES)

        os.kill(_one_of_them(system.serve.group), signal.SIGKILL)
        await asyncio.sleep(0.5)
        await system.ready()
        await _comes_to(http, system, before + TIMES)


def test_the_processes_share_one_listening_socket(system: System) -> None:
    port = int(system.url.rpartition(":")[2])
    lines = Path("/proc/net/tcp").read_text().splitlines()
    sockets = [one for one in lines if one.split()[1].endswith(f":{port:04X}")]
    assert [one.split()[3] for one in sockets].count(LISTENS) == 1


async def test_metrics_are_not_for_the_outside(system: System) -> None:
    async with httpx.AsyncClient(verify=NO_TLS) as http:
        answer = await http.get(f"{system.url}/metrics")
    assert "camaug_requests_total" not in answer.text


def test_a_taken_port_ends_the_start_with_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(Wrong, match=f":{port} cannot be used"),
            metrics.served(f"127.0.0.1:{port}"),
        ):
            raise AssertionError
