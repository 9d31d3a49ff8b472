"""Small plugins in any number: distributions in one folder, found by PYTHONPATH."""

import json
from pathlib import Path

SOURCE = '''"""One page."""

from litestar import get

from camaug_sdk import Plugin, Screen, Visitor
from camaug_sdk.screens import Text


@get("/")
async def show(visitor: Visitor) -> Screen:
    """The only page."""
    return Screen(title="{title}", lang=visitor.language, blocks=[Text(text="{title}")])


plugin = Plugin(routes=[show])
'''
ICONS = ("building-2", "mail", "map-pin", "calendar", "phone", "image")


def write(folder: Path, count: int) -> None:
    """`count` plugins below `folder`."""
    for number in range(count):
        _one(folder, number)


def pages(count: int) -> list[str]:
    """The address of each."""
    return [f"/api/v1/apps/probe-{number:03d}/" for number in range(count)]


def _one(folder: Path, number: int) -> None:
    plugin_id, package = f"probe-{number:03d}", f"camaug_probe_{number:03d}"
    title = f"Tiện ích thử số {number}"
    (folder / package).mkdir(parents=True)
    (folder / package / "__init__.py").write_text(SOURCE.format(title=title))
    (folder / package / "manifest.json").write_text(
        json.dumps(_manifest(plugin_id, title, number), ensure_ascii=False)
    )
    (folder / package / "locales").mkdir()
    for language in ("vi", "en"):
        (folder / package / "locales" / f"{language}.json").write_text("{}")
    dist = folder / f"{package}-0.1.0.dist-info"
    dist.mkdir()
    (dist / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: camaug-{plugin_id}\nVersion: 0.1.0\n"
    )
    (dist / "entry_points.txt").write_text(f"[camaug.plugins]\n{plugin_id} = {package}:plugin\n")
    (dist / "RECORD").write_text(f"{package}/__init__.py,,\n{package}/manifest.json,,\n")


def _manifest(plugin_id: str, title: str, number: int) -> dict[str, object]:
    icon = ICONS[number % len(ICONS)]
    return {
        "app_id": plugin_id,
        "name": title,
        "short_name": f"Thử {number}",
        "version": {"name": "0.1.0", "code": 1},
        "icons": [{"src": f"icon:{icon}"}],
        "pages": ["/"],
        "lang": "vi",
        "x_camaug": {
            "kind": "plugin",
            "api": ">=0.1,<1",
            "category": "public-services",
            "audience": ["citizen"],
            "title": {"vi": title, "en": f"Probe number {number}"},
            "tile": {"vi": f"Thử {number}", "en": f"Probe {number}"},
            "icon": icon,
            "sign_in": "optional",
            "permissions": [],
        },
    }
