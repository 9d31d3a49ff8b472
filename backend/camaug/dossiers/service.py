"""The `dossiers` service of the SDK: each method is one transaction of one person."""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.documents import actions as files
from camaug.documents import queries as file_queries
from camaug.dossiers import actions, acts, cursors, drafts, finding, holding, lookup, queries, queue
from camaug.dossiers.actions import ANSWERS, NAME, PIN
from camaug.dossiers.acts import DESK_ROLES, NOTE, REASON
from camaug.dossiers.schemas import DraftRow, EventRow, Line, SupplementRow
from camaug.dossiers.transitions import possible
from camaug.kernel import db
from camaug.kernel.clock import LOCAL
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Invalid
from camaug_sdk.records import (
    Act,
    Answer,
    Document,
    Dossier,
    DossierEvent,
    DossierLine,
    Draft,
    Page,
    Person,
    ProcedureCount,
    PublicDossier,
    QueueCounts,
    QueueFilter,
    StaffMember,
    Status,
    Submission,
    Supplement,
)

PAGE = 20
MOST_PROCEDURES = 12
DRAFT = "draft|answers"
LARGEST_DRAFT = 64 * 1024


class DossiersService:
    """Implements `camaug_sdk.services.Dossiers` for one plugin."""

    def __init__(self, engines: Engines, *, plugin_id: str) -> None:
        self._engines = engines
        self._plugin_id = plugin_id

    async def draft(self, me: Person, procedure_code: str) -> Draft:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            row = await drafts.get(conn, me.citizen_id, procedure_code)
        if row is None:
            now = self._engines.clock.now()
            return Draft(
                draft_id=uuid7(),
                procedure_code=procedure_code,
                answers={},
                documents={},
                updated_at=now,
            )
        return self._draft(row)

    def _draft(self, row: DraftRow) -> Draft:
        answers = self._engines.vault.open_json(
            DRAFT, row.draft_id, row.answers_enc, dict[str, Answer]
        )
        return Draft(
            draft_id=row.draft_id,
            procedure_code=row.procedure_code,
            answers=answers,
            documents={place: [UUID(one) for one in ids] for place, ids in row.documents.items()},
            updated_at=row.updated_at,
        )

    async def save_draft(
        self,
        me: Person,
        procedure_code: str,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
    ) -> Draft:
        """See the Protocol."""
        if len(msgspec.json.encode(answers)) > LARGEST_DRAFT:
            raise Invalid(errors=[FieldError(pointer="/answers", code="draft_too_large")])
        draft_id = uuid7()
        row = DraftRow(
            draft_id=draft_id,
            procedure_code=procedure_code,
            answers_enc=self._engines.vault.seal_json(DRAFT, draft_id, answers),
            documents={place: [str(one) for one in ids] for place, ids in documents.items()},
            updated_at=self._engines.clock.now(),
        )
        async with db.transaction(self._engines.pool) as conn:
            await drafts.save(conn, me.citizen_id, row)
        return self._draft(row)

    async def submit(
        self,
        me: Person,
        procedure_code: str,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
        *,
        key: str,
    ) -> Submission:
        """See the Protocol."""
        request = (procedure_code, answers, documents)
        return await actions.submit(self._engines, me, self._plugin_id, request, key)

    async def mine(self, me: Person, *, after: str | None = None) -> Page[DossierLine]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            rows = await queries.of_citizen(conn, me.citizen_id, cursors.position(after), PAGE + 1)
        items = [self._line(row) for row in rows[:PAGE]]
        last = items[-1] if len(rows) > PAGE else None
        return Page(
            items=items, next=cursors.cursor(last.submitted_at, last.dossier_id) if last else None
        )

    async def get(self, me: Person, dossier_id: UUID) -> Dossier:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            line = await queries.line_of_citizen(conn, me.citizen_id, dossier_id)
            return await self._whole(conn, line, owner=True)

    async def queue(self, officer: StaffMember, what: QueueFilter) -> Page[DossierLine]:
        """See the Protocol."""
        limit = max(1, min(what.limit, 100))
        statuses = queue.VIEWS[what.view]
        words, ending = finding.parts(self._engines.vault, what.text)
        wanted = queue.Wanted(
            statuses=[one for one in statuses if what.status in (None, one)],
            procedure_code=what.procedure_code,
            handler_id=officer.staff_id if what.view == "mine" else None,
            words=words,
            ending=ending,
        )
        agencies, after = officer.at(*DESK_ROLES), cursors.position(what.after)
        by_age = what.view in queue.BY_AGE
        async with self._engines.pool.acquire() as conn:
            rows = await queue.page(conn, agencies, wanted, after, limit + 1, by_age=by_age)
        items = [self._line(row, name=True) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        at = cursors.rank(last, by_age=by_age) if last else None
        return Page(items=items, next=cursors.cursor(at, last.dossier_id) if at and last else None)

    async def queue_counts(self, officer: StaffMember) -> QueueCounts:
        """See the Protocol."""
        now = self._engines.clock.now()
        tonight = datetime.combine(now.astimezone(LOCAL).date(), time.max, LOCAL)
        agencies, me = officer.at(*DESK_ROLES), officer.staff_id
        async with self._engines.pool.acquire() as conn:
            return await queue.counts(conn, agencies, me, now, tonight)

    async def queue_procedures(self, officer: StaffMember) -> list[ProcedureCount]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await queue.procedures(conn, officer.at(*DESK_ROLES), MOST_PROCEDURES)

    def seal_search(self, officer: StaffMember, text: str) -> str:
        """See the Protocol."""
        return finding.seal(self._engines.vault, officer.staff_id, text)

    def open_search(self, officer: StaffMember, sealed: str) -> str:
        """See the Protocol."""
        return finding.opened(self._engines.vault, officer.staff_id, sealed)

    async def at_desk(self, officer: StaffMember, dossier_id: UUID) -> Dossier:
        """See the Protocol."""
        async with db.transaction(self._engines.pool) as conn:
            line = await queries.line_at_desk(conn, officer.at(*DESK_ROLES), dossier_id)
            await record(
                conn,
                Actor(kind="staff", actor_id=officer.staff_id),
                "dossier.opened",
                ("dossier", dossier_id),
                at=self._engines.clock.now(),
                agency_id=line.agency_id,
            )
            return await self._whole(conn, line, owner=False)

    async def accept(
        self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str
    ) -> DossierLine:
        """See the Protocol."""
        await self.act_at_desk(officer, dossier_id, Act(kind="accept", version=version), key=key)
        async with self._engines.pool.acquire() as conn:
            line = await queries.line_at_desk(conn, officer.at(*DESK_ROLES), dossier_id)
        return self._line(line, name=True)

    async def act_at_desk(
        self, officer: StaffMember, dossier_id: UUID, act: Act, *, key: str
    ) -> None:
        """See the Protocol."""
        await acts.by_officer(self._engines, officer, dossier_id, act, key)

    async def act(self, me: Person, dossier_id: UUID, act: Act, *, key: str) -> None:
        """See the Protocol."""
        await acts.by_citizen(self._engines, me, dossier_id, act, key)

    async def track(self, code: str, pin: str, *, source: str) -> PublicDossier:
        """See the Protocol."""
        return await lookup.find(self._engines, code, pin, source)

    async def _whole(self, conn: db.Conn, line: Line, *, owner: bool) -> Dossier:
        vault, dossier_id = self._engines.vault, line.dossier_id
        sealed = await queries.sealed(conn, dossier_id)
        events = [self._event(dossier_id, row) for row in await queries.events(conn, dossier_id)]
        asked = await holding.supplements(conn, dossier_id)
        accepted = line.accepted_at is not None
        return Dossier(
            line=self._line(line, name=not owner),
            events=events,
            answers=vault.open_json(ANSWERS, dossier_id, sealed.answers_enc, dict[str, Answer]),
            documents=await self._files(conn, dossier_id, "paper"),
            results=await self._files(conn, dossier_id, "result"),
            supplements=[self._supplement(row) for row in asked],
            acts=list(
                possible("citizen" if owner else "officer", Status(line.status), accepted=accepted)
            ),
            pin=vault.open_text(PIN, dossier_id, sealed.pin_enc) if owner else None,
        )

    async def _files(self, conn: db.Conn, dossier_id: UUID, part: str) -> list[Document]:
        rows = await file_queries.of_dossier(conn, dossier_id, part)
        return [files.describe(self._engines, row) for row in rows]

    def _supplement(self, row: SupplementRow) -> Supplement:
        return Supplement(
            requested_at=row.requested_at,
            reason=self._engines.vault.open_text(REASON, row.supplement_id, row.reason_enc),
            supplemented_at=row.supplemented_at,
            ended_at=row.ended_at,
        )

    def _line(self, row: Line, *, name: bool = False) -> DossierLine:
        applicant = None
        if name:
            applicant = self._engines.vault.open_text(NAME, row.dossier_id, row.applicant_name_enc)
        return DossierLine(
            dossier_id=row.dossier_id,
            code=row.code,
            procedure_code=row.procedure_code,
            procedure_name=row.procedure_name,
            procedure_name_en=row.procedure_name_en,
            agency_id=row.agency_id,
            agency_name_vi=row.agency_name_vi,
            agency_name_en=row.agency_name_en,
            status=Status(row.status),
            submitted_at=row.submitted_at,
            accepted_at=row.accepted_at,
            due_at=row.due_at,
            version=row.version,
            applicant_name=applicant,
            handler_name=row.handler_name,
        )

    def _event(self, dossier_id: UUID, row: EventRow) -> DossierEvent:
        note = row.note_enc and self._engines.vault.open_text(NOTE, dossier_id, row.note_enc)
        return DossierEvent(
            seq=row.seq,
            kind=row.kind,
            status=Status(row.status),
            at=row.at,
            actor_kind=row.actor_kind,
            actor_name=row.actor_name,
            agency_name_vi=row.agency_name_vi,
            agency_name_en=row.agency_name_en,
            note=note or None,
        )
