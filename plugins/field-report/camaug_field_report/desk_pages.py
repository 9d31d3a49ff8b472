"""The officer's screens: the queue, one report, and the forms of acts. Nobody's name is in them."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from camaug_field_report import acts, forms, story
from camaug_field_report.records import CATEGORIES, UNHANDLED, Category, Counts, Line, Report
from camaug_field_report.story import Names, Whole
from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Tone
from camaug_sdk.fields import Choice, ChoiceField, LongTextField
from camaug_sdk.records import Agency
from camaug_sdk.screens import (
    Accordion,
    AnyBlock,
    Badge,
    Button,
    Card,
    Cell,
    Chip,
    Chips,
    Column,
    Empty,
    Form,
    Group,
    Heading,
    Link,
    Row,
    Stat,
    Stats,
    Table,
    Text,
)

HOME = "/console/apps/field-report/"
API = "/api/v1/apps/field-report/desk/"
View = Literal["open", "fresh", "handling", "closed"]
VIEWS: tuple[View, ...] = ("open", "fresh", "handling", "closed")
COLUMNS = ("code", "category", "commune", "state", "filed")
ICONS = {
    "taken": "hand",
    "answered": "message-square",
    "sent_on": "forward",
    "duplicate": "copy",
    "refused": "circle-x",
}
WITH_FORM = ("answered", "sent_on", "duplicate", "refused")
"""Acts that need words for the reporter."""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What the officer has chosen to see, as it stands in the address."""

    view: View = "open"
    category: Category | None = None

    def href(self, **other: str | None) -> str:
        """The address of the queue with some members replaced."""
        chosen = {"view": self.view, "category": self.category} | other
        return f"{HOME}?{urlencode({name: one for name, one in chosen.items() if one})}"


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around the rows."""

    names: Names
    own: Sequence[UUID]
    counts: Counts


def queue(
    t: Words, chosen: Chosen, lines: Sequence[Line], following: str | None, around: Around
) -> Screen:
    """One view, those that wait for long first, then the oldest."""
    more = None
    if following is not None:
        more = Link(label=t("desk.more"), action=Go(href=chosen.href(after=following)))
    agencies = [around.names.agency(t, one) for one in around.own]
    return Screen(
        title=t("desk.title"),
        kicker=" · ".join(agencies) or None,
        lang=t.language,
        live=["desk"],
        blocks=[
            _stats(t, around.counts),
            _categories(t, chosen),
            _views(t, chosen, around.counts),
            Table(
                caption=t(f"desk.view.{chosen.view}"),
                columns=[Column(key=key, label=t(f"desk.column.{key}")) for key in COLUMNS],
                rows=[_row(t, line, around.names) for line in lines],
                empty=_nothing(t, chosen),
                more=more,
            ),
        ],
    )


def _stats(t: Words, counts: Counts) -> Stats:
    waiting = Stat(
        label=t("desk.waiting"),
        value=str(counts.waiting),
        hint=t("desk.waiting_hint"),
        tone="warn" if counts.waiting else "neutral",
    )
    return Stats(items=[Stat(label=t("desk.fresh"), value=str(counts.fresh)), waiting])


def _views(t: Words, chosen: Chosen, counts: Counts) -> Chips:
    numbers = {
        "open": counts.fresh + counts.handling,
        "fresh": counts.fresh,
        "handling": counts.handling,
    }
    items = [
        Chip(
            label=t(f"desk.view.{one}"),
            count=str(numbers[one]) if one in numbers else None,
            selected=one == chosen.view,
            action=Go(href=chosen.href(view=one)),
        )
        for one in VIEWS
    ]
    return Chips(items=items, label=t("desk.views"))


def _categories(t: Words, chosen: Chosen) -> Accordion:
    """Closed until one is chosen; the chosen one is a way back to all."""
    items = [
        Chip(
            label=t(f"category.{one}"),
            selected=one == chosen.category,
            action=Go(href=chosen.href(category=None if one == chosen.category else one)),
        )
        for one in CATEGORIES
    ]
    chips = Chips(items=items, label=t("desk.column.category"))
    return Accordion(title=t("desk.narrow"), blocks=[chips], open=chosen.category is not None)


def _nothing(t: Words, chosen: Chosen) -> Empty:
    if chosen.category:
        button = Button(label=t("desk.all_categories"), action=Go(href=chosen.href(category=None)))
        return Empty(title=t("desk.none_category"), icon="inbox", button=button)
    return Empty(title=t("desk.none"), text=t("desk.none_text"), icon="inbox")


def _row(t: Words, line: Line, names: Names) -> Row:
    state = story.badge(t, line.state)
    if line.waiting_long:
        state = Badge(label=t("desk.waits"), tone="warn", icon="alarm-clock")
    cells = {
        "code": Cell(text=line.code),
        "category": Cell(text=t(f"category.{line.category}"), strong=True),
        "commune": Cell(text=names.commune(t, line.commune_code)),
        "state": Cell(badge=state),
        "filed": Cell(text=t.moment(line.filed_at)),
    }
    return Row(
        key=str(line.report_id),
        cells=cells,
        action=Go(href=f"{HOME}{line.report_id}"),
        tone=_tone(line),
    )


def _tone(line: Line) -> Tone:
    """A live wire that nobody has in hand stands out, then what waits for long."""
    if line.category == "electric" and line.state in UNHANDLED:
        return "bad"
    return "warn" if line.waiting_long else "neutral"


def one(t: Words, whole: Whole) -> Screen:
    """One report, and what may be done now."""
    report = whole.report
    possible = acts.at_desk(report)
    others = [_button(t, report, kind) for kind in possible[1:]]
    return Screen(
        title=t(f"category.{report.category}"),
        kicker=report.code,
        subtitle=whole.names.commune(t, report.commune_code),
        lang=t.language,
        back=Go(href=HOME),
        primary=_button(t, report, possible[0], primary=True) if possible else None,
        live=["desk"],
        blocks=[
            _now(t, whole),
            *([Group(legend=t("desk.acts"), blocks=[*others])] if others else []),
            *story.content(t, whole),
            Heading(text=t("story.title")),
            story.timeline(t, whole),
        ],
    )


def _now(t: Words, whole: Whole) -> Card:
    report = whole.report
    waits = Badge(label=t("desk.waits"), tone="warn", icon="alarm-clock")
    return Card(
        title=t("one.now"),
        badge=waits if report.waiting_long else story.badge(t, report.state),
        big=t(f"state.{report.state}") if report.waiting_long else None,
        text=t("desk.filed_at", moment=t.moment(report.filed_at)),
        tone="warn" if report.waiting_long else "neutral",
    )


def _button(t: Words, report: Report, kind: str, *, primary: bool = False) -> Button:
    """A way to the act's form, or the act itself when it needs no words."""
    here = f"{report.report_id}/acts"
    action = (
        Go(href=f"{HOME}{here}/{kind}")
        if kind in WITH_FORM
        else Send(href=f"{API}{here}", body={"kind": kind, "version": report.version})
    )
    style = "danger" if kind == "refused" else ("primary" if primary else "secondary")
    return Button(label=t(f"act.{kind}"), icon=ICONS[kind], style=style, action=action)


