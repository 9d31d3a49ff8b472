"""One dossier of a relative: how it stands, its story, and what its owner lets this person do."""

from datetime import datetime

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.fields import FileField, LongTextField
from camaug_sdk.records import Status
from camaug_sdk.relatives import RelativeDossier
from camaug_sdk.screens import (
    AnyBlock,
    Button,
    Callout,
    Card,
    Form,
    Heading,
    KeyValue,
    Pair,
    Text,
)
from camaug_track_dossier import contents, relative_pages, story, times
from camaug_track_dossier.contents import Names
from camaug_track_dossier.relative_pages import API, HOME, last_day
from camaug_track_dossier.statuses import badge


def page(t: Words, dossier: RelativeDossier, names: Names, now: datetime) -> Screen:
    """The dossier as far as the right goes."""
    line = dossier.line
    blocks: list[AnyBlock] = [
        _now(t, dossier, now),
        KeyValue(items=_right(t, dossier), wide=True),
        Text(text=t("relative.seen"), tone="second"),
        Heading(text=t("story.title")),
        story.timeline(t, dossier),
        *contents.files(t, names, dossier.results, t("one.results")),
        _give_back(t, dossier),
    ]
    return Screen(
        title=t.pick(line.procedure_name, line.procedure_name_en),
        kicker=line.code,
        subtitle=t("relative.of", name=dossier.owner),
        lang=t.language,
        back=Go(href=f"{HOME}relatives"),
        tab="dossiers",
        live=[f"dossier:{line.dossier_id}", "inbox"],
        blocks=blocks,
    )


def _now(t: Words, dossier: RelativeDossier, now: datetime) -> Card:
    line = dossier.line
    asked = [one for one in dossier.supplements if one.ended_at is None]
    waits = "supply" in dossier.acts and bool(asked)
    there = Go(href=f"{HOME}relatives/{line.dossier_id}/supply")
    button = Button(label=t("one.supply"), icon="camera", action=there)
    runs = line.due_at is not None and line.work_minutes_left is not None
    text = times.left(t, line, now) if runs else None
    if line.status is Status.PAYMENT_REQUESTED:
        text = t("relative.payment")
    return Card(
        title=t("one.now"),
        badge=badge(t, line.status, "citizen"),
        big=relative_pages.standing(t, line, dossier.scope),
        text=asked[-1].reason if waits else text,
        progress=times.passed(line, now),
        tone="warn" if waits or times.is_late(line, now) else "neutral",
        button=button if waits else None,
    )


def _right(t: Words, dossier: RelativeDossier) -> list[Pair]:
    line, day = dossier.line, last_day(dossier.until)
    pairs = [
        Pair(label=t("lookup.agency"), value=t.pick(line.agency_name_vi, line.agency_name_en)),
        Pair(
            label=t("relative.right"),
            value=t(f"delegation.scope.{dossier.scope}"),
            hint=t("relative.until", day=day),
        ),
    ]
    if line.due_at is not None:
        pairs.insert(1, Pair(label=t("lookup.due"), value=t.moment(line.due_at)))
    return pairs


def _give_back(t: Words, dossier: RelativeDossier) -> Button:
    return Button(
        label=t("relative.give_back"),
        icon="undo-2",
        style="danger",
        action=Send(
            href=f"{API}delegations/{dossier.delegation_id}/return",
            confirm=Confirm(
                title=t("relative.give_back_title"),
                text=t("relative.give_back_text"),
                accept=t("relative.give_back"),
            ),
        ),
    )


def supply(t: Words, dossier: RelativeDossier, names: Names) -> Screen:
    """The form by which the relative sends what was asked for."""
    line = dossier.line
    asked = [one for one in dossier.supplements if one.supplemented_at is None]
    components = names.procedure.components if names.procedure else []
    fields: list[AnyBlock] = [
        FileField(name=one.id, purpose=one.id, label=one.label)
        for one in components
        if one.kind != "form"
    ]
    fields.append(FileField(name="other", purpose="other", label=t("supply.other")))
    fields.append(LongTextField(name="reason", label=t("supply.note")))
    reason = Callout(title=t("supply.asked"), text=asked[-1].reason, tone="warn") if asked else None
    return Screen(
        title=t("supply.title"),
        kicker=line.code,
        subtitle=t("relative.of", name=dossier.owner),
        lang=t.language,
        back=Go(href=f"{HOME}relatives/{line.dossier_id}"),
        blocks=[
            *([reason] if reason else []),
            Text(text=t("relative.supply_text"), tone="second"),
            Form(
                id=f"supply-relative-{line.dossier_id}",
                blocks=fields,
                submit=Button(
                    label=t("supply.send"),
                    icon="send",
                    style="primary",
                    action=Send(
                        href=f"{API}relatives/{line.dossier_id}/supply",
                        body={"version": line.version},
                    ),
                ),
            ),
        ],
    )
