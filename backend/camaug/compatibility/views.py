"""One schema within its document: references followed, unions and enumerations laid open.

Understood is what msgspec and Litestar write of JSON Schema 2020-12, which is also the dialect of
OpenAPI 3.1. Any other keyword raises `NotUnderstood`: what cannot be judged is never let pass.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

Node = dict[str, Any]

NOTES = {
    "$comment",
    "$defs",
    "$schema",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
}
"""Say nothing of which values are valid; `default` is compared by itself (`schemas`)."""
UNIONS = {"anyOf", "oneOf"}
OF_TEXT = {"contentEncoding", "contentMediaType", "format", "maxLength", "minLength", "pattern"}
OF_NUMBERS = {
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maximum",
    "minimum",
    "multipleOf",
}
OF_TYPE = {
    "array": {"items", "maxItems", "minItems", "prefixItems", "uniqueItems"},
    "boolean": set[str](),
    "integer": OF_NUMBERS,
    "null": set[str](),
    "number": OF_NUMBERS,
    "object": {
        "additionalProperties",
        "maxProperties",
        "minProperties",
        "properties",
        "propertyNames",
        "required",
    },
    "string": OF_TEXT,
}
"""The keywords that ask something of each type; they ask nothing of others (section 6 of the
validation vocabulary)."""
ASKED = set[str]().union(*OF_TYPE.values())
KNOWN = NOTES | ASKED | UNIONS | {"const", "enum", "type"}
ANY = "anything"
"""Stands for the type of a schema that names none."""
TYPES = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
)
"""In this order: for Python a truth value is a whole number too."""


class NotUnderstood(ValueError):
    """A keyword that the comparer was never taught."""


OPEN: Node = {}
"""Everything is valid; the same as `true`."""
CLOSED: Node = {"not": {}}
"""Nothing is valid; the same as `false`."""


class View(NamedTuple):
    """A node, the document it stands in, and its path as a fragment (RFC 6901)."""

    node: Node
    document: Node
    path: str = "#"

    def at(self, *keys: str | int) -> "View":
        """The node below, which exists."""
        node: Any = self.node
        path = self.path
        for key in keys:
            node = node[key]
            path += "/" + str(key).replace("~", "~0").replace("/", "~1")
        if isinstance(node, bool):
            node = OPEN if node else CLOSED
        return View(node, self.document, path)

    def maybe(self, *keys: str) -> "View | None":
        """The node below, if it exists."""
        node: Any = self.node
        for key in keys:
            if key not in node:
                return None
            node = node[key]
        return self.at(*keys)

    def rest(self, key: str) -> "View":
        """The schema below; where there is none, everything is valid."""
        return self.maybe(key) or View(OPEN, self.document, f"{self.path}/{key}")

    def children(self, key: str) -> "dict[str, View]":
        """The nodes of a map below, by name; none when there is no such map."""
        names: list[str] = list(self.node.get(key, ()))
        return {name: self.at(key, name) for name in names}

    def followed(self) -> "View":
        """The node that a reference points to, or this one."""
        view = self
        while "$ref" in view.node:
            reference: str = view.node["$ref"]
            beside = _unknown(view.node, NOTES | {"$ref"})
            start, *parts = reference.split("/")
            if beside or start != "#":
                raise NotUnderstood(f"{view.path}: {reference} with {beside} beside it")
            keys = [part.replace("~1", "/").replace("~0", "~") for part in parts]
            view = View(self.document, self.document).at(*keys)
        return view


def alternatives(view: View) -> list[View]:
    """Every shape that a value may have, each of one type; none when nothing is valid."""
    view = view.followed()
    if view.node == CLOSED:
        return []
    unknown = _unknown(view.node, KNOWN)
    unions = view.node.keys() & UNIONS
    if unknown or len(unions) > 1 or (unions and view.node.keys() & {"const", "enum", "type"}):
        raise NotUnderstood(f"{view.path}: the comparer cannot read {unknown or sorted(unions)}")
    if not unions:
        return [view._replace(node=node) for node in _by_type(view.node)]
    union = unions.pop()
    branches = (view.at(union, index) for index in range(len(view.node[union])))
    return [_narrowed(one, view) for branch in branches for one in alternatives(branch)]


def _unknown(node: Node, known: set[str]) -> list[str]:
    return sorted(key for key in node.keys() - known if not key.startswith("x-"))


def _narrowed(shape: View, view: View) -> View:
    """One branch of a union with the limits that stand beside the union."""
    allowed = OF_TYPE.get(shape.node["type"], ASKED)
    beside = {key: view.node[key] for key in view.node.keys() & allowed}
    if beside.keys() & shape.node.keys():
        raise NotUnderstood(f"{view.path}: {sorted(beside)} within and beside a union")
    return shape._replace(node=shape.node | beside)


def _by_type(node: Node) -> Iterator[Node]:
    """The node once for each type it allows, with the keywords that concern that type."""
    said = node.get("type", ANY)
    types: list[str] = [said] if isinstance(said, str) else said
    values: list[Any] | None = [node["const"]] if "const" in node else node.get("enum")
    if values is not None:
        types = sorted({type_of(one) for one in values if _has_type(one, types)})
    for one in types:
        kept = {key: node[key] for key in node.keys() & OF_TYPE.get(one, ASKED)}
        kept["type"] = one
        if values is not None and one != "null":
            kept["enum"] = [value for value in values if type_of(value) == one]
        yield kept


def type_of(value: object) -> str:
    """The JSON type of a value."""
    if value is None:
        return "null"
    return next((name for kind, name in TYPES if isinstance(value, kind)), "object")


def _has_type(value: object, types: list[str]) -> bool:
    one = type_of(value)
    return ANY in types or one in types or (one == "integer" and "number" in types)


def tags(view: View) -> dict[str, str]:
    """The members of an object that have one value only, such as msgspec's tag."""
    found: dict[str, str] = {}
    for name in view.node.get("required", ()):
        member = view.rest("properties").rest(name).node
        values: list[Any] = [member["const"]] if "const" in member else member.get("enum", [])
        if len(values) == 1:
            found[name] = text(values[0])
    return found


def text(value: object) -> str:
    """A value as it stands in JSON."""
    return json.dumps(value, ensure_ascii=False)
