"""The Screen language: what a utility shows, as data.

One closed union of typed blocks, rendered by the web shells (`miniapps/screens`) and renderable
by native ones. Blocks say what a thing is, never how it looks. JSON Schema is generated from
these classes into `openapi/screen.schema.json`; nothing else defines the language.

Text is plain text in the language of the request, NFC, never markup. A text that exists only in
Vietnamese carries `lang="vi"` when the screen is English.
"""

from typing import Literal

import msgspec

from camaug_sdk.actions import Download, Go, Send
from camaug_sdk.blocks import (
    Badge,
    Block,
    Button,
    Callout,
    Card,
    Cell,
    Chip,
    Chips,
    Column,
    Empty,
    Heading,
    ItemList,
    KeyValue,
    Link,
    ListItem,
    Marks,
    Pair,
    Row,
    SearchBox,
    Stat,
    Stats,
    Step,
    Table,
    Text,
    Tile,
    Tiles,
    Timeline,
)
from camaug_sdk.fields import FormField
from camaug_sdk.pictures import Chart, Image, Qr, Series

MEDIA_TYPE = "application/vnd.camaug.screen+json"


class Accordion(Block, frozen=True, kw_only=True, tag="accordion"):
    """More of a matter, closed at first."""

    title: str
    blocks: list["AnyBlock"]
    open: bool = False


class Group(Block, frozen=True, kw_only=True, tag="group"):
    """Fields or blocks that belong together, under one legend."""

    legend: str
    blocks: list["AnyBlock"]
    hint: str | None = None


class Form(Block, frozen=True, kw_only=True, tag="form"):
    """Fields sent together by `submit`. `save` is called after changes, with all values so far.

    The shell shows the save state, keeps unsent values on the device and puts the errors of a
    problem above the fields and into a summary that takes focus.
    """

    id: str
    blocks: list["AnyBlock"]
    submit: Button
    save: Send | None = None
    back: Go | None = None


AnyBlock = (
    Link
    | Button
    | Heading
    | Text
    | Callout
    | KeyValue
    | ItemList
    | Card
    | Timeline
    | Tiles
    | SearchBox
    | Stats
    | Chips
    | Table
    | Chart
    | Qr
    | Image
    | Accordion
    | Group
    | Form
    | FormField
)


class Progress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a form in steps stands, as in "Bước 2 trên 4 · Em bé"."""

    number: int
    of: int
    label: str | None = None


class Screen(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="screen"
):
    """One page of the shell or the console."""

    title: str
    lang: Literal["vi", "en"]
    blocks: list[AnyBlock]
    kicker: str | None = None
    """A short line over the title: field and code of a procedure, agency of a desk."""
    subtitle: str | None = None
    hero: bool = False
    """Home only: title and kicker on the deep brand surface, the search box overlapping it."""
    back: Go | None = None
    tools: list[Button] = []
    """At most two icon buttons at the top right."""
    step: Progress | None = None
    primary: Button | None = None
    """The one main button, sticky at the bottom."""
    tab: Literal["home", "dossiers", "inbox", "papers", "profile"] | None = None
    """Which entry of the bottom bar is current; None hides the bar (forms, sign-in)."""
    live: list[str] = []
    """Topics of `/api/v1/live` on which the shell fetches this screen again."""


__all__ = [
    "MEDIA_TYPE",
    "Accordion",
    "AnyBlock",
    "Badge",
    "Button",
    "Callout",
    "Card",
    "Cell",
    "Chart",
    "Chip",
    "Chips",
    "Column",
    "Download",
    "Empty",
    "Form",
    "Go",
    "Group",
    "Heading",
    "Image",
    "ItemList",
    "KeyValue",
    "Link",
    "ListItem",
    "Marks",
    "Pair",
    "Progress",
    "Qr",
    "Row",
    "Screen",
    "SearchBox",
    "Send",
    "Series",
    "Stat",
    "Stats",
    "Step",
    "Table",
    "Text",
    "Tile",
    "Tiles",
    "Timeline",
]
