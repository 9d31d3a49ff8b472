"""A system as it is deployed, with one API process, and floors beside it."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
from tests.journeys.native import Json, Native
from tests.journeys.system import ROOT, Process, System, free_port

from . import generated

FLOORS = Path(__file__).with_name("floors.py")
AT_ONCE = 16
INSTALLED = len(list((ROOT / "plugins").glob("*/pyproject.toml")))
"""Utilities that are there before any is generated."""
T = TypeVar("T")
BROWSER = (
    "Host: 127.0.0.1\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Mobile Safari/537.36\r\nSec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
)
"""The headers that the shell's fetch sends, beside its own."""


def pythonpath(folder: Path) -> dict[str, str]:
    """The variable that adds a folder to where Python looks."""
    more = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{more}" if more else str(folder)}


@asynccontextmanager
async def database(env: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """Settings with an empty database of their own, dropped at the end."""
    name = f"bench_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(env["CAMAUG_TEST_ADMIN_URL"])
    own = dict(env)
    for setting in ("CAMAUG_DATABASE_URL", "CAMAUG_MIGRATOR_URL"):
        own[setting] = urlunsplit(urlsplit(env[setting])._replace(path=f"/{name}"))
    await admin.execute(f"create database {name} template camaug_empty owner camaug_migrator")
    try:
        yield own
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@asynccontextmanager
async def system(more_plugins: int) -> AsyncIterator[System]:
    """Everything running, with generated plugins beside the installed ones."""
    with tempfile.TemporaryDirectory(prefix="camaug-bench-") as name:
        folder = Path(name)
        generated.write(folder / "plugins", more_plugins)
        env = (
            dict(os.environ)
            | pythonpath(folder / "plugins")
            | {"CAMAUG_WORKERS": "1", "CAMAUG_TRUSTED_PROXIES": "127.0.0.1"}
        )
        async with database(env) as own:
            made = System(own, folder)
            made.migrate = ("tests.bench.taking_in",)
            async with made.running():
                yield made


@asynccontextmanager
async def floor(name: str, env: Mapping[str, str]) -> AsyncIterator[tuple[int, int]]:
    """A floor server of `floors.py`: its port and process group."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="camaug-floor-") as folder:
        argv = [sys.executable, str(FLOORS), name, str(port)]
        process = Process("floor", argv, env, Path(folder))
        await process.start()
        try:
            for _ in range(200):
                assert not process.ended, process.log.read_text()
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
            yield port, process.group
        finally:
            await process.stop()


async def _each(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(what: Coroutine[Any, Any, T]) -> T:
        async with room:
            return await what

    return await asyncio.gather(*map(one, work))


async def citizens(made: System, count: int) -> list[Native]:
    """So many different people, signed in by code as their phones would."""
    people = [Native(made.url, made.simulators) for _ in range(count)]
    for number, person in enumerate(people):
        person.http.headers["X-Forwarded-For"] = f"10.0.{number // 250}.{number % 250}"
    await _each(one.sign_in(f"0981{number:06d}") for number, one in enumerate(people))
    return people


async def renewed(people: Sequence[Native]) -> None:
    """Keep all signed in: to make a thousand people ready may take longer than a token lives."""
    await _each(person.renew() for person in people)


async def filled(people: Sequence[Native], procedure: str) -> list[Json]:
    """A form of each, filled step by step; what their reviews would send."""
    return await _each(person.filled(procedure) for person in people)


async def filed(people: Sequence[Native], actions: Sequence[Json]) -> list[str]:
    """A dossier of each; their ids."""
    answers = await _each(map(Native.send, people, actions))
    return [str(answer["then"]["href"].rpartition("/")[2]) for answer in answers]


def request(
    method: str, path: str, person: Native, *, headers: Mapping[str, str] = {}, body: bytes = b""
) -> bytes:
    """A request as the shell sends it, and as the proxy before the API passes it on."""
    token, address = person.http.headers["Authorization"], person.http.headers["X-Forwarded-For"]
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if body:
        more += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head = (
        f"{method} {path} HTTP/1.1\r\n{BROWSER}Accept-Language: vi\r\n"
        f"Authorization: {token}\r\nX-Forwarded-For: {address}\r\n{more}\r\n"
    )
    return head.encode() + body


async def close(people: Sequence[Native]) -> None:
    """Let go of every connection."""
    await asyncio.gather(*(one.close() for one in people))
