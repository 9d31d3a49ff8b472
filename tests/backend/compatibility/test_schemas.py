"""Every kind of change of a JSON Schema, in each direction: found, or let pass."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camaug.compatibility.schemas import Comparer, Direction
from camaug.compatibility.views import NotUnderstood, View

from .edits import GONE, Edits, edited

TEXT = {"type": "string"}
BLOCK = {
    "type": "object",
    "properties": {
        "type": {"enum": ["note"]},
        "fallback": {"anyOf": [TEXT, {"type": "null"}], "default": None},
        "text": TEXT,
    },
    "required": ["type", "text"],
}
GO = {
    "type": "object",
    "properties": {"type": {"const": "go", "type": "string"}, "href": TEXT},
    "required": ["type", "href"],
}
BASE: dict[str, Any] = {
    "$ref": "#/$defs/Thing",
    "$defs": {
        "Thing": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 80},
                "code": {"type": "string", "pattern": "^[a-z]+$"},
                "on": {"type": "string", "format": "date"},
                "count": {"type": "integer", "minimum": 0, "maximum": 10},
                "tone": {"enum": ["good", "bad"], "default": "good"},
                "note": {"anyOf": [TEXT, {"type": "null"}], "default": None},
                "lang": {"enum": ["vi", "en", None], "type": ["null", "string"]},
                "rows": {"type": "array", "items": {"type": "array", "items": TEXT}},
                "some": {"oneOf": [{"type": "array", "items": TEXT}, TEXT], "maxItems": 5},
                "map": {"type": "object", "additionalProperties": {"type": "integer"}},
                "pair": {
                    "type": "array",
                    "prefixItems": [TEXT, {"type": "integer"}],
                    "minItems": 2,
                    "maxItems": 2,
                    "items": False,
                },
                "shut": {"$ref": "#/$defs/Shut"},
                "action": {"anyOf": [{"$ref": "#/$defs/Go"}, {"type": "null"}]},
                "way": {"$ref": "#/$defs/Way"},
                "primary": {"anyOf": [{"$ref": "#/$defs/Note"}, {"type": "null"}]},
                "blocks": {"type": "array", "items": {"$ref": "#/$defs/Any"}},
            },
            "required": ["name", "count"],
        },
        "Shut": {
            "type": "object",
            "properties": {"a": TEXT, "b": TEXT},
            "required": ["a"],
            "additionalProperties": False,
        },
        "Go": GO,
        "Open": edited(GO, {"properties|type|const": "open"}),
        "Way": {"anyOf": [{"$ref": "#/$defs/Go"}, {"$ref": "#/$defs/Open"}]},
        "Note": BLOCK,
        "Group": edited(
            BLOCK,
            {
                "properties|type|enum": ["group"],
                "properties|blocks": {"type": "array", "items": {"$ref": "#/$defs/Any"}},
            },
        ),
        "Field": edited(BLOCK, {"properties|type|enum": ["field"], "properties|fallback": GONE}),
        "Any": {
            "anyOf": [
                {"$ref": "#/$defs/Note"},
                {"$ref": "#/$defs/Group"},
                {"$ref": "#/$defs/Field"},
            ],
            "discriminator": {"propertyName": "type", "mapping": {"note": "#/$defs/Note"}},
        },
    },
}
P = "$defs|Thing|properties"
NEW_BLOCK = edited(BLOCK, {"properties|type|enum": ["chart"]})
NEW_FIELD = edited(NEW_BLOCK, {"properties|fallback": GONE})

ALL: tuple[Direction, ...] = ("sent", "received", "kept")
SENT: tuple[Direction, ...] = ("sent",)
TAKEN: tuple[Direction, ...] = ("received", "kept")
RECEIVED: tuple[Direction, ...] = ("received",)
OUR_WORD: tuple[Direction, ...] = ("sent", "received")
NONE: tuple[Direction, ...] = ()

CHANGES: list[tuple[str, Edits, tuple[Direction, ...]]] = [
    # What is said of members.
    ("a member removed", {f"{P}|code": GONE}, OUR_WORD),
    ("an optional member added", {f"{P}|new": TEXT}, NONE),
    ("a member added and required", {f"{P}|new": TEXT, "$defs|Thing|required|0": "new"}, TAKEN),
    ("a member newly required", {"$defs|Thing|required|0": "code"}, TAKEN),
    ("a member no longer required", {"$defs|Thing|required": ["count"]}, SENT),
    ("a default changed", {f"{P}|tone|default": "bad"}, OUR_WORD),
    ("a default lost", {f"{P}|note|default": GONE}, OUR_WORD),
    ("a default given where none stood", {f"{P}|code|default": "abc"}, NONE),
    ("other members forbidden", {"$defs|Thing|additionalProperties": False}, TAKEN),
    ("other members allowed", {"$defs|Shut|additionalProperties": GONE}, SENT),
    ("a member added where others are forbidden", {"$defs|Shut|properties|c": TEXT}, SENT),
    ("a member of a closed shape removed", {"$defs|Shut|properties|b": GONE}, OUR_WORD),
    # Types.
    ("another type", {f"{P}|code": {"type": "integer"}}, ALL),
    ("null allowed", {f"{P}|on": {"type": ["string", "null"], "format": "date"}}, SENT),
    ("null no longer allowed", {f"{P}|note": TEXT | {"default": None}}, TAKEN),
    ("null gone from an enumeration", {f"{P}|lang": {"enum": ["vi", "en"]}}, TAKEN),
    ("whole numbers become numbers", {f"{P}|count|type": "number"}, SENT),
    ("anything instead of a text", {f"{P}|code": {}}, SENT),
    ("anything, said as true", {f"{P}|code": True}, SENT),
    ("nothing instead of a text", {f"{P}|code": False}, TAKEN),
    ("a type added to a union", {f"{P}|some|oneOf|0": {"type": "integer"}}, SENT),
    ("a type taken from a union", {f"{P}|some|oneOf": [TEXT]}, TAKEN),
    (
        "a union written as a list",
        {f"{P}|note": {"type": ["null", "string"], "default": None}},
        NONE,
    ),
    ("anyOf written as oneOf", {"$defs|Way": {"oneOf": BASE["$defs"]["Way"]["anyOf"]}}, NONE),
    # Values and limits.
    ("a value added", {f"{P}|tone|enum|0": "new"}, SENT),
    ("a value removed", {f"{P}|tone|enum": ["good"]}, TAKEN),
    ("any text instead of values", {f"{P}|tone": TEXT | {"default": "good"}}, SENT),
    (
        "short texts instead of values",
        {f"{P}|tone": TEXT | {"default": "good", "maxLength": 9}},
        SENT,
    ),
    ("values instead of any text", {f"{P}|code": {"enum": ["a"]}}, TAKEN),
    ("values in another order", {f"{P}|tone|enum": ["bad", "good"]}, NONE),
    ("one value written as const", {"$defs|Note|properties|type": {"const": "note"}}, NONE),
    ("a longer text", {f"{P}|name|maxLength": 90}, SENT),
    ("a shorter text", {f"{P}|name|maxLength": 70}, TAKEN),
    ("no longest text", {f"{P}|name|maxLength": GONE}, SENT),
    ("an empty text allowed", {f"{P}|name|minLength": GONE}, SENT),
    ("a least length raised", {f"{P}|name|minLength": 2}, TAKEN),
    ("a least number raised", {f"{P}|count|minimum": 1}, TAKEN),
    ("a most number raised", {f"{P}|count|maximum": 11}, SENT),
    ("a limit beside a union lowered", {f"{P}|some|maxItems": 4}, TAKEN),
    ("a list limited", {f"{P}|rows|maxItems": 4}, TAKEN),
    ("another pattern", {f"{P}|code|pattern": "^[a-y]+$"}, ALL),
    ("a pattern added", {f"{P}|name|pattern": "^[a-z]+$"}, TAKEN),
    ("a pattern lost", {f"{P}|code|pattern": GONE}, SENT),
    ("a format lost", {f"{P}|on|format": GONE}, SENT),
    ("another format", {f"{P}|on|format": "date-time"}, ALL),
    # What stands within.
    ("another type in nested lists", {f"{P}|rows|items|items": {"type": "integer"}}, ALL),
    ("null in nested lists", {f"{P}|rows|items|items": {"type": ["string", "null"]}}, SENT),
    ("texts as values of a map", {f"{P}|map|additionalProperties": TEXT}, ALL),
    ("anything as values of a map", {f"{P}|map|additionalProperties": {}}, SENT),
    ("names of a map limited", {f"{P}|map|propertyNames": {"enum": ["a", "b"]}}, TAKEN),
    ("another second of a pair", {f"{P}|pair|prefixItems": [TEXT, TEXT]}, ALL),
    ("three instead of two", {f"{P}|pair|prefixItems|2": TEXT, f"{P}|pair|maxItems": 3}, SENT),
    ("a member behind a reference", {"$defs|Go|properties|href": {"type": "integer"}}, ALL),
    (
        "a definition renamed",
        {"$defs|Go2": GO, "$defs|Way|anyOf": [{"$ref": "#/$defs/Go2"}, {"$ref": "#/$defs/Open"}]},
        NONE,
    ),
    # Unions of tagged shapes.
    ("a tag renamed", {"$defs|Go|properties|type|const": "went"}, ALL),
    (
        "an alternative without fallback added",
        {"$defs|Way|anyOf|0": edited(GO, {"properties|type|const": "call"})},
        SENT,
    ),
    (
        "an alternative without fallback removed",
        {"$defs|Way|anyOf": [{"$ref": "#/$defs/Go"}]},
        TAKEN,
    ),
    ("a block with fallback added", {"$defs|Any|anyOf|0": NEW_BLOCK}, NONE),
    ("a field without fallback added", {"$defs|Any|anyOf|0": NEW_FIELD}, SENT),
    (
        "a block with fallback removed",
        {"$defs|Any|anyOf": BASE["$defs"]["Any"]["anyOf"][1:]},
        RECEIVED,
    ),
    (
        "a field without fallback removed",
        {"$defs|Any|anyOf": BASE["$defs"]["Any"]["anyOf"][:2]},
        TAKEN,
    ),
    ("a block where an action stood", {f"{P}|action|anyOf|0": NEW_BLOCK}, SENT),
    ("a block more where one only stood", {f"{P}|primary|anyOf|0": NEW_BLOCK}, SENT),
    (
        "alternatives in another order",
        {"$defs|Any|anyOf": BASE["$defs"]["Any"]["anyOf"][::-1]},
        NONE,
    ),
    (
        "a member of one alternative",
        {"$defs|Note|properties|text": GONE, "$defs|Note|required": ["type"]},
        OUR_WORD,
    ),
    ("an optional member of an alternative added", {"$defs|Group|properties|more": TEXT}, NONE),
    # Words.
    ("title and description", {"$defs|Thing|title": "T", f"{P}|code|description": "new"}, NONE),
    ("examples and a comment", {f"{P}|code|examples": ["a"], f"{P}|code|$comment": "why"}, NONE),
    ("deprecated", {f"{P}|code|deprecated": True}, NONE),
    ("an extension", {f"{P}|code|x-order": 3}, NONE),
    ("an unused definition", {"$defs|Unused": {"type": "object"}}, NONE),
    ("the mapping of the discriminator", {"$defs|Any|discriminator": GONE}, NONE),
]


def lines(released: Any, present: Any, direction: Direction) -> list[str]:
    views = View(released, released), View(present, present)
    return [str(one) for one in Comparer(direction).compare(*views)]


@pytest.mark.parametrize("direction", ALL)
@pytest.mark.parametrize(("edits", "breaking"), [pytest.param(e, b, id=n) for n, e, b in CHANGES])
def test_a_change_is_found_where_it_breaks_and_passes_where_not(
    edits: Edits, breaking: tuple[Direction, ...], direction: Direction
) -> None:
    found = lines(BASE, edited(BASE, edits), direction)
    assert bool(found) == (direction in breaking), found


def test_the_table_has_at_least_25_of_each() -> None:
    for direction in ("sent", "received"):
        assert sum(direction in breaking for _, _, breaking in CHANGES) >= 25
        assert sum(direction not in breaking for _, _, breaking in CHANGES) >= 25


@pytest.mark.parametrize(
    ("edits", "direction", "line"),
    [
        ({f"{P}|code": GONE}, "sent", "#/$defs/Thing/properties/code: removed (sent)"),
        (
            {f"{P}|name|maxLength": 70},
            "received",
            "#/$defs/Thing/properties/name: maxLength was 80, is 70 (received)",
        ),
        (
            {f"{P}|tone|enum|0": "new"},
            "sent",
            '#/$defs/Thing/properties/tone: may be "new" now (sent)',
        ),
        (
            {"$defs|Thing|required|0": "code"},
            "received",
            "#/$defs/Thing/properties/code: required now (received)",
        ),
        (
            {"$defs|Any|anyOf|0": NEW_FIELD},
            "sent",
            '#/$defs/Any/anyOf/0: may be {"type": "\\"chart\\""} now (sent)',
        ),
        (
            {f"{P}|rows|items|items": {"type": "integer"}},
            "received",
            "#/$defs/Thing/properties/rows/items/items: may not be string any more (received)",
        ),
    ],
)
def test_a_line_says_where_and_what(edits: Edits, direction: Direction, line: str) -> None:
    assert lines(BASE, edited(BASE, edits), direction) == [line]


@pytest.mark.parametrize(
    "strange",
    [
        {"allOf": [TEXT]},
        {"not": TEXT},
        {"type": "object", "patternProperties": {"^a": TEXT}},
        {"anyOf": [TEXT], "oneOf": [TEXT]},
        {"anyOf": [{"type": "string", "maxLength": 3}], "maxLength": 4},
        {"$ref": "#/$defs/Go", "maxProperties": 3},
        {"$ref": "https://example.org/schema"},
    ],
)
def test_what_cannot_be_judged_is_not_let_pass(strange: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        lines(BASE, edited(BASE, {f"{P}|code": strange}), "sent")


NAMES = st.sampled_from(["a", "b", "c", "type"])
LEAVES = st.one_of(
    st.sampled_from([{}, True, False, {"type": "null"}, {"type": "boolean"}, TEXT]),
    st.builds(lambda n: {"type": "string", "maxLength": n, "pattern": "^a"}, st.integers(0, 9)),
    st.builds(lambda n: {"type": ["integer", "null"], "minimum": n}, st.integers(-9, 9)),
    st.builds(
        lambda v: {"enum": v},
        st.lists(st.sampled_from(["x", 1, 1.5, None, True]), min_size=1, max_size=3),
    ),
    st.just({"$ref": "#"}),
)
"""The root is always an object, so that a reference to it is a shape within itself."""


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda properties, others, count: {
            "type": "object",
            "properties": properties,
            "required": sorted(properties)[:count],
            "additionalProperties": others,
        },
        st.dictionaries(NAMES, inner, max_size=3),
        inner.filter(lambda one: one not in ({}, True)),
        st.integers(0, 2),
    )


SCHEMAS = objects(
    st.recursive(
        LEAVES,
        lambda inner: st.one_of(
            objects(inner),
            st.builds(lambda one: {"type": "array", "items": one}, inner),
            st.builds(lambda some: {"anyOf": some}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(
                lambda some: {"type": "array", "prefixItems": some, "items": False},
                st.lists(inner, min_size=1, max_size=3),
            ),
        ),
        max_leaves=8,
    )
)


@given(SCHEMAS, st.sampled_from(ALL))
def test_whatever_is_compared_with_itself_is_clean(schema: dict[str, Any], way: Direction) -> None:
    assert lines(schema, edited(schema, {}), way) == []


@given(SCHEMAS, st.sampled_from(ALL))
def test_a_new_optional_member_is_clean(schema: dict[str, Any], way: Direction) -> None:
    opened = edited(schema, {"additionalProperties": True})
    assert lines(opened, edited(opened, {"properties|new": TEXT}), way) == []


@given(SCHEMAS, st.sampled_from(["sent", "received"]))
def test_a_member_that_is_gone_is_found(schema: dict[str, Any], way: Direction) -> None:
    more = edited(schema, {"properties|new": TEXT})
    assert any("new: removed" in line for line in lines(more, schema, way))


SCALARS: list[Any] = [None, True, -3, 5, 1.5, "", "x", "ab", "aaaaaaaaaa"]
FEW = [None, 5, "x", "ab"]
VALUES: list[Any] = [
    *SCALARS,
    *([], *([one] for one in SCALARS), *([one, other] for one in FEW for other in FEW)),
    {},
    *({name: one} for name in ("a", "z") for one in [*SCALARS, [], {}, ["x"], {"a": "x"}]),
    *({"a": one, "b": other} for one in FEW for other in FEW),
]


def valid(schema: Any, value: Any, root: Any) -> bool:
    """JSON Schema 2020-12 in small, written apart from what it judges."""
    if isinstance(schema, bool):
        return schema
    if "$ref" in schema:
        return valid(root, value, root)
    if "anyOf" in schema:
        return any(valid(one, value, root) for one in schema["anyOf"])
    if "enum" in schema:
        return any(type(one) is type(value) and one == value for one in schema["enum"])
    python = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    name = "null" if value is None else python.get(type(value), "object")
    types = schema.get("type", name)
    typed = name in ([types] if isinstance(types, str) else types)
    return (
        typed and all(valid(*part, root) for part in parts(schema, value)) and kept(schema, value)
    )


def parts(schema: dict[str, Any], value: Any) -> list[tuple[Any, Any]]:
    """What stands within a value, each with its schema."""
    if isinstance(value, list):
        rest = [schema.get("items", True)] * len(value)
        return list(zip([*schema.get("prefixItems", []), *rest], value, strict=False))
    if isinstance(value, dict):
        others = schema.get("additionalProperties", True)
        return [(schema.get("properties", {}).get(key, others), one) for key, one in value.items()]
    return []


def kept(schema: dict[str, Any], value: Any) -> bool:
    """Whether the limits of the value's own type are kept."""
    if isinstance(value, dict):
        return set(schema.get("required", ())) <= value.keys()
    if isinstance(value, str):
        found = re.search(schema.get("pattern", ""), value)
        return bool(found) and len(value) <= schema.get("maxLength", 99)
    return type(value) is not int or value >= schema.get("minimum", -99)


@settings(max_examples=300)
@given(SCHEMAS, SCHEMAS)
def test_what_passes_takes_every_value_that_was_taken(old: dict[str, Any], new: Any) -> None:
    """The members that an open object passes over are the one exception (see the module)."""
    if lines(old, new, "received") == []:
        refused = [v for v in VALUES if valid(old, v, old) and not valid(new, v, new)]
        assert refused == []
