"""What the owner says is wrong with the handling: own words and answers, the form, the desk."""

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.complaints import (
    LONGEST_COMPLAINT,
    MOST_COMPLAINTS,
    Complaint,
    ComplaintLine,
    ComplaintsOfDossier,
    ComplaintState,
    DeskComplaint,
)
from camaug_sdk.fields import Choice, ChoiceField, LongTextField
from camaug_sdk.records import Page
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Callout,
    Chip,
    Chips,
    Empty,
    Form,
    Heading,
    ItemList,
    KeyValue,
    Link,
    ListItem,
    Pair,
    Text,
)

HOME = "/apps/track-dossier/"
API = "/api/v1/apps/track-dossier/"
DESK = "/console/apps/track-dossier/complaints"
DESK_API = f"{API}desk/complaints"
KINDS = ("late", "attitude", "extra_papers", "fee", "other")
VERDICTS = ("yes", "partly", "no")
LOOKS: dict[ComplaintState, Badge] = {
    "open": Badge(label="", tone="info", icon="hourglass"),
    "answered": Badge(label="", tone="good", icon="message-square"),
    "closed": Badge(label="", tone="neutral", icon="check"),
    "withdrawn": Badge(label="", tone="neutral", icon="undo-2"),
}
"""How a complaint looks; its word is `complaint.state.<state>`."""


def _badge(t: Words, state: ComplaintState) -> Badge:
    look = LOOKS[state]
    return Badge(label=t(f"complaint.state.{state}"), tone=look.tone, icon=look.icon)


def mine(t: Words, found: ComplaintsOfDossier) -> Screen:
    """What was said about one own dossier, newest first, and the way to say more."""
    here = f"{HOME}{found.dossier_id}"
    new = Button(
        label=t("complaint.new"),
        icon="message-square",
        style="primary",
        action=Go(href=f"{here}/complaints/new"),
    )
    none = Empty(title=t("complaint.none"), text=t("complaint.none_text"), icon="message-square")
    who = Text(text=t("complaint.who_reads", count=MOST_COMPLAINTS), tone="second")
    blocks: list[AnyBlock] = [_law(t), who]
    for one in found.items:
        blocks += _one(t, one)
    if not found.items:
        blocks.append(ItemList(items=[], label=t("complaint.title"), empty=none))
    if found.may_open:
        blocks.append(new)
    return Screen(
        title=t("complaint.title"),
        kicker=found.code,
        lang=t.language,
        back=Go(href=here),
        tab="dossiers",
        live=[f"dossier:{found.dossier_id}"],
        blocks=blocks,
    )


def _law(t: Words) -> Callout:
    return Callout(title=t("complaint.law_title"), text=t("complaint.law"), icon="info")


def _one(t: Words, one: Complaint) -> list[AnyBlock]:
    """One complaint with its answer, and what its owner may do with it."""
    blocks: list[AnyBlock] = [
        Heading(text=one.number),
        KeyValue(items=[*_said(t, one), *_answer(t, one)], wide=True),
    ]
    if one.state == "open":
        confirm = Confirm(
            title=t("complaint.withdraw_title", number=one.number),
            text=t("complaint.withdraw_text", count=MOST_COMPLAINTS),
            accept=t("complaint.withdraw"),
        )
        send = _end(one, "withdraw", confirm)
        blocks.append(
            Button(label=t("complaint.withdraw"), icon="undo-2", style="danger", action=send)
        )
    if one.state == "answered":
        blocks.append(
            Button(label=t("complaint.close"), icon="check", action=_end(one, "close", None))
        )
    return blocks


def _end(one: Complaint, how: str, confirm: Confirm | None) -> Send:
    return Send(
        href=f"{API}complaints/{one.complaint_id}/end",
        body={"how": how, "version": one.version},
        confirm=confirm,
    )


def _said(t: Words, one: Complaint) -> list[Pair]:
    return [
        Pair(
            label=t("complaint.about"),
            value=t(f"complaint.kind.{one.kind}"),
            hint=t.moment(one.opened_at),
        ),
        Pair(label=t("complaint.state"), value=t(f"complaint.state.{one.state}")),
        Pair(label=t("complaint.text"), value=one.text),
    ]


def _answer(t: Words, one: Complaint) -> list[Pair]:
    if one.answer is None or one.upheld is None or one.answered_at is None:
        return []
    return [
        Pair(
            label=t("complaint.upheld"),
            value=t(f"complaint.upheld.{one.upheld}"),
            hint=t.moment(one.answered_at),
        ),
        Pair(label=t("complaint.answer"), value=one.answer),
    ]


