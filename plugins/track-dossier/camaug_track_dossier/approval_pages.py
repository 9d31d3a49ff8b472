"""A leader's approval on the desk's pages: what waits, the buttons, the form of sending back."""

import msgspec

from camaug_sdk import Go, Screen, Send, Words
from camaug_sdk.actions import Confirm
from camaug_sdk.approvals import Approval, Proposal
from camaug_sdk.fields import LongTextField
from camaug_sdk.records import Dossier, DossierLine
from camaug_sdk.screens import AnyBlock, Button, Callout, Form, Group, KeyValue, Pair
from camaug_track_dossier import contents
from camaug_track_dossier.contents import Names
from camaug_track_dossier.desk_acts import API, HOME

PENDING = f"{HOME}?view=approval"
TURNS = ("proposed", "sent_back", "taken_back", "approved")


def waiting(t: Words, names: Names, line: DossierLine, approval: Approval) -> list[AnyBlock]:
    """What was proposed, with its draft, and what this person may do about it."""
    one = approval.waiting
    if one is None:
        return []
    said = Callout(
        title=t("approval.waits", act=t(f"act.{one.kind}")),
        text=t("approval.decide_text" if one.may_decide else "approval.waits_text"),
        tone="info",
        icon="stamp",
    )
    pairs = [Pair(label=t("approval.by"), value=one.proposed_by, hint=t.moment(one.proposed_at))]
    if one.reason:
        label = t("act.note" if one.kind == "finish" else "act.reason")
        pairs.append(Pair(label=label, value=one.reason))
    buttons = _buttons(t, line, one)
    return [
        said,
        KeyValue(items=pairs, wide=True),
        *contents.files(t, names, one.results, t("approval.drafts"), scanned=True),
        *([Group(legend=t("approval.title"), blocks=buttons)] if buttons else []),
    ]


def _buttons(t: Words, line: DossierLine, one: Proposal) -> list[AnyBlock]:
    proposal_id = str(one.proposal_id)
    here = f"{API}{line.dossier_id}"
    found: list[AnyBlock] = []
    if one.may_decide:
        label = t(f"act.{one.kind}")
        sure = Confirm(
            title=t("approval.approve_title", act=label, code=line.code),
            text=t("approval.approve_text"),
            accept=t("approval.approve"),
        )
        seen = {"proposal_id": proposal_id, "version": line.version}
        approve = Send(href=f"{here}/approve", body={**seen}, confirm=sure)
        back = Go(href=f"{HOME}{line.dossier_id}/send-back")
        found += [
            Button(label=t("approval.approve"), icon="stamp", style="primary", action=approve),
            Button(label=t("approval.send_back"), icon="undo-2", action=back),
        ]
    if one.may_take_back:
        take = Send(href=f"{here}/take-back", body={"proposal_id": proposal_id})
        found.append(Button(label=t("approval.take_back"), icon="undo-2", action=take))
    return found


def possible(dossier: Dossier, approval: Approval) -> Dossier:
    """Without the acts that cannot be proposed while another one waits."""
    if approval.waiting is None:
        return dossier
    left = [one for one in dossier.acts if one not in approval.needed]
    return msgspec.structs.replace(dossier, acts=left)


def returned(t: Words, dossier: Dossier) -> list[AnyBlock]:
    """Why a leader sent the last proposal back, until something else happens to it."""
    turns = [one for one in dossier.events if one.kind in TURNS]
    last = turns[-1] if turns else None
    if last is None or last.kind != "sent_back" or not dossier.acts:
        return []
    title = t("approval.returned", name=last.actor_name or "", at=t.moment(last.at))
    return [Callout(title=title, text=last.note or "", tone="warn", icon="undo-2")]


def form(t: Words, line: DossierLine, one: Proposal) -> Screen:
    """Why it goes back; only the offices read it."""
    here = f"{HOME}{line.dossier_id}"
    send = Send(
        href=f"{API}{line.dossier_id}/send-back", body={"proposal_id": str(one.proposal_id)}
    )
    reason = LongTextField(
        name="reason",
        label=t("act.reason"),
        hint=t("approval.send_back_hint", name=one.proposed_by),
        required=True,
    )
    return Screen(
        title=t("approval.send_back"),
        kicker=line.code,
        subtitle=t.pick(line.procedure_name, line.procedure_name_en),
        lang=t.language,
        back=Go(href=here),
        blocks=[
            Form(
                id=f"send-back-{one.proposal_id}",
                blocks=[reason],
                submit=Button(
                    label=t("approval.send_back"), icon="undo-2", style="primary", action=send
                ),
                back=Go(href=here),
            )
        ],
    )
