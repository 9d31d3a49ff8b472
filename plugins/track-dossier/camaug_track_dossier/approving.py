"""The routes of a leader's approval: propose, take back, approve, send back."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody

from camaug_sdk import (
    AppContext,
    Go,
    IdempotencyKey,
    NotFound,
    Officer,
    Outcome,
    Refresh,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_track_dossier import approval_pages
from camaug_track_dossier.desk_acts import HOME
from camaug_track_dossier.forms import Approve, DeskAct, SendBack, TakeBack


@post("/{dossier_id:uuid}/propose", status_code=200)
async def propose_act(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[DeskAct],
) -> Outcome:
    """Let a leader decide; nothing changes for the citizen yet."""
    await app.dossiers.propose(officer, dossier_id, data.act(), key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{HOME}{dossier_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=t("approval.proposed")))


@post("/{dossier_id:uuid}/take-back", status_code=200)
async def take_back_proposal(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[TakeBack],
) -> Outcome:
    """The own proposal waits no longer."""
    await app.dossiers.take_back(officer, dossier_id, data.proposal_id, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("approval.taken_back")))


@post("/{dossier_id:uuid}/approve", status_code=200)
async def approve_proposal(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Approve],
) -> Outcome:
    """It happens now, and the citizen is told."""
    await app.dossiers.approve(officer, dossier_id, data.proposal_id, version=data.version, key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=approval_pages.PENDING, replace=True)
    return Outcome(then=there, toast=Toast(text=t("approval.approved")))


@get("/{dossier_id:uuid}/send-back")
async def show_send_back(
    app: AppContext, officer: Officer, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form, while it is the person's to decide."""
    waiting = (await app.dossiers.approval(officer, dossier_id)).waiting
    if waiting is None or not waiting.may_decide:
        raise NotFound
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    return approval_pages.form(Words(app.i18n, visitor.language), dossier.line, waiting)


@post("/{dossier_id:uuid}/send-back", status_code=200)
async def send_back_proposal(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[SendBack],
) -> Outcome:
    """Back to the officer, with the reason."""
    await app.dossiers.send_back(officer, dossier_id, data.proposal_id, data.reason, key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=approval_pages.PENDING, replace=True)
    return Outcome(then=there, toast=Toast(text=t("approval.sent_back")))


handlers = [
    propose_act,
    take_back_proposal,
    approve_proposal,
    show_send_back,
    send_back_proposal,
]
