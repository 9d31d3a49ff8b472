"""What differs between two JSON Schemas so that the other side fails or misreads.

A contract is judged by its direction:

- `sent`: what we write now must be readable by those who know the release only. Readers pass over
  members they do not know, so new members are harmless; new types, values and alternatives are not.
- `received`: what was accepted must still be. Bodies are read strictly (docs/adr/0010), so a
  removed member is refused.
- `kept`: what was written by the released server and kept by a shell (docs/adr/0012) must be
  readable by the shell of today.

In each, one side writes values and the other reads them: every value that `writer` allows must be
allowed by `reader`. A default that changes breaks too: members with their default are left out, so
an older reader puts the old one in their place.
"""

import math
import re
from typing import Any, Literal, NamedTuple

from camaug.compatibility.views import ANY, CLOSED, OPEN, Node, View, alternatives, tags, text

Direction = Literal["sent", "received", "kept"]

LEAST = {"minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum"}
MOST = {"maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum"}
ALIKE = {"contentEncoding", "contentMediaType", "format", "multipleOf", "pattern", "uniqueItems"}

NEW = {
    "sent": "may be {} now",
    "received": "may not be {} any more",
    "kept": "a kept one may be {}, which is not known any more",
}
REQUIRED = {
    "sent": "not always sent any more",
    "received": "required now",
    "kept": "required now, and missing in a kept one",
}


class Difference(NamedTuple):
    """One thing that breaks: where, by the path in the release if it stands there, and what."""

    path: str
    text: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.path}: {self.text}"


