"""The routes of complaints: the owner's, and those of the desk that answers them."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from camaug_sdk import (
    AppContext,
    Go,
    IdempotencyKey,
    Me,
    NotFound,
    Officer,
    Outcome,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_track_dossier import complaint_pages
from camaug_track_dossier.complaint_pages import DESK, HOME
from camaug_track_dossier.forms import Ending, Grievance, Verdict

After = Annotated[str | None, QueryParameter(name="after")]
View = Annotated[Literal["open", "done"], QueryParameter(name="view")]


@get("/{dossier_id:uuid}/complaints")
async def list_complaints(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """What the owner has said about a dossier, and the answers."""
    found = await app.dossiers.complaints(me, dossier_id)
    return complaint_pages.mine(Words(app.i18n, visitor.language), found)


@get("/{dossier_id:uuid}/complaints/new")
async def show_complaint_form(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form, while another one may be opened."""
    found = await app.dossiers.complaints(me, dossier_id)
    if not found.may_open:
        raise NotFound
    return complaint_pages.form(Words(app.i18n, visitor.language), found)


@post("/{dossier_id:uuid}/complaints", status_code=200)
async def open_complaint(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Grievance],
) -> Outcome:
    """Say what is wrong."""
    await app.dossiers.complain(me, dossier_id, data.kind, data.text, key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{HOME}{dossier_id}/complaints", replace=True)
    return Outcome(then=there, toast=Toast(text=t("complaint.sent")))


@post("/complaints/{complaint_id:uuid}/end", status_code=200)
async def end_complaint(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    complaint_id: FromPath[UUID],
    data: JSONBody[Ending],
) -> Outcome:
    """Withdraw an open one, or close an answered one."""
    dossier_id = await app.dossiers.end_complaint(
        me, complaint_id, data.how, version=data.version, key=key
    )
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{HOME}{dossier_id}/complaints", replace=True)
    return Outcome(then=there, toast=Toast(text=t(f"complaint.done.{data.how}")))


@get("/complaints")
async def show_complaint_queue(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    view: View = "open",
    after: After = None,
) -> Screen:
    """Complaints that this person may answer."""
    page = await app.dossiers.complaint_queue(officer, view, after=after)
    return complaint_pages.queue(Words(app.i18n, visitor.language), page, view)


@get("/complaints/{complaint_id:uuid}")
async def show_complaint_at_desk(
    app: AppContext, officer: Officer, visitor: Visitor, complaint_id: FromPath[UUID]
) -> Screen:
    """One of them; the core notes who looked."""
    found = await app.dossiers.complaint_at_desk(officer, complaint_id)
    return complaint_pages.at_desk(Words(app.i18n, visitor.language), found)


@post("/complaints/{complaint_id:uuid}/answer", status_code=200)
async def answer_complaint(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    complaint_id: FromPath[UUID],
    data: JSONBody[Verdict],
) -> Outcome:
    """Answer one; the citizen is told."""
    await app.dossiers.answer_complaint(
        officer, complaint_id, data.text, data.upheld, version=data.version, key=key
    )
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{DESK}/{complaint_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=t("complaint.answered")))


handlers = [list_complaints, show_complaint_form, open_complaint, end_complaint]
desk_handlers = [show_complaint_queue, show_complaint_at_desk, answer_complaint]
