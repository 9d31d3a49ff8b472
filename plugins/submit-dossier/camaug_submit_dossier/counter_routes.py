"""The officer's side: who has come, the same steps as for everybody, filing, the receipt."""

from typing import cast
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from camaug_sdk import (
    AppContext,
    Context,
    FieldError,
    Go,
    IdempotencyKey,
    Invalid,
    Officer,
    Outcome,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_sdk.counter import COUNTER_MANDATE, CardSeen
from camaug_sdk.records import StaffMember
from camaug_submit_dossier import (
    behalf,
    case_page,
    checks,
    counter,
    counter_ending,
    counter_pages,
    draft,
    opening,
    receipt_page,
    refusals,
    review_page,
    step_page,
)
from camaug_submit_dossier.counter_ending import ACCEPT, ORIGINALS, PROCEDURE
from camaug_submit_dossier.counter_pages import HOME
from camaug_submit_dossier.draft import STOPPED_AT, Body
from camaug_submit_dossier.forms import Form
from camaug_submit_dossier.review_page import DECLARATION
from camaug_submit_dossier.steps import REVIEW

ROLE = "officer"
_OWN = frozenset({DECLARATION, ORIGINALS, ACCEPT, PROCEDURE})


@get("/")
async def show_counter(app: AppContext, officer: Officer, visitor: Visitor) -> Screen:
    """Find who has come."""
    own = set(officer.at(ROLE))
    agencies = [one for one in await app.agencies.offices() if one.agency_id in own]
    cases = await app.counter.cases(officer)
    return counter_pages.start(Words(app.i18n, visitor.language), agencies, cases)


@post("/find", status_code=200)
async def find_citizen(
    app: AppContext, officer: Officer, visitor: Visitor, data: JSONBody[counter.Look]
) -> Screen | Outcome:
    """The case of the one person with that number; nobody: the form for a record."""
    found = await app.counter.find(
        officer, agency_id=data.agency_id, number=data.number, phone=data.phone
    )
    if found is None:
        t = Words(app.i18n, visitor.language)
        return counter_pages.not_there(t, data.agency_id, data.number, data.phone)
    return Outcome(then=Go(href=f"{HOME}counter/{found}"))


@post("/people", status_code=200)
async def record_citizen(
    app: AppContext, officer: Officer, key: IdempotencyKey, data: JSONBody[counter.NewCard]
) -> Outcome:
    """A record of somebody whose card was seen."""
    made = await app.counter.register(officer, _seen(data), agency_id=data.agency_id, key=key)
    return Outcome(then=Go(href=f"{HOME}counter/{made}"))


def _seen(data: counter.Card) -> CardSeen:
    return CardSeen(
        full_name=data.full_name,
        citizen_id=data.citizen_id,
        birth_date=data.birth_date,
        phone=data.phone,
    )


@get("/counter/{case_id:uuid}")
async def show_case(
    app: AppContext, officer: Officer, visitor: Visitor, case_id: FromPath[UUID]
) -> Screen:
    """One person at the counter."""
    case = await app.counter.case(officer, case_id)
    procedures = await app.counter.procedures(officer, case_id)
    papers = await app.counter.files(officer, case.documents.get(COUNTER_MANDATE, []))
    return case_page.page(Words(app.i18n, visitor.language), case, procedures, papers)


@post("/counter/{case_id:uuid}/card", status_code=200)
async def prove_number(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    case_id: FromPath[UUID],
    data: JSONBody[counter.Card],
) -> Outcome:
    """The card was seen: its number is proven."""
    await app.counter.prove(officer, case_id, _seen(data), key=key)
    t = Words(app.i18n, visitor.language)
    toast = Toast(text=t("counter.card_done"))
    return Outcome(then=Go(href=f"{HOME}counter/{case_id}", replace=True), toast=toast)


@post("/counter/{case_id:uuid}", status_code=200)
async def begin_case(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    case_id: FromPath[UUID],
    data: JSONBody[counter.Begin],
) -> Outcome:
    """What to file and who stands there; on to the first step."""
    try:
        await app.counter.begin(officer, case_id, data.procedure_code, data.mandate(), data.paper)
    except Invalid as refused:
        raise Invalid(errors=[_flat(one) for one in refused.errors]) from None
    form = await counter.opened(app, officer, visitor, case_id)
    return Outcome(then=Go(href=form.address(form.steps[0].id)))


def _flat(error: FieldError) -> FieldError:
    """`/mandate/name` stands at the field `name`."""
    return msgspec.structs.replace(error, pointer=error.pointer.replace("/mandate/", "/"))


@delete("/counter/{case_id:uuid}", status_code=200)
async def discard_case(
    app: AppContext, officer: Officer, visitor: Visitor, case_id: FromPath[UUID]
) -> Outcome:
    """Give up what was not filed."""
    await app.counter.discard(officer, case_id)
    toast = Toast(text=Words(app.i18n, visitor.language)("counter.discarded"))
    return Outcome(then=Go(href=HOME, replace=True), toast=toast)


@get("/counter/{case_id:uuid}/steps/{step_id:str}")
async def show_counter_step(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    case_id: FromPath[UUID],
    step_id: FromPath[str],
) -> Screen:
    """One step with what is answered so far."""
    form = await counter.opened(app, officer, visitor, case_id)
    return step_page.page(form, opening.step(form, step_id))


@put("/counter/{case_id:uuid}/steps/{step_id:str}")
async def save_counter_step(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    case_id: FromPath[UUID],
    step_id: FromPath[str],
    data: JSONBody[Body],
) -> Outcome:
    """Keep what is typed so far, finished or not."""
    form = await counter.opened(app, officer, visitor, case_id)
    step = opening.step(form, step_id)
    values = draft.merged(form.values, step, draft.received(step, data))
    where = REVIEW if form.values.get(STOPPED_AT) == REVIEW else step_id
    await counter.save(app, officer, form, values, where)
    return Outcome()


@post("/counter/{case_id:uuid}/steps/{step_id:str}", status_code=200)
async def finish_counter_step(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    case_id: FromPath[UUID],
    step_id: FromPath[str],
    data: JSONBody[Body],
) -> Outcome:
    """Keep the step, and go on to the next when nothing in it is wrong or missing."""
    before = await counter.opened(app, officer, visitor, case_id)
    step = opening.step(before, step_id)
    values = draft.merged(before.values, step, draft.received(step, data))
    form = await counter.replaced(app, officer, before, values)
    after, errors = form.after(step), form.errors(step)
    where = step.id if errors else (after.id if after else REVIEW)
    if values.get(STOPPED_AT) == REVIEW:
        where = REVIEW
    await counter.save(app, officer, form, values, where)
    if errors:
        raise Invalid(errors=errors)
    return Outcome(then=Go(href=form.address(after.id if after else None)))


@get("/counter/{case_id:uuid}/review")
async def show_counter_review(
    app: AppContext, officer: Officer, visitor: Visitor, case_id: FromPath[UUID]
) -> Screen:
    """Everything once more, read with the person."""
    form = await counter.opened(app, officer, visitor, case_id)
    return await _review(app, officer, form)


async def _review(app: Context, officer: StaffMember, form: Form) -> Screen:
    case = await app.counter.case(officer, cast("UUID", form.case_id))
    desk = await opening.desk(app, form)
    page = review_page.page(form, desk, counter_ending.block(form))
    blocks = [counter_ending.stands(form, case), *page.blocks]
    return msgspec.structs.replace(page, blocks=blocks)


@post("/counter/{case_id:uuid}/submit", status_code=200)
async def file_case(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    case_id: FromPath[UUID],
    data: JSONBody[Body],
) -> Screen | Outcome:
    """File exactly what the review has shown; what is refused is shown at its step."""
    if data.get(DECLARATION) is not True:
        raise Invalid(errors=[checks.error(DECLARATION, "declaration_missing")])
    code, originals = str(data.get(PROCEDURE)), data.get(ORIGINALS)
    body = {name: value for name, value in data.items() if name not in _OWN}
    what = await opening.sent(app, code, body, channel="counter")
    filing = draft.filed(what.steps, what.values)
    try:
        filed = await app.counter.file(
            officer,
            case_id,
            filing.answers,
            filing.documents,
            key=key,
            procedure_code=code,
            conditions=filing.conditions,
            organisation=behalf.organisation(what.values),
            originals=originals if isinstance(originals, list) else [],
            accept=data.get(ACCEPT) is True,
        )
    except Invalid as refused:
        form = await counter.opened(app, officer, visitor, case_id)
        shown = await counter.replaced(app, officer, form, what.values)
        return refusals.at_its_step(shown, refused)
    toast = Words(app.i18n, visitor.language)("counter.filed", code=filed.code)
    return Outcome(
        then=Go(href=f"{HOME}receipts/{filed.dossier_id}", replace=True), toast=Toast(text=toast)
    )


@get("/receipts/{dossier_id:uuid}")
async def show_receipt_to_print(
    app: AppContext, officer: Officer, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The receipt of a dossier of the desk, as it is printed."""
    said = await app.counter.receipt(officer, dossier_id)
    procedure = await receipt_page.procedure_of(app, said)
    return receipt_page.page(Words(app.i18n, visitor.language), said, procedure, app.clock.now())


@post("/receipts/{dossier_id:uuid}/prints", status_code=200)
async def note_print(
    app: AppContext,
    officer: Officer,
    dossier_id: FromPath[UUID],
    data: JSONBody[counter.Printing],
) -> Outcome:
    """It is being printed: noted before the printer is asked."""
    await app.counter.note_print(officer, dossier_id, data.paper)
    return Outcome()


handlers = [
    show_counter,
    find_citizen,
    record_citizen,
    show_case,
    prove_number,
    begin_case,
    discard_case,
    show_counter_step,
    save_counter_step,
    finish_counter_step,
    show_counter_review,
    file_case,
    show_receipt_to_print,
    note_print,
]
