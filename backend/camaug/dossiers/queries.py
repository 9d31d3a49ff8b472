"""Dossiers. Every read names the owner or the officer's agencies in its WHERE."""

from datetime import date, datetime
from uuid import UUID

from camaug.dossiers.schemas import EventRow, Filed, Line, Looked, NewEvent, Sealed
from camaug.kernel import db

LINE = """
    select d.dossier_id, d.code, d.procedure_code,
           p.body ->> 'short_name' as procedure_name, p.body ->> 'name_en' as procedure_name_en,
           d.agency_id, a.name_vi as agency_name_vi, a.name_en as agency_name_en,
           d.status, d.submitted_at, d.accepted_at, d.due_at, d.finished_at, d.version,
           d.applicant_name_enc, d.organisation_enc, s.full_name as handler_name,
           case when d.status = 5 then (
               select supplemented_at from supplement where dossier_id = d.dossier_id
               order by requested_at desc limit 1
           ) end as supplemented_at
    from dossier d
    join procedure p on p.code = d.procedure_code and p.valid_from = d.procedure_valid_from
    join agency a on a.agency_id = d.agency_id
    left join staff s on s.staff_id = d.handler_id
"""


async def next_number(conn: db.Conn, agency_id: UUID, day: date) -> int:
    """The next number of that agency and day, unique and rising; gaps are allowed."""
    return await conn.fetchval(
        "insert into dossier_counter (agency_id, day, last) values ($1, $2, 1)"
        " on conflict (agency_id, day) do update set last = dossier_counter.last + 1"
        " returning last",
        agency_id,
        day,
    )


async def insert(conn: db.Conn, new: Filed, documents: list[tuple[UUID, str]]) -> None:
    """A dossier with status 1 and its files (document id, component id)."""
    await db.run(
        conn,
        "insert into dossier (dossier_id, code, citizen_id, agency_id, handling_agency_id,"
        " procedure_code, procedure_valid_from, plugin_id, status, submitted_at, answers_enc,"
        " applicant_name_enc, applicant_words, pin_enc, conditions_enc, organisation_enc)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11, $12, $13, $14, $15)",
        new.dossier_id,
        new.code,
        new.citizen_id,
        new.agency_id,
        new.handling_agency_id,
        new.procedure_code,
        new.procedure_valid_from,
        new.plugin_id,
        new.submitted_at,
        new.answers_enc,
        new.applicant_name_enc,
        new.applicant_words,
        new.pin_enc,
        new.conditions_enc,
        new.organisation_enc,
    )
    await db.run(
        conn,
        "insert into dossier_document (dossier_id, document_id, component_id)"
        " select $1, * from unnest($2::uuid[], $3::text[])",
        new.dossier_id,
        [document_id for document_id, _ in documents],
        [component_id for _, component_id in documents],
    )


async def append(conn: db.Conn, dossier_id: UUID, event: NewEvent) -> None:
    """The next entry of the timeline. The caller holds the dossier's row lock."""
    await db.run(
        conn,
        "insert into dossier_event (dossier_id, seq, at, kind, status, actor_kind, actor_id,"
        " agency_id, note_enc)"
        " select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8"
        " from dossier_event where dossier_id = $1",
        dossier_id,
        event.at,
        event.kind,
        event.status,
        event.actor_kind,
        event.actor_id,
        event.agency_id,
        event.note_enc,
    )


async def of_citizen(
    conn: db.Conn, citizen_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Line]:
    """The citizen's dossiers, newest first, from the keyset position on."""
    at, dossier_id = before or (None, None)
    return await db.many(
        conn,
        Line,
        LINE + " where d.citizen_id = $1 and ($2::timestamptz is null"
        " or (d.submitted_at, d.dossier_id) < ($2, $3::uuid))"
        " order by d.submitted_at desc, d.dossier_id desc limit $4",
        citizen_id,
        at,
        dossier_id,
        limit,
    )


async def open_of_citizen(conn: db.Conn, citizen_id: UUID, limit: int) -> list[Line]:
    """The citizen's dossiers that still run or wait for the person, what needs the person first."""
    return await db.many(
        conn,
        Line,
        LINE + " where d.citizen_id = $1 and d.status = any('{1,2,4,5,6,9}')"
        " order by d.status in (5, 6) desc, d.submitted_at desc limit $2",
        citizen_id,
        limit,
    )


async def line_of_citizen(conn: db.Conn, citizen_id: UUID, dossier_id: UUID) -> Line:
    """One own dossier. Raises `NotFound`."""
    return await db.one(
        conn, Line, LINE + " where d.dossier_id = $1 and d.citizen_id = $2", dossier_id, citizen_id
    )


async def line_at_desk(conn: db.Conn, agency_ids: list[UUID], dossier_id: UUID) -> Line:
    """One dossier that one of the agencies receives or handles. Raises `NotFound`."""
    return await db.one(
        conn,
        Line,
        LINE + " where d.dossier_id = $1"
        " and (d.agency_id = any($2) or d.handling_agency_id = any($2))",
        dossier_id,
        agency_ids,
    )


async def sealed(conn: db.Conn, dossier_id: UUID) -> Sealed:
    """The encrypted members; the caller has read the line with its permission."""
    return await db.one(
        conn,
        Sealed,
        "select citizen_id, agency_id, procedure_code, procedure_valid_from, answers_enc,"
        " conditions_enc, pin_enc from dossier where dossier_id = $1",
        dossier_id,
    )


async def events(conn: db.Conn, dossier_id: UUID) -> list[EventRow]:
    """The timeline, oldest first; officers by name, citizens never."""
    return await db.many(
        conn,
        EventRow,
        """
        select e.seq, e.kind, e.status, e.at, e.actor_kind, s.full_name as actor_name,
               a.name_vi as agency_name_vi, a.name_en as agency_name_en, e.note_enc
        from dossier_event e
        left join staff s on e.actor_kind = 'staff' and s.staff_id = e.actor_id
        left join agency a on a.agency_id = e.agency_id
        where e.dossier_id = $1 order by e.seq
        """,
        dossier_id,
    )


async def by_code(conn: db.Conn, code: str) -> Looked | None:
    """What a lookup reads; the PIN is compared by the caller."""
    return await db.maybe(
        conn,
        Looked,
        """
        select d.dossier_id, d.pin_enc, d.code, p.body ->> 'short_name' as procedure_name,
               p.body ->> 'name_en' as procedure_name_en, a.name_vi as agency_name_vi,
               a.name_en as agency_name_en, d.status, d.submitted_at, d.accepted_at, d.due_at
        from dossier d
        join procedure p on p.code = d.procedure_code and p.valid_from = d.procedure_valid_from
        join agency a on a.agency_id = d.agency_id
        where d.code = $1
        """,
        code,
    )


async def pin_failures(
    conn: db.Conn, code_idx: bytes, source_idx: bytes, since: datetime
) -> tuple[int, int]:
    """Wrong tries for the code since then: from this source, and from all."""
    row = await conn.fetchrow(
        "select count(*) filter (where source_idx = $2) as here, count(*) as everywhere"
        " from pin_failure where code_idx = $1 and at > $3",
        code_idx,
        source_idx,
        since,
    )
    return (row["here"], row["everywhere"]) if row else (0, 0)


async def add_pin_failure(conn: db.Conn, code_idx: bytes, source_idx: bytes, at: datetime) -> None:
    """Count one wrong try."""
    await db.run(
        conn,
        "insert into pin_failure (code_idx, source_idx, at) values ($1, $2, $3)",
        code_idx,
        source_idx,
        at,
    )
