"""A client that never gives up and never takes a second key: what it was told is its journal."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from tests.bench import load
from tests.journeys.native import PNG, Json, Native

AGAIN = (409, 429, 500, 502, 503, 504)
CONFLICT = 409
LONGEST = 60.0


class Told:
    """What became of every request."""

    def __init__(self) -> None:
        self.filed: dict[str, str] = {}
        """Key to the address of the dossier that was acknowledged under it."""
        self.why: Counter[str] = Counter()
        """Why requests had to be sent again."""


async def send(
    person: Native, method: str, path: str, told: Told, *, key: str = "", body: Any = None
) -> httpx.Response:
    """One request until it is answered, under one key, whatever breaks meanwhile."""
    headers = {"Idempotency-Key": key} if key else {}
    deadline = asyncio.get_running_loop().time() + LONGEST
    while True:
        try:
            answer = await person.http.request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            why = repr(error)
        else:
            if answer.status_code not in AGAIN:
                return answer
            assert answer.content.startswith(b"{"), (answer.status_code, answer.text, path)
            code = answer.json()["code"]
            if answer.status_code == CONFLICT and code != "still_running":
                return answer
            why = f"{answer.status_code} {code}"
        told.why[why] += 1
        assert asyncio.get_running_loop().time() < deadline, why
        await asyncio.sleep(0.1)


class Wires:
    """Kept-alive connections as a proxy keeps them; costs so little that the server has the rest.

    httpx takes more processor time for a request than the API does for its answer.
    """

    def __init__(self, port: int, told: Told) -> None:
        self._port = port
        self._told = told
        self._idle: list[load.Connection] = []

    async def send(self, request: bytes) -> bytes:
        """The body of a 200, after so many tries as it takes."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST
        while True:
            try:
                status, body = await self._once(request)
            except OSError as error:
                why = type(error).__name__
            else:
                if status == 200:
                    return body
                code = msgspec.json.decode(body)["code"]
                assert status in AGAIN, (status, code)
                why = f"{status} {code}"
            self._told.why[why] += 1
            assert loop.time() < deadline, why
            await asyncio.sleep(0.1)

    async def _once(self, request: bytes) -> tuple[int, bytes]:
        self._idle = [one for one in self._idle if one.kept]
        if self._idle:
            wire = self._idle.pop()
        else:
            loop = asyncio.get_running_loop()
            _, wire = await loop.create_connection(load.Connection, "127.0.0.1", self._port)
        answer = await wire.ask(request)
        if wire.kept:
            self._idle.append(wire)
        else:
            wire.transport.close()
        return answer

    def close(self) -> None:
        """Let go of every connection."""
        for one in self._idle:
            one.transport.close()


async def file(person: Native, action: Json, told: Told) -> None:
    """File once more what the review has sent."""
    key = str(uuid4())
    answer = await send(person, "POST", action["href"], told, key=key, body=action["body"])
    assert answer.status_code == 200, (answer.status_code, answer.text)
    told.filed[key] = answer.json()["then"]["href"].rpartition("/")[2]


async def upload(person: Native, told: Told, purpose: str = "other") -> str:
    """A paper, from the announcement to the check; its id."""
    body = {"file_name": "a.png", "size": len(PNG), "media_type": "image/png", "purpose": purpose}
    path, key = "/api/v1/documents", str(uuid4())
    begun = (await send(person, "POST", path, told, key=key, body=body)).json()
    while True:
        try:
            async with httpx.AsyncClient() as store:
                sent = await store.post(
                    begun["url"], data=begun["fields"], files={"file": ("a.png", PNG)}
                )
            if sent.status_code == 204:
                break
        except httpx.TransportError:
            told.why["the object store is away"] += 1
        await asyncio.sleep(0.1)
    done = await send(
        person, "POST", f"/api/v1/documents/{begun['document_id']}/complete", told, key=str(uuid4())
    )
    assert done.json()["state"] == "checked", done.text
    return str(begun["document_id"])
