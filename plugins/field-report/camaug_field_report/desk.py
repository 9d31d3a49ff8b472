"""The officer's side: the queue of the own agencies, a report, and what is done to it."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from camaug_field_report import acts, desk_pages, handling, paging, queries, story
from camaug_field_report.desk_pages import Chosen, View
from camaug_field_report.forms import DeskAct
from camaug_field_report.records import OPEN, ROLE, UNHANDLED, Category, Line
from camaug_sdk import (
    AppContext,
    Go,
    IdempotencyKey,
    NotFound,
    Officer,
    Outcome,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_sdk.tables import Reading

ViewName = Annotated[View, QueryParameter(name="view")]
CategoryName = Annotated[Category | None, QueryParameter(name="category")]
After = Annotated[str | None, QueryParameter(name="after")]
STATES = {"open": OPEN, "fresh": UNHANDLED, "handling": ("handling",)}


@get("/")
async def show_queue(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    *,
    view: ViewName = "open",
    category: CategoryName = None,
    after: After = None,
) -> Screen:
    """One view of the reports of the officer's agencies."""
    own = officer.at(ROLE)
    chosen = Chosen(view=view, category=category)
    page, following = paging.split(await _lines(app.db, own, chosen, after))
    around = desk_pages.Around(
        names=await story.names(app), own=own, counts=await queries.counts_at(app.db, own)
    )
    t = Words(app.i18n, visitor.language)
    return desk_pages.queue(t, chosen, page, following, around)


async def _lines(db: Reading, own: list[UUID], chosen: Chosen, after: str | None) -> list[Line]:
    place = paging.read(after)
    if chosen.view == "closed":
        return await queries.closed_at(db, own, chosen.category, place)
    return await queries.open_at(db, own, STATES[chosen.view], chosen.category, place)


@get("/{report_id:uuid}")
async def show_at_desk(
    app: AppContext, officer: Officer, visitor: Visitor, report_id: FromPath[UUID]
) -> Screen:
    """One report of the officer's agencies; who looked is noted."""
    report = await handling.look(app, officer, report_id)
    t = Words(app.i18n, visitor.language)
    return desk_pages.one(t, await story.whole(app, report))


@get("/{report_id:uuid}/acts/{kind:str}")
async def show_act(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    report_id: FromPath[UUID],
    kind: FromPath[str],
) -> Screen:
    """The form of an act that is possible now."""
    report = await queries.at_desk(app.db, officer.at(ROLE), report_id)
    if kind not in desk_pages.WITH_FORM or kind not in acts.at_desk(report):
        raise NotFound
    offices = await app.agencies.offices()
    return desk_pages.form(Words(app.i18n, visitor.language), report, kind, offices)


@post("/{report_id:uuid}/acts", status_code=200)
async def act_at_desk(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    report_id: FromPath[UUID],
    data: JSONBody[DeskAct],
) -> Outcome:
    """Do one of the acts that the report's page offers."""
    await handling.act(app, officer, report_id, data, key)
    t = Words(app.i18n, visitor.language)
    gone = data.kind == "sent_on"
    there = Go(href=desk_pages.HOME if gone else f"{desk_pages.HOME}{report_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=t(f"desk.done.{data.kind}")))


handlers = [show_queue, show_at_desk, show_act, act_at_desk]
