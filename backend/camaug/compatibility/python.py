"""What differs between two descriptions of the SDK so that a plugin made for the first fails.

Plugins make some structs (a `Screen`), read others (a `Dossier`), or both. Which is found from the
signatures: what a service takes is made, what it answers is read. A type that is made may widen,
one that is read may narrow. What no signature mentions may do neither.
"""

from collections.abc import Callable, Iterator
from typing import Any

from camaug.compatibility.annotations import fits, mentioned
from camaug.compatibility.schemas import Difference

Node = dict[str, Any]

ROOTS = ("Screen", "Outcome", "Plugin")
"""What handlers return and entry points name: no signature of the SDK says so."""
LOOSER = {
    ("positional-only", "positional or keyword"),
    ("keyword-only", "positional or keyword"),
}
"""Kinds of parameters that may become others without harm to callers."""
PLACED = {"positional-only", "positional or keyword"}
VARIADIC = {"variadic positional", "variadic keyword"}


class Comparison:
    """Compares the released description with the present one."""

    def __init__(self, released: Node, present: Node) -> None:
        self._released, self._present = released, present
        self._uses = uses(released)

    def differences(self) -> Iterator[Difference]:
        """Every breaking difference."""
        for module, names in sorted(self._released["modules"].items()):
            for name, old in sorted(names.items()):
                new = self._present["modules"].get(module, {}).get(name)
                path = f"#/modules/{module}/{name}"
                if new is None:
                    yield Difference(path, "removed")
                elif old["kind"] != "same" or new["kind"] != "same":
                    before = _followed(self._released, old)
                    yield from self._entry(path, name, before, _followed(self._present, new))
                elif _last(old["as"]) != _last(new["as"]):
                    yield Difference(path, f"was {old['as']}, is {new['as']}")

    def _entry(self, path: str, name: str, old: Node, new: Node) -> Iterator[Difference]:
        if old["kind"] != new["kind"]:
            yield Difference(path, f"was a {old['kind']}, is a {new['kind']}")
        elif old["kind"] == "constant":
            yield from _alike(path, old, new, "value")
        elif old["kind"] == "alias":
            yield from _alias(path, old, new)
        elif old["kind"] == "function":
            yield from _function(path, old, new)
        else:
            yield from self._class(path, name, old, new)

    def _class(self, path: str, name: str, old: Node, new: Node) -> Iterator[Difference]:
        for base in sorted(set(old["bases"]) - set(new["bases"])):
            yield Difference(path, f"is no {base} any more")
        yield from _config(path, old.get("config", {}), new.get("config", {}))
        ways = self._uses.get(name) or {"made", "read"}
        for member, one in sorted(old["members"].items()):
            other = new["members"].get(member)
            place = f"{path}/members/{member}"
            if other is None:
                yield Difference(place, "removed")
            elif one["kind"] != other["kind"]:
                yield Difference(place, f"was a {one['kind']}, is a {other['kind']}")
            elif one["kind"] == "field":
                yield from _field(place, ways, one, other)
            else:
                yield from MEMBERS[one["kind"]](place, one, other)
        for member in sorted(new["members"].keys() - old["members"].keys()):
            yield from _added(f"{path}/members/{member}", ways, new["members"][member])


def uses(contract: Node) -> dict[str, set[str]]:
    """For each class whether plugins make it, read it, or both."""
    entries = [one for names in contract["modules"].values() for one in names.values()]
    structs = {
        name: one["members"].values()
        for names in contract["modules"].values()
        for name, one in names.items()
        if one["kind"] == "struct"
    }
    found: dict[str, set[str]] = {}
    ahead = [(name, "made") for name in ROOTS]
    ahead += [pair for one in entries for pair in _said(one)]
    turn = {"made": "read", "read": "made"}
    while ahead:
        written, way = ahead.pop()
        for name, turned in mentioned(written):
            use = turn[way] if turned else way
            if use not in found.setdefault(name, set()):
                found[name].add(use)
                fields = (one for one in structs.get(name, ()) if one["kind"] == "field")
                ahead += [(one["type"], use) for one in fields]
    return found