def form(t: Words, report: Report, kind: str, offices: Sequence[Agency]) -> Screen:
    """The form of one act: what the reporter will read."""
    fields: list[AnyBlock] = []
    if kind == "sent_on":
        choices = [
            Choice(value=str(one.agency_id), label=one.name(t.language))
            for one in offices
            if one.agency_id != report.agency_id
        ]
        fields.append(
            ChoiceField(name="agency_id", label=t("act.to"), required=True, choices=choices)
        )
    fields.append(
        LongTextField(
            name="text",
            label=t(f"act.{kind}_label"),
            hint=t("act.hint"),
            required=True,
            max_length=forms.MOST_NOTE,
        )
    )
    back = Go(href=f"{HOME}{report.report_id}")
    send = Send(
        href=f"{API}{report.report_id}/acts", body={"kind": kind, "version": report.version}
    )
    label = t(f"act.{kind}")
    submit = Button(
        label=label,
        icon=ICONS[kind],
        style="danger" if kind == "refused" else "primary",
        action=send,
    )
    return Screen(
        title=label,
        kicker=report.code,
        subtitle=t(f"category.{report.category}"),
        lang=t.language,
        back=back,
        blocks=[
            Text(text=t(f"act.{kind}_text"), tone="second"),
            Form(id=f"{kind}-{report.report_id}", blocks=fields, submit=submit, back=back),
        ],
    )
