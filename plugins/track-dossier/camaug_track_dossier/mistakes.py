"""Undo, correction and reopening as the desk sees them: buttons and forms."""

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.approvals import Approval
from camaug_sdk.fields import Choice, ChoiceField, FileField, LongTextField
from camaug_sdk.mistakes import REOPEN_DAYS
from camaug_sdk.records import Dossier, DossierEvent, DossierLine, Status
from camaug_sdk.screens import AnyBlock, Button, Callout, Form, Group, Text
from camaug_track_dossier.desk_acts import API, HOME

CHANNELS = (1, 2, 3)


def undo(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """The way back from the last act, as long as there is one."""
    if dossier.undo_until is None:
        return []
    line = dossier.line
    button = Button(
        label=t("undo.button"),
        icon="undo-2",
        shortcut="z",
        until=dossier.undo_until,
        action=Send(href=f"{API}{line.dossier_id}/undo", body={"version": line.version}),
    )
    return [Callout(title=t("undo.title"), text=t("undo.text"), icon="undo-2", buttons=[button])]


def ways(t: Words, dossier: Dossier, *, works: bool) -> list[AnyBlock]:
    """To the form of reopening, for a leader, and to those of corrections."""
    there = f"{HOME}{dossier.line.dossier_id}"
    found: list[AnyBlock] = []
    if "reopen" in dossier.acts:
        found.append(
            Button(label=t("reopen.title"), icon="rotate-ccw", action=Go(href=f"{there}/reopen"))
        )
    if works:
        found.append(
            Button(label=t("correct.title"), icon="pencil", action=Go(href=f"{there}/correct"))
        )
    return [Group(legend=t("correct.legend"), blocks=found)] if found else []


def reopen(t: Words, line: DossierLine) -> Screen:
    """Why it is taken up again; the citizen reads it."""
    form = Form(
        id=f"reopen-{line.dossier_id}",
        blocks=[
            LongTextField(
                name="reason", label=t("act.reason"), hint=t("reopen.reason"), required=True
            )
        ],
        submit=Button(
            label=t("reopen.title"),
            icon="rotate-ccw",
            style="primary",
            action=Send(href=f"{API}{line.dossier_id}/reopen", body={"version": line.version}),
        ),
        back=Go(href=f"{HOME}{line.dossier_id}"),
    )
    text = Text(text=t("reopen.text", count=REOPEN_DAYS), tone="second")
    return _screen(t, line, t("reopen.title"), [text, form])


def approved(dossier: Dossier, approval: Approval) -> bool:
    """Whether the result is a leader's matter: approved by one, or to be approved now."""
    kinds = [one.kind for one in dossier.events]
    ends = [n for n, one in enumerate(kinds) if one == "completed" and not dossier.events[n].undone]
    return "finish" in approval.needed or (bool(ends) and kinds[ends[-1] - 1] == "approved")


def correct(t: Words, dossier: Dossier, approval: Approval) -> Screen:
    """One form for each thing that may be put right."""
    line = dossier.line
    entries = [one for one in dossier.events if one.correctable and one.note]
    blocks: list[AnyBlock] = [Text(text=t("correct.text"), tone="second")]
    if entries:
        choices = [Choice(value=str(one.seq), label=_entry(t, one)) for one in entries]
        blocks.append(
            _form(
                t,
                line,
                "note",
                [
                    ChoiceField(
                        name="seq", label=t("correct.entry"), required=True, choices=choices
                    ),
                    LongTextField(
                        name="text",
                        label=t("correct.words"),
                        hint=t("correct.words_hint"),
                        required=True,
                    ),
                ],
            )
        )
    if line.status is Status.COMPLETED and approved(dossier, approval):
        why_not = Text(text=t("correct.approved"), tone="second")
        blocks.append(Group(legend=t("correct.what.result"), blocks=[why_not]))
    elif line.status is Status.COMPLETED:
        file = FileField(name="results", purpose="result", label=t("act.result"), required=True)
        blocks.append(_form(t, line, "result", [file]))
    others = [one for one in CHANNELS if one != dossier.channel]
    choices = [Choice(value=str(one), label=t(f"channel.{one}")) for one in others]
    now = t("correct.channel_now", channel=t(f"channel.{dossier.channel}"))
    field = ChoiceField(
        name="channel", label=t("correct.channel"), hint=now, required=True, choices=choices
    )
    blocks.append(_form(t, line, "channel", [field]))
    return _screen(t, line, t("correct.title"), blocks)


def _entry(t: Words, event: DossierEvent) -> str:
    name = t.find(f"story.{event.kind}") or event.kind
    return f"{name}, {t.moment(event.at)}: {event.note}"


def _form(t: Words, line: DossierLine, what: str, fields: list[AnyBlock]) -> Group:
    why = LongTextField(
        name="why", label=t("correct.why"), hint=t("correct.why_hint"), required=True
    )
    form = Form(
        id=f"correct-{what}-{line.dossier_id}",
        blocks=[*fields, why],
        submit=Button(
            label=t(f"correct.do.{what}"),
            icon="pencil",
            style="primary",
            action=Send(href=f"{API}{line.dossier_id}/correct", body={"version": line.version}),
        ),
    )
    return Group(legend=t(f"correct.what.{what}"), blocks=[form])


def _screen(t: Words, line: DossierLine, title: str, blocks: list[AnyBlock]) -> Screen:
    return Screen(
        title=title,
        kicker=line.code,
        subtitle=t.pick(line.procedure_name, line.procedure_name_en),
        lang=t.language,
        back=Go(href=f"{HOME}{line.dossier_id}"),
        blocks=blocks,
    )
