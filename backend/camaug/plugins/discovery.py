"""Finds installed plugins without running their code.

The rule: an entry point of group `camaug.plugins` named `<id>` points into the import package
`camaug_<id with underscores>`, whose folder, found as Python would find it (`find_spec` of a
top-level name executes nothing), holds `manifest.json` beside `__init__.py`. That folder must be
in the distribution's list of files or, for an editable install, below its source.
"""

import importlib.util
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import structlog
from msgspec.structs import replace

from camaug.plugins import fingerprint
from camaug.plugins.schemas import Finding, Found
from camaug_sdk import __version__ as sdk_version
from camaug_sdk import manifest as manifests
from camaug_sdk.manifest import Manifest
from camaug_sdk.plugin import ENTRY_POINTS

log = structlog.get_logger()
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_ID = 40
LONGEST_TEXT = 200


class _Origin(msgspec.Struct):
    """`direct_url.json` of an installed distribution (PEP 610)."""

    url: str = ""


class Refusal(Exception):
    """Why a plugin is not taken in: a reason code and words for the operator."""

    def __init__(self, finding: Finding, detail: str) -> None:
        self.finding: Finding = finding
        self.detail = detail
        super().__init__(f"{finding}: {detail}")


def find() -> list[Found]:
    """Every installed plugin, good or not, by id. One broken distribution hides no other."""
    importlib.invalidate_caches()
    found = [_read(dist, point) for dist, point in _entry_points()]
    return sorted(found, key=lambda one: (one.plugin_id, one.distribution))


def _entry_points() -> Iterator[tuple[Distribution, EntryPoint]]:
    """The plugins' entry points; of a name installed twice Python imports the first."""
    seen: set[str] = set()
    for dist in distributions():
        try:
            name = re.sub(r"[-_.]+", "-", dist.metadata["Name"]).lower()
            points = [point for point in dist.entry_points if point.group == ENTRY_POINTS]
        except Exception as error:  # noqa: BLE001  (whatever its files hold)
            log.warning("distribution_unreadable", error=type(error).__name__)
            continue
        if name not in seen:
            seen.add(name)
            yield from ((dist, point) for point in points)


def _read(dist: Distribution, point: EntryPoint) -> Found:
    found = Found(
        plugin_id=_text(point.name),
        distribution=_text(dist.metadata["Name"]),
        version=_text(dist.version),
        entry_point=_text(point.value),
    )
    try:
        folder = _own_package(dist, point)
        digest = fingerprint.of(folder, found.entry_point)
        found = replace(found, folder=str(folder), fingerprint=digest)
        return replace(found, manifest=_manifest(folder, point.name))
    except fingerprint.TooBig as error:
        return replace(found, finding="files_too_big", detail=str(error))
    except Refusal as error:
        return replace(found, finding=error.finding, detail=error.detail)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as error:
        return replace(found, finding="package_missing", detail=str(error)[:LONGEST_TEXT])


def _text(given: str) -> str:
    """What can be stored and shown of what a package says of itself."""
    return given.replace("\0", "�")[:LONGEST_TEXT]


def _own_package(dist: Distribution, point: EntryPoint) -> Path:
    """The folder of the import package, which must be the distribution's own."""
    folder = package(point.name, point.value)
    if not _owns(dist, folder):
        raise Refusal("package_mismatch", f"{folder} is not of {dist.metadata['Name']}")
    return folder


def is_id(text: str) -> bool:
    """Whether a plugin may be called so."""
    return len(text) <= LONGEST_ID and _ID.fullmatch(text) is not None


def package(plugin_id: str, entry_point: str) -> Path:
    """The folder of the plugin's import package. Raises `Refusal`."""
    if not is_id(plugin_id):
        raise Refusal("id_invalid", f"{plugin_id[:60]!r}: lower-case words joined by hyphens")
    wanted = f"camaug_{plugin_id.replace('-', '_')}"
    top = re.split(r"[.:]", entry_point, maxsplit=1)[0]
    if top != wanted:
        raise Refusal("package_mismatch", f"the entry point is in {top}, not in {wanted}")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError) as error:
        raise Refusal("package_missing", str(error)) from None
    if spec is None or spec.origin is None or not spec.submodule_search_locations:
        raise Refusal("package_missing", f"no package {top} with an __init__.py")
    return Path(spec.origin).parent


def _owns(dist: Distribution, folder: Path) -> bool:
    """Whether the package is in the distribution's list of files or in its editable source."""
    wanted = f"{folder.name}/__init__.py"
    for file in dist.files or ():
        if str(file) == wanted:
            return Path(str(dist.locate_file(file))).resolve() == (folder / "__init__.py").resolve()
    origin = msgspec.json.decode(dist.read_text("direct_url.json") or "{}", type=_Origin)
    source = urlsplit(origin.url)
    return source.scheme == "file" and folder.is_relative_to(unquote(source.path))


def _manifest(folder: Path, plugin_id: str) -> Manifest:
    """The manifest, checked against id and SDK. Raises `Refusal`."""
    try:
        with (folder / "manifest.json").open("rb") as file:
            manifest = manifests.read(file.read(manifests.MAX_BYTES + 1))
    except OSError as error:
        raise Refusal("manifest_missing", f"manifest.json: {error.strerror}") from None
    except ValueError as error:
        raise Refusal("manifest_invalid", str(error)) from None
    if manifest.app_id != plugin_id:
        raise Refusal("id_mismatch", f"manifest says {manifest.app_id}, entry point {plugin_id}")
    if not manifests.covers(manifest.x_camaug.api, sdk_version):
        asked = manifest.x_camaug.api
        raise Refusal("incompatible", f"made for SDK {asked}, this is {sdk_version}")
    return manifest
