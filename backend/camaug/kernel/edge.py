"""The outermost layer of the API: request id, client address, access log, metrics, headers.

Plain ASGI: as Litestar middleware the same things cost twenty times as much. What a request's line
and metrics need is kept ready, so that the layer costs a few microseconds.
"""

import asyncio
import secrets
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any, cast

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from camaug.kernel.addresses import Addresses
from camaug.kernel.telemetry import REQUESTS, SECONDS

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
NOT_MODIFIED = 304
FLUSH_SECONDS = 0.1
MOST_LINES = 500
Pairs = list[tuple[bytes, bytes]]


class AccessLog:
    """A JSON line a request, written together every tenth of a second.

    Its fields are fixed and none comes from the person: route is a template, method one of ours.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._due: asyncio.TimerHandle | None = None

    def add(self, request_id: str, method: str, route: str, status: int, seconds: float) -> None:
        """Note a request that has been answered."""
        now = time.time()
        self._lines.append(
            f'{{"event":"request","request_id":"{request_id}","method":"{method}",'
            f'"route":"{route}","status":{status},"ms":{seconds * 1000:.1f},'
            f'"level":"info","timestamp":"{_second(int(now))}.{int(now % 1 * 1000):03d}Z"}}\n'
        )
        if len(self._lines) >= MOST_LINES:
            self.flush()
        elif self._due is None:
            self._due = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what is waiting."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        lines, self._lines = self._lines, []
        if lines:
            sys.stderr.write("".join(lines))
            sys.stderr.flush()


@lru_cache(maxsize=4)
def _second(now: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))


@lru_cache(maxsize=4096)
def _meters(
    route: str, method: str, status: int
) -> tuple[Callable[[], None], Callable[[float], None]]:
    """What counts and times requests of this kind. Routes are templates, so there are few."""
    return REQUESTS.labels(route, method, str(status)).inc, SECONDS.labels(route).observe


class Edge:
    """Wraps the whole API."""

    def __init__(self, inner: ASGIApp, headers: Pairs, addresses: Addresses) -> None:
        self._inner = inner
        self._headers = headers
        self._addresses = addresses
        self._names = frozenset(name for name, _ in headers)
        self._process = secrets.token_hex(8)
        self._number = count(1)
        self.log = AccessLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        state: dict[str, Any] = {"request_id": f"{self._process}-{next(self._number):x}"}
        scope["state"] = state
        scope["client"] = (self._addresses.of(scope), 0)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status != NOT_MODIFIED:  # what the browser has kept carries these already
                    message["headers"] = self._headed(cast("Pairs", message["headers"]), state)
            await send(message)

        started = time.perf_counter()
        try:
            await self._inner(scope, receive, answer)
        finally:
            self._account(scope, status, time.perf_counter() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        asked: dict[str, Any] = cast("Any", scope)
        route = asked["state"].get("route") or asked.get("path_template") or "unmatched"
        method = asked["method"] if asked["method"] in METHODS else "OTHER"
        counted, timed = _meters(route, method, status)
        counted()
        timed(seconds)
        self.log.add(asked["state"]["request_id"], method, route, status, seconds)

    def _headed(self, own: Pairs, state: dict[str, Any]) -> Pairs:
        """The answer's headers and ours; of the security headers it may bring its own."""
        present = self._names.intersection([name for name, _ in own])
        ours = self._headers
        if present:
            ours = [pair for pair in ours if pair[0] not in present]
        headed = [*own, *ours, (b"x-request-id", state["request_id"].encode())]
        if limit := state.get("ratelimit"):
            headed.append(limit)
        return headed


def security_headers(connect: list[str], images: list[str]) -> Pairs:
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
