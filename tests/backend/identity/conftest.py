"""A message gateway to read codes from, and what a shell does with the routes."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from camaug.identity.sms import PATH
from camaug.kernel.ids import uuid7
from camaug.settings import Settings, load

NEEDED = {"ApiKey", "SecretKey", "Phone", "Content", "SmsType", "Brandname", "RequestId"}
NUMBER = "0912345678"


class Phone:
    """The other end of the gateway: answers as eSMS.vn does and keeps what it took."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.fault: str | None = None
        """`refuse`, `break` (no answer, nothing taken) or `lose` (taken, answer lost once)."""
        self.calls = 0
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """One call of the API."""
        self.calls += 1
        message = msgspec.json.decode(await request.read())
        assert set(message) >= NEEDED
        if self.fault == "refuse":
            return web.json_response({"CodeResult": "103", "CountRegenerate": 0})
        if self.fault == "break":
            return web.Response(status=500)
        if message["RequestId"] in {one["RequestId"] for one in self.messages}:
            return web.json_response({"CodeResult": "124", "ErrorMessage": "Request exist 1"})
        self.messages.append(message)
        if self.fault == "lose":
            return web.Response(status=502)
        return web.json_response({"CodeResult": "100", "CountRegenerate": 0, "SMSID": "1"})

    def code(self, phone: str) -> str:
        """The newest code that came to `phone`."""
        text = next(m["Content"] for m in reversed(self.messages) if m["Phone"] == phone)
        return next(word for word in text.split() if word.isdigit() and len(word) == 6)


@pytest.fixture(scope="session")
async def gateway() -> AsyncIterator[Phone]:
    phone = Phone()
    application = web.Application()
    application.router.add_post(PATH, phone.take)
    async with TestServer(application) as server:
        phone.url = str(server.make_url("")).rstrip("/")
        yield phone


@pytest.fixture
def phone(gateway: Phone) -> Phone:
    """The gateway, emptied."""
    gateway.messages.clear()
    gateway.fault, gateway.calls = None, 0
    return gateway


@pytest.fixture(scope="session")
def settings(environment: dict[str, str], gateway: Phone) -> Settings:
    return msgspec.structs.replace(
        load(environment), sms_url=gateway.url, sms_key="key", sms_secret="secret"
    )


class Shell:
    """What the shells do: write with a key, ask for a code, try it, come with a token."""

    def __init__(self, client: httpx.AsyncClient, phone: Phone) -> None:
        self.client = client
        self._phone = phone

    async def write(
        self, path: str, body: object = None, method: str = "POST", **headers: str
    ) -> httpx.Response:
        """Send with a fresh idempotency key; `x_name="v"` is the header `x-name: v`."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"idempotency-key": str(uuid7())} | names
        return await self.client.request(method, path, json=body, headers=sent)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Read."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers=names)

    async def ask(self, number: str = NUMBER, **headers: str) -> httpx.Response:
        """Ask for a code."""
        return await self.write("/api/v1/session/otp", {"phone": number}, **headers)

    async def verify(self, asked: httpx.Response, code: str, **headers: str) -> httpx.Response:
        """Try a code in the form that `asked` shows."""
        form = next(block for block in asked.json()["blocks"] if block["type"] == "form")
        body = form["submit"]["action"]["body"] | {"code": code}
        return await self.write("/api/v1/session/otp/verify", body, **headers)

    async def sign_in(self, number: str = NUMBER, **headers: str) -> dict[str, Any]:
        """Access and refresh token of a native client."""
        asked = await self.ask(number)
        assert asked.status_code == 200, asked.text
        code = self._phone.code(number)
        answer = await self.verify(asked, code, x_camaug_client="native", **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def bearer(self, number: str = NUMBER) -> str:
        """The `Authorization` header of somebody signed in."""
        return f"Bearer {(await self.sign_in(number))['access_token']}"


@pytest.fixture
def shell(client: httpx.AsyncClient, phone: Phone) -> Shell:
    return Shell(client, phone)
