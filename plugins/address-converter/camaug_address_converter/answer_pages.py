"""The answer for one address: where it is today, a question back, or what is not known."""

from collections.abc import Mapping

from camaug_address_converter.addresses import Answer
from camaug_address_converter.start_pages import (
    API,
    HOME,
    box,
    place,
    source,
    title,
    whole_name,
)
from camaug_address_converter.units import NewUnit, OldUnit
from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.records import Agency
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Callout,
    Card,
    Empty,
    Heading,
    ItemList,
    KeyValue,
    Link,
    ListItem,
    Pair,
    Text,
)

PROVINCE = ""
"""The key of the provincial one-stop centre among the offices."""
Offices = Mapping[str, Agency]
"""Whom to ask: the people's committee by the code of its commune, and `PROVINCE`."""


def page(t: Words, typed: str, answer: Answer, offices: Offices) -> Screen:
    """The box with what was typed, the answer, and the source."""
    also = [_also_new(t, answer.also_new)] if answer.also_new else []
    return Screen(
        title=t("title"),
        lang=t.language,
        back=Go(href=HOME),
        tab="home",
        blocks=[box(t, typed), *also, *_said(t, typed, answer, offices), source(t)],
    )


def _said(t: Words, typed: str, answer: Answer, offices: Offices) -> list[AnyBlock]:
    match answer.outcome:
        case "found":
            blocks = _found(t, answer, offices)
        case "split":
            blocks = _split(t, answer, offices)
        case "gap":
            blocks = _gap(t, answer, offices)
        case "new":
            blocks = _new(t, answer, offices)
        case "namesakes" | "mismatch":
            blocks = _which(t, typed, answer)
        case "no_unit":
            blocks = _no_unit(t, typed, answer)
        case "elsewhere" | "unknown" | "several":
            blocks = _nothing(t, answer)
    return blocks


def _found(t: Words, answer: Answer, offices: Offices) -> list[AnyBlock]:
    unit = answer.new[0]
    return [
        Card(title=t("found"), big=title(t, unit), text=answer.line(unit), tone="good"),
        KeyValue(
            items=[
                *(_old_pair(t, one) for one in answer.old),
                Pair(label=t("new_code"), value=unit.code),
                *_office_pair(t, unit, offices),
            ],
            wide=True,
        ),
        _made_of(t, unit),
    ]


def _split(t: Words, answer: Answer, offices: Offices) -> list[AnyBlock]:
    old, label = answer.old[0], t("split_list")
    half = len(answer.new) == 1
    why = t("split_half", name=title(t, answer.new[0])) if half else t("split_text")
    rows = [_perhaps(t, answer, one, offices) for one in answer.new]
    return [
        Callout(title=t("split", name=title(t, old)), text=why, tone="warn"),
        KeyValue(items=[_old_pair(t, old)], wide=True),
        Heading(text=label),
        ItemList(items=rows, label=label),
    ]


def _perhaps(t: Words, answer: Answer, unit: NewUnit, offices: Offices) -> ListItem:
    """One commune that it may be: the address were it so, and whom to ask."""
    office = offices.get(unit.code)
    ask = f"{t('ask_at')}: {office.name(t.language)}" if office else None
    return ListItem(
        title=title(t, unit),
        text="\n".join(part for part in (answer.line(unit), ask) if part),
        icon="map-pin",
        action=Go(href=f"{HOME}communes/{unit.code}"),
    )


def _gap(t: Words, answer: Answer, offices: Offices) -> list[AnyBlock]:
    office = offices.get(PROVINCE)
    ask = office.name(t.language) if office else t("offices_unknown")
    return [
        Callout(
            title=t("gap", name=title(t, answer.old[0])),
            text=t("gap_text", office=ask),
            tone="warn",
        ),
        KeyValue(items=[_old_pair(t, answer.old[0])], wide=True),
    ]


def _which(t: Words, typed: str, answer: Answer) -> list[AnyBlock]:
    """The question back, for namesakes and for what does not fit."""
    asked = t(answer.outcome)
    return [
        Heading(text=asked),
        Text(text=t(f"{answer.outcome}_text"), tone="second"),
        ItemList(items=[_choice(t, typed, one) for one in answer.old], label=asked),
    ]


def _choice(t: Words, typed: str, unit: OldUnit) -> ListItem:
    """One old unit that may be meant; what was typed goes with it, for the house and street."""
    send = Send(href=f"{API}/convert", body={"q": typed, "code": unit.code})
    return ListItem(title=title(t, unit), text=place(t, unit), icon="map-pin", action=send)


def _new(t: Words, answer: Answer, offices: Offices) -> list[AnyBlock]:
    unit = answer.new[0]
    pairs = [
        Pair(label=t("address"), value=answer.line(unit), lang=t.vietnamese),
        Pair(label=t("new_code"), value=unit.code),
        *_office_pair(t, unit, offices),
    ]
    return [
        Callout(title=t("new", name=title(t, unit)), text=t("new_text"), tone="good"),
        KeyValue(items=pairs, wide=True),
        _made_of(t, unit),
    ]


def _no_unit(t: Words, typed: str, answer: Answer) -> list[AnyBlock]:
    asked = Callout(title=t("no_unit"), text=t("no_unit_text"))
    if not answer.old:
        return [asked]
    label = t("no_unit_list")
    rows = [_choice(t, typed, one) for one in answer.old]
    return [
        asked,
        Heading(text=label),
        Text(text=t("no_unit_perhaps"), tone="second"),
        ItemList(items=rows, label=label),
    ]


def _nothing(t: Words, answer: Answer) -> list[AnyBlock]:
    empty = Empty(
        title=t(answer.outcome, left=answer.left),
        text=t(f"{answer.outcome}_text"),
        icon="map-pin",
        button=Button(label=t("communes"), action=Go(href=f"{HOME}communes"), icon="list"),
    )
    return [ItemList(items=[], label=t("results"), empty=empty)]


def _also_new(t: Words, unit: NewUnit) -> Callout:
    """Old and new have the name, and it is not the same place: the date of the address decides."""
    return Callout(
        title=t("also_new", name=title(t, unit)),
        text=t("also_new_text"),
        tone="warn",
        icon="calendar",
    )


def _old_pair(t: Words, unit: OldUnit) -> Pair:
    return Pair(
        label=t("old_unit"),
        value=whole_name(t, unit),
        hint=t("old_code", code=unit.code),
    )


def _office_pair(t: Words, unit: NewUnit, offices: Offices) -> list[Pair]:
    office = offices.get(unit.code)
    return [Pair(label=t("ask_at"), value=office.name(t.language))] if office else []


def _made_of(t: Words, unit: NewUnit) -> Link:
    return Link(
        label=t("made_of", name=title(t, unit)),
        icon="layers",
        action=Go(href=f"{HOME}communes/{unit.code}"),
    )
