"""Search, the procedures of a field, and the page of one procedure; open to everybody."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from camaug_procedure_search import procedure_page, search_pages
from camaug_sdk import AppContext, Context, NotFound, Plugin, Screen, Visitor, Words
from camaug_sdk.records import Agency, Caller, Procedure

LONGEST_QUESTION = 200
MOST_HITS = 20

Question = Annotated[str | None, QueryParameter(name="q")]
FieldId = Annotated[str | None, QueryParameter(name="field")]


@get("/")
async def search_procedures(
    app: AppContext, visitor: Visitor, question: Question = None, field: FieldId = None
) -> Screen:
    """The fields of administration; with `?q=` what was found; with `?field=` that field."""
    t = Words(app.i18n, visitor.language)
    asked = (question or "").strip()[:LONGEST_QUESTION]
    if asked:
        return search_pages.results(t, asked, await app.procedures.answer(asked, limit=MOST_HITS))
    fields = await app.procedures.fields()
    if field is None:
        return search_pages.start(t, fields)
    known = [name for field_id, name, _ in fields if field_id == field]
    if not known:
        raise NotFound
    return search_pages.in_field(t, known, await app.procedures.in_field(field))


@get("/procedures/{code:str}")
async def show_procedure(app: AppContext, visitor: Visitor, code: FromPath[str]) -> Screen:
    """What the procedure asks for and gives, where and for how much."""
    procedure = await app.procedures.get(code)
    desk = await _desk(app, visitor, procedure)
    return procedure_page.page(Words(app.i18n, visitor.language), procedure, desk)


async def _desk(app: Context, visitor: Caller, procedure: Procedure) -> Agency | None:
    """The office that receives from the person's commune; None when that is not known."""
    commune = None
    if visitor.me is not None:
        commune = (await app.people.profile(visitor.me)).permanent_commune
    try:
        return await app.agencies.receiving(procedure.code, commune)
    except NotFound:
        return None


plugin = Plugin(routes=[search_procedures, show_procedure])
