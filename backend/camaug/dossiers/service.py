"""The `dossiers` service of the SDK: each method is one transaction of one person."""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.dossiers import (
    actions,
    acts,
    cursors,
    drafts,
    escalation_queries,
    exporting,
    finding,
    looks,
    lookup,
    proposals,
    queries,
    queue,
    shaping,
    undoing,
    whole,
)
from camaug.dossiers import rating as ratings
from camaug.dossiers.acts import DESK_ROLES, LEADER
from camaug.dossiers.complaint_service import ComplaintsService
from camaug.dossiers.desk_service import HandingService
from camaug.dossiers.effects import REOPENED_WITHIN
from camaug.dossiers.mistake_service import MistakesService
from camaug.dossiers.office_service import OfficeService
from camaug.dossiers.relative_service import RelativesService
from camaug.dossiers.schemas import DraftRow, NewDossier
from camaug.kernel import db
from camaug.kernel.clock import LOCAL
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Invalid
from camaug_sdk.records import (
    Act,
    Answer,
    Dossier,
    DossierLine,
    Draft,
    DraftLine,
    Export,
    Looks,
    Organisation,
    Page,
    Person,
    ProcedureCount,
    PublicDossier,
    QueueCounts,
    QueueFilter,
    StaffMember,
    Submission,
)

PAGE = 20
MOST_PROCEDURES = 12
DRAFT = "draft|answers"
LARGEST_DRAFT = 64 * 1024


