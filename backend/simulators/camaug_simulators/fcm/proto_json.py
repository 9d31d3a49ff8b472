"""Reads JSON strictly as a proto3 message, with the complaints of Google's front end.

Names are taken in snake_case and lowerCamelCase and handed on in snake_case; null is "not set".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeGuard

INT32 = range(-(2**31), 2**31)
_DURATION = re.compile(r"-?\d{1,12}(\.\d{1,9})?s")


@dataclass(frozen=True)
class Scalar:
    """A single value; ``label`` is how complaints name its type."""

    label: str
    accepts: Callable[[object], bool]


@dataclass(frozen=True)
class Enum:
    """A name out of a closed list, in any case (the front end folds it), or its number."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Repeated:
    """A list of values of one type."""

    of: "Type"


@dataclass(frozen=True)
class StringMap:
    """A map of strings to strings."""


@dataclass(frozen=True)
class FreeObject:
    """google.protobuf.Struct: any JSON object."""


@dataclass(frozen=True)
class Message:
    """A message with named fields; at most one field of ``oneof`` may be set."""

    label: str
    fields: Mapping[str, "Type"]
    oneof: tuple[str, frozenset[str]] = field(default=("", frozenset()))


Type = Scalar | Enum | Repeated | StringMap | FreeObject | Message


@dataclass(frozen=True)
class Violation:
    """One complaint: the path of the field ("" for the root) and the sentence about it."""

    field: str
    description: str


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Tell whether a decoded JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Tell whether a decoded JSON value is a list."""
    return isinstance(value, list)


def is_int32(value: object) -> bool:
    """Accept whole numbers, also written as a string or with an empty fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    return number.is_integer() and int(number) in INT32


def is_float(value: object) -> bool:
    """Accept numbers, also written as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def is_duration(value: object) -> bool:
    """Accept seconds with up to nine fractional digits and the suffix s: "3.5s"."""
    return isinstance(value, str) and _DURATION.fullmatch(value) is not None


def is_timestamp(value: object) -> bool:
    """Accept RFC 3339 with a zone."""
    if not isinstance(value, str):
        return False
    try:
        # Python keeps microseconds only; the wire may carry nanoseconds.
        instant = datetime.fromisoformat(re.sub(r"(\.\d{6})\d{1,3}", r"\1", value))
    except ValueError:
        return False
    return instant.tzinfo is not None


STRING = Scalar("TYPE_STRING", lambda value: isinstance(value, str))
BOOL = Scalar("TYPE_BOOL", lambda value: isinstance(value, bool))
INT = Scalar("TYPE_INT32", is_int32)
FLOAT = Scalar("TYPE_FLOAT", is_float)
DURATION = Scalar("type.googleapis.com/google.protobuf.Duration", is_duration)
TIMESTAMP = Scalar("type.googleapis.com/google.protobuf.Timestamp", is_timestamp)


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda capital: "_" + capital[0].lower(), name)


def _at(path: str) -> str:
    return f" at '{path}'" if path else ""


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


class Reader:
    """Reads one value, collecting every complaint instead of stopping at the first."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def read(self, shape: Type, value: object, path: str) -> object:
        """Return the value in normal form, or None where it was complained about."""
        match shape:
            case Message():
                return self._message(shape, value, path)
            case Repeated():
                return self._repeated(shape, value, path)
            case StringMap():
                return self._string_map(value, path)
            case FreeObject():
                return value if is_object(value) else self._bad("TYPE_MESSAGE", value, path)
            case Enum():
                return self._enum(shape, value, path)
            case Scalar():
                return value if shape.accepts(value) else self._bad(shape.label, value, path)

    def _complain(self, path: str, description: str) -> None:
        self.violations.append(Violation(path, description))

    def _bad(self, label: str, value: object, path: str) -> None:
        self._complain(path, f"Invalid value at '{path}' ({label}), {_quoted(value)}")

    def _unknown(self, path: str, name: str, reason: str) -> None:
        text = f'Invalid JSON payload received. Unknown name "{name}"{_at(path)}: {reason}'
        self._complain(path, text)

    def _message(self, shape: Message, value: object, path: str) -> dict[str, object] | None:
        if not is_object(value):
            label = f"type.googleapis.com/{shape.label}"
            return self._bad(label, value, path)
        result: dict[str, object] = {}
        for name, member in value.items():
            known = name if name in shape.fields else _snake(name)
            if known not in shape.fields:
                self._unknown(path, name, "Cannot find field.")
            elif member is not None:
                self._member(shape, known, member, path, result)
        return result

    def _member(
        self, shape: Message, name: str, value: object, path: str, into: dict[str, object]
    ) -> None:
        kind = shape.fields[name]
        group, members = shape.oneof
        if name in into:
            self._unknown(path, name, "Proto field is not repeating, cannot be set twice.")
        elif name in members and members & into.keys():
            text = f"oneof field '{group}' is already set. Cannot set '{name}'"
            self._complain(path, f"Invalid value at '{path}' (oneof), {text}")
        elif is_list(value) and not isinstance(kind, Repeated):
            self._unknown(path, name, "Proto field is not repeating, cannot start list.")
        else:
            into[name] = self.read(kind, value, _join(path, name))

    def _repeated(self, shape: Repeated, value: object, path: str) -> list[object] | None:
        if not is_list(value):
            return self._bad("repeated", value, path)
        return [self.read(shape.of, item, f"{path}[{i}]") for i, item in enumerate(value)]

    def _string_map(self, value: object, path: str) -> dict[str, object] | None:
        if not is_object(value):
            return self._bad("map", value, path)
        for i, member in enumerate(value.values()):
            if not isinstance(member, str):
                self._bad("TYPE_STRING", member, f"{path}[{i}].value")
        return value

    def _enum(self, shape: Enum, value: object, path: str) -> object:
        if isinstance(value, str) and value.upper() in shape.names:
            return value.upper()
        if isinstance(value, int) and not isinstance(value, bool) and value < len(shape.names):
            return shape.names[value]
        return self._bad(f"type.googleapis.com/{shape.label}", value, path)
