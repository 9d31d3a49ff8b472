"""`camaug plugins new ID`: the smallest good utility, which one changes into one's own."""

import json
from importlib.util import find_spec
from pathlib import Path
from string import Template

from camaug.plugins import discovery
from camaug.settings import Wrong
from camaug_sdk import __version__ as sdk_version

TEMPLATE = Path(__file__).with_name("template")
"""Files as they are written, but `.txt` after the name and `package` for the import package."""
TABLE = Path(__file__).with_name("template_table")
"""What takes the place of some of them in a utility with a table and a notice."""
LONGEST_TITLE = 80
TILE_WORDS = 2


def write(
    plugins: Path, plugin_id: str, title_vi: str, title_en: str, *, with_table: bool = False
) -> list[Path]:
    """Write the utility below the folder `plugins`; its files. An empty title is made of the id.

    Raises `Wrong` for an id or a title that cannot be, and for an id that somebody has.
    """
    if not discovery.is_id(plugin_id):
        most = f"at most {discovery.LONGEST_ID} letters, lower-case words joined by hyphens"
        raise Wrong(f"{plugin_id[:60]!r} is no id of a utility", f"take {most}")
    folder, package = plugins / plugin_id, f"camaug_{plugin_id.replace('-', '_')}"
    if not plugins.is_dir():
        raise Wrong(f"there is no folder {plugins}", "run it in a clone of CaMau-G Open")
    if folder.exists():
        raise Wrong(f"{folder} is there already", "take another id, or remove it")
    if find_spec(package) or any(one.plugin_id == plugin_id for one in discovery.find()):
        raise Wrong(f"{plugin_id} is installed already, as {package}", "take another id")
    words = _words(plugin_id, package, title_vi, title_en)
    made: list[Path] = []
    for inner, source in sorted(_sources(with_table=with_table).items()):
        first, *rest = inner.with_suffix("").parts
        path = folder.joinpath(package if first == "package" else first, *rest)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = Template(source.read_text(encoding="utf-8")).substitute(words)
        path.write_text(text, encoding="utf-8")
        made.append(path)
    return made


def _sources(*, with_table: bool) -> dict[Path, Path]:
    """The files to write, by where they stand in the template."""
    folders = [TEMPLATE, TABLE] if with_table else [TEMPLATE]
    return {path.relative_to(one): path for one in folders for path in one.rglob("*.txt")}


def _words(plugin_id: str, package: str, title_vi: str, title_en: str) -> dict[str, str]:
    """What stands for what in the template, as it stands between quotes of JSON and TOML."""
    from_id = plugin_id.replace("-", " ").capitalize()
    vi = _title(title_vi or title_en or from_id, "--title-vi")
    en = _title(title_en or from_id, "--title-en")
    words = {
        "id": plugin_id,
        "package": package,
        "sdk": sdk_version,
        "title_vi": vi,
        "title_en": en,
        "tile_vi": " ".join(vi.split()[:TILE_WORDS]),
        "tile_en": " ".join(en.split()[:TILE_WORDS]),
    }
    return {name: json.dumps(one, ensure_ascii=False)[1:-1] for name, one in words.items()}


def _title(text: str, option: str) -> str:
    """The title in one line; braces would be taken for places of a text."""
    title = " ".join(text.split())
    if not title.isprintable() or not title or len(title) > LONGEST_TITLE or set(title) & set("{}"):
        raise Wrong(f"{option} {title[:20]!r} is no title", f"give 1 to {LONGEST_TITLE} letters")
    return title
