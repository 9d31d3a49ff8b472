"""Every route of core and plugins, with its contract and who may ask."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from camaug import app as application

Json = dict[str, Any]
Who = Literal["citizen", "officer", "operator", "administrator"]
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
UNKNOWN_ID = "0190a0a0-0000-7000-8000-000000000000"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one route."""

    method: str
    path: str
    who: Who
    body: Json | None = None
    """JSON schema of the body, with its references resolved; None when it takes none."""
    path_names: tuple[str, ...] = ()
    query: Mapping[str, Json] = {}

    @property
    def name(self) -> str:
        """For reports."""
        return f"{self.method} {self.path}"

    def at(self, ids: Mapping[str, str] | None = None) -> str:
        """The address, with ids that belong to nobody where none are given."""
        given = {"code": "1.001193", "step_id": "applicant", "kind": "refuse", "link": "x" * 43}
        given |= {
            "station": "ganh-hao",
            "day": "2026-11-28",
            "month": "2026-11",
            "category": "road",
            "agency_code": "H12.05",
        }
        given |= ids or {}
        path = self.path
        for name in self.path_names:
            path = path.replace(f"{{{name}}}", given.get(name, UNKNOWN_ID))
        return path


def who(path: str) -> Who:
    """Whose work the route is."""
    own = "/apps/" not in path
    if own and any(part in path for part in ("/people", "/console/plugins", "/plugins/")):
        return "administrator"
    if "/console/announcements" in path or path.startswith("/api/v1/announcements"):
        return "operator"
    if any(part in path for part in ("/desk", "/staff/", "/console")):
        return "officer"
    return "citizen"


def published() -> list[Asked]:
    """Every operation of the published contract."""
    document = application.openapi()
    schemas = document["components"]["schemas"]
    return [
        _asked(method.upper(), path, operation, schemas)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _asked(method: str, path: str, operation: Json, schemas: Json) -> Asked:
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get("application/json", {}).get("schema")
    parameters = operation.get("parameters", [])
    return Asked(
        method=method,
        path=path,
        who=who(path),
        body=resolved(body, schemas) if body else None,
        path_names=tuple(one["name"] for one in parameters if one["in"] == "path"),
        query={one["name"]: one["schema"] for one in parameters if one["in"] == "query"},
    )


def resolved(schema: Any, schemas: Json) -> Any:
    """The schema with every reference replaced by what it names."""
    if isinstance(schema, list):
        return [resolved(one, schemas) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    return {name: resolved(one, schemas) for name, one in schema.items()}
