"""Every kind of change of an OpenAPI document: found, or let pass."""

from typing import Any

import pytest

from camaug.compatibility.operations import Break, Comparison

from .edits import GONE, Edits, edited

TEXT = {"type": "string"}
JSON = "application/json"
THING = {
    "type": "object",
    "properties": {"name": TEXT, "note": TEXT, "size": {"type": "integer", "maximum": 9}},
    "required": ["name"],
}


def body(schema: Any) -> dict[str, Any]:
    return {"content": {JSON: {"schema": schema}}}


def parameter(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": kind, "schema": {"type": "string", "maxLength": 9}} | more


BASE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "0.1.0"},
    "servers": [{"url": "/"}],
    "components": {"schemas": {"Thing": THING, "NewThing": THING}},
    "paths": {
        "/api/v1/things/{thing_id}": {
            "get": {
                "operationId": "get_thing",
                "parameters": [
                    parameter("thing_id", "path", required=True),
                    parameter("after", "query"),
                    parameter("X-Way", "header"),
                    parameter("limit", "query") | {"schema": {"type": "integer", "default": 10}},
                ],
                "responses": {
                    "200": body({"$ref": "#/components/schemas/Thing"})
                    | {"headers": {"ETag": {"schema": TEXT, "required": True}}},
                    "404": body(TEXT),
                },
            },
            "put": {
                "operationId": "put_thing",
                "parameters": [parameter("thing_id", "path", required=True)],
                "requestBody": body({"$ref": "#/components/schemas/NewThing"}) | {"required": True},
                "responses": {"200": body({"$ref": "#/components/schemas/Thing"}), "204": {}},
            },
        },
        "/api/v1/things": {
            "get": {
                "operationId": "list_things",
                "deprecated": True,
                "security": [{"key": []}, {}],
                "responses": {
                    "200": body({"type": "array", "items": {"$ref": "#/components/schemas/Thing"}})
                },
            },
            "post": {
                "operationId": "post_thing",
                "requestBody": body({"$ref": "#/components/schemas/NewThing"}),
                "responses": {"201": body({"$ref": "#/components/schemas/Thing"})},
            },
        },
        "/health": {"get": {"operationId": "health", "responses": {"200": body(TEXT)}}},
    },
}
ONE = "paths|/api/v1/things/{thing_id}"
ALL = "paths|/api/v1/things"
GET, PUT, LIST, POST = f"{ONE}|get", f"{ONE}|put", f"{ALL}|get", f"{ALL}|post"
SENT, TAKEN = "components|schemas|Thing", "components|schemas|NewThing"
RENAMED = edited(
    BASE["paths"]["/api/v1/things/{thing_id}"],
    {"get|parameters|0": GONE, "put|parameters": [parameter("id", "path", required=True)]},
)
RENAMED["get"]["parameters"].insert(0, parameter("id", "path", required=True))

