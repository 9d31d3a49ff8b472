"""Rows of somebody else are not there, whichever way one asks."""

from collections.abc import Awaitable, Callable

import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers import queries
from camaug.kernel.web import Engines
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Person

from .conftest import AN_XUYEN, GANH_HAO, Filer


async def test_nobody_sees_the_dossiers_of_another_person(
    engines: Engines,
    citizen: Person,
    make_citizen: Callable[[], Awaitable[Person]],
    file_dossier: Filer,
) -> None:
    other = await make_citizen()
    filed = await file_dossier(citizen)
    async with engines.pool.acquire() as conn:
        for who, seen in ((citizen, [filed.dossier_id]), (other, [])):
            found = await queries.open_of_citizen(conn, who.citizen_id, 10)
            assert [one.dossier_id for one in found] == seen


async def test_a_line_is_there_for_who_receives_and_who_handles_only(
    engines: Engines, citizen: Person, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    receives, handles = (agency_id("people_committee", one) for one in (AN_XUYEN, GANH_HAO))
    moved = "update dossier set handling_agency_id = $2 where dossier_id = $1"
    await engines.pool.execute(moved, filed.dossier_id, handles)
    async with engines.pool.acquire() as conn:
        for own in (receives, handles):
            line = await queries.line_at_desk(conn, [own], filed.dossier_id)
            assert line.dossier_id == filed.dossier_id
        with pytest.raises(NotFound):
            await queries.line_at_desk(conn, [citizen.citizen_id], filed.dossier_id)
