"""The blocks of the Screen language that hold no other blocks."""

from datetime import datetime
from typing import Literal

import msgspec

from camaug_sdk.actions import Action, Go, Send, Tone


class Block(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every block may carry."""

    fallback: str | None = None
    """What an older shell that does not know this block shows instead."""
    lang: Literal["vi", "en"] | None = None


class Link(Block, frozen=True, kw_only=True, tag="link"):
    """A quiet way to somewhere else."""

    label: str
    action: Action
    icon: str | None = None


class Button(Block, frozen=True, kw_only=True, tag="button"):
    """A command named by what it does. One `primary` a screen, in `Screen.primary`."""

    label: str
    action: Action
    icon: str | None = None
    style: Literal["primary", "secondary", "danger", "quiet"] = "secondary"
    shortcut: str | None = None
    """One letter; used by the console only."""
    until: datetime | None = None
    """From then on it is pressed in vain: a shell counts the seconds down by the server's clock
    (the `Date` of its answers), and then leaves the button out, and a callout that has no other."""


class Badge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A status: icon, word and tone together, never colour alone."""

    label: str
    tone: Tone = "neutral"
    icon: str | None = None


class Heading(Block, frozen=True, kw_only=True, tag="heading"):
    """A section title, with at most one way to more of it."""

    text: str
    level: Literal[2, 3] = 2
    more: Link | None = None


class Text(Block, frozen=True, kw_only=True, tag="text"):
    """A paragraph; line breaks are kept."""

    text: str
    tone: Literal["body", "second", "hint"] = "body"


class Callout(Block, frozen=True, kw_only=True, tag="callout"):
    """Something to notice before going on. `bad` is for errors and emergencies only."""

    text: str
    title: str | None = None
    tone: Tone = "info"
    icon: str | None = None
    buttons: list[Button] = []


class Pair(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A label with its answer; `hint` tells source or condition of the answer."""

    label: str
    value: str
    hint: str | None = None
    lang: Literal["vi", "en"] | None = None


class KeyValue(Block, frozen=True, kw_only=True, tag="key-value"):
    """Facts side by side; `wide` puts each on a line of its own."""

    items: list[Pair]
    wide: bool = False


class ListItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a list; the whole row is the touch target when it has an action."""

    title: str
    text: str | None = None
    icon: str | None = None
    badge: Badge | None = None
    trailing: str | None = None
    """A short text at the end of the row, such as a time or an amount."""
    action: Action | None = None
    unread: bool = False
    lang: Literal["vi", "en"] | None = None


class Empty(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What will be here, and the first step towards it."""

    title: str
    text: str | None = None
    icon: str | None = None
    button: Button | None = None


class ItemList(Block, frozen=True, kw_only=True, tag="list"):
    """Rows on one surface; `more` loads the next page (a Screen whose list is appended)."""

    items: list[ListItem]
    label: str | None = None
    empty: Empty | None = None
    more: Link | None = None


class Card(Block, frozen=True, kw_only=True, tag="card"):
    """One matter at a glance: what it is, how it stands, the next step."""

    title: str
    text: str | None = None
    badge: Badge | None = None
    big: str | None = None
    """The one answer, set large: "Còn 5 giờ làm việc"."""
    progress: float | None = None
    """Share that has passed, 0 to 1, drawn as a bar; `text` says the same in words."""
    tone: Tone = "neutral"
    action: Action | None = None
    button: Button | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened (`done`), waits for the person (`current`) or will come (`next`)."""

    title: str
    text: str | None = None
    time: str | None = None
    """In words, local time: "08:02 thứ Ba 24/11"."""
    icon: str | None = None
    state: Literal["done", "current", "next"] = "done"
    tone: Tone = "neutral"
    links: list[Link] = []


class Timeline(Block, frozen=True, kw_only=True, tag="timeline"):
    """A story in order of time, oldest first."""

    items: list[Step]
    label: str


class Tile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An icon with at most two short words; `name` is the full, accessible name."""

    label: str
    name: str
    icon: str
    action: Go


class Tiles(Block, frozen=True, kw_only=True, tag="tiles"):
    """Ways into utilities."""

    items: list[Tile]
    label: str


class SearchBox(Block, frozen=True, kw_only=True, tag="search-box"):
    """Search: the shell goes to `href` with `?q=<text>` appended.

    Where the text may be a name or a number of a person it must not stand in an address: then
    `send` takes it, as the member `q` of its body.
    """

    label: str
    href: str
    value: str | None = None
    placeholder: str | None = None
    autofocus: bool = False
    send: Send | None = None


class Stat(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One number with its name; with an action it is a filter."""

    label: str
    value: str
    hint: str | None = None
    tone: Tone = "neutral"
    action: Go | None = None


class Stats(Block, frozen=True, kw_only=True, tag="stats"):
    """Numbers that somebody looks at first in the morning."""

    items: list[Stat]


class Chip(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One filter; `count` is shown behind its name."""

    label: str
    action: Go
    count: str | None = None
    selected: bool = False


class Chips(Block, frozen=True, kw_only=True, tag="chips"):
    """Filters of the list below; `label` names the group for screen readers."""

    items: list[Chip]
    label: str


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column; numbers and times are aligned at their end."""

    key: str
    label: str
    align: Literal["start", "end"] = "start"


class Cell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cell: text, or a badge."""

    text: str | None = None
    badge: Badge | None = None
    strong: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row; `action` opens it (Enter), `buttons` carry shortcuts for the selected row."""

    key: str
    cells: dict[str, Cell]
    action: Go | None = None
    buttons: list[Button] = []
    tone: Tone = "neutral"
    mark: str | None = None
    """What `Table.marks` sends for it; None has no box to tick."""


class Marks(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rows may be ticked, at most `most`; a button's `Send` gets their marks as member `name`."""

    name: str
    buttons: list[Button]
    most: int


class Table(Block, frozen=True, kw_only=True, tag="table"):
    """Rows to work through; on a phone each row becomes a card."""

    caption: str
    columns: list[Column]
    rows: list[Row]
    empty: Empty | None = None
    more: Link | None = None
    marks: Marks | None = None
