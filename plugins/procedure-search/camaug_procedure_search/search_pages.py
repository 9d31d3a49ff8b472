"""The search box with the fields of administration, and the lists of procedures found."""

from collections.abc import Sequence
from urllib.parse import quote

from camaug_sdk import Go, Screen, Words
from camaug_sdk.records import Hit
from camaug_sdk.screens import (
    Badge,
    Button,
    Empty,
    Heading,
    ItemList,
    ListItem,
    SearchBox,
)

HOME = "/apps/procedure-search/"
Field = tuple[str, str, int]
"""Id, Vietnamese name, number of procedures."""


def start(t: Words, fields: Sequence[Field]) -> Screen:
    """The search box, then every field of administration."""
    rows = [
        ListItem(
            title=name,
            lang=t.vietnamese,
            text=t("search.procedures", count=count),
            icon="folder-open",
            action=Go(href=f"{HOME}?field={quote(field_id)}"),
        )
        for field_id, name, count in fields
    ]
    return Screen(
        title=t("search.title"),
        lang=t.language,
        back=Go(href="/"),
        tab="home",
        blocks=[
            _box(t, ""),
            Heading(text=t("search.fields")),
            ItemList(items=rows, label=t("search.fields")),
        ],
    )


def results(t: Words, question: str, hits: Sequence[Hit]) -> Screen:
    """The best matches, or the first step when nothing matches."""
    nothing = Empty(
        title=t("search.nothing", question=question),
        text=t("search.nothing_text"),
        icon="search",
        button=Button(label=t("search.all_fields"), action=Go(href=HOME), icon="folder-open"),
    )
    count = t("search.found", count=len(hits)) if hits else None
    return Screen(
        title=t("search.title"),
        subtitle=count,
        lang=t.language,
        back=Go(href=HOME),
        tab="home",
        blocks=[
            _box(t, question),
            ItemList(items=[row(t, hit) for hit in hits], label=t("search.results"), empty=nothing),
        ],
    )


def in_field(t: Words, names: Sequence[str], hits: Sequence[Hit]) -> Screen:
    """The procedures of one field, which the catalogue may give several names."""
    return Screen(
        title=t("search.in_field"),
        subtitle=t("search.procedures", count=len(hits)),
        lang=t.language,
        back=Go(href=HOME),
        tab="home",
        blocks=[
            Heading(text=" · ".join(dict.fromkeys(names)), lang=t.vietnamese),
            ItemList(items=[row(t, hit) for hit in hits], label=t("search.results")),
        ],
    )


def row(t: Words, hit: Hit) -> ListItem:
    """One procedure: name, field, and whether it can be filed from here."""
    way = (
        Badge(label=t("search.online"), tone="good", icon="smartphone")
        if hit.online
        else Badge(label=t("search.counter"), icon="building-2")
    )
    return ListItem(
        title=t.pick(hit.short_name, hit.name_en),
        text=hit.field if t.language == "vi" else None,
        badge=way,
        action=Go(href=f"{HOME}procedures/{quote(hit.code)}"),
    )


def _box(t: Words, value: str) -> SearchBox:
    return SearchBox(
        label=t("search.label"),
        placeholder=t("search.placeholder"),
        href=HOME,
        value=value or None,
    )
