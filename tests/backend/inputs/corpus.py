"""Bad bodies made from a contract: every member missing, of every wrong type, and what hides in it.

A case names the member that the refusal must name, or None when nothing of the body can be read.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

Json = dict[str, Any]
Kind = Literal["unreadable", "member"]
DEEP = 10_000
HOSTILE = ("\u202e", "\u200b", "\ufeff", "e\u0301" * 300, "'; drop table staff;--", "%00")
MILLION = 1024 * 1024 - 4096
"""A string just below the largest body."""
WRONG: dict[str, bytes] = {
    "text of a number": b'"1"',
    "text": b'"x"',
    "empty text": b'""',
    "true": b"true",
    "null": b"null",
    "one": b"1",
    "minus one": b"-1",
    "fraction": b"1.5",
    "whole as fraction": b"1.0",
    "exponent": b"1e2",
    "2^63": b"9223372036854775808",
    "-2^63-1": b"-9223372036854775809",
    "2^53": b"9007199254740993",
    "2^31": b"2147483648",
    "list": b"[]",
    "list of lists": b"[[]]",
    "list of numbers": b"[1]",
    "object": b"{}",
    "object in object": b'{"a":{"b":1}}',
}
NEVER: dict[str, bytes] = {
    "beyond floats": b"1e400",
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "5000 digits": b"9" * 5000,
    "NUL": b'"a\\u0000b"',
    "raw NUL": b'"a\x00b"',
    "lone high surrogate": b'"\\ud800"',
    "lone low surrogate": b'"\\udc00a"',
    "swapped surrogates": b'"\\udc00\\ud800"',
    "CESU bytes": b'"\xed\xa0\x80"',
    "invalid UTF-8": b'"\xff\xfe"',
    "overlong UTF-8": b'"\xc0\xaf"',
    "raw control character": b'"a\x01b"',
    "10000 deep": b"[" * DEEP + b"]" * DEEP,
    "10000 deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "100 deep": b"[" * 100 + b"]" * 100,
    "NUL in a list": b'["a\\u0000"]',
    "NUL in a key": b'{"a\\u0000":1}',
    "nested duplicate": b'{"a":1,"a":2}',
}
NAMELESS = frozenset(
    name for name in NEVER if name not in ("NUL", "NUL in a list", "lone high surrogate")
)
"""Cases in which no member can be named, since the text is no JSON."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One bad request body."""

    name: str
    body: bytes
    headers: dict[str, str] = {}
    pointer: str | None = None
    """The member that the refusal must name."""


