"""Complaints about the handling of a dossier (phản ánh, kiến nghị): opened, answered, closed.

The owner opens one; a leader of the agency answers it, never who worked on the dossier. It is no
complaint (khiếu nại) by law. Row, audit row and event are one transaction; what people wrote is
sealed and stands in the row alone.
"""

from typing import Literal
from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.dossiers import complaint_desk as desk
from camaug.dossiers import complaint_queries as queries
from camaug.dossiers import cursors, deeds, undo_queries
from camaug.dossiers.acts import DESK_ROLES, LEADER
from camaug.dossiers.complaint_desk import DeskRow, Reader
from camaug.dossiers.complaint_queries import About, ComplaintRow
from camaug.dossiers.deeds import words
from camaug.kernel import db, outbox
from camaug.kernel.clock import local_date
from camaug.kernel.crypto import Vault
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.complaints import (
    LONGEST_COMPLAINT,
    MOST_COMPLAINTS,
    Complaint,
    ComplaintKind,
    ComplaintLine,
    ComplaintsOfDossier,
    DeskComplaint,
    Upheld,
)
from camaug_sdk.problems import Conflict, NotFound
from camaug_sdk.records import Page, Person, StaffMember

TEXT, ANSWER = "complaint|text", "complaint|answer"
PAGE = 20
ENDS: dict[str, tuple[str, str]] = {
    "withdraw": ("open", "withdrawn"),
    "close": ("answered", "closed"),
}
"""What the owner may do: from which state to which."""


async def open_one(
    engines: Engines, me: Person, dossier_id: UUID, kind: ComplaintKind, text: str, key: str
) -> UUID:
    """See `Complaints.complain`."""
    clean = words(text, "/text", LONGEST_COMPLAINT)

    async def do(conn: db.Conn) -> UUID:
        about = await queries.lock_dossier(conn, me.citizen_id, dossier_id)
        earlier = await queries.of_dossiers(conn, me.citizen_id, [dossier_id])
        if any(one.state == "open" for one in earlier):
            raise Conflict("complaint_open")
        if len(earlier) >= MOST_COMPLAINTS:
            raise Conflict("too_many_complaints", count=MOST_COMPLAINTS)
        await undo_queries.look(conn, [dossier_id], engines.clock.now())
        return await _insert(engines, conn, me, about, kind, clean)

    given = ("complaint.open", me.citizen_id, key)
    return await deeds.answer(engines, UUID, given, (dossier_id, kind, clean), do)


async def _insert(
    engines: Engines, conn: db.Conn, me: Person, about: About, kind: ComplaintKind, text: str
) -> UUID:
    """The row; its number is `PAHS-yymmdd-sequence`, by a rule of this project."""
    complaint_id, now = uuid7(), engines.clock.now()
    day = local_date(now)
    row = ComplaintRow(
        complaint_id=complaint_id,
        number=f"PAHS-{day:%y%m%d}-{await queries.next_number(conn, day):04d}",
        dossier_id=about.dossier_id,
        code=about.code,
        citizen_id=me.citizen_id,
        agency_id=about.agency_id,
        kind=kind,
        state="open",
        version=1,
        text_enc=engines.vault.seal_text(TEXT, complaint_id, text),
        answer_enc=None,
        upheld=None,
        opened_at=now,
        answered_at=None,
    )
    await queries.insert(conn, row)
    await _tell(engines, conn, Actor(kind="citizen", actor_id=me.citizen_id), row, "opened")
    return complaint_id


async def of_dossier(engines: Engines, me: Person, dossier_id: UUID) -> ComplaintsOfDossier:
    """See `Complaints.complaints`."""
    async with engines.pool.acquire() as conn:
        code = await queries.code(conn, me.citizen_id, dossier_id)
        if code is None:
            raise NotFound
        rows = await queries.of_dossiers(conn, me.citizen_id, [dossier_id])
    waits = any(one.state == "open" for one in rows)
    return ComplaintsOfDossier(
        dossier_id=dossier_id,
        code=code,
        items=[opened(engines.vault, one) for one in rows],
        may_open=not waits and len(rows) < MOST_COMPLAINTS,
    )


def opened(vault: Vault, row: ComplaintRow) -> Complaint:
    """What was said, and the answer, decrypted."""
    sealed = row.answer_enc
    return Complaint(
        complaint_id=row.complaint_id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        version=row.version,
        text=vault.open_text(TEXT, row.complaint_id, row.text_enc),
        opened_at=row.opened_at,
        answer=vault.open_text(ANSWER, row.complaint_id, sealed) if sealed else None,
        upheld=row.upheld,
        answered_at=row.answered_at,
    )


