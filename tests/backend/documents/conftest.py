"""Somebody signed in who uploads over HTTP, as the shell does."""

import io
from typing import Any
from uuid import UUID

import aiohttp
import httpx
import pytest
from aiohttp import ClientResponse
from tests.backend.inputs.conftest import People
from yarl import URL

from camaug.identity.tokens import Tokens
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.settings import Settings


async def post_form(
    url: str, fields: dict[str, str], data: bytes, session: aiohttp.ClientSession
) -> int:
    """Send a file to the store; the status of its answer."""
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", io.BytesIO(data), filename="x")
    async with session.post(URL(url, encoded=True), data=form, allow_redirects=False) as answer:
        return answer.status


class Sender:
    """A citizen at the API and at the store."""

    def __init__(self, http: httpx.AsyncClient, store: aiohttp.ClientSession) -> None:
        self._http, self._store = http, store

    async def write(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        sent = {"idempotency-key": str(uuid7())} | headers
        return await self._http.post(f"/api/v1/documents{path}", json=body, headers=sent)

    async def begin(
        self, data: bytes, media_type: str, name: str = "giấy tờ", **more: object
    ) -> httpx.Response:
        new = {"file_name": name, "size": len(data), "media_type": media_type, "purpose": "TP02"}
        return await self.write("", new | more)

    async def sent(self, data: bytes, media_type: str, name: str = "giấy tờ") -> UUID:
        """Announced and sent, not yet checked."""
        begun = (await self.begin(data, media_type, name)).json()
        assert await self.post(begun, data) == 204
        return UUID(begun["document_id"])

    async def post(self, begun: dict[str, Any], data: bytes, **more: str) -> int:
        fields = begun["fields"] | more
        return await post_form(begun["url"], fields, data, self._store)

    async def complete(self, document_id: UUID, language: str = "vi") -> httpx.Response:
        return await self.write(f"/{document_id}/complete", **{"accept-language": language})

    async def address(self, document_id: UUID) -> httpx.Response:
        return await self._http.get(f"/api/v1/documents/{document_id}/download")

    async def download(self, document_id: UUID) -> tuple[bytes, ClientResponse]:
        """The bytes, and the answer for its headers."""
        url = (await self.address(document_id)).json()["url"]
        async with self._store.get(URL(url, encoded=True)) as answer:
            return await answer.read(), answer


@pytest.fixture
async def sender(client: httpx.AsyncClient, engines: Engines, settings: Settings) -> Any:
    tokens = Tokens(engines, settings.public_url)
    await tokens.read_keys()
    token = await People(engines, tokens).token("citizen")
    client.headers["authorization"] = f"Bearer {token}"
    async with aiohttp.ClientSession(auto_decompress=False) as store:
        yield Sender(client, store)
