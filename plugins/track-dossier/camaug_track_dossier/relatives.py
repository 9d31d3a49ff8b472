"""The routes of relatives: letting them in, and what they see and do."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from camaug_sdk import (
    AppContext,
    Context,
    Go,
    IdempotencyKey,
    Me,
    NotFound,
    Outcome,
    Refresh,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_sdk.records import Person
from camaug_track_dossier import relative_page, relative_pages
from camaug_track_dossier.forms import Invitation, Reply, supplied
from camaug_track_dossier.naming import names
from camaug_track_dossier.relative_pages import HOME, LOCAL

After = Annotated[str | None, QueryParameter(name="after")]


@get("/relatives")
async def list_of_relatives(
    app: AppContext, me: Me, visitor: Visitor, after: After = None
) -> Screen:
    """Offers that wait, and dossiers of relatives."""
    page = await app.dossiers.of_relatives(me, after=after)
    offers = await app.dossiers.offers(me) if after is None else []
    return relative_pages.mine(Words(app.i18n, visitor.language), page, offers, app.clock.now())


@get("/relatives/{dossier_id:uuid}")
async def show_of_relative(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """One dossier of a relative; the core notes who looked."""
    dossier = await app.dossiers.of_relative(me, dossier_id)
    words = await names(app, dossier.line.procedure_code)
    return relative_page.page(Words(app.i18n, visitor.language), dossier, words, app.clock.now())


@get("/relatives/{dossier_id:uuid}/supply")
async def show_supply_of_relative(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form for the papers that were asked for, while the relative may send them."""
    dossier = await app.dossiers.of_relative(me, dossier_id)
    if "supply" not in dossier.acts:
        raise NotFound
    words = await names(app, dossier.line.procedure_code)
    return relative_page.supply(Words(app.i18n, visitor.language), dossier, words)


@post("/relatives/{dossier_id:uuid}/supply", status_code=200)
async def supply_for_relative(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[dict[str, str | int | list[str] | None]],
) -> Outcome:
    """Send papers for a relative."""
    await app.dossiers.act_for_relative(me, dossier_id, supplied(data), key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{HOME}relatives/{dossier_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=t("supply.sent")))


@get("/delegations")
async def list_delegations(app: AppContext, me: Me, visitor: Visitor) -> Screen:
    """Whom the person has let in anywhere."""
    rights = await app.dossiers.delegations(me)
    return relative_pages.given(Words(app.i18n, visitor.language), rights, None)


@get("/{dossier_id:uuid}/delegations")
async def list_delegations_of_dossier(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """Whom the person has let in to one dossier."""
    rights = await app.dossiers.delegations(me, dossier_id)
    return relative_pages.given(Words(app.i18n, visitor.language), rights, dossier_id)


@get("/delegations/new")
async def show_invitation(app: AppContext, visitor: Visitor, me: Me) -> Screen:  # noqa: ARG001
    """The form for all own dossiers."""
    today = app.clock.now().astimezone(LOCAL).date()
    return relative_pages.form(Words(app.i18n, visitor.language), None, today)


@get("/{dossier_id:uuid}/delegations/new")
async def show_invitation_to_dossier(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form for one own dossier."""
    await app.dossiers.delegations(me, dossier_id)
    today = app.clock.now().astimezone(LOCAL).date()
    return relative_pages.form(Words(app.i18n, visitor.language), dossier_id, today)


@post("/delegations", status_code=200)
async def invite_relative(
    app: AppContext, me: Me, visitor: Visitor, key: IdempotencyKey, data: JSONBody[Invitation]
) -> Outcome:
    """Invite a relative to all own dossiers."""
    return await _invite(app, me, Words(app.i18n, visitor.language), (data, None), key)


@post("/{dossier_id:uuid}/delegations", status_code=200)
async def invite_relative_to_dossier(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Invitation],
) -> Outcome:
    """Invite a relative to one own dossier."""
    return await _invite(app, me, Words(app.i18n, visitor.language), (data, dossier_id), key)


async def _invite(
    app: Context, me: Person, t: Words, what: tuple[Invitation, UUID | None], key: str
) -> Outcome:
    data, dossier_id = what
    await app.dossiers.offer_delegation(me, data.offer(dossier_id), key=key)
    here = f"{HOME}{dossier_id}/delegations" if dossier_id else f"{HOME}delegations"
    return Outcome(then=Go(href=here, replace=True), toast=Toast(text=t("delegation.sent")))


@post("/delegations/{delegation_id:uuid}/end", status_code=200)
async def end_delegation(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    delegation_id: FromPath[UUID],
) -> Outcome:
    """Take a right or an offer back."""
    await app.dossiers.end_delegation(me, delegation_id, key=key)
    t = Words(app.i18n, visitor.language)
    return Outcome(then=Refresh(), toast=Toast(text=t("delegation.end_done")))


@post("/delegations/{delegation_id:uuid}/answer", status_code=200)
async def answer_invitation(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    delegation_id: FromPath[UUID],
    data: JSONBody[Reply],
) -> Outcome:
    """Accept or decline an invitation."""
    await app.dossiers.answer_offer(me, delegation_id, accept=data.accept, key=key)
    t = Words(app.i18n, visitor.language)
    text = t("relative.accepted") if data.accept else t("relative.declined")
    return Outcome(then=Refresh(), toast=Toast(text=text))


@post("/delegations/{delegation_id:uuid}/return", status_code=200)
async def give_delegation_back(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    delegation_id: FromPath[UUID],
) -> Outcome:
    """Give a right back."""
    await app.dossiers.return_right(me, delegation_id, key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{HOME}relatives", replace=True)
    return Outcome(then=there, toast=Toast(text=t("relative.given_back")))


handlers = [
    list_of_relatives,
    show_of_relative,
    show_supply_of_relative,
    supply_for_relative,
    list_delegations,
    list_delegations_of_dossier,
    show_invitation,
    show_invitation_to_dossier,
    invite_relative,
    invite_relative_to_dossier,
    end_delegation,
    answer_invitation,
    give_delegation_back,
]
