"""Answers that are the same for everybody of one language: made once, sent many times.

They are made by asking the layers behind as nobody, so nothing personal can be in them. However
many people come at once, one answer is being made; while it is, and while it cannot be made, the
last one is sent.
"""

import asyncio
import gzip
import time
from typing import Any, cast

import msgspec
import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from camaug_sdk.records import Caller, Language

FRESH_SECONDS = 2.0
LEAST_PACKED = 1024
log = structlog.get_logger()
Pairs = list[tuple[bytes, bytes]]


class _Kept(msgspec.Struct):
    """An answer ready to be sent, and until when it is fresh."""

    headers: Pairs
    packed_headers: Pairs
    etag: bytes
    body: bytes
    packed: bytes
    fresh_until: float


class SharedAnswers:
    """Wraps the API for GETs of `paths`, which answer 200 to everybody alike."""

    def __init__(self, inner: ASGIApp, paths: frozenset[str]) -> None:
        self._inner = inner
        self._paths = paths
        self._kept: dict[tuple[str, Language], _Kept] = {}
        self._making: dict[tuple[str, Language], asyncio.Task[_Kept | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        asked: dict[str, Any] = cast("Any", scope)
        if (
            asked.get("path") not in self._paths
            or asked["method"] != "GET"
            or asked["query_string"]
        ):
            await self._inner(scope, receive, send)
            return
        caller: Caller = asked["state"]["caller"]
        kept = await self._get((asked["path"], caller.language), asked)
        if kept is None:
            await self._inner(scope, receive, send)
            return
        asked["state"]["route"] = asked["path"]
        await _answer(asked, kept, send)

    async def _get(self, key: tuple[str, Language], asked: dict[str, Any]) -> _Kept | None:
        kept = self._kept.get(key)
        now = time.monotonic()
        if kept is not None and kept.fresh_until > now:
            return kept
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, asked), name="shared answer")
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return kept or await asyncio.shield(task)

    async def _make(self, key: tuple[str, Language], asked: dict[str, Any]) -> _Kept | None:
        """Ask for it; anything but a 200 is kept by nobody."""
        path, language = key
        state = {"caller": Caller(language=language), "request_id": asked["state"]["request_id"]}
        own = asked | {"headers": [(b"accept-language", language.encode())], "state": state}
        sent: list[Any] = []

        async def collect(message: Message) -> None:
            sent.append(message)

        try:
            await self._inner(cast("Any", own), _nothing, collect)
        except Exception as error:  # noqa: BLE001  (who asks next tries again)
            log.warning("shared_answer_not_made", error=type(error).__name__, route=path)
            return None
        if not sent or sent[0]["status"] != 200:  # noqa: PLR2004
            return None
        body = b"".join(part.get("body", b"") for part in sent[1:])
        made = _ready(list(sent[0]["headers"]), body)
        made.fresh_until = time.monotonic() + FRESH_SECONDS
        self._kept[key] = made
        return made


async def _nothing() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


def _ready(headers: Pairs, body: bytes) -> _Kept:
    rest = [pair for pair in headers if pair[0] not in (b"content-length", b"vary")]
    rest.append((b"vary", b"Authorization, Accept-Language, Accept-Encoding"))
    packed = gzip.compress(body, 9, mtime=0) if len(body) >= LEAST_PACKED else body
    encoded = [*rest, (b"content-length", str(len(packed)).encode())]
    return _Kept(
        headers=[*rest, (b"content-length", str(len(body)).encode())],
        packed_headers=[*encoded, (b"content-encoding", b"gzip")] if packed != body else encoded,
        etag=dict(headers).get(b"etag", b""),
        body=body,
        packed=packed,
        fresh_until=0.0,
    )


async def _answer(asked: dict[str, Any], kept: _Kept, send: Send) -> None:
    seen, gzipped = b"", False
    for name, value in asked["headers"]:
        if name == b"if-none-match":
            seen = value
        elif name == b"accept-encoding":
            gzipped = b"gzip" in value
    if seen and seen == kept.etag:
        status, headers, body = 304, kept.headers[:-1], b""
    elif gzipped:
        status, headers, body = 200, kept.packed_headers, kept.packed
    else:
        status, headers, body = 200, kept.headers, kept.body
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