class DossiersService(
    HandingService, RelativesService, ComplaintsService, OfficeService, MistakesService
):
    """Implements `camaug_sdk.services.Dossiers` for one plugin."""

    def __init__(self, engines: Engines, *, plugin_id: str) -> None:
        super().__init__(engines)
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

    async def drafts(self, me: Person) -> list[DraftLine]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await drafts.of_citizen(conn, me.citizen_id)

    async def discard_draft(self, me: Person, procedure_code: str) -> None:
        """See the Protocol."""
        async with db.transaction(self._engines.pool) as conn:
            await drafts.delete(conn, me.citizen_id, procedure_code)

    async def submit(
        self,
        me: Person,
        procedure_code: str,
        answers: Mapping[str, Answer],
        documents: Mapping[str, list[UUID]],
        *,
        key: str,
        conditions: Mapping[str, bool] | None = None,
        organisation: Organisation | None = None,
    ) -> Submission:
        """See the Protocol."""
        new = NewDossier(
            procedure_code=procedure_code,
            answers=answers,
            documents={place: list(dict.fromkeys(ids)) for place, ids in documents.items()},
            conditions=conditions or {},
            organisation=organisation,
        )
        return await actions.submit(self._engines, me, self._plugin_id, new, key)

    async def mine(self, me: Person, *, after: str | None = None) -> Page[DossierLine]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            rows = await queries.of_citizen(conn, me.citizen_id, cursors.position(after), PAGE + 1)
        await undoing.seen(self._engines, [one.dossier_id for one in rows[:PAGE]])
        items = await shaping.lines(self._engines, rows[:PAGE], name=False)
        last = items[-1] if len(rows) > PAGE else None
        return Page(
            items=items, next=cursors.cursor(last.submitted_at, last.dossier_id) if last else None
        )

    async def get(self, me: Person, dossier_id: UUID) -> Dossier:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            row = await whole.of_citizen(conn, me.citizen_id, dossier_id)
        if row.undo_until is not None:  # mostly nothing has led here that could be undone
            await undoing.seen(self._engines, [dossier_id])
        return await shaping.whole(self._engines, row, owner=True)

    async def looks(self, me: Person, dossier_id: UUID, *, after: str | None = None) -> Looks:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            at = cursors.position(after)
            found = await looks.page(conn, self._engines.vault, me.citizen_id, dossier_id, at)
        await undoing.seen(self._engines, [dossier_id])
        return found

    async def export(self, me: Person) -> Export:
        """See the Protocol."""
        return await exporting.export(self._engines, me)

    async def queue(self, officer: StaffMember, what: QueueFilter) -> Page[DossierLine]:
        """See the Protocol."""
        limit = max(1, min(what.limit, 100))
        since = self._engines.clock.now() - REOPENED_WITHIN
        statuses = queue.VIEWS[what.view]
        words, ending = finding.parts(self._engines.vault, what.text)
        wanted = queue.Wanted(
            statuses=[one for one in statuses if what.status in (None, one)],
            procedure_code=what.procedure_code,
            handler_id=officer.staff_id if what.view == "mine" else what.handler_id,
            unheld=what.unheld,
            words=words,
            ending=ending,
            ended_since=since if what.view == "ended" else None,
        )
        agencies, after = officer.at(*DESK_ROLES), cursors.position(what.after)
        by_age = what.view in queue.BY_AGE
        async with self._engines.pool.acquire() as conn:
            if what.view == "escalated":
                led = officer.at(LEADER)
                rows = await escalation_queries.page(conn, led, wanted, after, limit + 1)
            elif what.view == "approval":
                led = officer.at(LEADER)
                rows = await proposals.page(conn, led, wanted, after, limit + 1)
            elif what.view == "ended":
                led = officer.at(LEADER)
                rows = await queue.page(conn, led, wanted, after, limit + 1, by_age=True)
            else:
                rows = await queue.page(conn, agencies, wanted, after, limit + 1, by_age=by_age)
        items = await shaping.lines(self._engines, rows[:limit], name=True)
        last = rows[limit - 1] if len(rows) > limit else None
        at = cursors.rank(last, by_age=by_age) if last else None
        return Page(items=items, next=cursors.cursor(at, last.dossier_id) if at and last else None)

    async def queue_counts(self, officer: StaffMember) -> QueueCounts:
        """See the Protocol."""
        now = self._engines.clock.now()
        tonight = datetime.combine(now.astimezone(LOCAL).date(), time.max, LOCAL)
        agencies, me = officer.at(*DESK_ROLES), officer.staff_id
        async with self._engines.pool.acquire() as conn:
            counts = await queue.counts(conn, agencies, me, now, tonight)
            escalated = await escalation_queries.count(conn, officer.at(LEADER))
            approval = await proposals.count(conn, officer.at(LEADER))
        return msgspec.structs.replace(counts, escalated=escalated, approval=approval)

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
            own, led = officer.at(*DESK_ROLES), officer.at(LEADER)
            since = self._engines.clock.now() - REOPENED_WITHIN
            row = await whole.at_desk(conn, own, led, dossier_id, since)
            told = [*row.deciding, *row.told]
            role, agency_id = looks.seat(officer, row.agency_id, row.handling_agency_id, told)
            await record(
                conn,
                Actor(kind="staff", actor_id=officer.staff_id),
                "dossier.opened",
                ("dossier", dossier_id),
                at=self._engines.clock.now(),
                agency_id=agency_id,
                detail={"role": role},
            )
        # Who decides reads all of it, and acts by deciding alone.
        reads = role != LEADER or agency_id in row.deciding
        read = await shaping.whole(self._engines, row, owner=False, acting=reads, officer=officer)
        if role != LEADER:
            return read
        return msgspec.structs.replace(read, acts=[one for one in read.acts if one == "reopen"])

    async def accept(
        self, officer: StaffMember, dossier_id: UUID, *, version: int, key: str
    ) -> DossierLine:
        """See the Protocol."""
        await self.act_at_desk(officer, dossier_id, Act(kind="accept", version=version), key=key)
        async with self._engines.pool.acquire() as conn:
            row = await queries.line_at_desk(conn, officer.at(*DESK_ROLES), dossier_id)
        [line] = await shaping.lines(self._engines, [row], name=True)
        return line

    async def act_at_desk(
        self, officer: StaffMember, dossier_id: UUID, act: Act, *, key: str
    ) -> None:
        """See the Protocol."""
        await acts.by_officer(self._engines, officer, dossier_id, act, key)

    async def act(self, me: Person, dossier_id: UUID, act: Act, *, key: str) -> None:
        """See the Protocol."""
        await acts.by_citizen(self._engines, me, dossier_id, act, key)

    async def rate(
        self, me: Person, dossier_id: UUID, rating: int, *, comment: str | None = None, key: str
    ) -> None:
        """See the Protocol."""
        await ratings.rate(self._engines, me, dossier_id, rating, comment, key)

    async def track(self, code: str, pin: str, *, source: str) -> PublicDossier:
        """See the Protocol."""
        return await lookup.find(self._engines, code, pin, source)
