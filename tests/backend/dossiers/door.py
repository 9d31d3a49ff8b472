"""The plugins as installed, over HTTP, asked by whoever a test says."""

from typing import Any

import httpx
from litestar.types import Receive, Scope, Send

from camaug.kernel.ids import uuid7
from camaug.kernel.problems import Problems
from camaug.kernel.web import Engines
from camaug.plugins.mount import PluginHost
from camaug_sdk.records import Caller

APPS = "/api/v1/apps"


async def nowhere(scope: Scope, _: Receive, __: Send) -> None:
    """What stands behind the plugins."""
    raise AssertionError(scope)


class Door:
    """The mount of all plugins, asked by whoever `caller` says."""

    def __init__(self, host: PluginHost, engines: Engines) -> None:
        self.caller = Caller(language="vi")
        self._app = host.in_front_of(nowhere, Problems(engines.texts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = {"caller": self.caller, "request_id": "r"}
        await self._app({**scope, "state": state}, receive, send)  # type: ignore[typeddict-item]

    async def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The answer as JSON; `path` is an address of shell, console or API."""
        answered = await self.answer(method, path, body)
        assert answered.status_code == 200, answered.text
        return answered.json()

    async def answer(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Whatever is answered."""
        transport = httpx.ASGITransport(self)  # pyright: ignore[reportArgumentType]
        path = path.replace("/console/apps/track-dossier/", "/apps/track-dossier/desk/")
        address = path if path.startswith("/api/v1") else f"{APPS}{path.removeprefix('/apps')}"
        headers = {"Idempotency-Key": str(uuid7())}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, address, json=body, headers=headers)
