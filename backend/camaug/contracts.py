"""The published contracts in `openapi/`: written from the code, committed, and compared."""

import json
from pathlib import Path
from typing import Any

import msgspec

from camaug import app
from camaug.settings import ROOT
from camaug_sdk.manifest import Manifest
from camaug_sdk.screens import Screen

FOLDER = ROOT / "openapi"


def made() -> dict[str, dict[str, Any]]:
    """Each contract by file name."""
    return {
        "host.openapi.json": app.openapi(),
        "screen.schema.json": _schema(Screen, "A Screen of the shell or the console"),
        "manifest.schema.json": _schema(Manifest, "manifest.json of a plugin"),
    }


def _schema(shape: type, title: str) -> dict[str, Any]:
    schema = msgspec.json.schema(shape)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title} | schema


def _text(contract: dict[str, Any]) -> str:
    return json.dumps(contract, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write() -> None:
    """Write every contract; look at the difference before committing it."""
    for name, contract in made().items():
        (FOLDER / name).write_text(_text(contract), encoding="utf-8")


def differences() -> list[str]:
    """Names of the contracts whose committed file is not what the code says."""

    def committed(path: Path) -> str:
        return path.read_text(encoding="utf-8") if path.exists() else ""

    return [
        name for name, contract in made().items() if committed(FOLDER / name) != _text(contract)
    ]
