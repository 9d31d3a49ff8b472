"""Screens on the wire: their media type, ETag and 304, in one place for core and plugins."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

import msgspec
from litestar import Litestar, Response
from litestar.response.base import ASGIResponse

from camaug.kernel.web import AnyRequest
from camaug_sdk.actions import Outcome
from camaug_sdk.screens import MEDIA_TYPE, Screen

MOST_SCREEN = 1024 * 1024
"""Bytes; ours have some ten thousand."""
MOST_SEEN = 4096
_good: dict[bytes, None] = {}
"""Hashes of what was valid: many people get the same page."""
_ENCODER = msgspec.json.Encoder()
_READ: Mapping[type, msgspec.json.Decoder[Any]] = {
    one: msgspec.json.Decoder(one) for one in (Screen, Outcome)
}


def answer(request: AnyRequest, shown: Screen | Outcome, **more: Any) -> ASGIResponse:
    """The response for what a handler returned; a GET that knows the ETag gets 304."""
    return wire(request, _ENCODER.encode(shown), **more)


def strict(shown: Screen | Outcome, most: int) -> bytes:
    """Encoded, and read once more as every shell will. Raises `TypeError` for what none can show.

    Structs do not check their members when they are made.
    """
    body = _ENCODER.encode(shown)
    if len(body) > most:
        raise TypeError(f"a screen of {len(body)} bytes")
    seen = hashlib.blake2b(body, digest_size=16).digest()
    if seen not in _good:
        try:
            _READ[type(shown)].decode(body)
        except msgspec.MsgspecError as error:
            raise TypeError(f"no valid {type(shown).__name__}: {error}") from None
        while len(_good) >= MOST_SEEN:
            del _good[next(iter(_good))]
        _good[seen] = None
    return body


def wire(request: AnyRequest, body: bytes, **more: Any) -> ASGIResponse:
    """The response for an encoded screen or outcome."""
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Language"}
    if request.method == "GET":
        headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return ASGIResponse(status_code=304, headers=headers)
    return ASGIResponse(body=body, headers=headers, media_type=MEDIA_TYPE, **more)


def _kept(more: Mapping[str, Any]) -> dict[str, Any]:
    return {name: more[name] for name in ("cookies", "is_head_response") if name in more}


class Shown(Response[Any]):
    """Litestar's response, which sends a Screen or an Outcome as such."""

    def to_asgi_response(
        self, app: Litestar | None, request: AnyRequest, **more: Any
    ) -> ASGIResponse:
        """What goes on the wire."""
        if isinstance(self.content, Screen | Outcome):
            return answer(request, self.content, **_kept(more))
        return cast("Any", super()).to_asgi_response(app, request, **more)


class Checked(Shown):
    """The answer of code that is not ours: a valid Screen or Outcome, or it is an error."""

    def to_asgi_response(
        self,
        app: Litestar | None,  # noqa: ARG002
        request: AnyRequest,
        **more: Any,
    ) -> ASGIResponse:
        """What goes on the wire. Raises `TypeError`."""
        if not isinstance(self.content, Screen | Outcome):
            raise TypeError(f"a handler returned {type(self.content).__name__}")
        return wire(request, strict(self.content, MOST_SCREEN), **_kept(more))
