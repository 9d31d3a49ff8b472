"""The published contracts in `openapi/`: written from the code, committed, and compared.

`openapi/released/` holds them as they were last released; what breaks those must be said by a
version (docs/adr/0013).
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from camaug import app
from camaug.compatibility import releases, surface
from camaug.settings import ROOT
from camaug_sdk.manifest import Manifest
from camaug_sdk.screens import Screen

FOLDER = ROOT / "openapi"
RELEASED = FOLDER / "released"


def made() -> dict[str, dict[str, Any]]:
    """Each contract by file name, as it is read from its file."""
    contracts = {
        releases.HOST: app.openapi(),
        releases.SCREEN: _schema(Screen, "A Screen of the shell or the console"),
        releases.MANIFEST: _schema(Manifest, "manifest.json of a plugin"),
        releases.SDK: surface.contract(),
    }
    return {name: json.loads(_text(contract)) for name, contract in contracts.items()}


def _schema(shape: type, title: str) -> dict[str, Any]:
    schema = msgspec.json.schema(shape)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title} | schema


def _text(contract: dict[str, Any]) -> str:
    return json.dumps(contract, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(contracts: dict[str, dict[str, Any]], folder: Path = FOLDER) -> None:
    """Write every contract; look at the difference before committing it."""
    folder.mkdir(exist_ok=True)
    for name, contract in contracts.items():
        (folder / name).write_text(_text(contract), encoding="utf-8")


def release(contracts: dict[str, dict[str, Any]]) -> list[str]:
    """Make the contracts the released ones; if their versions do not allow it, say why."""
    refused = releases.refusals(releases.read(RELEASED), contracts)
    if not refused:
        write(contracts | {releases.VERSIONS: dict(releases.versions(contracts))}, RELEASED)
    return refused


def errors() -> list[str]:
    """Contracts that are not what the code says, and breaking differences without a version."""

    def committed(path: Path) -> str:
        return path.read_text(encoding="utf-8") if path.exists() else ""

    present = made()
    stale = [
        f"openapi/{name} differs; run ./camaug openapi"
        for name, contract in present.items()
        if committed(FOLDER / name) != _text(contract)
    ]
    released = releases.read(RELEASED)
    missing = [] if released else ["openapi/released/ is empty; run ./camaug openapi --release"]
    return stale + missing + releases.unsaid(released, present)