def _said(entry: Node) -> Iterator[tuple[str, str]]:
    """The types that an entry takes from plugins and gives to them."""
    if entry["kind"] == "function":
        yield from ((one["type"], "made") for one in entry["parameters"])
        yield entry["returns"], "read"
    elif entry["kind"] == "attribute" or _is_handed(entry):
        yield entry["type"], "read"
    for member in entry.get("members", {}).values():
        yield from _said(member)


def _is_handed(entry: Node) -> bool:
    """Whether this is an alias for an argument that the host hands to handlers."""
    return entry["kind"] == "alias" and "'Dependency'" in entry["type"]


def _followed(contract: Node, entry: Node) -> Node:
    while entry["kind"] == "same":
        module, _, name = entry["as"].rpartition(".")
        entry = contract["modules"][module][name]
    return entry


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _alike(path: str, old: Node, new: Node, *keys: str) -> Iterator[Difference]:
    for key in keys:
        if old.get(key) != new.get(key):
            yield Difference(path, f"{key} was {old.get(key, 'none')}, is {new.get(key, 'none')}")


def _config(path: str, old: Node, new: Node) -> Iterator[Difference]:
    yield from _alike(path, old, new, *sorted(old.keys() - {"places"}))
    if new.get("places", [])[: len(old.get("places", []))] != old.get("places", []):
        yield Difference(path, "takes its members in another order, or only by name")


def _alias(path: str, old: Node, new: Node) -> Iterator[Difference]:
    if not fits(old["type"], new["type"]):
        yield Difference(path, f"was {old['type']}, is {new['type']}")
    elif _is_handed(old) and not fits(new["type"], old["type"]):
        yield Difference(path, f"was {old['type']}, may be {new['type']}")


def _field(path: str, ways: set[str], old: Node, new: Node) -> Iterator[Difference]:
    if "made" in ways and not fits(old["type"], new["type"]):
        yield Difference(path, f"took {old['type']}, takes {new['type']}")
    elif "read" in ways and not fits(new["type"], old["type"]):
        yield Difference(path, f"was {old['type']}, may be {new['type']}")
    yield from _alike(path, old, new, "wire")
    if "default" in old:
        yield from _alike(path, old, new, "default")


def _attribute(path: str, old: Node, new: Node) -> Iterator[Difference]:
    if not fits(new["type"], old["type"]):
        yield Difference(path, f"was {old['type']}, may be {new['type']}")
    yield from _alike(path, old, new, "value")


def _value(path: str, old: Node, new: Node) -> Iterator[Difference]:
    yield from _alike(path, old, new, "value")


def _added(path: str, ways: set[str], new: Node) -> Iterator[Difference]:
    if new["kind"] == "field" and "default" not in new:
        yield Difference(path, "new and required")
    if new["kind"] == "value" and "read" in ways:
        yield Difference(path, "new value, unknown to those who read it")


def _function(path: str, old: Node, new: Node) -> Iterator[Difference]:
    yield from _alike(path, old, new, "async", "bound")
    if not fits(new["returns"], old["returns"]):
        yield Difference(path, f"answered {old['returns']}, answers {new['returns']}")
    after = {one["name"]: one for one in new["parameters"]}
    for one in old["parameters"]:
        place = f"{path}/parameters/{one['name']}"
        if one["name"] in after:
            yield from _parameter(place, one, after[one["name"]])
        else:
            yield Difference(place, "removed")
    if _places(new)[: len(_places(old))] != _places(old):
        yield Difference(path, "takes its arguments in another order")
    known = {one["name"] for one in old["parameters"]}
    for name in sorted(after.keys() - known):
        if "default" not in after[name] and after[name]["kind"] not in VARIADIC:
            yield Difference(f"{path}/parameters/{name}", "new and required")


def _parameter(path: str, old: Node, new: Node) -> Iterator[Difference]:
    if old["kind"] != new["kind"] and (old["kind"], new["kind"]) not in LOOSER:
        yield Difference(path, f"was {old['kind']}, is {new['kind']}")
    if not fits(old["type"], new["type"]):
        yield Difference(path, f"took {old['type']}, takes {new['type']}")
    if "default" in old:
        yield from _alike(path, old, new, "default")


def _places(function: Node) -> list[str]:
    return [one["name"] for one in function["parameters"] if one["kind"] in PLACED]


MEMBERS: dict[str, Callable[[str, Node, Node], Iterator[Difference]]] = {
    "attribute": _attribute,
    "function": _function,
    "value": _value,
}
