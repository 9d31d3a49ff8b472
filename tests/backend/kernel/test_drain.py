"""A process that will be replaced closes each connection with its answer."""

import asyncio
import os
from typing import Any

import pytest

from camaug.asgi import draining
from camaug.processes import DRAIN


async def _hello(_: Any, __: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]})
    await send({"type": "http.response.body", "body": b"ok", "more_body": False})


async def _headers(app: Any, http_version: str) -> dict[bytes, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "http_version": http_version}
    await app(scope, None, send)
    assert sent[1]["body"] == b"ok"
    return dict(sent[0]["headers"])


@pytest.mark.parametrize(
    ("http_version", "closed"), [("1.0", True), ("1.1", True), ("2", False)], ids=str
)
async def test_connections_are_closed_after_the_signal_and_not_before(
    http_version: str, closed: bool
) -> None:
    app = draining(_hello)
    assert await _headers(app, http_version) == {b"x-own": b"1"}
    os.kill(os.getpid(), DRAIN)
    await asyncio.sleep(0)
    told = await _headers(app, http_version)
    assert told == {b"x-own": b"1"} | ({b"connection": b"close"} if closed else {})
