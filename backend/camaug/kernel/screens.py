"""Screens on the wire: their media type, ETag and 304, in one place for core and plugins."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

import msgspec
from litestar import Litestar, Response
from litestar.datastructures import Cookie
from litestar.types import Receive, Scope, Send

from camaug.kernel.web import AnyRequest
from camaug_sdk.actions import Outcome
from camaug_sdk.screens import MEDIA_TYPE, Screen

MOST_SCREEN = 1024 * 1024
"""Bytes; ours have some ten thousand."""
MOST_SEEN = 4096
_good: dict[bytes, None] = {}
"""Hashes of what was valid: many people get the same page."""
Cookies: TypeAlias = Iterable[Cookie]
Pairs: TypeAlias = list[tuple[bytes, bytes]]
_ALWAYS = (
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"Authorization, Accept-Language"),
)
_TYPE = MEDIA_TYPE.encode()
_ENCODER = msgspec.json.Encoder()
_READ: Mapping[type, msgspec.json.Decoder[Any]] = {
    one: msgspec.json.Decoder(one) for one in (Screen, Outcome)
}


class Ready:
    """An answer that only has to be sent, as an ASGI application.

    Litestar's own takes every header of request and answer apart, which costs more than a page of
    ours takes to be encoded.
    """

    __slots__ = ("_body", "_start")

    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        self._start: Any = {"type": "http.response.start", "status": status, "headers": headers}
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        await send(self._start)
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


def answer(request: AnyRequest, shown: Screen | Outcome, cookies: Cookies = ()) -> Ready:
    """The response for what a handler returned; a GET that knows the ETag gets 304."""
    body = _ENCODER.encode(shown)
    return wire(request, body, _digest(body), cookies)


def strict(shown: Screen | Outcome, most: int) -> tuple[bytes, bytes]:
    """Encoded, and read once more as every shell will; with its hash.

    Structs do not check their members when they are made. Raises `TypeError` for what none can
    show.
    """
    body = _ENCODER.encode(shown)
    if len(body) > most:
        raise TypeError(f"a screen of {len(body)} bytes")
    seen = _digest(body)
    if seen not in _good:
        try:
            _READ[type(shown)].decode(body)
        except msgspec.MsgspecError as error:
            raise TypeError(f"no valid {type(shown).__name__}: {error}") from None
        while len(_good) >= MOST_SEEN:
            del _good[next(iter(_good))]
        _good[seen] = None
    return body, seen


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


def wire(request: AnyRequest, body: bytes, digest: bytes, cookies: Cookies = ()) -> Ready:
    """The response for an encoded screen or outcome, whose hash is its ETag."""
    scope: Any = request.scope
    headers = [*_ALWAYS, *(one.to_encoded_header() for one in cookies)]
    if scope["method"] == "GET":
        etag = f'"{digest.hex()}"'.encode()
        headers.append((b"etag", etag))
        if (b"if-none-match", etag) in scope["headers"]:
            return Ready(304, headers, b"")
    headers.append((b"content-type", _TYPE))
    headers.append((b"content-length", b"%d" % len(body)))
    return Ready(200, headers, body)


class Shown(Response[Any]):
    """Litestar's response, which sends a Screen or an Outcome as such."""

    def __init__(self, content: Any, **more: Any) -> None:
        """As Litestar's, except that a page carries nothing that it would have to look through."""
        if isinstance(content, Screen | Outcome):
            self.content = content
        else:
            super().__init__(content, **more)

    def to_asgi_response(self, app: Litestar | None, request: AnyRequest, **more: Any) -> Any:
        """What goes on the wire."""
        if isinstance(self.content, Screen | Outcome):
            return answer(request, self.content, more.get("cookies") or ())
        return cast("Any", super()).to_asgi_response(app, request, **more)


class Checked(Shown):
    """The answer of code that is not ours: a valid Screen or Outcome, or it is an error."""

    def to_asgi_response(
        self,
        app: Litestar | None,  # noqa: ARG002
        request: AnyRequest,
        **more: Any,
    ) -> Any:
        """What goes on the wire. Raises `TypeError`."""
        if not isinstance(self.content, Screen | Outcome):
            raise TypeError(f"a handler returned {type(self.content).__name__}")
        return wire(request, *strict(self.content, MOST_SCREEN), more.get("cookies") or ())
