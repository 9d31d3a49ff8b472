"""The plugins' part of the published OpenAPI document, merged into the core's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litestar.openapi import OpenAPIConfig

from camaug.plugins import build, discovery
from camaug.plugins.schemas import Found
from camaug_sdk.context import Context

Document = dict[str, Any]


def installed() -> dict[str, Document]:
    """The document of every installed plugin that can be read; imports them all. For tools."""
    found = [one for one in discovery.find() if one.finding is None]
    return {one.plugin_id: document(one) for one in found}


def document(found: Found) -> Document:
    """The document of one plugin. Raises whatever its import raises."""
    if found.manifest is None:
        raise ValueError(found.plugin_id)
    texts = build.texts(Path(found.folder))
    made = build.application(
        build.imported(found.entry_point),
        found.manifest,
        build.Ground(context=Context({}), texts=texts),
        OpenAPIConfig(
            title=found.plugin_id,
            version=found.manifest.version.name,
            path=build.NO_DOCS,
            render_plugins=[],
            operation_id_creator=lambda handler, _, __: f"{found.plugin_id}.{handler.handler_name}",
        ),
    )
    return made.openapi_schema.to_schema()


def merge(core: Document, parts: Mapping[str, Document]) -> Document:
    """The core's document with the paths and schemas of each part.

    A schema that two parts name alike but shape differently gets the plugin's id before its name.
    """
    paths: Document = dict(core.get("paths", {}))
    components: Document = dict(core.get("components", {}))
    schemas: Document = dict(components.get("schemas", {}))
    for plugin_id, part in sorted(parts.items()):
        own = part.get("components", {}).get("schemas", {})
        clashing = {name for name, shape in own.items() if schemas.get(name, shape) != shape}
        renamed = _renamed(part, {name: f"{plugin_id}.{name}" for name in clashing})
        paths |= renamed.get("paths", {})
        schemas |= renamed.get("components", {}).get("schemas", {})
    return core | {"paths": paths, "components": components | {"schemas": schemas}}


def _renamed(part: Document, names: Mapping[str, str]) -> Document:
    """The document with some of its schemas, and the references to them, under other names."""
    if not names:
        return part
    text = json.dumps(part)
    for old, new in names.items():
        text = text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
    made: Document = json.loads(text)
    schemas = made["components"]["schemas"]
    made["components"]["schemas"] = {names.get(name, name): one for name, one in schemas.items()}
    return made
