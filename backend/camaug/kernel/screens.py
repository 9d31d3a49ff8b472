"""Screens on the wire: their media type, ETag and 304, in one place for core and plugins."""

import hashlib
from typing import Any, cast

import msgspec
from litestar import Litestar, Response
from litestar.response.base import ASGIResponse

from camaug.kernel.web import AnyRequest
from camaug_sdk.actions import Outcome
from camaug_sdk.screens import MEDIA_TYPE, Screen

_ENCODER = msgspec.json.Encoder()


def answer(request: AnyRequest, shown: Screen | Outcome, **more: Any) -> ASGIResponse:
    """The response for what a handler returned; a GET that knows the ETag gets 304."""
    body = _ENCODER.encode(shown)
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Language"}
    if request.method == "GET":
        headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return ASGIResponse(status_code=304, headers=headers)
    return ASGIResponse(body=body, headers=headers, media_type=MEDIA_TYPE, **more)


class Shown(Response[Any]):
    """Litestar's response, which sends a Screen or an Outcome as such."""

    def to_asgi_response(
        self, app: Litestar | None, request: AnyRequest, **more: Any
    ) -> ASGIResponse:
        """What goes on the wire."""
        if isinstance(self.content, Screen | Outcome):
            kept = {name: more[name] for name in ("cookies", "is_head_response") if name in more}
            return answer(request, self.content, **kept)
        return cast("Any", super()).to_asgi_response(app, request, **more)
