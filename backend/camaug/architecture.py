"""Which part of the product imports which, read from the sources without running them.

A part is a feature of the host, the kernel, the SDK, a utility, or one of `SINGLE`; the other
modules of the host are its commands. `./camaug architecture` draws docs/pictures/architecture.svg.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from camaug import staircase
from camaug.settings import ROOT

PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
COMMANDS, SDK, SIMULATORS = "commands", "camaug_sdk", "camaug_simulators"
SINGLE = ("app", "settings")
"""Modules of the host that stand for themselves: where the parts meet, and what all may read."""
GROUND = ("kernel", "settings")
Graph = dict[str, set[str]]


class Source(msgspec.Struct, frozen=True):
    """An import package; `is_host` when its folders are parts of their own."""

    folder: Path
    is_host: bool = False


def sources() -> list[Source]:
    """Every package of the repository that runs."""
    backend = ROOT / "backend"
    return [
        *(Source(path) for path in sorted(ROOT.glob("plugins/*/camaug_*"))),
        Source(backend / "camaug", is_host=True),
        Source(backend / "sdk" / SDK),
        Source(backend / "simulators" / SIMULATORS),
    ]


def graph() -> Graph:
    """Each part with the parts that it imports."""
    found: Graph = {}
    for source in sources():
        for path in sorted(source.folder.rglob("*.py")):
            names = path.relative_to(source.folder.parent).with_suffix("").parts
            importer = _part(names)
            if importer is None:
                continue
            imported = {_part(one.split(".")) for one in _imports(ast.parse(path.read_bytes()))}
            own = found.setdefault(importer, set())
            own.update(one for one in imported if one is not None and one != importer)
    return found


def _imports(tree: ast.Module) -> Iterator[str]:
    """Modules by their full names; a relative import stays inside its package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _part(names: Sequence[str]) -> str | None:
    """The part that a module belongs to; None for what is not ours."""
    top, *inside = names
    if top != "camaug":
        return top if top.startswith("camaug_") else None
    if not inside or inside[0] == "__init__":
        return None
    known = (ROOT / "backend" / "camaug" / inside[0]).is_dir() or inside[0] in SINGLE
    return inside[0] if known else COMMANDS


def layers(parts: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Kind and name of every part, each above all that it imports. Raises `ValueError`."""
    kinds = ("utility", "entry", "feature", "ground", "sdk", "apart")
    heights: dict[str, int] = {}
    for name in parts:
        _height(name, parts, heights, ())
    named = [(_kind(name), name) for name in parts]
    return sorted(named, key=lambda one: (kinds.index(one[0]), -heights[one[1]], one[1]))


def _height(
    name: str, parts: Mapping[str, set[str]], heights: dict[str, int], above: tuple[str, ...]
) -> int:
    """How many parts stand one on the other below this one."""
    if name in above:
        raise ValueError(f"a circle of imports: {' > '.join([*above, name])}")
    if name not in heights:
        below = [_height(one, parts, heights, (*above, name)) for one in sorted(parts[name])]
        heights[name] = max(below, default=-1) + 1
    return heights[name]


def _kind(name: str) -> str:
    if name in (SDK, SIMULATORS):
        return "sdk" if name == SDK else "apart"
    if name.startswith("camaug_"):
        return "utility"
    if name in GROUND:
        return "ground"
    return "entry" if name in (COMMANDS, "app") else "feature"


def picture() -> str:
    """The drawing as SVG."""
    parts = graph()
    return staircase.drawn(layers(parts), parts)


def write() -> None:
    """Draw it into the folder of the documentation."""
    PICTURE.write_text(picture(), encoding="utf-8")