class Comparer:
    """Compares schemas of two documents in one direction; each pair is looked at once."""

    def __init__(self, direction: Direction) -> None:
        self.direction: Direction = direction
        self._seen: dict[tuple[str, str], list[Difference]] = {}

    def compare(self, released: View, present: View) -> list[Difference]:
        """Every difference that breaks."""
        released, present = released.followed(), present.followed()
        pair = (released.path, present.path)
        if pair not in self._seen:
            self._seen[pair] = []  # a shape within itself is judged where it began
            writer, reader = self._turned(released, present)
            if reader.node == OPEN:
                return []
            writes, reads = alternatives(writer), alternatives(reader)
            self._seen[pair] = [one for shape in writes for one in self._fit(shape, writes, reads)]
        return self._seen[pair]

    def default(self, released: View, present: View) -> list[Difference]:
        """What is taken for a member that is left out must stay what it was."""
        was, now = _said(released, "default"), _said(present, "default")
        if "default" not in released.node:
            return []
        return [self._say(released, f"default was {was}, is {now}")] if was != now else []

    def _turned(self, released: View, present: View) -> tuple[View, View]:
        """From (released, present) to (writer, reader), and back."""
        return (present, released) if self.direction == "sent" else (released, present)

    def _say(self, view: View, what: str) -> Difference:
        return Difference(view.path, f"{what} ({self.direction})")

    def _fit(self, shape: View, writes: list[View], reads: list[View]) -> list[Difference]:
        """What keeps `shape` from every alternative of the reader; the nearest one is told."""
        near = [one for one in reads if _accepts(one.node["type"], shape.node["type"])]
        if max(len(near), sum(_is_object(one) for one in writes)) > 1:
            near = [one for one in near if _same_tags(one, shape)]
        if not near:
            if _is_block(shape) and self._shows_fallbacks(writes, reads):
                return []
            name = text(tags(shape)) if tags(shape) else str(shape.node["type"])
            return [self._say(shape, NEW[self.direction].format(name))]
        return min((self._shape(shape, one) for one in near), key=len)

    def _shows_fallbacks(self, writes: list[View], reads: list[View]) -> bool:
        """Whether blocks of any kind stand here: unknown ones then show their fallback."""
        released = reads if self.direction == "sent" else writes
        return self.direction != "received" and sum(map(_is_block, released)) > 1

    def _shape(self, writer: View, reader: View) -> list[Difference]:
        if "enum" in writer.node:
            writer = writer._replace(node=_bounded(writer.node, reader.node))
        found = self._values(writer, reader) + self._limits(writer, reader)
        if writer.node["type"] == "array":
            found += self._items(writer, reader)
        if writer.node["type"] == "object":
            found += self._members(writer, reader)
        return found

    def _values(self, writer: View, reader: View) -> list[Difference]:
        if "enum" not in reader.node:
            return []
        view, _ = self._turned(writer, reader)
        if "enum" not in writer.node:
            free = f"any {writer.node['type']}"
            return [self._say(view, NEW[self.direction].format(free))]
        unknown = [one for one in writer.node["enum"] if one not in reader.node["enum"]]
        return [self._say(view, NEW[self.direction].format(text(one))) for one in unknown]

    def _limits(self, writer: View, reader: View) -> list[Difference]:
        written, read = writer.node, reader.node
        passed = [
            *(word for word in LEAST if written.get(word, -math.inf) < read.get(word, -math.inf)),
            *(word for word in MOST if written.get(word, math.inf) > read.get(word, math.inf)),
            *(word for word in ALIKE if read.get(word) and written.get(word) != read[word]),
        ]
        released, present = self._turned(writer, reader)
        return [
            self._say(released, f"{word} was {_said(released, word)}, is {_said(present, word)}")
            for word in sorted(passed)
        ]

    def _items(self, writer: View, reader: View) -> list[Difference]:
        found: list[Difference] = []
        places = max(len(one.node.get("prefixItems", ())) for one in (writer, reader))
        for place in range(places + 1):
            if writer.node.get("maxItems", math.inf) <= place:
                break
            found += self.compare(*self._turned(_item(writer, place), _item(reader, place)))
        return found

    def _members(self, writer: View, reader: View) -> list[Difference]:
        released, present = self._turned(writer, reader)
        old, new = released.children("properties"), present.children("properties")
        found = self._missing(writer, reader)
        if self.direction != "kept":
            gone = sorted(old.keys() - new.keys())
            found += [self._say(old[name], "removed") for name in gone]
            left_out = (old.keys() & new.keys()) - set(present.node.get("required", ()))
            for name in sorted(left_out):
                found += self.default(old[name], new[name])
        for name in sorted(old.keys() | new.keys()):
            found += self._member(writer, reader, name)
        for key in ("additionalProperties", "propertyNames"):
            found += self._others(writer, reader, key)
        return found

    def _member(self, writer: View, reader: View, name: str) -> list[Difference]:
        """One member; where a side does not name it, what that side says of others holds."""
        one, other = (side.maybe("properties", name) for side in (writer, reader))
        if one and other:
            return self.compare(*self._turned(one, other))
        others = (reader if one else writer).rest("additionalProperties")
        if one and others.node == CLOSED and self.direction == "sent":
            return [self._say(one, "new, where others than the named members were forbidden")]
        if others.node in (OPEN, CLOSED):
            return []  # what was passed over may get a name; what is gone is said already
        return self.compare(*self._turned(one or others, other or others))

    def _missing(self, writer: View, reader: View) -> list[Difference]:
        """Members that the reader counts on and the writer may leave out."""
        released, present = self._turned(writer, reader)
        old, new = released.children("properties"), present.children("properties")
        demanded = set(reader.node.get("required", ())) - set(writer.node.get("required", ()))
        return [
            self._say(old.get(name) or new.get(name) or present, REQUIRED[self.direction])
            for name in sorted(demanded)
            if self.direction != "sent" or name in new
        ]

    def _others(self, writer: View, reader: View, key: str) -> list[Difference]:
        """Members without a name of their own, or the names of such members."""
        others, allowed = writer.rest(key), reader.rest(key)
        if key == "propertyNames" and others.node == OPEN:
            others = others._replace(node={"type": "string"})
        return self.compare(*self._turned(others, allowed))


def _item(view: View, place: int) -> View:
    if place < len(view.node.get("prefixItems", ())):
        return view.at("prefixItems", place)
    return view.rest("items")


def _accepts(reader: str, writer: str) -> bool:
    return reader in (writer, ANY) or (reader == "number" and writer == "integer")


def _is_object(view: View) -> bool:
    return view.node["type"] == "object"


def _same_tags(one: View, other: View) -> bool:
    mine, yours = tags(one), tags(other)
    return all(mine[name] == yours[name] for name in mine.keys() & yours.keys())


def _is_block(view: View) -> bool:
    return "fallback" in view.node.get("properties", {})


def _bounded(node: Node, reader: Node) -> Node:
    """An enumeration of texts with the limits that its values keep anyway."""
    if node["type"] != "string":
        return node
    values: list[str] = node["enum"]
    lengths = [len(value) for value in values]
    kept: dict[str, Any] = {"minLength": min(lengths), "maxLength": max(lengths)}
    pattern: str = reader.get("pattern", "")
    if pattern and all(re.search(pattern, value) for value in values):
        kept["pattern"] = pattern
    return kept | node


def _said(view: View, word: str) -> str:
    return text(view.node[word]) if word in view.node else "none"
