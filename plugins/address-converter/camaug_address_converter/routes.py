"""One address, many addresses, and the communes of today; open to everybody."""

from functools import lru_cache
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from camaug_address_converter import answer_pages, commune_pages, many_pages, start_pages
from camaug_address_converter.addresses import Reader
from camaug_address_converter.units import NewUnit, Table, known
from camaug_sdk import (
    AppContext,
    Context,
    FieldError,
    Invalid,
    NotFound,
    Plugin,
    Screen,
    Visitor,
    Words,
)
from camaug_sdk.records import Agency, Commune

LONGEST_ADDRESS = 200
OFFICE = "people_committee"
CENTRE = "one_stop_centre"


class Address(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address as typed; `code` is the old unit that was chosen when the answer asked back."""

    q: Annotated[str, msgspec.Meta(max_length=LONGEST_ADDRESS)]
    code: Annotated[str, msgspec.Meta(max_length=5)] | None = None


class Addresses(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of addresses, one on each line."""

    addresses: Annotated[str, msgspec.Meta(max_length=many_pages.MOST_LETTERS)]


@get("/")
async def show_converter(app: AppContext, visitor: Visitor) -> Screen:
    """The search box."""
    reader = await _reader(app)
    return start_pages.start(Words(app.i18n, visitor.language), reader.table)


@post("/convert", status_code=200)
async def convert_address(app: AppContext, visitor: Visitor, data: JSONBody[Address]) -> Screen:
    """What one address became, or the question back."""
    t = Words(app.i18n, visitor.language)
    reader = await _reader(app)
    if data.code is None and not data.q.strip():
        return start_pages.start(t, reader.table)
    if data.code is None:
        answer = reader.read(data.q)
    elif data.code in reader.table.old:
        answer = reader.unit(data.code, data.q)
    else:
        raise Invalid(errors=[FieldError(pointer="/code", code="not_a_choice")])
    return answer_pages.page(t, data.q, answer, await _offices(app))


@get("/many")
async def show_many(app: AppContext, visitor: Visitor) -> Screen:
    """The form for a list."""
    return many_pages.form(Words(app.i18n, visitor.language))


@post("/many", status_code=200)
async def convert_many(app: AppContext, visitor: Visitor, data: JSONBody[Addresses]) -> Screen:
    """The answer for every line of the list."""
    typed = many_pages.lines(data.addresses)
    t = Words(app.i18n, visitor.language)
    return many_pages.results(t, await _reader(app), typed)


@get("/communes")
async def list_communes(app: AppContext, visitor: Visitor) -> Screen:
    """Today's communes and wards."""
    reader = await _reader(app)
    return commune_pages.communes(Words(app.i18n, visitor.language), reader.table)


@get("/communes/{code:str}")
async def show_commune(app: AppContext, visitor: Visitor, code: FromPath[str]) -> Screen:
    """The old units that one commune is made of."""
    table = (await _reader(app)).table
    if code not in table.new:
        raise NotFound
    t = Words(app.i18n, visitor.language)
    office = (await _offices(app)).get(code)
    return commune_pages.commune(t, table, table.new[code], office)


async def _reader(app: Context) -> Reader:
    return _made(tuple(await app.agencies.communes()))


@lru_cache(maxsize=1)
def _made(communes: tuple[Commune, ...]) -> Reader:
    """The reader is made anew only when the province's list of communes changes."""
    today = [NewUnit(code=one.code, kind=one.kind, name=one.name) for one in communes]
    return Reader(Table(known(), today))


async def _offices(app: Context) -> dict[str, Agency]:
    """Whom to ask: each commune's people's committee, and the provincial one-stop centre."""
    found: dict[str, Agency] = {}
    for one in await app.agencies.offices():
        if one.kind == OFFICE and one.commune_code:
            found[one.commune_code] = one
        elif one.kind == CENTRE:
            found[answer_pages.PROVINCE] = one
    return found


plugin = Plugin(
    routes=[
        show_converter,
        convert_address,
        show_many,
        convert_many,
        list_communes,
        show_commune,
    ]
)
"""The whole utility."""
