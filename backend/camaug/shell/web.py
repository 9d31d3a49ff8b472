"""Serves what Vite built, shells and API documentation, from memory, compressed once at start."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from camaug.kernel.web import AnyRequest
from camaug_sdk.problems import NotFound

COMPRESSED = {".html", ".js", ".css", ".svg", ".json", ".webmanifest"}
FOREVER = "public, max-age=31536000, immutable"
RESERVED = ("/api/", "/health/", "/.well-known/", "/metrics", "/assets/")
DOCS = "/api/docs"


class File(msgspec.Struct, frozen=True):
    """One built file, ready to send."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str
    cache: str


@cache
def _packed(body: bytes) -> bytes:
    """Once for the same bytes, however often the application is made."""
    return gzip.compress(body, 9, mtime=0)


def _read(path: Path, relative: str) -> File:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".webmanifest":
        media_type = "application/manifest+json"
    if media_type.startswith("text/") or path.suffix in {".js", ".svg"}:
        media_type += "; charset=utf-8"
    return File(
        body=body,
        packed=_packed(body) if path.suffix in COMPRESSED else None,
        media_type=media_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        cache=FOREVER if relative.startswith("/assets/") else "no-cache",
    )


def handlers(folder: Path) -> list[HTTPRouteHandler]:
    """Handlers for every built file; the shells answer at every address inside them."""
    files = {
        f"/{path.relative_to(folder)}": _read(path, f"/{path.relative_to(folder)}")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

    def find(path: str) -> File:
        if path in files:
            return files[path]
        if path.startswith(RESERVED):
            raise NotFound
        return files["/console.html" if path.split("/")[1] == "console" else "/index.html"]

    @get(["/", "/{path:path}"], include_in_schema=False)
    async def show_shell(request: AnyRequest, path: FromPath[str] = "/") -> Response[Any]:
        """A built file, or the shell that owns the address."""
        return _answer(request, find(path))

    @get([DOCS, f"{DOCS}/{{name:str}}"], include_in_schema=False)
    async def show_docs(request: AnyRequest, name: FromPath[str] = "") -> Response[Any]:
        """The documentation of the API, or a contract that it shows."""
        return _answer(request, find(f"{DOCS}/{name}" if name else "/docs.html"))

    return [show_shell, show_docs]


def _answer(request: AnyRequest, file: File) -> Response[Any]:
    headers = {"ETag": file.etag, "Cache-Control": file.cache, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(None, status_code=304, headers=headers)
    body = file.body
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(body, media_type=file.media_type, headers=headers)
