"""A citizen at an officer's counter: the case with what is typed until it is filed."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from camaug.agencies import current as agencies
from camaug.documents import actions as files
from camaug.documents import queries as file_queries
from camaug.dossiers import acts
from camaug.dossiers import counter_queries as queries
from camaug.dossiers.counter_queries import CaseRow
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.procedures import current
from camaug.procedures.schemas import Dated
from camaug_sdk.counter import Mandate
from camaug_sdk.problems import FieldError, Invalid, NotFound
from camaug_sdk.records import Answer, Document, StaffMember

LIFE = timedelta(days=1)
"""How long an unfinished case is kept: a rule of this project."""
ANSWERS, MANDATE = "counter_case|answers", "counter_case|mandate"


async def open_case(
    engines: Engines, conn: db.Conn, whose: tuple[UUID, UUID], citizen_id: UUID
) -> UUID:
    """A new case of `whose` officer and agency; old ones go."""
    case_id, now = uuid7(), engines.clock.now()
    await queries.delete_old(conn, now - LIFE)
    await queries.open_case(conn, case_id, whose, citizen_id, now)
    return case_id


async def row(engines: Engines, conn: db.Conn, officer: StaffMember, case_id: UUID) -> CaseRow:
    """The officer's own case. Raises `NotFound`."""
    since = engines.clock.now() - LIFE
    return await queries.case(conn, officer.staff_id, officer.at(*acts.DESK_ROLES), since, case_id)


async def receives(engines: Engines, agency_id: UUID) -> frozenset[str]:
    """The procedures that the agency receives from anywhere, by today's table."""
    table = await agencies.DESKS.get(engines)
    return frozenset(code for (code, _), one in table.items() if one.receiving_id == agency_id)


async def at_counter(engines: Engines, agency_id: UUID, code: str) -> Dated:
    """The procedure, when this agency takes it at its counter today. Raises `Invalid`."""
    try:
        dated = await current.procedure(engines, code)
    except NotFound:
        raise refused("/procedure_code", "not_a_choice") from None
    if code not in await receives(engines, agency_id):
        raise refused("/procedure_code", "not_received_here")
    if dated.procedure.channel("counter") is None:
        raise refused("/procedure_code", "no_counter_channel")
    return dated


def refused(pointer: str, code: str) -> Invalid:
    """One error."""
    return Invalid(errors=[FieldError(pointer=pointer, code=code)])


def sealed(
    engines: Engines,
    case: CaseRow,
    *,
    answers: Mapping[str, Answer] | None = None,
    mandate: Mandate | None = None,
) -> CaseRow:
    """The case with what was typed sealed into it; what is None stays as it is."""
    vault, case_id = engines.vault, case.case_id
    changed = msgspec.structs.replace(case, updated_at=engines.clock.now())
    if answers is not None:
        kept = vault.seal_json(ANSWERS, case_id, answers)
        changed = msgspec.structs.replace(changed, answers_enc=kept)
    if mandate is not None:
        kept = vault.seal_json(MANDATE, case_id, mandate)
        changed = msgspec.structs.replace(changed, mandate_enc=kept)
    return changed


def mandate_of(engines: Engines, case: CaseRow) -> Mandate | None:
    """Who stands there, when that was said."""
    if case.mandate_enc is None:
        return None
    return engines.vault.open_json(MANDATE, case.case_id, case.mandate_enc, Mandate)


def answers_of(engines: Engines, case: CaseRow) -> dict[str, Answer]:
    """What is typed so far."""
    if case.answers_enc is None:
        return {}
    return engines.vault.open_json(ANSWERS, case.case_id, case.answers_enc, dict[str, Answer])


async def own_files(engines: Engines, officer: StaffMember, ids: list[UUID]) -> list[Document]:
    """Those of the ids that the officer has scanned, in the order asked."""
    async with engines.pool.acquire() as conn:
        rows = await file_queries.own_many(conn, officer.staff_id, ids)
    return [files.describe(engines, one) for one in rows]
