"""The citizen's side: own dossiers, one of them and what may be done to it, the public lookup."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

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
from camaug_sdk.records import Act
from camaug_track_dossier import (
    citizen_pages,
    complaints,
    desk,
    exported,
    looks_page,
    rating,
    relatives,
)
from camaug_track_dossier.forms import Lookup, Seen, supplied
from camaug_track_dossier.naming import names

After = Annotated[str | None, QueryParameter(name="after")]
Code = Annotated[str | None, QueryParameter(name="code", max_length=64)]


@get("/")
async def list_dossiers(app: AppContext, me: Me, visitor: Visitor, after: After = None) -> Screen:
    """The person's dossiers."""
    page = await app.dossiers.mine(me, after=after)
    drafts = len(await app.dossiers.drafts(me)) if after is None else 0
    offers = await app.dossiers.offers(me) if after is None else []
    t = Words(app.i18n, visitor.language)
    return citizen_pages.mine(t, page, app.clock.now(), drafts=drafts, offers=offers)


@get("/{dossier_id:uuid}")
async def show_dossier(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """One own dossier."""
    dossier = await app.dossiers.get(me, dossier_id)
    words = await names(app, dossier.line.procedure_code)
    return citizen_pages.one(Words(app.i18n, visitor.language), dossier, words, app.clock.now())


@get("/{dossier_id:uuid}/looks")
async def show_looks(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    dossier_id: FromPath[UUID],
    after: After = None,
) -> Screen:
    """Which offices opened an own dossier or acted on it."""
    looks = await app.dossiers.looks(me, dossier_id, after=after)
    return looks_page.page(Words(app.i18n, visitor.language), looks)


@get("/export", media_type="application/json")
async def export_dossiers(app: AppContext, me: Me) -> Response[dict[str, Any]]:
    """The person's dossiers as a file to save."""
    export = await app.dossiers.export(me)
    return Response(
        exported.content(Words(app.i18n, "vi"), export),
        headers={"Content-Disposition": exported.disposition(export)},
        media_type="application/json",
    )


@get("/{dossier_id:uuid}/supply")
async def show_supply(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form for the papers that were asked for."""
    dossier = await app.dossiers.get(me, dossier_id)
    if "supply" not in dossier.acts:
        raise NotFound
    words = await names(app, dossier.line.procedure_code)
    return citizen_pages.supply(Words(app.i18n, visitor.language), dossier, words)


@post("/{dossier_id:uuid}/supply", status_code=200)
async def supply_papers(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[dict[str, str | int | list[str] | None]],
) -> Outcome:
    """Send the papers that were asked for."""
    await app.dossiers.act(me, dossier_id, supplied(data), key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(
        then=Go(href=f"{citizen_pages.HOME}{dossier_id}", replace=True),
        toast=Toast(text=t("supply.sent")),
    )


@post("/{dossier_id:uuid}/withdraw", status_code=200)
async def withdraw_dossier(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Seen],
) -> Outcome:
    """Take the dossier back."""
    act = Act(kind="withdraw", version=data.version)
    await app.dossiers.act(me, dossier_id, act, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(
        then=Go(href=f"{citizen_pages.HOME}{dossier_id}", replace=True),
        toast=Toast(text=t("one.withdrawn")),
    )


@get("/lookup")
async def show_lookup(app: AppContext, visitor: Visitor, code: Code = None) -> Screen:
    """The form of the public lookup; `code` comes from the QR code of a receipt."""
    return citizen_pages.lookup(Words(app.i18n, visitor.language), code)


@post("/lookup", status_code=200)
async def look_up(
    app: AppContext, visitor: Visitor, request: Request[Any, Any, Any], data: JSONBody[Lookup]
) -> Screen:
    """What code and PIN show, signed in or not."""
    source = request.client.host if request.client else "unknown"
    dossier = await app.dossiers.track(data.code, data.pin, source=source)
    return citizen_pages.found(Words(app.i18n, visitor.language), dossier)


plugin = Plugin(
    routes=[
        list_dossiers,
        show_lookup,
        look_up,
        export_dossiers,
        show_dossier,
        show_looks,
        show_supply,
        supply_papers,
        withdraw_dossier,
        *rating.handlers,
        *relatives.handlers,
        *complaints.handlers,
    ],
    desk=desk.handlers,
)
