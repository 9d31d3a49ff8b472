"""The catalogue and the calendar as valid today, and the index over them, kept by the process."""

from collections.abc import Mapping
from datetime import date

from camaug.kernel import db, threads
from camaug.kernel.kept import Kept, rows_of
from camaug.kernel.web import Engines
from camaug.procedures import queries
from camaug.procedures.deadlines import WorkCalendar
from camaug.procedures.schemas import Dated
from camaug.procedures.search import Finder
from camaug_sdk.problems import NotFound


async def _catalogue(conn: db.Conn, today: date) -> Mapping[str, Dated]:
    return {one.procedure.code: one for one in await queries.valid(conn, today)}


async def _finder(conn: db.Conn, today: date) -> Finder:
    catalogue = await queries.valid(conn, today)
    return await threads.run(Finder, [one.procedure for one in catalogue])


async def _calendar(conn: db.Conn, _: date) -> WorkCalendar:
    return await queries.work_calendar(conn)


CATALOGUE = Kept(queries.state, _catalogue)
FINDER = Kept(queries.state, _finder)
CALENDAR = Kept(rows_of("holiday"), _calendar)


async def procedure(engines: Engines, code: str) -> Dated:
    """The procedure as valid today. Raises `NotFound`."""
    found = (await CATALOGUE.get(engines)).get(code)
    if found is None:
        raise NotFound
    return found