def sample(schema: Json) -> Any:
    """A value of the schema, as plain as can be."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "oneOf" in schema:
        return sample(schema["oneOf"][0])
    kind = schema.get("type")
    if kind == "object":
        members = schema.get("properties", {})
        return {name: sample(one) for name, one in members.items()}
    if kind == "string":
        return _text(schema)
    return {"integer": 1, "number": 1, "boolean": True, "array": [], "null": None}[kind]


def _text(schema: Json) -> str:
    if schema.get("format") == "uuid":
        return "0190a0a0-0000-7000-8000-000000000000"
    if schema.get("format") == "date":
        return "2026-12-01"
    return "a" * 64 if "pattern" in schema else "abc"


def fits(  # noqa: C901, PLR0911  (one line for each type)
    schema: Json, raw: bytes
) -> bool:
    """Whether a value may be of the schema, as far as types and closed lists go."""
    value = msgspec.json.decode(raw)
    if "const" in schema:
        return value == schema["const"]
    if "enum" in schema:
        return value in schema["enum"] and not isinstance(value, bool)
    if "oneOf" in schema:
        return any(fits(one, raw) for one in schema["oneOf"])
    kind = schema.get("type")
    match value:
        case bool():
            return kind == "boolean"
        case int():
            small = -(2**63) <= value < 2**63
            return kind in ("integer", "number") and small
        case float():
            return kind == "number"
        case str():
            wanted = re.search(schema.get("pattern", ""), value)
            plain = schema.get("format") not in ("uuid", "date")
            return kind == "string" and plain and wanted is not None
        case list():
            items = schema.get("items", {})
            return kind == "array" and all(fits(items, msgspec.json.encode(one)) for one in value)
        case dict():
            return kind == "object"
        case _:
            return kind == "null"


def bodies(schema: Json) -> Iterator[Case]:
    """Every bad body for the schema."""
    good = sample(schema) or {"receiving_commune": "32002"}
    text = msgspec.json.encode(good)
    yield from _whole(text, good)
    if "additionalProperties" not in schema:  # of a mapping any name may be meant
        yield from _unknown(sample(schema))
    members: Json = schema.get("properties", {})
    if "additionalProperties" in schema:
        members = {"receiving_commune": schema["additionalProperties"]}
    for name in schema.get("required", []):
        rest = {other: value for other, value in good.items() if other != name}
        yield Case(name=f"without {name}", body=msgspec.json.encode(rest), pointer=f"/{name}")
    for name, one in members.items():
        yield from _member(good, name, one)


def _whole(text: bytes, good: Json) -> Iterator[Case]:
    first = msgspec.json.encode(next(iter(good)))
    value = msgspec.json.encode(next(iter(good.values())))
    for name, body in {
        "no body": b"",
        "spaces": b"  ",
        "no JSON": b"xin ch\xc3\xa0o",
        "HTML": b"<p>a</p>",
        "form": b"a=1&b=2",
        "cut": text[: len(text) // 2],
        "cut at the end": text[:-1],
        "one more bracket": text + b"}",
        "two values": text + text,
        "comma at the end": text[:-1] + b",}",
        "comment": b"/*x*/" + text,
        "single quotes": text.replace(b'"', b"'"),
        "NUL at the end": text + b"\x00",
        "BOM": b"\xef\xbb\xbf" + text,
        "UTF-16": text.decode().encode("utf-16"),
        "UTF-32": text.decode().encode("utf-32-be"),
        "gzip": b"\x1f\x8b\x08\x00" + text,
        "array": b"[" + text + b"]",
        "empty array": b"[]",
        "number": b"1",
        "null": b"null",
        "text": b'"x"',
        "true": b"true",
        "arrays for ever": b"[" * 200_000,
        "mixed for ever": b'[{"a":' * 100_000,
        "two megabytes": b'{"a":"' + b"x" * 2**21 + b'"}',
    }.items():
        yield Case(name=name, body=body)
    doubled = text[:-1] + b"," + first + b":" + value + b"}"
    name = msgspec.json.decode(first)
    yield Case(name="duplicate", body=doubled, pointer=f"/{name}")
    escaped = f'"\\u{ord(name[0]):04x}{name[1:]}"'.encode()
    hidden = text[:-1] + b"," + escaped + b":" + value + b"}"
    yield Case(name="escaped duplicate", body=hidden, pointer=f"/{name}")
    for kind in (
        "text/plain",
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=latin1",
        "application/x-msgpack",
        "application/json\x0b",
        "application/json, text/plain",
    ):
        yield Case(name=f"as {kind}", body=text, headers={"content-type": kind})
    yield Case(name="coded", body=text, headers={"content-encoding": "gzip"})
    yield Case(name="100 MB announced", body=text, headers={"content-length": "104857600"})
    yield Case(name="no length", body=text, headers={"content-length": "abc"})


def _unknown(good: Json) -> Iterator[Case]:
    """A member that the contract does not have."""
    for name, at in (("is_admin", "/is_admin"), ("a/b~c", "/a~1b~0c")):
        yield Case(name=f"unknown {name}", body=_with(good, name, b"true"), pointer=at)


def _member(good: Json, name: str, schema: Json) -> Iterator[Case]:
    for what, raw in WRONG.items():
        if not fits(schema, raw):
            yield Case(name=f"{name}: {what}", body=_with(good, name, raw), pointer=f"/{name}")
    for what, raw in NEVER.items():
        pointer = None if what in NAMELESS else f"/{name}"
        yield Case(name=f"{name}: {what}", body=_with(good, name, raw), pointer=pointer)
    if fits(schema, b'"x"'):
        long = b'"' + b"x" * MILLION + b'"'
        yield Case(name=f"{name}: 1 MB", body=_with(good, name, long), pointer=f"/{name}")


def _with(good: Json, name: str, raw: bytes) -> bytes:
    """The good body with one member replaced by raw text."""
    rest = {other: value for other, value in good.items() if other != name}
    own = msgspec.json.encode(name) + b":" + raw
    text = msgspec.json.encode(rest)
    return text[:-1] + (b"," if rest else b"") + own + b"}"


def odd(schema: Json) -> Iterator[Case]:
    """Bodies of the right types with values that no table can hold: anything but a 5xx is right."""
    good = sample(schema) or {"receiving_commune": "32002"}
    members: Json = schema.get("properties", {})
    if "additionalProperties" in schema:
        members = {"receiving_commune": schema["additionalProperties"], "version": {}}
    for name in members:
        for what, raw in WRONG.items():
            yield Case(name=f"{name}: {what}", body=_with(good, name, raw))
        for what in HOSTILE:
            raw = msgspec.json.encode(what)
            yield Case(name=f"{name}: {what[:9]!a}", body=_with(good, name, raw))
