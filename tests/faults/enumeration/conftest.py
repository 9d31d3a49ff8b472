"""The application to be asked: in this process, and behind a socket."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from tests.backend.enumeration.attacked import Attacked, inside, on_a_disk
from tests.backend.enumeration.measure import Answer, Request, sent
from tests.backend.identity.conftest import gateway, settings
from tests.bench import rig
from tests.journeys.system import System

from camaug import app as application
from camaug.identity.tokens import Tokens
from camaug.settings import load

__all__ = ["gateway", "inside", "settings"]


@pytest.fixture(scope="module")
async def outside(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Attacked]:
    folder = tmp_path_factory.mktemp("system")
    more = {"CAMAUG_WORKERS": "1", "CAMAUG_TRUSTED_PROXIES": "127.0.0.1"}
    async with rig.database(environment) as env:
        await on_a_disk(environment, env["CAMAUG_DATABASE_URL"])
        async with System(env | more, folder).running() as system:
            config = load(system.env)
            async with application.engines(config, process="timings") as made:
                tokens = Tokens(made, config.public_url)
                await tokens.read_keys()
                line = Line(system.url)
                yield Attacked(engines=made, tokens=tokens, ask=line.ask)
                line.close()


class Line:
    """One connection, kept open, as somebody who measures would; a proxy names the address."""

    def __init__(self, url: str) -> None:
        self._place: Any = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()

    async def ask(self, request: Request, address: str) -> Answer:
        if self._streams is None:
            where = self._place.hostname, self._place.port
            self._streams = await asyncio.open_connection(*where)
        reader, writer = self._streams
        body = b"" if request.body is None else msgspec.json.encode(request.body)
        headers = [("host", self._place.netloc), ("x-forwarded-for", address)]
        lines = [f"{name}: {value}" for name, value in headers + sent(request, body)]
        text = "\r\n".join([f"{request.method} {request.path} HTTP/1.1", *lines, "", ""])
        began = time.perf_counter()
        writer.write(text.encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        told = {name.lower(): value for name, _, value in (one.partition(": ") for one in head[1:])}
        told.pop("", None)
        got = await reader.readexactly(int(told.get("content-length", "0")))
        took = time.perf_counter() - began
        status = int(head[0].split()[1])
        return Answer(status=status, headers=told, body=got, ms=took * 1000)
