"""The search box with the fields of administration, and the lists of procedures found."""

from collections.abc import Sequence
from urllib.parse import quote

from camaug_sdk import Go, Screen, Words
from camaug_sdk.actions import Open
from camaug_sdk.records import Hit, SearchAnswer
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Callout,
    Empty,
    Heading,
    ItemList,
    ListItem,
    SearchBox,
    Text,
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


def results(t: Words, question: str, answer: SearchAnswer) -> Screen:
    """What the question leads to: procedures, a question back, numbers to call, or advice."""
    if answer.kind == "emergency":
        return _page(t, question, [_call_now(t, answer.numbers), *_not_urgent(t)])
    call: list[AnyBlock] = [_call_if(t, answer.numbers)] if answer.numbers else []
    if answer.kind == "out_of_scope" or not answer.hits:
        return _page(t, question, [*call, _nothing(t, question, answer.advice(t.language))])
    rows = [row(t, hit) for hit in answer.hits]
    if answer.kind == "clarify":
        asked = t("search.which")
        return _page(t, question, [*call, Heading(text=asked), ItemList(items=rows, label=asked)])
    found: list[AnyBlock] = [ItemList(items=rows, label=t("search.results"))]
    return _page(t, question, [*call, *found], t("search.found", count=len(rows)))


def _page(
    t: Words, question: str, blocks: Sequence[AnyBlock], subtitle: str | None = None
) -> Screen:
    return Screen(
        title=t("search.title"),
        subtitle=subtitle,
        lang=t.language,
        back=Go(href=HOME),
        tab="home",
        blocks=[_box(t, question), *blocks],
    )


def _call_now(t: Words, numbers: Sequence[str]) -> Callout:
    """The numbers, the first one most prominent. A callout in `bad` is read out at once."""
    return Callout(
        title=t("search.emergency"),
        text=t("search.emergency_text"),
        tone="bad",
        icon="phone",
        buttons=[_call(t, number, urgent=number == numbers[0]) for number in numbers],
    )


def _call_if(t: Words, numbers: Sequence[str]) -> Callout:
    """The numbers beside an answer, for a question that may be a cry for help."""
    return Callout(
        title=t("search.danger"),
        text=t("search.emergency_text"),
        tone="warn",
        icon="phone",
        buttons=[_call(t, number, urgent=False) for number in numbers],
    )


def _call(t: Words, number: str, *, urgent: bool) -> Button:
    return Button(
        label=t("search.call", number=number, name=t(f"search.call.{number}")),
        icon="phone",
        style="danger" if urgent else "secondary",
        action=Open(href=f"tel:{number}"),
    )


def _not_urgent(t: Words) -> list[AnyBlock]:
    """The way on for somebody whose question only sounded like an emergency."""
    return [
        Text(text=t("search.not_urgent"), tone="second"),
        Button(label=t("search.all_fields"), action=Go(href=HOME), icon="folder-open"),
    ]


def _nothing(t: Words, question: str, advice: str | None) -> ItemList:
    empty = Empty(
        title=t("search.nothing", question=question),
        text=advice or t("search.nothing_text"),
        icon="search",
        button=Button(label=t("search.all_fields"), action=Go(href=HOME), icon="folder-open"),
    )
    return ItemList(items=[], label=t("search.results"), empty=empty)


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
