"""What differs between two OpenAPI 3.1 documents so that a client of the released one fails.

Parameters and request bodies are received, responses are sent. An error status may come and go:
clients go by its class (RFC 9110, section 15) and read every error as a problem (RFC 9457).
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from camaug.compatibility.schemas import Comparer, Difference
from camaug.compatibility.views import Node, NotUnderstood, View, text

METHODS = ("delete", "get", "head", "options", "patch", "post", "put", "trace")
ADDRESS = re.compile(r"/api/v(\d+)/")


Excuse = Literal["version", "version below 1.0", "none"]
"""What lets a break pass: a higher version; that, but only while the release is below 1.0; nothing.

"A breaking change means /api/v2": from 1.0 on, what stands below /api/v<n> keeps its shape, and at
no version does an operation go from there without a word.
"""


class Operation(NamedTuple):
    """One method of one path."""

    name: str
    """`GET /api/v1/dossiers/{dossier_id}`"""
    item: View
    own: View


class Break(NamedTuple):
    """A difference and the operations of the release that it breaks."""

    difference: Difference
    operations: tuple[str, ...] = ()
    excuse: Excuse = "version"


class Comparison:
    """Compares two documents, operation by operation."""

    def __init__(self, released: Node, present: Node) -> None:
        self._released = View(released, released)
        self._present = View(present, present)
        self._received = Comparer("received")
        self._sent = Comparer("sent")

    def breaks(self) -> list[Break]:
        """Every breaking difference once, with the operations it concerns."""
        broken: dict[Difference, list[str]] = {}
        removed: list[Break] = []
        after = operations(self._present)
        for address, old in operations(self._released).items():
            new = after.get(address)
            if new is None:
                removed.append(self._removed(old, after))
                continue
            for difference in dict.fromkeys(self._operation(old, new)):
                broken.setdefault(difference, []).append(old.name)
        for url in sorted(_urls(self._released.node) - _urls(self._present.node)):
            broken[Difference("#/servers", f"{url} removed")] = []
        return removed + [_break(one, tuple(names)) for one, names in broken.items()]

    def _removed(self, old: Operation, after: dict[str, Operation]) -> Break:
        said = bool(old.own.node.get("deprecated"))
        moved = ADDRESS.sub(lambda found: f"/api/v{int(found[1]) + 1}/", old.name)
        announced = said or moved == old.name or _address(moved) in after
        hint = "" if announced else f"; first release it as deprecated, or offer {moved}"
        what = f"operation removed{hint}"
        excuse: Excuse = "version" if announced else "none"
        return Break(Difference(old.own.path, what), (old.name,), excuse)

    def _operation(self, old: Operation, new: Operation) -> Iterator[Difference]:
        was, now = old.own.node.get("operationId"), new.own.node.get("operationId")
        if was and was != now:
            # Clients made from the document call the operation by this name.
            yield Difference(old.own.path, f"operationId was {was}, is {now}")
        yield from self._parameters(old, new)
        yield from self._body(old.own, new.own)
        yield from self._responses(old.own, new.own)
        yield from self._security(old.own, new.own)

    def _parameters(self, old: Operation, new: Operation) -> Iterator[Difference]:
        before, after = parameters(old), parameters(new)
        for key, one in before.items():
            if key not in after:
                yield Difference(one.path, f"parameter {one.node['name']} removed (received)")
                continue
            other = after[key]
            if other.node.get("required") and not one.node.get("required"):
                yield Difference(one.path, f"parameter {one.node['name']} required now (received)")
            for word in ("explode", "style"):
                if one.node.get(word) != other.node.get(word):
                    yield Difference(one.path, f"{word} changed (received)")
            yield from self._received.compare(one.at("schema"), other.at("schema"))
            yield from self._received.default(one.at("schema"), other.at("schema"))
        for key, other in after.items():
            if key not in before and other.node.get("required"):
                what = f"parameter {other.node['name']} new and required (received)"
                yield Difference(other.path, what)

    def _body(self, old: View, new: View) -> Iterator[Difference]:
        one, other = _part(old, "requestBody"), _part(new, "requestBody")
        if other and other.node.get("required") and not (one and one.node.get("required")):
            yield Difference((one or other).path, "body required now (received)")
        if one and other:
            yield from _contents(self._received, one, other)
        elif one:
            yield Difference(one.path, "body removed (received)")

    def _responses(self, old: View, new: View) -> Iterator[Difference]:
        before, after = old.children("responses"), new.children("responses")
        for status, response in before.items():
            one = response.followed()
            if status in after:
                other = after[status].followed()
                yield from _contents(self._sent, one, other)
                yield from self._headers(one, other)
            elif status[0] not in "45":
                yield Difference(one.path, "status removed (sent)")

    def _headers(self, old: View, new: View) -> Iterator[Difference]:
        after = {name.lower(): one.followed() for name, one in new.children("headers").items()}
        for name, header in old.children("headers").items():
            one, other = header.followed(), after.get(name.lower())
            if other is None:
                yield Difference(one.path, "header removed (sent)")
                continue
            if one.node.get("required") and not other.node.get("required"):
                yield Difference(one.path, "header not always sent any more (sent)")
            yield from self._sent.compare(one.at("schema"), other.at("schema"))

    def _security(self, old: View, new: View) -> Iterator[Difference]:
        """Whoever was let in must still be: each released way stands, or none is needed."""
        nothing: list[Node] = [{}]
        was = old.node.get("security", self._released.node.get("security")) or nothing
        now = new.node.get("security", self._present.node.get("security")) or nothing
        if {} not in now:
            for way in was:
                if way not in now:
                    yield Difference(old.path, f"security {text(way)} is not enough any more")


def operations(document: View) -> dict[str, Operation]:
    """Every operation by method and path; the name of a place in the path does not count."""
    found: dict[str, Operation] = {}
    for path, place in document.children("paths").items():
        item = place.followed()
        for method in METHODS:
            if method in item.node:
                name = f"{method.upper()} {path}"
                found[_address(name)] = Operation(name, item, item.at(method))
    return found


def _address(name: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", name)


def parameters(operation: Operation) -> dict[tuple[str, str], View]:
    """Parameters of an operation by kind and name; those in the path by their place in it."""
    places = re.findall(r"\{([^}:]*)", operation.name)
    found: dict[tuple[str, str], View] = {}
    for holder in (operation.item, operation.own):
        for index in range(len(holder.node.get("parameters", ()))):
            one = holder.at("parameters", index).followed()
            if "schema" not in one.node:
                raise NotUnderstood(f"{one.path}: a parameter without a schema")
            kind, name = one.node["in"], one.node["name"]
            if kind == "path":
                name = str(places.index(name))
            found[kind, name.lower() if kind == "header" else name] = one
    return found


def _break(difference: Difference, names: tuple[str, ...]) -> Break:
    promised = any(ADDRESS.search(name) for name in names)
    return Break(difference, names, "version below 1.0" if promised else "version")


def _part(view: View, key: str) -> View | None:
    part = view.maybe(key)
    return part.followed() if part else None


def _contents(comparer: Comparer, old: View, new: View) -> Iterator[Difference]:
    """The media types of a body, and the schema of each."""
    after = new.children("content")
    for media_type, one in old.children("content").items():
        if media_type not in after:
            yield Difference(one.path, f"{media_type} removed ({comparer.direction})")
        else:
            yield from comparer.compare(one.rest("schema"), after[media_type].rest("schema"))


def _urls(document: Node) -> set[str]:
    return {server["url"] for server in document.get("servers", ())}
