"""The steps of an e-form, saving them, the review, and filing."""

from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from camaug_sdk import (
    AppContext,
    Context,
    Go,
    IdempotencyKey,
    Invalid,
    Me,
    NotFound,
    Outcome,
    Plugin,
    Refresh,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_submit_dossier import (
    behalf,
    checks,
    counter_routes,
    draft,
    opening,
    other_pages,
    refusals,
    review_page,
    step_page,
)
from camaug_submit_dossier.draft import STOPPED_AT, Body
from camaug_submit_dossier.forms import Form
from camaug_submit_dossier.review_page import DECLARATION
from camaug_submit_dossier.steps import REVIEW


@get("/")
async def start_filing(app: AppContext, me: Me, visitor: Visitor) -> Screen:
    """Go on with what is not finished, or find a procedure to file."""
    t = Words(app.i18n, visitor.language)
    return other_pages.start(t, await app.procedures.fields(), await app.dossiers.drafts(me))


@get("/{code:str}")
async def resume_form(app: AppContext, me: Me, visitor: Visitor, code: FromPath[str]) -> Screen:
    """The step where the person stopped; the review when all is answered."""
    form = await opening.opened(app, me, visitor, code)
    step = form.stopped_at()
    return step_page.page(form, step) if step else await _review(app, form)


@get("/{code:str}/steps/{step_id:str}")
async def show_step(
    app: AppContext, me: Me, visitor: Visitor, code: FromPath[str], step_id: FromPath[str]
) -> Screen:
    """One step with what is answered so far."""
    form = await opening.opened(app, me, visitor, code)
    return step_page.page(form, opening.step(form, step_id))


@put("/{code:str}/steps/{step_id:str}")
async def save_step(
    app: AppContext,
    me: Me,
    code: FromPath[str],
    step_id: FromPath[str],
    data: JSONBody[Body],
) -> Outcome:
    """Keep what is typed so far, finished or not."""
    procedure = await opening.online(app, code)
    found = {step.id: step for step in opening.steps_of(app, procedure)}
    if step_id not in found:
        raise NotFound
    values = draft.values(await app.dossiers.draft(me, code))
    sent = draft.received(found[step_id], data)
    where = values.get(STOPPED_AT) if values.get(STOPPED_AT) == REVIEW else step_id
    await opening.save(app, me, procedure, draft.merged(values, found[step_id], sent), str(where))
    return Outcome()


@post("/{code:str}/steps/{step_id:str}", status_code=200)
async def finish_step(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    code: FromPath[str],
    step_id: FromPath[str],
    data: JSONBody[Body],
) -> Outcome:
    """Keep the step, and go on to the next when nothing in it is wrong or missing."""
    before = await opening.opened(app, me, visitor, code)
    step = opening.step(before, step_id)
    values = draft.merged(before.values, step, draft.received(step, data))
    form = await opening.replaced(app, me, before, values)
    after = form.after(step)
    errors = form.errors(step)
    where = step.id if errors else (after.id if after else REVIEW)
    if values.get(STOPPED_AT) == REVIEW:
        where = REVIEW
    await opening.save(app, me, form.procedure, values, where)
    if errors:
        raise Invalid(errors=errors)
    return Outcome(then=Go(href=form.address(after.id if after else None)))


@delete("/{code:str}/draft", status_code=200)
async def discard_draft(app: AppContext, me: Me, visitor: Visitor, code: FromPath[str]) -> Outcome:
    """Give up what was not filed. A second time changes nothing."""
    if code not in {one.procedure_code for one in await app.dossiers.drafts(me)}:
        await app.procedures.get(code)
    await app.dossiers.discard_draft(me, code)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("drafts.discarded")))


@get("/{code:str}/review")
async def show_review(app: AppContext, me: Me, visitor: Visitor, code: FromPath[str]) -> Screen:
    """Everything once more before it is filed."""
    return await _review(app, await opening.opened(app, me, visitor, code))


@post("/{code:str}/submit", status_code=200)
async def submit_dossier(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    code: FromPath[str],
    data: JSONBody[Body],
) -> Screen | Outcome:
    """File exactly what the review has shown; what is refused is shown at its step.

    The body holds every answer and file, so that a repeated request files the same again.
    """
    if data.get(DECLARATION) is not True:
        raise Invalid(errors=[checks.error(DECLARATION, "declaration_missing")])
    body = {name: value for name, value in data.items() if name != DECLARATION}
    what = await opening.sent(app, code, body)
    if not await opening.is_answered(app, what):
        return _unfinished(await opening.form(app, me, visitor, what))
    filing = draft.filed(what.steps, what.values)
    try:
        filed = await app.dossiers.submit(
            me,
            code,
            filing.answers,
            filing.documents,
            key=key,
            conditions=filing.conditions,
            organisation=behalf.organisation(what.values),
        )
    except Invalid as refused:
        return refusals.at_its_step(await opening.form(app, me, visitor, what), refused)
    toast = Words(app.i18n, visitor.language)("receipt.toast", code=filed.code)
    return Outcome(
        then=Go(href=f"/apps/submit-dossier/{code}/filed/{filed.dossier_id}", replace=True),
        toast=Toast(text=toast),
    )


@get("/{code:str}/filed/{dossier_id:uuid}")
async def show_receipt(
    app: AppContext, me: Me, visitor: Visitor, code: FromPath[str], dossier_id: FromPath[UUID]
) -> Screen:
    """Code, PIN, where and when."""
    dossier = await app.dossiers.get(me, dossier_id)
    if dossier.line.procedure_code != code:
        raise NotFound
    return other_pages.receipt(Words(app.i18n, visitor.language), dossier)


def _unfinished(form: Form) -> Screen:
    """The first step with something wrong or missing; one that was, when it is not any more."""
    step = form.unfinished() or form.steps[0]
    return step_page.page(form, step, form.errors(step))


async def _review(app: Context, form: Form) -> Screen:
    return review_page.page(form, await opening.desk(app, form))


plugin = Plugin(
    routes=[
        start_filing,
        resume_form,
        show_step,
        save_step,
        finish_step,
        discard_draft,
        show_review,
        submit_dossier,
        show_receipt,
    ],
    desk=counter_routes.handlers,
)
