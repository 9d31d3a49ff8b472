"""The utility's first page, and the receipt of a filed dossier."""

from collections.abc import Sequence
from urllib.parse import quote

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.records import Dossier, DraftLine
from camaug_sdk.screens import (
    Accordion,
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

BASE = "/apps/submit-dossier/"
SEARCH = "/apps/procedure-search/"
TRACK = "/apps/track-dossier/"


def start(t: Words, fields: Sequence[tuple[str, str, int]], drafts: Sequence[DraftLine]) -> Screen:
    """Where filing begins: what the person has not finished, and the way to a new one."""
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
            *_unfinished(t, drafts),
            SearchBox(label=t("start.search"), placeholder=t("start.search"), href=SEARCH),
            Heading(text=t("start.fields")),
            ItemList(items=rows, label=t("start.fields")),
        ],
    )


def _unfinished(t: Words, drafts: Sequence[DraftLine]) -> list[AnyBlock]:
    """Drafts to go on with, and, out of the way, giving one up."""
    if not drafts:
        return []
    rows = [
        ListItem(
            title=_name(t, one),
            text=t("drafts.saved", moment=t.moment(one.updated_at)),
            icon="file-pen",
            action=Go(href=f"{BASE}{one.procedure_code}"),
        )
        for one in drafts
    ]
    return [
        Heading(text=t("drafts.title")),
        ItemList(items=rows, label=t("drafts.title")),
        Accordion(title=t("drafts.discard"), blocks=[_discard(t, one) for one in drafts]),
        Heading(text=t("drafts.new")),
    ]


def _discard(t: Words, draft: DraftLine) -> Button:
    name = _name(t, draft)
    return Button(
        label=t("drafts.discard_one", name=name),
        icon="trash-2",
        style="danger",
        action=Send(
            href=f"/api/v1{BASE}{draft.procedure_code}/draft",
            method="DELETE",
            confirm=Confirm(
                title=t("drafts.discard_title"),
                text=t("drafts.discard_text", name=name),
                accept=t("drafts.discard_accept"),
            ),
        ),
    )


def _name(t: Words, draft: DraftLine) -> str:
    return t.pick(draft.procedure_name, draft.procedure_name_en)


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
