"""The utility's first page, and the receipt of a filed dossier."""

from collections.abc import Sequence
from urllib.parse import quote

from camaug_sdk import Go, Screen, Words
from camaug_sdk.records import Dossier
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Callout,
    Card,
    Heading,
    ItemList,
    KeyValue,
    ListItem,
    Pair,
    SearchBox,
    Text,
)

SEARCH = "/apps/procedure-search/"
TRACK = "/apps/track-dossier/"


def start(t: Words, fields: Sequence[tuple[str, str, int]]) -> Screen:
    """Where filing begins: find the procedure first."""
    rows = [
        ListItem(
            title=name,
            lang=t.vietnamese,
            icon="folder-open",
            trailing=str(count),
            action=Go(href=f"{SEARCH}?field={quote(field_id)}"),
        )
        for field_id, name, count in fields
    ]
    return Screen(
        title=t("start.title"),
        subtitle=t("start.text"),
        lang=t.language,
        back=Go(href="/"),
        tab="home",
        blocks=[
            SearchBox(label=t("start.search"), placeholder=t("start.search"), href=SEARCH),
            Heading(text=t("start.fields")),
            ItemList(items=rows, label=t("start.fields")),
        ],
    )


def receipt(t: Words, dossier: Dossier) -> Screen:
    """What to remember: code, PIN, where and when; and what happens now."""
    line = dossier.line
    facts = [
        Pair(label=t("receipt.place"), value=t.pick(line.agency_name_vi, line.agency_name_en)),
        Pair(label=t("receipt.filed"), value=t.moment(line.submitted_at)),
    ]
    if dossier.pin:
        pin = Pair(label=t("receipt.pin"), value=dossier.pin, hint=t("receipt.pin_hint"))
        facts.insert(0, pin)
    blocks: list[AnyBlock] = [
        Card(
            title=t("receipt.code"),
            big=line.code,
            text=t.pick(line.procedure_name, line.procedure_name_en),
            tone="good",
        ),
        KeyValue(items=facts, wide=True),
        Callout(title=t("receipt.next"), text=t("receipt.next_text"), icon="clock"),
        Text(text=t("receipt.keep"), tone="hint"),
    ]
    return Screen(
        title=t("receipt.title"),
        lang=t.language,
        back=Go(href="/"),
        blocks=blocks,
        primary=Button(
            label=t("receipt.track"),
            icon="arrow-right",
            style="primary",
            action=Go(href=f"{TRACK}{line.dossier_id}"),
        ),
    )
