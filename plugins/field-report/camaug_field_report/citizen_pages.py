"""The reporter's screens: own reports, the form of a new one, one report, remark and rating."""

from collections.abc import Sequence

from camaug_field_report import acts, forms, story
from camaug_field_report.records import CATEGORIES, Category, Line, Report
from camaug_field_report.story import Names, Whole
from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm, Open
from camaug_sdk.fields import (
    Choice,
    ChoiceField,
    CommuneField,
    FileField,
    LongTextField,
    PlaceField,
    TextField,
)
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Callout,
    Card,
    Empty,
    Form,
    Heading,
    ItemList,
    Link,
    ListItem,
    Text,
)

HOME = "/apps/field-report/"
API = "/api/v1/apps/field-report/"
LIVE_WIRE = ("114", "115")
"""Whom to call for a wire that is down: those that the search for words of danger names too."""
TOPICS = ["inbox"]


def mine(t: Words, lines: Sequence[Line], after: str | None, names: Names) -> Screen:
    """The person's reports, newest first, and the way to a new one."""
    rows = [_row(t, line, names) for line in lines]
    more = Link(label=t("mine.more"), action=Go(href=f"{HOME}?after={after}")) if after else None
    new = Button(label=t("mine.new"), icon="plus", style="primary", action=Go(href=f"{HOME}new"))
    empty = Empty(title=t("mine.none"), text=t("mine.none_text"), icon="map-pinned")
    return Screen(
        title=t("title"),
        subtitle=t("mine.text"),
        lang=t.language,
        back=Go(href="/"),
        live=TOPICS,
        primary=new,
        blocks=[ItemList(items=rows, label=t("mine.title"), empty=empty, more=more)],
    )


def _row(t: Words, line: Line, names: Names) -> ListItem:
    where = names.commune(t, line.commune_code)
    return ListItem(
        title=t(f"category.{line.category}"),
        text=f"{line.code} · {where}\n{t.moment(line.filed_at)}",
        icon=CATEGORIES[line.category],
        badge=story.badge(t, line.state),
        action=Go(href=f"{HOME}{line.report_id}"),
    )


def kinds(t: Words) -> Screen:
    """What it is about; then the form asks the rest."""
    rows = [
        ListItem(
            title=t(f"category.{one}"),
            text=t(f"category.{one}_text"),
            icon=icon,
            action=Go(href=f"{HOME}new/{one}"),
        )
        for one, icon in CATEGORIES.items()
    ]
    return Screen(
        title=t("new.title"),
        subtitle=t("new.kind"),
        lang=t.language,
        back=Go(href=HOME),
        blocks=[
            ItemList(items=rows, label=t("new.kind")),
            Text(text=t("new.not_for"), tone="hint"),
        ],
    )


def form(t: Words, category: Category) -> Screen:
    """The form of a new report; a live wire is for those who answer at once."""
    urgent = category == "electric"
    return Screen(
        title=t(f"category.{category}"),
        kicker=t("new.title"),
        lang=t.language,
        back=Go(href=f"{HOME}new"),
        blocks=[
            *([_call_now(t)] if urgent else []),
            Form(
                id=f"report-{category}",
                blocks=_fields(t),
                submit=Button(
                    label=t("new.send"),
                    icon="send",
                    style="primary",
                    action=Send(href=API, body={"category": category}, later=not urgent),
                ),
            ),
            Text(text=t("new.privacy"), tone="hint"),
        ],
    )


def _fields(t: Words) -> list[AnyBlock]:
    return [
        LongTextField(
            name="said",
            label=t("new.said"),
            hint=t("new.said_hint"),
            required=True,
            max_length=forms.MOST_SAID,
        ),
        FileField(
            name="photos",
            purpose="field-report",
            label=t("new.photos"),
            hint=t("new.photos_hint"),
            required=True,
            limit=forms.MOST_PHOTOS,
            accept=forms.PICTURES,
        ),
        CommuneField(name="commune", label=t("one.commune"), required=True),
        TextField(
            name="place",
            label=t("one.place"),
            hint=t("new.place_hint"),
            required=True,
            max_length=forms.MOST_PLACE,
        ),
        PlaceField(name="position", label=t("new.position"), hint=t("new.position_hint")),
    ]


def _call_now(t: Words) -> Callout:
    return Callout(
        title=t("danger.title"),
        text=t("danger.text"),
        tone="bad",
        icon="zap",
        buttons=[
            Button(
                label=t(f"danger.call.{number}"),
                icon="phone",
                style="danger" if number == LIVE_WIRE[0] else "secondary",
                action=Open(href=f"tel:{number}"),
            )
            for number in LIVE_WIRE
        ],
    )


def one(t: Words, whole: Whole) -> Screen:
    """One report: how it stands, its story, what was said, and what the person may do."""
    report = whole.report
    return Screen(
        title=t(f"category.{report.category}"),
        kicker=report.code,
        lang=t.language,
        back=Go(href=HOME),
        live=TOPICS,
        blocks=[
            _now(t, whole),
            *_acts(t, report),
            Heading(text=t("story.title")),
            story.timeline(t, whole),
            *story.content(t, whole),
        ],
    )


def _now(t: Words, whole: Whole) -> Card:
    """How it stands; an answer and a reason stand here in full."""
    state = whole.report.state
    written = whole.last_note() if state in ("answered", "refused", "duplicate") else None
    return Card(
        title=t("one.now"),
        badge=story.badge(t, state),
        big=None if written else t(f"now.{state}"),
        text=written or whole.names.agency(t, whole.report.agency_id),
    )


def _acts(t: Words, report: Report) -> list[AnyBlock]:
    """Buttons of what the person may do now."""
    here = f"{report.report_id}"
    withdraw = Send(
        href=f"{API}{here}/withdraw",
        body={"version": report.version},
        confirm=Confirm(
            title=t("withdraw.title"), text=t("withdraw.text"), accept=t("withdraw.do")
        ),
    )
    known: dict[str, Button] = {
        "rated": Button(label=t("rate.title"), icon="star", action=Go(href=f"{HOME}{here}/rate")),
        "remarked": Button(
            label=t("remark.title"), icon="pencil", action=Go(href=f"{HOME}{here}/remark")
        ),
        "withdrawn": Button(label=t("withdraw.do"), icon="undo-2", style="danger", action=withdraw),
    }
    return [known[kind] for kind in acts.of_citizen(report)]


def remark(t: Words, report: Report) -> Screen:
    """The form of the one remark."""
    field = LongTextField(
        name="text", label=t("remark.text"), required=True, max_length=forms.MOST_NOTE
    )
    return _small_form(t, report, "remark", field, "send")


def rate(t: Words, report: Report) -> Screen:
    """The form of the rating."""
    choices = [Choice(value=str(one), label=t(f"rate.{one}")) for one in range(5, 0, -1)]
    field = ChoiceField(name="rating", label=t("rate.question"), required=True, choices=choices)
    return _small_form(t, report, "rate", field, "star")


def _small_form(
    t: Words, report: Report, name: str, field: LongTextField | ChoiceField, icon: str
) -> Screen:
    send = Button(
        label=t(f"{name}.do"),
        icon=icon,
        style="primary",
        action=Send(href=f"{API}{report.report_id}/{name}", later=True),
    )
    return Screen(
        title=t(f"{name}.title"),
        kicker=report.code,
        subtitle=t(f"{name}.hint"),
        lang=t.language,
        back=Go(href=f"{HOME}{report.report_id}"),
        blocks=[Form(id=f"{name}-{report.report_id}", blocks=[field], submit=send)],
    )
