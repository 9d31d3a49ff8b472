"""The officer's side: the queue, a dossier, accepting it and the other acts."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from camaug_sdk import (
    AppContext,
    Context,
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
from camaug_sdk.records import Agency, Dossier, StaffMember
from camaug_track_dossier import (
    approving,
    complaints,
    desk_acts,
    desk_holding,
    desk_mistakes,
    desk_page,
    noting,
    queue_page,
    template_pages,
    templating,
)
from camaug_track_dossier.filters import Filters, View
from camaug_track_dossier.forms import DeskAct, Find, Seen
from camaug_track_dossier.naming import names

ROLE, LEADER = "officer", "leader"
ViewName = Annotated[View | None, QueryParameter(name="view")]
After = Annotated[str | None, QueryParameter(name="after")]
ProcedureCode = Annotated[str | None, QueryParameter(name="procedure")]
StatusNumber = Annotated[int | None, QueryParameter(name="status", ge=1, le=10)]
Handler = Annotated[str | None, QueryParameter(name="handler", max_length=36)]
Sealed = Annotated[str | None, QueryParameter(name="find")]


@get("/")
async def show_queue(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    *,
    view: ViewName = None,
    procedure: ProcedureCode = None,
    status: StatusNumber = None,
    handler: Handler = None,
    find: Sealed = None,
    after: After = None,
) -> Screen:
    """One view of the queue; leaders begin with what they were told, or what waits."""
    t = Words(app.i18n, visitor.language)
    text = app.dossiers.open_search(officer, find) if find else None
    works, leads = officer.at(ROLE), officer.at(LEADER)
    counts = await app.dossiers.queue_counts(officer)
    led: View = "approval" if counts.approval and not counts.escalated else "escalated"
    first: View = "to_do" if works else led
    chosen = Filters(
        view=view or first,
        procedure=procedure,
        status=status,
        handler=handler,
        find=find,
        text=text,
    )
    lines = await app.dossiers.queue(officer, chosen.asked(after))
    own = {*works, *leads}
    offices = await app.agencies.offices()
    desk = queue_page.Desk(
        counts=counts,
        procedures=await app.dossiers.queue_procedures(officer),
        agencies=[one.name(t.language) for one in offices if one.agency_id in own],
        works=bool(works),
        leads=bool(leads),
        colleagues=await app.dossiers.colleagues(officer) if handler else [],
        answers=bool(officer.at(LEADER))
        or any(_is_centre(one) for one in offices if one.agency_id in own),
    )
    return queue_page.page(t, chosen, lines, desk, app.clock.now())


def _is_centre(agency: Agency) -> bool:
    """The provincial centre answers complaints about agencies that have no leader."""
    return agency.kind == "one_stop_centre" and agency.commune_code is None


@post("/find", status_code=200)
async def find_dossiers(app: AppContext, officer: Officer, data: JSONBody[Find]) -> Outcome:
    """What was typed, sealed, and on to the queue that shows what it finds."""
    if not data.q.strip():
        return Outcome(then=Go(href=Filters(procedure=data.procedure).href()))
    sealed = app.dossiers.seal_search(officer, data.q)
    return Outcome(then=Go(href=Filters(view="all", procedure=data.procedure, find=sealed).href()))


@get("/{dossier_id:uuid}")
async def show_at_desk(
    app: AppContext, officer: Officer, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """One dossier of the officer's agencies; the core notes who looked."""
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    words = await names(app, dossier.line.procedure_code)
    seen = await _seen(app, officer, dossier)
    return desk_page.page(Words(app.i18n, visitor.language), seen, words, app.clock.now())


async def _seen(app: Context, officer: StaffMember, dossier: Dossier) -> desk_page.Seen:
    """What stands beside the dossier; who only leads is given no slip and no notes."""
    dossier_id = dossier.line.dossier_id
    seen = desk_page.Seen(dossier=dossier, officer_id=officer.staff_id)
    try:
        approval = await app.dossiers.approval(officer, dossier_id)
        seen = msgspec.structs.replace(seen, approval=approval)
        slip = await app.dossiers.slip(officer, dossier_id)
        notes = await app.dossiers.notes(officer, dossier_id)
    except NotFound:
        return seen
    return msgspec.structs.replace(seen, slip=slip, notes=notes)


@post("/{dossier_id:uuid}/accept", status_code=200)
async def accept_dossier(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Seen],
) -> Outcome:
    """Accept: the clock starts and the citizen is told."""
    line = await app.dossiers.accept(officer, dossier_id, version=data.version, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("act.accepted", code=line.code)))


@get("/{dossier_id:uuid}/acts/{kind:str}")
async def show_act(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    dossier_id: FromPath[UUID],
    kind: FromPath[str],
) -> Screen:
    """The form of an act that needs a reason or a file, while the act is possible."""
    dossier = await app.dossiers.at_desk(officer, dossier_id)
    if kind not in desk_acts.WITH_FORM or kind not in dossier.acts:
        raise NotFound
    approval = await app.dossiers.approval(officer, dossier_id)
    t = Words(app.i18n, visitor.language)
    found = await app.dossiers.suggestions(officer, dossier_id, kind)
    asked = desk_acts.Asked(
        line=dossier.line,
        kind=kind,
        offices=await app.agencies.offices(),
        suggestions=template_pages.suggestions(t, found),
        proposing=kind in approval.needed,
        asked_before=bool(dossier.supplements),
    )
    return desk_acts.form(t, asked)


@post("/{dossier_id:uuid}/acts", status_code=200)
async def act_at_desk(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[DeskAct],
) -> Outcome:
    """Do one of the acts that the dossier's page offers."""
    await app.dossiers.act_at_desk(officer, dossier_id, data.act(), key=key)
    t = Words(app.i18n, visitor.language)
    toast = Toast(text=t("act.done", act=t(f"act.{data.kind}")))
    if data.kind == "send_on":
        return Outcome(then=Go(href=desk_acts.HOME, replace=True), toast=toast)
    return Outcome(then=Go(href=f"{desk_acts.HOME}{dossier_id}", replace=True), toast=toast)


handlers = [
    show_queue,
    find_dossiers,
    show_at_desk,
    accept_dossier,
    show_act,
    act_at_desk,
    *desk_holding.handlers,
    *approving.handlers,
    *noting.handlers,
    *templating.handlers,
    *desk_mistakes.handlers,
    *complaints.desk_handlers,
]
