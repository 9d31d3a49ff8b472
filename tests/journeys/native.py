"""A shell without a browser: it signs in, reads Screens, fills their forms and sends them."""

import asyncio
import re
import ssl
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
from playwright.async_api import BrowserContext

from camaug.identity.session_routes import COOKIE_PATH

from .system import System

Json = dict[str, Any]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a494441"
    "54789c636000000002000148afa4710000000049454e44ae426082"
)
"""One grey dot, the smallest picture that is whole."""
TYPED: Json = {
    "person-name-field": "Nguyễn Đăng Minh An",
    "citizen-id-field": "096190999910",
    "phone-field": "0990000001",
    "email-field": "minh.an@vi-du.vn",
    "address-field": "12 Lý Bôn, phường An Xuyên, tỉnh Cà Mau",
    "commune-field": "32002",
    "place-field": "9.17680,105.15240",
    "date-field": "2026-11-20",
    "number-field": 1,
    "money-field": 100000,
    "text-field": "Kinh",
    "long-text-field": "Không có",
    "boolean-field": True,
}


def blocks_of(shown: Json) -> Iterator[Json]:
    """Every block of a screen, the nested ones too."""
    for block in shown.get("blocks", []):
        yield block
        yield from blocks_of(block)


def form_of(screen: Json) -> Json:
    return next(block for block in blocks_of(screen) if block["type"] == "form")


NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For addresses without TLS; httpx would read every authority of the machine for each client."""


class Native:
    """One person on a native client: tokens in the body, one key for each tap.

    `refresh_token` is as of the last sign-in or renewal.
    """

    def __init__(self, url: str, simulators: str) -> None:
        self.http = httpx.AsyncClient(
            base_url=url, headers={"X-Camaug-Client": "native"}, timeout=20, verify=NO_TLS
        )
        self.refresh_token = ""
        self._simulators = simulators

    async def close(self) -> None:
        await self.http.aclose()

    async def get(self, path: str) -> Json:
        answer = await self.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    async def send(self, action: Json, values: Json | None = None) -> Json:
        """Do a `Send`, coming again while a copy runs."""
        body = {**action.get("body", {}), **(values or {})}
        key = str(uuid4())
        for _ in range(20):
            answer = await self.http.request(
                action.get("method", "POST"),
                action["href"],
                json=body,
                headers={"Idempotency-Key": key},
            )
            if answer.status_code != 409 or answer.json()["code"] != "still_running":
                break
            await asyncio.sleep(0.1)
        assert answer.status_code < 300, (action["href"], answer.status_code, answer.text)
        return answer.json()

    async def sign_in(self, phone: str) -> None:
        asked = await self.get("/api/v1/screens/sign-in")
        screen = await self.send(form_of(asked)["submit"]["action"], {"phone": phone})
        code = await self._code(phone)
        name = next(
            block["name"]
            for block in blocks_of(screen)
            if block.get("autocomplete") == "one-time-code"
        )
        self._enter(await self.send(form_of(screen)["submit"]["action"], {name: code}))

    async def sign_in_staff(self, system: System, login: str) -> None:
        """Password, then the code of the person's app."""
        asked = await self.get("/api/v1/screens/console/sign-in")
        typed = {"login": login, "password": system.passwords[login]}
        screen = await self.send(form_of(asked)["submit"]["action"], typed)
        code = {"code": await system.app_code(login)}
        self._enter(await self.send(form_of(screen)["submit"]["action"], code))

    def _enter(self, signed: Json) -> None:
        assert signed["type"] == "signed-in"
        self.refresh_token = signed["refresh_token"]
        assert self.refresh_token
        self.http.headers["Authorization"] = f"Bearer {signed['access_token']}"

    async def renew(self) -> None:
        """Another fifteen minutes."""
        body = {"audience": "citizen", "refresh_token": self.refresh_token}
        self._enter(await self.send({"href": "/api/v1/session/refresh", "body": body}))

    async def _code(self, phone: str) -> str:
        async with httpx.AsyncClient(verify=NO_TLS) as outside:
            answer = await outside.get(f"{self._simulators}/sms/{phone}.json")
        messages = answer.json()["messages"]
        found = re.search(r"\b\d{6}\b", messages[-1]["content"])
        assert found, messages[-1]
        return found.group()

    async def into(self, context: BrowserContext, audience: str) -> None:
        """Leave the session to a browser, as if the person had signed in there."""
        await context.add_cookies(
            [
                {
                    "name": f"camaug_{audience}",
                    "value": self.refresh_token,
                    "domain": "127.0.0.1",
                    "path": COOKIE_PATH,
                    "httpOnly": True,
                    "sameSite": "Strict",
                }
            ]
        )

    async def upload(self, purpose: str) -> str:
        """Send a picture as the protocol of `FileField` says; its document id."""
        begun = await self.send(
            {"href": "/api/v1/documents"},
            {"file_name": "anh.png", "size": len(PNG), "media_type": "image/png",
             "purpose": purpose},
        )  # fmt: skip
        async with httpx.AsyncClient(verify=NO_TLS) as store:
            sent = await store.post(
                begun["url"], data=begun["fields"], files={"file": ("anh.png", PNG)}
            )
        assert sent.status_code == 204, sent.text
        done = await self.send({"href": f"/api/v1/documents/{begun['document_id']}/complete"})
        assert done["state"] == "checked"
        return begun["document_id"]

    async def fill(self, form: Json) -> Json:
        """Values for every field that is asked for: prefilled ones stay, files are uploaded."""
        values: Json = {}
        for field in blocks_of(form):
            kind = field["type"]
            if not kind.endswith("-field"):
                continue
            if field.get("value") is not None:
                values[field["name"]] = field["value"]
            elif kind == "file-field":
                needed = field.get("required", False)
                values[field["name"]] = [await self.upload(field["purpose"])] if needed else []
            elif kind in ("choice-field", "choices-field"):
                values[field["name"]] = field["choices"][-1]["value"]
            elif field.get("required"):
                values[field["name"]] = TYPED[kind]
        return values

    async def file(self, procedure: str) -> Json:
        """File a procedure, step by step; the last answer."""
        return await self.send(await self.filled(procedure))

    async def filled(self, procedure: str) -> Json:
        """Fill a form step by step; what its review would send."""
        path = f"/api/v1/apps/submit-dossier/{procedure}"
        for _ in range(12):
            form = form_of(await self.get(path))
            action, values = form["submit"]["action"], await self.fill(form)
            if action["href"].endswith("/submit"):
                return {**action, "body": {**action.get("body", {}), **values}}
            answer = await self.send(action, values)
            path = answer["then"]["href"].replace("/apps/", "/api/v1/apps/", 1)
        raise AssertionError(f"{procedure}: the form does not end")
