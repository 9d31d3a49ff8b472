"""A contract with some of its members changed, for tables of tests."""

import json
from collections.abc import Mapping
from typing import Any

GONE = object()
Edits = Mapping[str, Any]


def edited(contract: dict[str, Any], edits: Edits) -> dict[str, Any]:
    """A copy; each edit is a path with bars (`properties|name|type`) and the value, or GONE."""
    made = json.loads(json.dumps(contract))  # nothing in it stands at two places
    for path, value in edits.items():
        *way, last = path.split("|")
        node: Any = made
        for key in way:
            node = node[int(key) if isinstance(node, list) else key]
        key = int(last) if isinstance(node, list) else last
        if value is GONE:
            del node[key]
        elif isinstance(node, list):
            node.insert(key, value)
        else:
            node[key] = value
    return made
