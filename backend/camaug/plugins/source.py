"""What a plugin's source says without running it: foreign imports, services that it touches."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from camaug.plugins.discovery import Refusal
from camaug.plugins.schemas import Found
from camaug_sdk.services import (
    Agencies,
    Counter,
    Documents,
    Dossiers,
    Measures,
    People,
    Procedures,
)
from camaug_sdk.tables import Database

PROTOCOLS = {
    "procedures": Procedures,
    "agencies": Agencies,
    "people": People,
    "documents": Documents,
    "dossiers": Dossiers,
    "measures": Measures,
    "counter": Counter,
    "db": Database,
}
"""Services that must be asked for; `clock` and `i18n` are always there."""


def methods(protocol: type) -> dict[str, str]:
    """Method of a service to the permission it needs, without the service's name: "" or ".desk"."""
    return {
        name: ".desk" if "officer" in inspect.signature(value).parameters else ""
        for name, value in inspect.getmembers(protocol, inspect.isfunction)
        if not name.startswith("_")
    }


def check(found: Found) -> None:
    """Raise `Refusal` for an import of the host or another plugin, or a service not asked for."""
    own = Path(found.folder).name
    touched: set[str] = set()
    for path, tree in _trees(Path(found.folder)):
        for name in _imports(tree):
            top = name.partition(".")[0]
            if top == "camaug" or (top.startswith("camaug_") and top not in (own, "camaug_sdk")):
                raise Refusal("foreign_import", f"{path.name} imports {name}")
        touched |= set(_services(tree))
    asked: set[str] = set()
    if manifest := found.manifest:
        asked |= {one.service for one in manifest.x_camaug.permissions}
    if lacking := sorted(touched - asked):
        raise Refusal("service_not_asked", f"used but not in the manifest: {', '.join(lacking)}")


def _trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        try:
            yield path, ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, RecursionError, OSError) as error:
            raise Refusal("source_unreadable", f"{path.name}: {error}") from None


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _services(tree: ast.Module) -> Iterator[str]:
    """Permissions that `app.<service>.<method>` needs, wherever the argument is called `app`."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                attr=method, value=ast.Attribute(attr=service, value=ast.Name(id="app"))
            ) if service in PROTOCOLS:
                yield service + methods(PROTOCOLS[service]).get(method, "")
            case _:
                pass
