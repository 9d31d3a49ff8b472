"""Screens on the wire: their media type, ETag and 304, in one place for core and plugins."""

import hashlib
from typing import Any, cast

import msgspec
from litestar import Litestar, Response
from litestar.response.base import ASGIResponse

from camaug.kernel.web import AnyRequest
from camaug_sdk.actions import Outcome
from camaug_sdk.screens import MEDIA_TYPE, Screen


def answer(request: AnyRequest, shown: Screen | Outcome) -> Response[bytes]:
    """The response for what a handler returned; a GET that knows the ETag gets 304."""
    body = msgspec.json.encode(shown)
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Language"}
    if request.method == "GET":
        headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(b"", status_code=304, headers=headers, media_type=MEDIA_TYPE)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


class Shown(Response[Any]):
    """Litestar's response, which sends a Screen or an Outcome as such."""

    def to_asgi_response(
        self, app: Litestar | None, request: AnyRequest, **more: Any
    ) -> ASGIResponse:
        """What goes on the wire."""
        if isinstance(self.content, Screen | Outcome):
            shown: Any = answer(request, self.content)
            return shown.to_asgi_response(app, request, **more)
        return cast("Any", super()).to_asgi_response(app, request, **more)