async def end(
    engines: Engines,
    me: Person,
    complaint_id: UUID,
    how: Literal["withdraw", "close"],
    seen: tuple[int, str],
) -> UUID:
    """See `Complaints.end_complaint`. `seen` is the version and the key."""
    version, key = seen
    start, to = ENDS[how]

    async def do(conn: db.Conn) -> UUID:
        row = await queries.lock_own(conn, me.citizen_id, complaint_id)
        _guard(row, start, version)
        await queries.end(conn, complaint_id, to, engines.clock.now())
        await _tell(engines, conn, Actor(kind="citizen", actor_id=me.citizen_id), row, to)
        return row.dossier_id

    given = ("complaint.end", me.citizen_id, key)
    return await deeds.answer(engines, UUID, given, (complaint_id, how, version), do)


def _guard(row: ComplaintRow, state: str, version: int) -> None:
    if row.version != version:
        raise Conflict
    if row.state != state:
        raise Conflict("complaint_not_now")


def _reader(engines: Engines, officer: StaffMember) -> Reader:
    return Reader(
        leads=officer.at(LEADER),
        officer_at=officer.at(*DESK_ROLES),
        staff_id=officer.staff_id,
        now=engines.clock.now(),
    )


async def queue(
    engines: Engines, officer: StaffMember, view: Literal["open", "done"], after: str | None
) -> Page[ComplaintLine]:
    """See `Complaints.complaint_queue`."""
    page = desk.open_page if view == "open" else desk.done_page
    position = cursors.position(after)
    async with engines.pool.acquire() as conn:
        rows = await page(conn, _reader(engines, officer), position, PAGE + 1)
    items = [_line(one) for one in rows[:PAGE]]
    last = items[-1] if len(rows) > PAGE else None
    return Page(
        items=items, next=cursors.cursor(last.opened_at, last.complaint_id) if last else None
    )


def _line(row: DeskRow) -> ComplaintLine:
    return ComplaintLine(
        complaint_id=row.complaint_id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        code=row.code,
        procedure_name=row.procedure_name,
        procedure_name_en=row.procedure_name_en,
        agency_name_vi=row.agency_name_vi,
        agency_name_en=row.agency_name_en,
        opened_at=row.opened_at,
    )


async def at_desk(engines: Engines, officer: StaffMember, complaint_id: UUID) -> DeskComplaint:
    """See `Complaints.complaint_at_desk`."""
    async with db.transaction(engines.pool) as conn:
        row = await desk.at_desk(conn, _reader(engines, officer), complaint_id)
        await _record(engines, conn, Actor(kind="staff", actor_id=officer.staff_id), row, "read")
    complaint = opened(engines.vault, row)
    return DeskComplaint(line=_line(row), complaint=complaint, may_answer=row.state == "open")


async def answer(
    engines: Engines,
    officer: StaffMember,
    complaint_id: UUID,
    said: tuple[str, Upheld],
    seen: tuple[int, str],
) -> None:
    """See `Complaints.answer_complaint`. `said` is text and verdict, `seen` version and key."""
    (text, upheld), (version, key) = said, seen
    clean = words(text, "/text", LONGEST_COMPLAINT)

    async def do(conn: db.Conn) -> None:
        row = await desk.lock_at_desk(conn, _reader(engines, officer), complaint_id)
        _guard(row, "open", version)
        sealed = engines.vault.seal_text(ANSWER, complaint_id, clean)
        by, now = officer.staff_id, engines.clock.now()
        await queries.answer(conn, complaint_id, sealed, upheld, by, now)
        await _tell(engines, conn, Actor(kind="staff", actor_id=by), row, "answered")

    given = ("complaint.answer", officer.staff_id, key)
    await deeds.once(engines, given, (complaint_id, clean, upheld, version), do)


async def _tell(
    engines: Engines, conn: db.Conn, actor: Actor, row: ComplaintRow, what: str
) -> None:
    """Audit row and event: ids and codes."""
    await _record(engines, conn, actor, row, what)
    data: dict[str, str | int | None] = {
        "complaint_id": str(row.complaint_id),
        "number": row.number,
        "dossier_id": str(row.dossier_id),
        "citizen_id": str(row.citizen_id),
        "agency_id": str(row.agency_id),
        "code": row.code,
    }
    await outbox.emit(conn, f"complaint.{what}", data, at=engines.clock.now())


async def _record(
    engines: Engines, conn: db.Conn, actor: Actor, row: ComplaintRow, what: str
) -> None:
    await record(
        conn,
        actor,
        f"complaint.{what}",
        ("complaint", row.complaint_id),
        at=engines.clock.now(),
        agency_id=row.agency_id,
        detail={"number": row.number, "code": row.code, "kind": row.kind},
    )