def form(t: Words, found: ComplaintsOfDossier) -> Screen:
    """The form of a complaint."""
    here = f"{found.dossier_id}/complaints"
    kinds = [Choice(value=one, label=t(f"complaint.kind.{one}")) for one in KINDS]
    send = Button(
        label=t("complaint.send"),
        icon="send",
        style="primary",
        action=Send(href=f"{API}{here}"),
    )
    return Screen(
        title=t("complaint.new"),
        kicker=found.code,
        lang=t.language,
        back=Go(href=f"{HOME}{here}"),
        blocks=[
            _law(t),
            Form(
                id=f"complaint-{found.dossier_id}",
                blocks=[
                    ChoiceField(
                        name="kind", label=t("complaint.about"), required=True, choices=kinds
                    ),
                    LongTextField(
                        name="text",
                        label=t("complaint.text"),
                        hint=t("complaint.text_hint"),
                        required=True,
                        max_length=LONGEST_COMPLAINT,
                    ),
                ],
                submit=send,
            ),
        ],
    )


def queue(t: Words, page: Page[ComplaintLine], view: str) -> Screen:
    """Complaints that this person may answer."""
    more = None
    if page.next is not None:
        more = Link(label=t("desk.more"), action=Go(href=f"{DESK}?view={view}&after={page.next}"))
    chips = [
        Chip(
            label=t(f"complaint.view.{one}"),
            selected=one == view,
            action=Go(href=f"{DESK}?view={one}"),
        )
        for one in ("open", "done")
    ]
    none = Empty(
        title=t(f"complaint.empty.{view}"), text=t("complaint.empty_text"), icon="message-square"
    )
    return Screen(
        title=t("complaint.desk"),
        subtitle=t("complaint.desk_text"),
        lang=t.language,
        back=Go(href="/console/apps/track-dossier/"),
        live=["desk"],
        blocks=[
            Chips(items=chips, label=t("complaint.views")),
            ItemList(
                items=[_row(t, one) for one in page.items],
                label=t("complaint.desk"),
                empty=none,
                more=more,
            ),
        ],
    )


def _row(t: Words, line: ComplaintLine) -> ListItem:
    agency = t.pick(line.agency_name_vi, line.agency_name_en)
    procedure = t.pick(line.procedure_name, line.procedure_name_en)
    return ListItem(
        title=t(f"complaint.kind.{line.kind}"),
        text=f"{line.number} · {line.code}\n{procedure} · {agency}\n{t.moment(line.opened_at)}",
        icon="message-square",
        badge=_badge(t, line.state),
        action=Go(href=f"{DESK}/{line.complaint_id}"),
    )


def at_desk(t: Words, found: DeskComplaint) -> Screen:
    """One complaint, and the form of the answer while it waits for one."""
    line, one = found.line, found.complaint
    facts = [
        Pair(label=t("one.code"), value=line.code),
        Pair(
            label=t("desk.column.procedure"),
            value=t.pick(line.procedure_name, line.procedure_name_en),
        ),
    ]
    return Screen(
        title=t("complaint.desk_one"),
        kicker=line.number,
        subtitle=t.pick(line.agency_name_vi, line.agency_name_en),
        lang=t.language,
        back=Go(href=DESK),
        blocks=[
            KeyValue(items=[*facts, *_said(t, one), *_answer(t, one)], wide=True),
            *([_answering(t, one)] if found.may_answer else []),
        ],
    )


def _answering(t: Words, one: Complaint) -> Form:
    verdicts = [Choice(value=v, label=t(f"complaint.upheld.{v}")) for v in VERDICTS]
    return Form(
        id=f"answer-{one.complaint_id}",
        blocks=[
            ChoiceField(
                name="upheld", label=t("complaint.upheld"), required=True, choices=verdicts
            ),
            LongTextField(
                name="text",
                label=t("complaint.answer"),
                hint=t("complaint.answer_hint"),
                required=True,
                max_length=LONGEST_COMPLAINT,
            ),
        ],
        submit=Button(
            label=t("complaint.answer_send"),
            icon="send",
            style="primary",
            action=Send(
                href=f"{DESK_API}/{one.complaint_id}/answer", body={"version": one.version}
            ),
        ),
    )
