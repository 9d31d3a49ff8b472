"""What every route shares: the engines of the process, transactions, who asks, and the edge.

The edge is plain ASGI around Litestar: request id, access log, metrics, security headers. As
Litestar middleware the same things cost twenty times as much.
"""

import re
import time
from collections.abc import AsyncGenerator
from typing import Any, TypeAlias, cast

import msgspec
import structlog
from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from camaug.kernel import db
from camaug.kernel.blobs import Blobs
from camaug.kernel.cache import Cache
from camaug.kernel.clock import Clock
from camaug.kernel.crypto import Vault
from camaug.kernel.i18n import Catalogue
from camaug.kernel.ids import uuid7
from camaug.kernel.telemetry import REQUESTS, SECONDS
from camaug_sdk.problems import Unreadable

log = structlog.get_logger()
AnyRequest: TypeAlias = Request[Any, Any, Any]


class Engines(msgspec.Struct, frozen=True, kw_only=True):
    """The stores and tools of one process, made at start and closed at its end."""

    pool: db.Pool
    cache: Cache
    blobs: Blobs
    vault: Vault
    clock: Clock
    texts: Catalogue


FromEngines: TypeAlias = NamedDependency[SkipValidation[Engines]]
"""Argument `engines`."""
Tx: TypeAlias = NamedDependency[db.Conn]
"""Argument `tx`: a connection in a transaction that commits before the answer is sent."""


async def provide_tx(engines: FromEngines) -> AsyncGenerator[db.Conn, None]:
    """The transaction of one request."""
    async with db.transaction(engines.pool) as conn:
        yield conn


_KEY = re.compile(r"[\x21-\x7e]{8,128}")


async def provide_key(request: AnyRequest) -> str:
    """The `Idempotency-Key` header: 8 to 128 visible ASCII characters."""
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise Unreadable("key_missing")
    return key


class Edge:
    """The outermost layer of the API."""

    def __init__(self, inner: ASGIApp, headers: list[tuple[bytes, bytes]]) -> None:
        self._inner = inner
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        request_id = str(uuid7())
        scope["state"] = {"request_id": request_id}
        started = time.perf_counter()
        answer = _Answer(send, self._headers, request_id.encode())
        try:
            await self._inner(scope, receive, answer)
        finally:
            self._account(scope, answer, request_id, time.perf_counter() - started)

    def _account(self, scope: Scope, answer: "_Answer", request_id: str, seconds: float) -> None:
        state: dict[str, Any] = scope["state"]
        template = cast("Any", scope).get("path_template")
        route = str(state.get("route") or template or "unmatched")
        method = cast("str", cast("Any", scope)["method"])
        status = str(answer.status)
        REQUESTS.labels(route, method, status).inc()
        SECONDS.labels(route).observe(seconds)
        log.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=answer.status,
            ms=round(seconds * 1000, 1),
        )


class _Answer:
    """Sends on, adding headers to the first message and noting the status."""

    __slots__ = ("_headers", "_request_id", "_send", "status")

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]], request_id: bytes) -> None:
        self._send = send
        self._headers = headers
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            present = {name for name, _ in message["headers"]}
            added = [pair for pair in self._headers if pair[0] not in present]
            message["headers"] = [
                *message["headers"],
                *added,
                (b"x-request-id", self._request_id),
            ]
        await self._send(message)


def security_headers(connect: list[str], images: list[str]) -> list[tuple[bytes, bytes]]:
    """The headers of every answer. `connect` and `images` are the origins besides our own."""
    policy = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            " ".join(["img-src 'self' data: blob:", *images]),
            " ".join(["connect-src 'self'", *connect]),
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=()"),
    ]
