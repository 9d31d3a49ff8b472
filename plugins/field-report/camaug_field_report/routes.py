"""The reporter's side: own reports, a new one, one of them, and what may still be done to it."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from camaug_field_report import acts, citizen_pages, desk, filing, paging, queries, story, waiting
from camaug_field_report.forms import NewReport, Rating, Remark, Seen
from camaug_field_report.records import CATEGORIES, Category
from camaug_sdk import (
    AppContext,
    Go,
    IdempotencyKey,
    Me,
    NotFound,
    Outcome,
    Plugin,
    Screen,
    Toast,
    Visitor,
    Words,
)

After = Annotated[str | None, QueryParameter(name="after")]


@get("/")
async def list_reports(app: AppContext, me: Me, visitor: Visitor, after: After = None) -> Screen:
    """The person's reports."""
    lines = await queries.own(app.db, me.citizen_id, paging.read(after))
    page, following = paging.split(lines)
    t = Words(app.i18n, visitor.language)
    return citizen_pages.mine(t, page, following, await story.names(app))


@get("/new")
async def choose_category(app: AppContext, me: Me, visitor: Visitor) -> Screen:  # noqa: ARG001
    """What the report is about."""
    return citizen_pages.kinds(Words(app.i18n, visitor.language))


@get("/new/{category:str}")
async def show_form(
    app: AppContext,
    me: Me,  # noqa: ARG001  (citizens only)
    visitor: Visitor,
    category: FromPath[str],
) -> Screen:
    """The form of a new report."""
    return citizen_pages.form(Words(app.i18n, visitor.language), _known(category))


def _known(category: str) -> Category:
    for one in CATEGORIES:
        if one == category:
            return one
    raise NotFound


@post("/", status_code=200)
async def file_report(
    app: AppContext, me: Me, visitor: Visitor, key: IdempotencyKey, data: JSONBody[NewReport]
) -> Outcome:
    """File a report; on to its page."""
    filed = await filing.file(app, me, data, key)
    t = Words(app.i18n, visitor.language)
    return _back(filed.report_id, t("new.sent", code=filed.code))


@get("/{report_id:uuid}")
async def show_report(
    app: AppContext, me: Me, visitor: Visitor, report_id: FromPath[UUID]
) -> Screen:
    """One own report."""
    report = await queries.of_citizen(app.db, me.citizen_id, report_id)
    return citizen_pages.one(Words(app.i18n, visitor.language), await story.whole(app, report))


@post("/{report_id:uuid}/withdraw", status_code=200)
async def withdraw_report(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    report_id: FromPath[UUID],
    data: JSONBody[Seen],
) -> Outcome:
    """Take a report back that nobody has taken in hand."""
    await filing.withdraw(app, me, report_id, data.version, key)
    return _back(report_id, Words(app.i18n, visitor.language)("withdraw.done"))


@get("/{report_id:uuid}/remark")
async def show_remark(
    app: AppContext, me: Me, visitor: Visitor, report_id: FromPath[UUID]
) -> Screen:
    """The form of the one remark."""
    report = await queries.of_citizen(app.db, me.citizen_id, report_id)
    if "remarked" not in acts.of_citizen(report):
        raise NotFound
    return citizen_pages.remark(Words(app.i18n, visitor.language), report)


@post("/{report_id:uuid}/remark", status_code=200)
async def add_remark(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    report_id: FromPath[UUID],
    data: JSONBody[Remark],
) -> Outcome:
    """Add something to an open report."""
    await filing.remark(app, me, report_id, data.cleaned(), key)
    return _back(report_id, Words(app.i18n, visitor.language)("remark.done"))


@get("/{report_id:uuid}/rate")
async def show_rating(
    app: AppContext, me: Me, visitor: Visitor, report_id: FromPath[UUID]
) -> Screen:
    """The form of the rating."""
    report = await queries.of_citizen(app.db, me.citizen_id, report_id)
    if "rated" not in acts.of_citizen(report):
        raise NotFound
    return citizen_pages.rate(Words(app.i18n, visitor.language), report)


@post("/{report_id:uuid}/rate", status_code=200)
async def rate_answer(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    report_id: FromPath[UUID],
    data: JSONBody[Rating],
) -> Outcome:
    """Say how the answer is."""
    await filing.rate(app, me, report_id, int(data.rating), key)
    return _back(report_id, Words(app.i18n, visitor.language)("rate.done"))


def _back(report_id: UUID, text: str) -> Outcome:
    """To the report's page, with a word."""
    there = Go(href=f"{citizen_pages.HOME}{report_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=text))


plugin = Plugin(
    routes=[
        list_reports,
        choose_category,
        show_form,
        file_report,
        show_report,
        withdraw_report,
        show_remark,
        add_remark,
        show_rating,
        rate_answer,
    ],
    desk=desk.handlers,
    jobs={"remind": waiting.remind},
    events={"field-report.waiting": waiting.mark},
)
