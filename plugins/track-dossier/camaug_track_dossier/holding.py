"""Who holds a dossier, as an officer sees it: buttons, the form of handing over, what is marked."""

from collections.abc import Sequence
from uuid import UUID

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.fields import Choice, ChoiceField, LongTextField
from camaug_sdk.handing import MOST_AT_ONCE, Colleague, Done, Slip
from camaug_sdk.records import DossierLine, Status
from camaug_sdk.screens import (
    AnyBlock,
    Badge,
    Button,
    Callout,
    Cell,
    Column,
    Form,
    Group,
    Marks,
    Row,
    Table,
)
from camaug_track_dossier.desk_acts import API, HOME

OPEN = frozenset(
    {
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.IN_PROCESS,
        Status.SUPPLEMENT_REQUESTED,
        Status.PAYMENT_REQUESTED,
        Status.COMPLETED,
    }
)
"""Somebody may hold it."""
WHY = ("conflict", "not_possible_now", "dossier_held", "not_found", "still_running")
"""Problems of one dossier among many that have words of their own."""


def is_free(line: DossierLine) -> bool:
    """Whether an officer may claim it."""
    return line.handler_id is None and line.status in OPEN


def claim(t: Words, line: DossierLine) -> Button:
    """Take it."""
    return Button(
        label=t("hold.claim"),
        icon="hand",
        shortcut="c",
        action=Send(href=f"{API}{line.dossier_id}/claim"),
    )


def received(t: Words, line: DossierLine, slip: Slip) -> list[AnyBlock]:
    """What waits for the officer's word that it has arrived, with the giver's note."""
    if not slip.to_receive:
        return []
    last = slip.handovers[-1]
    button = Button(
        label=t("hold.receive"),
        icon="user-check",
        style="primary",
        action=Send(href=f"{API}{line.dossier_id}/receive"),
    )
    agency = t.pick(last.from_agency_vi, last.from_agency_en)
    title = t("hold.handed", name=last.from_name, agency=agency)
    text = last.note or t("hold.receive_text")
    return [Callout(title=title, text=text, icon="handshake", buttons=[button])]


def buttons(t: Words, line: DossierLine, officer_id: UUID) -> Group:
    """What may be done about who holds it, and the way to its slip."""
    found: list[AnyBlock] = []
    if is_free(line):
        found.append(claim(t, line))
    if line.status in OPEN and line.handler_id == officer_id:
        back = Send(href=f"{API}{line.dossier_id}/give-back", body={"version": line.version})
        found.append(Button(label=t("hold.give_back"), icon="undo-2", action=back))
    if line.status in OPEN:
        there = Go(href=f"{HOME}{line.dossier_id}/hand-over")
        found.append(Button(label=t("hold.hand_over"), icon="handshake", action=there))
    slip = Go(href=f"{HOME}{line.dossier_id}/slip")
    found.append(Button(label=t("slip.title"), icon="clipboard-list", action=slip))
    return Group(legend=t("hold.title"), blocks=found)


def form(t: Words, line: DossierLine, colleagues: Sequence[Colleague]) -> Screen:
    """To whom, and what the colleague should know; only the offices read it.

    Where the handler is alone it says what else can be done.
    """
    choices = [
        Choice(value=str(one.staff_id), label=one.name)
        for one in colleagues
        if one.staff_id != line.handler_id
    ]
    if not choices:
        return _alone(t, line)
    send = Send(href=f"{API}{line.dossier_id}/hand-over", body={"version": line.version})
    back = Go(href=f"{HOME}{line.dossier_id}")
    fields: list[AnyBlock] = [
        ChoiceField(name="to", label=t("hold.to"), required=True, choices=choices),
        LongTextField(name="note", label=t("hold.note"), hint=t("hold.note_hint")),
    ]
    return Screen(
        title=t("hold.hand_over"),
        kicker=line.code,
        subtitle=t.pick(line.procedure_name, line.procedure_name_en),
        lang=t.language,
        back=back,
        blocks=[
            Form(
                id=f"hand-over-{line.dossier_id}",
                blocks=fields,
                submit=Button(
                    label=t("hold.hand_over"), icon="handshake", style="primary", action=send
                ),
                back=back,
            )
        ],
    )


def _alone(t: Words, line: DossierLine) -> Screen:
    text = t("hold.alone_text", act=t("act.send_on"))
    return Screen(
        title=t("hold.hand_over"),
        kicker=line.code,
        subtitle=t.pick(line.procedure_name, line.procedure_name_en),
        lang=t.language,
        back=Go(href=f"{HOME}{line.dossier_id}"),
        blocks=[Callout(title=t("hold.alone_title"), text=text, icon="info")],
    )


def marks(t: Words) -> Marks:
    """What can be done with the marked rows; accepting starts clocks, so it asks first."""
    sure = Confirm(title=t("many.accept_title"), text=t("many.accept_text"), accept=t("act.accept"))
    return Marks(
        name="dossiers",
        most=MOST_AT_ONCE,
        buttons=[
            Button(
                label=t("many.accept"),
                icon="badge-check",
                style="primary",
                shortcut="b",
                action=Send(href=f"{API}accept-many", confirm=sure),
            ),
            Button(
                label=t("many.claim"),
                icon="hand",
                shortcut="m",
                action=Send(href=f"{API}claim-many"),
            ),
        ],
    )


def mark(line: DossierLine) -> str | None:
    """The dossier as seen, for an act on many."""
    if line.status is Status.SUBMITTED or is_free(line):
        return f"{line.dossier_id}@{line.version}"
    return None


def result(t: Words, deed: str, done: Sequence[Done]) -> Screen:
    """What became of each dossier; those that were not done stand first."""
    good = sum(one.problem is None for one in done)
    rows = [_row(t, deed, one) for one in sorted(done, key=lambda one: one.problem is None)]
    return Screen(
        title=t(f"many.{deed}_result"),
        subtitle=t("many.done", done=good, count=len(done)),
        lang=t.language,
        back=Go(href=HOME),
        blocks=[
            Table(
                caption=t(f"many.{deed}_result"),
                columns=[
                    Column(key="code", label=t("desk.column.code")),
                    Column(key="result", label=t("many.result")),
                    Column(key="why", label=t("many.why")),
                ],
                rows=rows,
            )
        ],
        primary=Button(label=t("many.back"), icon="list", action=Go(href=HOME)),
    )


def _row(t: Words, deed: str, one: Done) -> Row:
    if one.problem is None:
        badge = Badge(label=t(f"many.{deed}_good"), tone="good", icon="check")
    else:
        badge = Badge(label=t("many.bad"), tone="warn", icon="circle-alert")
    cells = {
        "code": Cell(text=one.code or t("many.unknown"), strong=True),
        "result": Cell(badge=badge),
        "why": Cell(text=_why(t, one)),
    }
    way = Go(href=f"{HOME}{one.dossier_id}") if one.code else None
    return Row(key=str(one.dossier_id), cells=cells, action=way)


def _why(t: Words, one: Done) -> str:
    if one.problem is None:
        return ""
    known = one.problem if one.problem in WHY else "other"
    return t(f"many.why.{known}", name=one.holder or "")
