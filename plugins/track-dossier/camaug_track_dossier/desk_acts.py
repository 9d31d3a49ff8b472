"""The buttons of an officer's acts, and the forms of those that need a reason or a file."""

from collections.abc import Sequence

import msgspec

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.fields import (
    Choice,
    ChoiceField,
    DateField,
    FileField,
    LongTextField,
    MoneyField,
    Suggestion,
)
from camaug_sdk.records import (
    MOST_APPOINTED_DAYS,
    MOST_VND,
    Agency,
    Dossier,
    DossierLine,
    Status,
)
from camaug_sdk.screens import AnyBlock, Button, Callout, Form, Text

HOME = "/console/apps/track-dossier/"
API = "/api/v1/apps/track-dossier/desk/"
ICONS = {
    "refuse": "circle-x",
    "ask_supplement": "circle-alert",
    "process": "loader",
    "resume": "play",
    "send_on": "forward",
    "finish": "check",
    "return": "gift",
    "stop": "octagon-x",
    "apologise": "hand-heart",
    "ask_payment": "wallet",
    "paid": "check",
    "take_in": "file-plus",
}
FORWARD = ("process", "resume", "paid", "finish", "return")
"""Acts that bring a dossier on, the nearest first."""
WITH_FORM = (
    "ask_supplement",
    "send_on",
    "refuse",
    "finish",
    "stop",
    "apologise",
    "ask_payment",
    "paid",
    "take_in",
)
"""Acts that need a reason, another agency, or the result."""
ENDING = ("refuse", "stop")
"""Acts after which nothing more can be done, and there is no result."""


def can_accept(line: DossierLine) -> bool:
    """Whether the dossier waits for acceptance."""
    waiting = line.status in (Status.SUBMITTED, Status.SUPPLEMENT_REQUESTED)
    return waiting and line.accepted_at is None


def accept(t: Words, line: DossierLine) -> Button:
    """Accepting: the clock starts and the citizen is told, which it says first."""
    return Button(
        label=t("act.accept"),
        icon="badge-check",
        style="primary",
        shortcut="a",
        action=Send(
            href=f"{API}{line.dossier_id}/accept",
            body={"version": line.version},
            confirm=Confirm(
                title=t("act.accept_title", code=line.code),
                text=t("act.accept_text"),
                accept=t("act.accept"),
            ),
        ),
    )


def primary(t: Words, dossier: Dossier) -> Button | None:
    """The act that normally comes next."""
    if "accept" in dossier.acts:
        return accept(t, dossier.line)
    following = [one for one in FORWARD if one in dossier.acts]
    return _button(t, dossier.line, following[0], "primary") if following else None


def others(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """The other acts that are possible now."""
    first = primary(t, dossier)
    buttons = [_button(t, dossier.line, one, "secondary") for one in dossier.acts if one in ICONS]
    return [one for one in buttons if first is None or one.label != first.label]


def _button(t: Words, line: DossierLine, kind: str, style: str) -> Button:
    label = t(f"act.{kind}")
    if kind in WITH_FORM:
        action = Go(href=f"{HOME}{line.dossier_id}/acts/{kind}")
    else:
        action = Send(
            href=f"{API}{line.dossier_id}/acts",
            body={"kind": kind, "version": line.version},
            confirm=Confirm(
                title=t("act.confirm_title", act=label, code=line.code),
                text=t(f"act.{kind}_text"),
                accept=label,
            ),
        )
    look = "danger" if kind in ENDING else ("primary" if style == "primary" else "secondary")
    return Button(label=label, icon=ICONS[kind], style=look, action=action)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of an act is made of; `proposing` lets a leader decide."""

    line: DossierLine
    kind: str
    offices: Sequence[Agency]
    suggestions: list[Suggestion] = []
    proposing: bool = False
    asked_before: bool = False
    """Papers were asked for once: asking again makes it late."""


def form(t: Words, asked: Asked) -> Screen:
    """The form of one act: what the citizen will read, or what is handed over."""
    line, kind = asked.line, asked.kind
    title = t(f"act.{kind}")
    label = t("approval.propose") if asked.proposing else title
    way = "propose" if asked.proposing else "acts"
    text = t("approval.propose_text") if asked.proposing else t(f"act.{kind}_text")
    danger = kind in ENDING and not asked.proposing
    return Screen(
        title=title,
        kicker=line.code,
        subtitle=t.pick(line.procedure_name, line.procedure_name_en),
        lang=t.language,
        back=Go(href=f"{HOME}{line.dossier_id}"),
        blocks=[
            Text(text=text, tone="second"),
            *([_again(t)] if kind == "ask_supplement" and asked.asked_before else []),
            Form(
                id=f"{kind}-{line.dossier_id}",
                blocks=_fields(t, asked),
                submit=Button(
                    label=label,
                    icon="stamp" if asked.proposing else ICONS[kind],
                    style="danger" if danger else "primary",
                    action=Send(
                        href=f"{API}{line.dossier_id}/{way}",
                        body={"kind": kind, "version": line.version},
                    ),
                ),
                back=Go(href=f"{HOME}{line.dossier_id}"),
            ),
        ],
    )


def _again(t: Words) -> Callout:
    """What a second request costs; its officer would otherwise learn it from the board."""
    return Callout(title=t("act.again_title"), text=t("act.again_text"), tone="warn")


def _reason(asked: Asked, label: str, hint: str | None, *, required: bool) -> LongTextField:
    return LongTextField(
        name="reason",
        label=label,
        hint=hint,
        required=required,
        suggestions=asked.suggestions,
        suggestion_name="template_id" if asked.suggestions else None,
    )


def _fields(t: Words, asked: Asked) -> list[AnyBlock]:
    line, kind = asked.line, asked.kind
    if kind == "finish":
        return [
            FileField(name="result", purpose="result", label=t("act.result"), required=True),
            _reason(asked, t("act.note"), None, required=False),
        ]
    fields: list[AnyBlock] = []
    if kind == "send_on":
        choices = [
            Choice(value=str(one.agency_id), label=one.name(t.language))
            for one in asked.offices
            if one.agency_id != line.agency_id
        ]
        fields.append(
            ChoiceField(name="agency_id", label=t("act.to"), required=True, choices=choices)
        )
    if kind == "ask_payment":
        fields.append(
            MoneyField(
                name="amount_vnd",
                label=t("act.amount_vnd"),
                hint=t("act.amount_hint", most=t.money(MOST_VND)),
                required=True,
            )
        )
    if kind == "take_in":
        fields.append(
            FileField(name="other", purpose="other", label=t("act.papers"), required=True)
        )
    if kind == "apologise":
        hint = t("act.appointed_hint", count=MOST_APPOINTED_DAYS)
        label = t("act.appointed_on")
        fields.append(DateField(name="appointed_on", label=label, hint=hint, required=True))
    hint = t(f"act.{kind}_reason")
    label = t("act.proof" if kind == "paid" else "act.reason")
    fields.append(_reason(asked, label, hint, required=True))
    return fields
