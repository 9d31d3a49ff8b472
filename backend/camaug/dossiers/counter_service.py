"""The `counter` service of the SDK: each method is one transaction of one officer."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from camaug.dossiers import acts, counter, counter_filing, counter_mandates, deeds, receipts
from camaug.dossiers import counter_queries as queries
from camaug.dossiers.counter_queries import CaseRow
from camaug.dossiers.schemas import NewDossier
from camaug.dossiers.service import LARGEST_DRAFT
from camaug.identity import counter as people
from camaug.kernel import db
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug.procedures import current
from camaug_sdk.counter import COUNTER_MANDATE, CardSeen, CounterCase, Mandate, Print, Receipt
from camaug_sdk.problems import FieldError, Forbidden, Invalid, NotFound
from camaug_sdk.records import (
    Answer,
    Document,
    Organisation,
    Procedure,
    StaffMember,
    Submission,
)


class _Opened(msgspec.Struct, frozen=True):
    """What a repeated request gets again."""

    case_id: UUID


class CounterService:
    """Implements `camaug_sdk.services.Counter` for one plugin."""

    def __init__(self, engines: Engines, *, plugin_id: str) -> None:
        self._engines = engines
        self._plugin_id = plugin_id

    async def procedures(self, officer: StaffMember, case_id: UUID) -> list[tuple[str, str, str]]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            case = await counter.row(self._engines, conn, officer, case_id)
        codes = await counter.receives(self._engines, case.agency_id)
        catalogue = await current.CATALOGUE.get(self._engines)
        known = [catalogue[code].procedure for code in codes if code in catalogue]
        rows = [(one.code, one.short_name, one.name_en) for one in known if one.channel("counter")]
        return sorted(rows, key=lambda one: one[1].casefold())

    async def find(
        self,
        officer: StaffMember,
        *,
        agency_id: UUID,
        number: str | None = None,
        phone: str | None = None,
    ) -> UUID | None:
        """See the Protocol."""
        async with db.transaction(self._engines.pool) as conn:
            desk = self._desk(conn, officer, agency_id)
            found = await people.find(desk, number=number, phone=phone)
            if found is None:
                return None
            whose = (officer.staff_id, agency_id)
            return await counter.open_case(self._engines, conn, whose, found)

    async def register(
        self, officer: StaffMember, card: CardSeen, *, agency_id: UUID, key: str
    ) -> UUID:
        """See the Protocol."""

        async def do(conn: db.Conn) -> _Opened:
            desk = self._desk(conn, officer, agency_id)
            citizen_id = await people.register(desk, card)
            whose = (officer.staff_id, agency_id)
            return _Opened(await counter.open_case(self._engines, conn, whose, citizen_id))

        given = ("counter.register", officer.staff_id, key)
        opened = await deeds.answer(self._engines, _Opened, given, (agency_id, card), do)
        return opened.case_id

    async def prove(self, officer: StaffMember, case_id: UUID, card: CardSeen, *, key: str) -> None:
        """See the Protocol."""

        async def do(conn: db.Conn) -> _Opened:
            case = await counter.row(self._engines, conn, officer, case_id)
            desk = self._desk(conn, officer, case.agency_id)
            await people.prove(desk, case.citizen_id, card)
            return _Opened(case_id)

        given = ("counter.prove", officer.staff_id, key)
        await deeds.answer(self._engines, _Opened, given, (case_id, card), do)

    async def cases(self, officer: StaffMember) -> list[CounterCase]:
        """See the Protocol."""
        since = self._engines.clock.now() - counter.LIFE
        async with self._engines.pool.acquire() as conn:
            agencies = officer.at(*acts.DESK_ROLES)
            rows = await queries.cases(conn, officer.staff_id, agencies, since)
            return [await self._case(conn, officer, row) for row in rows]

    async def case(self, officer: StaffMember, case_id: UUID) -> CounterCase:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            row = await counter.row(self._engines, conn, officer, case_id)
            return await self._case(conn, officer, row)

    async def begin(
        self,
        officer: StaffMember,
        case_id: UUID,
        procedure_code: str,
        mandate: Mandate,
        papers: list[UUID],
    ) -> Procedure:
        """See the Protocol."""
        clean, errors = counter_mandates.check(mandate)
        if clean.by != "self" and not papers:
            errors.append(FieldError(pointer="/mandate/paper", code="file_missing"))
        require(errors)
        async with db.transaction(self._engines.pool) as conn:
            row = await counter.row(self._engines, conn, officer, case_id)
            dated = await counter.at_counter(self._engines, row.agency_id, procedure_code)
            # Another procedure asks other questions.
            answers: dict[str, Answer] | None = None
            if row.procedure_code != procedure_code:
                answers = {}
            row = counter.sealed(self._engines, row, answers=answers, mandate=clean)
            places = row.documents | {COUNTER_MANDATE: [str(one) for one in papers]}
            changed = msgspec.structs.replace(row, procedure_code=procedure_code, documents=places)
            if not await queries.save(conn, changed):
                raise NotFound
        return dated.procedure

    async def procedure(self, officer: StaffMember, case_id: UUID) -> Procedure:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            row = await counter.row(self._engines, conn, officer, case_id)
        if row.procedure_code is None:
            raise NotFound
        dated = await counter.at_counter(self._engines, row.agency_id, row.procedure_code)
        return dated.procedure

    async def save(
        self,
        officer: StaffMember,
        case_id: UUID,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
    ) -> None:
        """See the Protocol."""
        if len(msgspec.json.encode(answers)) > LARGEST_DRAFT:
            raise Invalid(errors=[FieldError(pointer="/answers", code="draft_too_large")])
        async with db.transaction(self._engines.pool) as conn:
            row = await counter.row(self._engines, conn, officer, case_id)
            places = {place: [str(one) for one in ids] for place, ids in documents.items()}
            proofs = {COUNTER_MANDATE: row.documents.get(COUNTER_MANDATE, [])}
            row = counter.sealed(self._engines, row, answers=answers)
            if not await queries.save(
                conn, msgspec.structs.replace(row, documents=places | proofs)
            ):
                raise NotFound

    async def discard(self, officer: StaffMember, case_id: UUID) -> None:
        """See the Protocol."""
        async with db.transaction(self._engines.pool) as conn:
            row = await counter.row(self._engines, conn, officer, case_id)
            await queries.take(conn, officer.staff_id, row.case_id)

    async def files(self, officer: StaffMember, document_ids: list[UUID]) -> list[Document]:
        """See the Protocol."""
        return await counter.own_files(self._engines, officer, document_ids)

    async def file(
        self,
        officer: StaffMember,
        case_id: UUID,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
        *,
        key: str,
        procedure_code: str,
        conditions: Mapping[str, bool] | None = None,
        organisation: Organisation | None = None,
        originals: list[str] | None = None,
        accept: bool = False,
    ) -> Submission:
        """See the Protocol."""
        new = NewDossier(
            procedure_code=procedure_code,
            answers=answers,
            documents={place: list(dict.fromkeys(ids)) for place, ids in documents.items()},
            conditions=conditions or {},
            organisation=organisation,
        )
        wanted = counter_filing.Wanted(
            case_id=case_id, new=new, originals=sorted(set(originals or [])), accept=accept
        )
        return await counter_filing.file(self._engines, officer, self._plugin_id, wanted, key)

    async def receipt(self, officer: StaffMember, dossier_id: UUID) -> Receipt:
        """See the Protocol."""
        return await receipts.receipt(self._engines, officer, dossier_id)

    async def note_print(self, officer: StaffMember, dossier_id: UUID, paper: Print) -> None:
        """See the Protocol."""
        await receipts.note_print(self._engines, officer, dossier_id, paper)

    def _desk(self, conn: db.Conn, officer: StaffMember, agency_id: UUID) -> people.Desk:
        if agency_id not in officer.at(*acts.DESK_ROLES):
            raise Forbidden
        return people.Desk(
            engines=self._engines, conn=conn, staff_id=officer.staff_id, agency_id=agency_id
        )

    async def _case(self, conn: db.Conn, officer: StaffMember, row: CaseRow) -> CounterCase:
        desk = self._desk(conn, officer, row.agency_id)
        return CounterCase(
            case_id=row.case_id,
            agency_id=row.agency_id,
            person=await people.person(desk, row.citizen_id),
            procedure_code=row.procedure_code,
            mandate=counter.mandate_of(self._engines, row),
            answers=counter.answers_of(self._engines, row),
            documents={place: [UUID(one) for one in ids] for place, ids in row.documents.items()},
            updated_at=row.updated_at,
        )
