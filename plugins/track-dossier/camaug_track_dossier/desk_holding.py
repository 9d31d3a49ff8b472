"""The officer's side of who holds what: claims, hand-overs, the slip, many at once, the load."""

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
from camaug_track_dossier import holding, slip_page, workload_page
from camaug_track_dossier.desk_acts import HOME
from camaug_track_dossier.forms import HandOver, Marked, Seen
from camaug_track_dossier.naming import names

ROLE = "officer"


@post("/{dossier_id:uuid}/claim", status_code=200)
async def claim_dossier(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
) -> Outcome:
    """Take what nobody holds; who comes second is told who has it."""
    await app.dossiers.claim(officer, dossier_id, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("hold.claimed")))


@post("/{dossier_id:uuid}/give-back", status_code=200)
async def give_back_dossier(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Seen],
) -> Outcome:
    """Back into the queue: nobody holds it."""
    await app.dossiers.give_back(officer, dossier_id, version=data.version, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("hold.given_back")))


@get("/{dossier_id:uuid}/hand-over")
async def show_hand_over(
    app: AppContext, officer: Officer, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form: to which colleague of the agency that has it."""
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    if dossier.line.status not in holding.OPEN:
        raise NotFound
    colleagues = await app.dossiers.colleagues(officer, dossier_id)
    return holding.form(Words(app.i18n, visitor.language), dossier.line, colleagues)


@post("/{dossier_id:uuid}/hand-over", status_code=200)
async def hand_over_dossier(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[HandOver],
) -> Outcome:
    """Into a colleague's hands."""
    await app.dossiers.hand_over(
        officer, dossier_id, data.to, version=data.version, note=data.note, key=key
    )
    t = Words(app.i18n, visitor.language)
    back = Go(href=f"{HOME}{dossier_id}", replace=True)
    return Outcome(then=back, toast=Toast(text=t("hold.handed_over")))


@post("/{dossier_id:uuid}/receive", status_code=200)
async def receive_dossier(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
) -> Outcome:
    """Confirm that it has arrived."""
    await app.dossiers.receive(officer, dossier_id, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("hold.received")))


@get("/{dossier_id:uuid}/slip")
async def show_slip(
    app: AppContext, officer: Officer, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The control slip of one dossier, to be printed; the look is audited."""
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    slip = await app.dossiers.slip(officer, dossier_id)
    words = await names(app, dossier.line.procedure_code)
    t = Words(app.i18n, visitor.language)
    return slip_page.page(t, dossier, slip, words.procedure, app.clock.now())


@get("/workload")
async def show_workload(app: AppContext, officer: Officer, visitor: Visitor) -> Screen:
    """What each officer of the agencies holds."""
    people = await app.dossiers.workload(officer)
    works = bool(officer.at(ROLE))
    return workload_page.page(Words(app.i18n, visitor.language), people, works=works)


@post("/accept-many", status_code=200)
async def accept_many(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[Marked],
) -> Screen:
    """Accept each of the marked dossiers; what became of each."""
    done = await app.dossiers.accept_many(officer, data.seen(), key=key)
    return holding.result(Words(app.i18n, visitor.language), "accept", done)


@post("/claim-many", status_code=200)
async def claim_many(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[Marked],
) -> Screen:
    """Claim each of the marked dossiers; what became of each."""
    ids = [dossier_id for dossier_id, _ in data.seen()]
    done = await app.dossiers.claim_many(officer, ids, key=key)
    return holding.result(Words(app.i18n, visitor.language), "claim", done)


handlers = [
    claim_dossier,
    give_back_dossier,
    show_hand_over,
    hand_over_dossier,
    receive_dossier,
    show_slip,
    show_workload,
    accept_many,
    claim_many,
]
