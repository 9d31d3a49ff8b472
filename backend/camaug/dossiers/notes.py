"""Internal notes on a dossier: what officers write to each other, sealed.

For officers of the agencies that receive or handle it. They stand in no timeline, no export and no
list of looks; audit rows and events hold ids. A note may be written anew for ten minutes, then it
stands.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.dossiers import deeds, holding, queries
from camaug.dossiers.acts import DESK_ROLES
from camaug.dossiers.deeds import words
from camaug.dossiers.schemas import Held
from camaug.kernel import db, outbox
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.notes import LONGEST_NOTE, MINUTES_TO_EDIT, MOST_NOTES, Note
from camaug_sdk.problems import Conflict, NotFound
from camaug_sdk.records import StaffMember

TEXT = "dossier_note|text"
TO_EDIT = timedelta(minutes=MINUTES_TO_EDIT)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A note as stored, with the names of its author and the author's agency."""

    note_id: UUID
    author_id: UUID
    author: str
    agency_name_vi: str
    agency_name_en: str
    text_enc: bytes
    written_at: datetime
    edited_at: datetime | None


class _Own(msgspec.Struct, frozen=True, kw_only=True):
    agency_id: UUID
    written_at: datetime


async def of_dossier(engines: Engines, officer: StaffMember, dossier_id: UUID) -> list[Note]:
    """See `Notes.notes`."""
    own = officer.at(*DESK_ROLES)
    async with engines.pool.acquire() as conn:
        await queries.line_at_desk(conn, own, dossier_id)
        rows = await db.many(
            conn,
            Row,
            "select n.note_id, n.author_id, s.full_name as author, a.name_vi as agency_name_vi,"
            " a.name_en as agency_name_en, n.text_enc, n.written_at, n.edited_at"
            " from dossier d join dossier_note n on n.dossier_id = d.dossier_id"
            " join staff s on s.staff_id = n.author_id join agency a on a.agency_id = n.agency_id"
            " where d.dossier_id = $1 and (d.agency_id = any($2) or d.handling_agency_id = any($2))"
            " order by n.written_at, n.note_id",
            dossier_id,
            own,
        )
    since = engines.clock.now() - TO_EDIT
    return [
        Note(
            note_id=row.note_id,
            text=engines.vault.open_text(TEXT, row.note_id, row.text_enc),
            author=row.author,
            agency_name_vi=row.agency_name_vi,
            agency_name_en=row.agency_name_en,
            written_at=row.written_at,
            edited_at=row.edited_at,
            may_edit=row.author_id == officer.staff_id and row.written_at > since,
        )
        for row in rows
    ]


async def write(
    engines: Engines, officer: StaffMember, dossier_id: UUID, text: str, key: str
) -> UUID:
    """See `Notes.write_note`."""
    clean = words(text, "/text", LONGEST_NOTE)

    async def do(conn: db.Conn) -> UUID:
        held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
        many = await conn.fetchval(
            "select count(*) from dossier_note where dossier_id = $1", dossier_id
        )
        if many >= MOST_NOTES:
            raise Conflict("too_many_notes", count=MOST_NOTES)
        note_id = uuid7()
        await db.run(
            conn,
            "insert into dossier_note (note_id, dossier_id, agency_id, author_id, text_enc,"
            " written_at) values ($1, $2, $3, $4, $5, $6)",
            note_id,
            dossier_id,
            held.acting_agency_id or held.agency_id,
            officer.staff_id,
            engines.vault.seal_text(TEXT, note_id, clean),
            engines.clock.now(),
        )
        await _tell(engines, conn, officer, held, (note_id, "written"))
        return note_id

    given = ("note.write", officer.staff_id, key)
    return await deeds.answer(engines, UUID, given, (dossier_id, clean), do)


async def edit(
    engines: Engines, officer: StaffMember, what: tuple[UUID, UUID], text: str, key: str
) -> None:
    """See `Notes.edit_note`; `what` is the dossier and the note."""
    clean, (dossier_id, note_id) = words(text, "/text", LONGEST_NOTE), what

    async def do(conn: db.Conn) -> UUID:
        held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
        own = await db.maybe(
            conn,
            _Own,
            "select agency_id, written_at from dossier_note"
            " where note_id = $1 and dossier_id = $2 and author_id = $3",
            note_id,
            dossier_id,
            officer.staff_id,
        )
        if own is None:
            raise NotFound
        now = engines.clock.now()
        if own.written_at <= now - TO_EDIT:
            raise Conflict("note_stands", count=MINUTES_TO_EDIT)
        await db.run(
            conn,
            "update dossier_note set text_enc = $2, edited_at = $3 where note_id = $1",
            note_id,
            engines.vault.seal_text(TEXT, note_id, clean),
            now,
        )
        await _tell(engines, conn, officer, held, (note_id, "edited"))
        return note_id

    given = ("note.edit", officer.staff_id, key)
    await deeds.answer(engines, UUID, given, (dossier_id, note_id, clean), do)


async def _tell(
    engines: Engines, conn: db.Conn, officer: StaffMember, held: Held, what: tuple[UUID, str]
) -> None:
    """Audit row and event: ids and codes."""
    (note_id, happened), now = what, engines.clock.now()
    own = held.acting_agency_id or held.agency_id
    await record(
        conn,
        Actor(kind="staff", actor_id=officer.staff_id),
        f"note.{happened}",
        ("dossier_note", note_id),
        at=now,
        agency_id=own,
        detail={"dossier_id": str(held.dossier_id), "code": held.code},
    )
    data: dict[str, str | int | None] = {
        "note_id": str(note_id),
        "dossier_id": str(held.dossier_id),
        "agency_id": str(held.agency_id),
        "code": held.code,
    }
    await outbox.emit(conn, f"note.{happened}", data, at=now)
