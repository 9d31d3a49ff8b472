"""What the version of a contract excuses, and how the present one becomes the released one.

SemVer 2.0.0: what breaks needs a higher major (8), below 1.0 a higher minor (4); what was released
under a version is never changed (3).
"""

import json
from collections.abc import Iterator
from pathlib import Path

from camaug.compatibility import operations, python
from camaug.compatibility.operations import Break
from camaug.compatibility.schemas import Comparer, Direction
from camaug.compatibility.views import Node, NotUnderstood, View

HOST = "host.openapi.json"
SDK = "sdk.json"
SCREEN = "screen.schema.json"
MANIFEST = "manifest.schema.json"
DIRECTIONS: dict[str, tuple[Direction, ...]] = {SCREEN: ("sent", "kept"), MANIFEST: ("received",)}
"""Screens go to shells older than the server, and are kept by shells that then become newer."""
VERSIONS = "versions.json"

Contracts = dict[str, Node]


def versions(contracts: Contracts) -> dict[str, str]:
    """The version of each contract: the host's own for the API, the SDK's for all others."""
    sdk = contracts[SDK]["version"]
    host = contracts[HOST]["info"]["version"]
    return {name: host if name == HOST else sdk for name in contracts}


def breaks(name: str, released: Node, present: Node) -> list[Break]:
    """Every breaking difference of one contract."""
    if released == present:
        return []
    if name == HOST:
        return operations.Comparison(released, present).breaks()
    if name == SDK:
        return [Break(one) for one in python.Comparison(released, present).differences()]
    views = View(released, released), View(present, present)
    found = (one for way in DIRECTIONS[name] for one in Comparer(way).compare(*views))
    return [Break(one) for one in dict.fromkeys(found)]


def unsaid(released: Contracts, present: Contracts) -> list[str]:
    """One line for each breaking difference that no version says."""
    if not released:
        return []
    before, now = versions(released), versions(present)
    lines: list[str] = []
    for name in sorted(released):
        if name not in present:
            lines.append(f"{name}: the whole contract is gone")
            continue
        if _numbers(now[name]) < _numbers(before[name]):
            lines.append(f"{name}: version {now[name]} is below the released {before[name]}")
        try:
            found = breaks(name, released[name], present[name])
        except NotUnderstood as error:
            lines.append(f"{name} {error}; teach camaug.compatibility.views")
        else:
            lines += _lines(name, found, before[name], now[name])
    return lines


def _lines(name: str, found: list[Break], before: str, now: str) -> Iterator[str]:
    for one in found:
        if not excused(one, before, now):
            yield f"{name} {one.difference}{_concerned(one)}; {_remedy(one, before)}"


def excused(one: Break, before: str, now: str) -> bool:
    """Whether the step from the version `before` to `now` says that something breaks."""
    if one.excuse == "none" or (one.excuse == "version below 1.0" and _numbers(before)[0] > 0):
        return False
    return _numbers(now) >= _next(before)


def _next(version: str) -> tuple[int, ...]:
    """The lowest version that may break what `version` promised."""
    major, minor, *_ = _numbers(version)
    return (major + 1, 0) if major else (0, minor + 1)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _remedy(one: Break, before: str) -> str:
    if one.excuse == "none":
        return "no version excuses this"
    if one.excuse == "version below 1.0" and _numbers(before)[0] > 0:
        return "offer it below the next /api/v<n>"
    return f"needs version {'.'.join(map(str, _next(before)))}"


def _concerned(one: Break) -> str:
    if not one.operations or one.operations[0] in one.difference.text:
        return ""
    more = len(one.operations) - 1
    return f" [{one.operations[0]}{f' and {more} more' if more else ''}]"


def read(folder: Path) -> Contracts:
    """The contracts as they were released, with their versions; none before the first release."""
    if not (folder / VERSIONS).exists():
        return {}
    names: dict[str, str] = json.loads((folder / VERSIONS).read_text())
    return {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in names}


def refusals(released: Contracts, present: Contracts) -> list[str]:
    """Why the present contracts may not be released; none when they may."""
    before, now = (versions(one) if one else {} for one in (released, present))
    same = [
        f"{name}: {now[name]} is released already and differs; raise the version"
        for name in sorted(released.keys() & present.keys())
        if released[name] != present[name] and _numbers(now[name]) <= _numbers(before[name])
    ]
    return unsaid(released, present) + same
