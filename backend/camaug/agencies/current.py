"""The communes, and who receives what today, kept by the process."""

from collections.abc import Mapping
from datetime import date

from camaug.agencies import queries
from camaug.agencies.schemas import Desk
from camaug.kernel import db
from camaug.kernel.kept import Kept, rows_of
from camaug.kernel.web import Engines
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Commune

_desks_state, _agencies_state = rows_of("procedure_agency"), rows_of("agency")


async def _communes(conn: db.Conn, _: date) -> list[Commune]:
    return await queries.communes(conn)


async def _state_of_desks(conn: db.Conn, on: date) -> str:
    return f"{await _desks_state(conn, on)} {await _agencies_state(conn, on)}"


async def _desks(conn: db.Conn, on: date) -> Mapping[tuple[str, str | None], Desk]:
    return {(one.procedure_code, one.from_commune): one for one in await queries.desks(conn, on)}


COMMUNES = Kept(rows_of("commune"), _communes)
DESKS = Kept(_state_of_desks, _desks)


async def desk(engines: Engines, procedure_code: str, commune_code: str | None) -> Desk:
    """Who receives and who handles today; a row for the commune before a general one.

    Raises `NotFound` when the table has no row.
    """
    table = await DESKS.get(engines)
    found = table.get((procedure_code, commune_code)) or table.get((procedure_code, None))
    if found is None:
        raise NotFound
    return found
