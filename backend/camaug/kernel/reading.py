"""Reads what is sent, strictly: what is ambiguous, hidden or of another type is refused.

400 says that the body cannot be read (no JSON, unknown or doubled member, wrong type), 422 that
what was read cannot be taken. Both name the member by JSON pointer (RFC 6901). Litestar alone would
take "1" for a number; msgspec would take the last of doubled members, and NUL.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NoReturn, cast, get_args, get_origin

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from camaug.kernel.problems import Problems
from camaug_sdk.problems import FieldError, Invalid, NotFound, Unreadable

LONGEST_TEXT = 20_000
"""Characters of one text; what is longer is a file."""
LARGEST_INTEGER = 2**63 - 1
MEDIA_TYPE = re.compile(rb'application/json(\s*;\s*charset="?utf-8"?)?', re.IGNORECASE)
SUSPECT = re.compile(rb"\\u0000|\\ud[89a-f]|\d{19}", re.IGNORECASE)
"""What makes a closer look worth its time."""
_PATH = re.compile(r" - at `(?:key in )?\$(.*)`$")
_NAMED = re.compile(r"field `(.*)`")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


class _Doubled(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


def check(body: bytes) -> None:
    """Refuse what a decoder would let through. Raises `Unreadable`, `Invalid`."""
    try:
        whole = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except _Doubled as doubled:
        raise refused(pointer(doubled.name), "doubled") from None
    except (ValueError, RecursionError):
        raise Unreadable from None
    if len(body) > LONGEST_TEXT or SUSPECT.search(body):
        for name, value in _leaves(whole, ""):
            _look_at(name, value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        raise _Doubled(next(name for name, _ in pairs if name in seen or seen.add(name)))
    return made


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _leaves(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Every text and number with its pointer; the names of members too."""
    if isinstance(value, dict):
        for name, one in cast("dict[str, Any]", value).items():
            inside = at + pointer(name)
            yield at, name
            yield from _leaves(one, inside)
    elif isinstance(value, list):
        for number, one in enumerate(cast("list[Any]", value)):
            yield from _leaves(one, f"{at}/{number}")
    else:
        yield at, value


def _look_at(name: str, value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
            raise refused(name, "characters")
        if len(value) > LONGEST_TEXT:
            raise Invalid(
                errors=[FieldError(pointer=name, code="too_long", args={"limit": LONGEST_TEXT})]
            )
    elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise refused(name, "type")


def pointer(name: str) -> str:
    """A member's name as a step of a JSON pointer."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def refused(at: str, code: str) -> Unreadable:
    """A body with a member that cannot be read."""
    return Unreadable("unreadable_field", errors=[FieldError(pointer=at, code=code)])


def decode(body: bytes, shape: Any) -> Any:
    """The body as `shape`. Raises `Unreadable` naming the member."""
    check(body)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        if get_origin(shape) is dict:
            _look_into(body, get_args(shape)[1])
        raise _named(str(error)) from None
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable from None


def _look_into(body: bytes, shape: Any) -> None:
    """Name the member of a mapping that is of another type, which msgspec does not."""
    whole: Any = json.loads(body)
    if not isinstance(whole, dict):
        return
    for name, value in cast("dict[str, Any]", whole).items():
        try:
            msgspec.convert(value, shape)
        except msgspec.ValidationError:
            raise refused(pointer(name), "type") from None


def _named(message: str) -> Unreadable:
    path = _PATH.search(message)
    at = ""
    for name, number in _STEP.findall(path[1]) if path else ():
        at += pointer(name or number)
    if member := _NAMED.search(message):
        code = "missing" if "missing" in message else "unknown"
        return refused(at + pointer(member[1]), code)
    return refused(at, "type")


@lru_cache(maxsize=1024)
def _shape(handler: HTTPRouteHandler) -> Any:
    return handler.parsed_fn_signature.parameters["data"].annotation


class ReadableAddress:
    """Wraps the API: an address with NUL names nothing, since PostgreSQL has no such text."""

    def __init__(self, inner: ASGIApp, problems: Problems) -> None:
        self._inner = inner
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        asked = cast("dict[str, Any]", scope)
        if asked["type"] == "http" and ("\0" in asked["path"] or b"%00" in asked["query_string"]):
            await self._problems.send(scope, NotFound(), send)
        else:
            await self._inner(scope, receive, send)


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body is read by `decode`, as what the handler asks for."""

    async def json(self) -> Any:
        """The handler's `data`."""
        headers = dict(self.scope["headers"])
        if b"content-encoding" in headers:
            raise Unreadable
        if not MEDIA_TYPE.fullmatch(headers.get(b"content-type", b"")):
            raise Unreadable("unreadable_media_type")
        handler = cast("HTTPRouteHandler", self.scope["route_handler"])
        return decode(await self.body(), _shape(handler))