BREAKING: dict[str, Edits] = {
    "an operation removed": {PUT: GONE},
    "a path removed": {ALL: GONE},
    "an operation outside the API removed": {"paths|/health": GONE},
    "another operation id": {f"{GET}|operationId": "fetch_thing"},
    "a query parameter removed": {f"{GET}|parameters|1": GONE},
    "a header parameter removed": {f"{GET}|parameters|2": GONE},
    "a parameter newly required": {
        f"{GET}|parameters|1": parameter("after", "query", required=True),
        f"{GET}|parameters|2": GONE,
    },
    "a parameter added and required": {
        f"{GET}|parameters|4": parameter("new", "query", required=True)
    },
    "a parameter required for the whole path": {
        f"{ONE}|parameters": [parameter("new", "query", required=True)]
    },
    "a parameter moved into a header": {f"{GET}|parameters|1|in": "header"},
    "a shorter parameter": {f"{GET}|parameters|1|schema|maxLength": 8},
    "a shorter part of the path": {f"{GET}|parameters|0|schema|maxLength": 8},
    "another type of parameter": {f"{GET}|parameters|1|schema": {"type": "integer"}},
    "another default of a parameter": {f"{GET}|parameters|3|schema|default": 20},
    "another style of a parameter": {f"{GET}|parameters|1|style": "pipeDelimited"},
    "a body removed": {f"{POST}|requestBody": GONE},
    "a body newly required": {f"{POST}|requestBody|required": True},
    "a body added and required": {f"{LIST}|requestBody": body(TEXT) | {"required": True}},
    "a media type of a body removed": {f"{POST}|requestBody|content": {"text/plain": {}}},
    "a member of a body removed": {f"{TAKEN}|properties|note": GONE},
    "a member of a body newly required": {f"{TAKEN}|required|0": "note"},
    "a member of a body limited": {f"{TAKEN}|properties|size|maximum": 8},
    "other members of a body refused": {f"{TAKEN}|additionalProperties": False},
    "a success status removed": {f"{PUT}|responses|204": GONE},
    "another success status": {
        f"{POST}|responses": {"200": BASE["paths"]["/api/v1/things"]["post"]["responses"]["201"]}
    },
    "a media type of an answer removed": {f"{GET}|responses|200|content": {"text/plain": {}}},
    "an answer without a body": {f"{GET}|responses|200|content": GONE},
    "a member of an answer removed": {f"{SENT}|properties|note": GONE},
    "a member of an answer not always sent": {f"{SENT}|required": GONE},
    "null in an answer": {f"{SENT}|properties|note|type": ["string", "null"]},
    "a greater number in an answer": {f"{SENT}|properties|size|maximum": 10},
    "anything in an answer": {f"{GET}|responses|200|content|{JSON}|schema": GONE},
    "another type of error": {f"{GET}|responses|404|content|{JSON}|schema": {"type": "integer"}},
    "a header of an answer removed": {f"{GET}|responses|200|headers|ETag": GONE},
    "a header of an answer not always sent": {f"{GET}|responses|200|headers|ETag|required": GONE},
    "signing in newly required": {f"{LIST}|security": [{"key": []}]},
    "signing in newly required everywhere": {"security": [{"key": []}]},
    "a server removed": {"servers": [{"url": "/other"}]},
}
HARMLESS: dict[str, Edits] = {
    "an operation added": {f"{ALL}|delete": {"responses": {"204": {}}}},
    "a path added": {"paths|/api/v1/other": {"get": {"responses": {"200": body(TEXT)}}}},
    "a part of the path renamed": {ONE: GONE, "paths|/api/v1/things/{id}": RENAMED},
    "an operation id given": {f"{ALL}|delete": {"operationId": "x", "responses": {}}},
    "a parameter added": {f"{GET}|parameters|4": parameter("new", "query")},
    "a header in other letters": {f"{GET}|parameters|2|name": "x-way"},
    "parameters in another order": {
        f"{GET}|parameters": BASE["paths"]["/api/v1/things/{thing_id}"]["get"]["parameters"][::-1]
    },
    "a longer parameter": {f"{GET}|parameters|1|schema|maxLength": 10},
    "an unlimited parameter": {f"{GET}|parameters|1|schema|maxLength": GONE},
    "another type of parameter beside": {f"{GET}|parameters|3|schema|type": ["integer", "string"]},
    "a body no longer required": {f"{PUT}|requestBody|required": False},
    "a body added": {f"{LIST}|requestBody": body(TEXT)},
    "a media type of a body added": {f"{POST}|requestBody|content|text/plain": {}},
    "a member of a body added": {f"{TAKEN}|properties|new": TEXT},
    "a member of a body no longer required": {f"{TAKEN}|required": GONE},
    "null in a body": {f"{TAKEN}|properties|note|type": ["string", "null"]},
    "a greater number in a body": {f"{TAKEN}|properties|size|maximum": 10},
    "an error status added": {f"{GET}|responses|409": body(TEXT)},
    "an error status removed": {f"{GET}|responses|404": GONE},
    "a success status added": {f"{GET}|responses|202": body(TEXT)},
    "a media type of an answer added": {f"{GET}|responses|200|content|text/plain": {}},
    "a body for an answer without": {f"{PUT}|responses|204": body(TEXT)},
    "a member of an answer added": {f"{SENT}|properties|new": TEXT, f"{SENT}|required|0": "new"},
    "a smaller number in an answer": {f"{SENT}|properties|size|maximum": 8},
    "a header of an answer added": {f"{GET}|responses|200|headers|Age": {"schema": TEXT}},
    "a header of an answer in other letters": {
        f"{GET}|responses|200|headers": {"etag": {"schema": TEXT, "required": True}}
    },
    "signing in no longer required": {f"{LIST}|security": []},
    "another way to sign in": {f"{LIST}|security|0": {"other": []}},
    "an operation deprecated": {f"{GET}|deprecated": True},
    "summary, description, tags": {
        f"{GET}|summary": "s",
        f"{GET}|description": "d",
        f"{GET}|tags": ["t"],
    },
    "a server added": {"servers|1": {"url": "/too"}},
    "title and version": {"info": {"title": "U", "version": "0.1.1"}},
}


def breaks(edits: Edits) -> list[Break]:
    return Comparison(BASE, edited(BASE, edits)).breaks()


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_is_found(name: str) -> None:
    assert breaks(BREAKING[name]), name


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_passes(name: str) -> None:
    assert breaks(HARMLESS[name]) == [], name


def test_a_line_names_the_schema_once_and_every_operation_it_breaks() -> None:
    (found,) = breaks({f"{SENT}|properties|note": GONE})
    assert str(found.difference) == "#/components/schemas/Thing/properties/note: removed (sent)"
    assert found.operations == (
        "GET /api/v1/things/{thing_id}",
        "PUT /api/v1/things/{thing_id}",
        "GET /api/v1/things",
        "POST /api/v1/things",
    )


def test_no_version_excuses_an_operation_that_goes_without_a_word() -> None:
    (found,) = breaks({PUT: GONE})
    assert found.excuse == "none"
    assert "first release it as deprecated, or offer PUT /api/v2/things/{thing_id}" in str(
        found.difference
    )


def test_a_version_excuses_an_operation_that_was_deprecated_or_has_moved() -> None:
    (deprecated,) = breaks({LIST: GONE})
    (moved,) = breaks({PUT: GONE, "paths|/api/v2/things/{id}": {"put": {"responses": {}}}})
    assert (deprecated.excuse, moved.excuse) == ("version", "version")


def test_another_shape_below_the_api_is_excused_below_one_only() -> None:
    (inside,) = breaks({f"{GET}|operationId": "x"})
    (outside,) = breaks({"paths|/health|get|operationId": "x"})
    assert (inside.excuse, outside.excuse) == ("version below 1.0", "version")
