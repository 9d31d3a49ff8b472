"""The plugins' part of the published document."""

from typing import Any

from camaug.plugins import discovery, openapi

from .conftest import Site

TAKES = """
import msgspec
from litestar import get, post
from litestar.params import JSONBody
from camaug_sdk import Outcome, Plugin, Screen, Visitor

class Order(msgspec.Struct):
    MEMBER: int

@get("/schema")
async def show_schema(visitor: Visitor) -> Screen: ...

@post("/orders")
async def place_order(data: JSONBody[Order]) -> Outcome: ...

plugin = Plugin(routes=[show_schema, place_order])
"""


def documents(site: Site) -> dict[str, dict[str, Any]]:
    site.add("first-one", TAKES.replace("MEMBER", "count"))
    site.add("other-one", TAKES.replace("MEMBER", "size"))
    found = {one.plugin_id: one for one in discovery.find()}
    return {name: openapi.document(found[name]) for name in ("first-one", "other-one")}


def test_addresses_operations_and_media_types_are_those_that_are_served(site: Site):
    document = documents(site)["first-one"]
    assert set(document["paths"]) == {
        "/api/v1/apps/first-one/schema",
        "/api/v1/apps/first-one/orders",
    }
    order = document["paths"]["/api/v1/apps/first-one/orders"]["post"]
    assert order["operationId"] == "first-one.place_order"
    assert list(order["responses"]["200"]["content"]) == ["application/vnd.camaug.screen+json"]


def test_parts_are_merged_and_unlike_schemas_of_one_name_kept_apart(site: Site):
    core: dict[str, Any] = {"openapi": "3.1.0", "paths": {"/x": {}}, "components": {}}
    merged = openapi.merge(core, documents(site))
    assert len(merged["paths"]) == 5
    schemas = merged["components"]["schemas"]
    assert set(schemas["Order"]["properties"]) == {"count"}
    assert set(schemas["other-one.Order"]["properties"]) == {"size"}
    order = merged["paths"]["/api/v1/apps/other-one/orders"]["post"]
    body = order["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/other-one.Order"}
    assert "Screen" in schemas
    assert "other-one.Screen" not in schemas
