"""The routes of rating: the form, and sending it once."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody

from camaug_sdk import (
    AppContext,
    Go,
    IdempotencyKey,
    Me,
    NotFound,
    Outcome,
    Screen,
    Toast,
    Visitor,
    Words,
)
from camaug_track_dossier import rating_pages
from camaug_track_dossier.forms import Opinion


@get("/{dossier_id:uuid}/rate")
async def show_rating(
    app: AppContext, me: Me, visitor: Visitor, dossier_id: FromPath[UUID]
) -> Screen:
    """The form of the rating, while the person may rate."""
    dossier = await app.dossiers.get(me, dossier_id)
    if not dossier.may_rate:
        raise NotFound
    return rating_pages.form(Words(app.i18n, visitor.language), dossier.line)


@post("/{dossier_id:uuid}/rate", status_code=200)
async def rate_dossier(
    app: AppContext,
    me: Me,
    visitor: Visitor,
    key: IdempotencyKey,
    dossier_id: FromPath[UUID],
    data: JSONBody[Opinion],
) -> Outcome:
    """Say how the dossier was handled."""
    await app.dossiers.rate(me, dossier_id, int(data.rating), comment=data.comment, key=key)
    t = Words(app.i18n, visitor.language)
    there = Go(href=f"{rating_pages.HOME}{dossier_id}", replace=True)
    return Outcome(then=there, toast=Toast(text=t("rate.sent")))


handlers = [show_rating, rate_dossier]
