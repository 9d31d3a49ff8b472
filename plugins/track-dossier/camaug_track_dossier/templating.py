"""The routes of templates of reasons."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody

from camaug_sdk import (
    AppContext,
    Context,
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
from camaug_sdk.records import StaffMember
from camaug_track_dossier import template_pages
from camaug_track_dossier.forms import PROVINCE, NewReason, Reason
from camaug_track_dossier.template_pages import HOME


@get("/templates")
async def list_templates(app: AppContext, officer: Officer, visitor: Visitor) -> Screen:
    """What is in force at the person's agencies and in the province."""
    found = await app.dossiers.templates(officer)
    t = Words(app.i18n, visitor.language)
    names = {one.agency_id: one.name(t.language) for one in await app.agencies.offices()}
    makes = bool(await app.dossiers.makes_templates(officer))
    return template_pages.listed(t, found, names, makes=makes)


@get("/templates/new")
async def show_new_template(app: AppContext, officer: Officer, visitor: Visitor) -> Screen:
    """The form, for who may make one."""
    t = Words(app.i18n, visitor.language)
    places = await _places(app, officer, t)
    if not places:
        raise NotFound
    return template_pages.form(t, places, await _procedures(app, t))


async def _places(app: Context, officer: StaffMember, t: Words) -> list[tuple[str, str]]:
    names = {one.agency_id: one.name(t.language) for one in await app.agencies.offices()}
    return [
        (str(one), names.get(one, "")) if one else (PROVINCE, t("template.province"))
        for one in await app.dossiers.makes_templates(officer)
    ]


async def _procedures(app: Context, t: Words) -> list[tuple[str, str]]:
    """Every procedure of the catalogue, by field."""
    found: list[tuple[str, str]] = []
    for field_id, _name, _count in await app.procedures.fields():
        hits = await app.procedures.in_field(field_id)
        found += [(one.code, t.pick(one.short_name, one.name_en)) for one in hits]
    return found


@post("/templates", status_code=200)
async def make_template(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    data: JSONBody[NewReason],
) -> Outcome:
    """A new one, in force at once."""
    await app.dossiers.make_template(officer, data.place(), data.template(), key=key)
    return _saved(Words(app.i18n, visitor.language), "made")


@get("/templates/{template_id:uuid}")
async def show_template(
    app: AppContext, officer: Officer, visitor: Visitor, template_id: FromPath[UUID]
) -> Screen:
    """One of the person's own, to be changed or ended."""
    given = await app.dossiers.template(officer, template_id)
    t = Words(app.i18n, visitor.language)
    return template_pages.form(t, [], await _procedures(app, t), given)


@post("/templates/{template_id:uuid}", status_code=200)
async def change_template(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    template_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> Outcome:
    """A new version takes its place."""
    await app.dossiers.change_template(officer, template_id, data.template(), key=key)
    return _saved(Words(app.i18n, visitor.language), "changed")


@post("/templates/{template_id:uuid}/end", status_code=200)
async def end_template(
    app: AppContext,
    officer: Officer,
    visitor: Visitor,
    key: IdempotencyKey,
    template_id: FromPath[UUID],
) -> Outcome:
    """It is offered no more."""
    await app.dossiers.end_template(officer, template_id, key=key)
    return _saved(Words(app.i18n, visitor.language), "ended")


def _saved(t: Words, how: str) -> Outcome:
    return Outcome(then=Go(href=HOME, replace=True), toast=Toast(text=t(f"template.{how}")))


handlers = [
    list_templates,
    show_new_template,
    make_template,
    show_template,
    change_template,
    end_template,
]
