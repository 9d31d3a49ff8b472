"""Dossiers. Every read names the owner or the officer's agencies in its WHERE."""

from datetime import datetime
from uuid import UUID

from camaug.dossiers.schemas import Line, Looked, NewEvent, SealedPin
from camaug.kernel import db

COLUMNS = """
    select d.dossier_id, d.code, d.procedure_code,
           p.body ->> 'short_name' as procedure_name, p.body ->> 'name_en' as procedure_name_en,
           d.agency_id, a.name_vi as agency_name_vi, a.name_en as agency_name_en,
           d.status, d.submitted_at, d.accepted_at, d.due_at, d.finished_at, d.version,
           d.applicant_name_enc, d.organisation_enc, d.handler_id, s.full_name as handler_name,
           d.appointed_at,
           case when d.status = 5 then (
               select supplemented_at from supplement where dossier_id = d.dossier_id
               order by requested_at desc limit 1
           ) end as supplemented_at
"""
TABLES = """
    from dossier d
    join procedure p on p.code = d.procedure_code and p.valid_from = d.procedure_valid_from
    join agency a on a.agency_id = d.agency_id
    left join staff s on s.staff_id = d.handler_id
"""
LINE = COLUMNS + TABLES


async def is_staff(conn: db.Conn, person_id: UUID | None) -> bool:
    """Whether the id is that of a member of staff."""
    found = await conn.fetchval("select 1 from staff where staff_id = $1", person_id)
    return found is not None


async def last_seq(conn: db.Conn, dossier_id: UUID) -> int:
    """The number of the last entry of the timeline."""
    found: int = await conn.fetchval(
        "select max(seq) from dossier_event where dossier_id = $1", dossier_id
    )
    return found


async def end_seq(conn: db.Conn, dossier_id: UUID) -> int:
    """The entry by which the dossier has ended."""
    found: int = await conn.fetchval(
        "select max(seq) from dossier_event e where dossier_id = $1"
        " and kind in ('completed', 'stopped', 'refused')"
        " and not exists (select from dossier_event r"
        " where r.dossier_id = e.dossier_id and r.reverts = e.seq)",
        dossier_id,
    )
    return found


async def append(conn: db.Conn, dossier_id: UUID, event: NewEvent) -> None:
    """The next entry of the timeline. The caller holds the dossier's row lock."""
    await db.run(
        conn,
        "insert into dossier_event (dossier_id, seq, at, kind, status, actor_kind, actor_id,"
        " agency_id, note_enc, reverts)"
        " select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9"
        " from dossier_event where dossier_id = $1",
        dossier_id,
        event.at,
        event.kind,
        event.status,
        event.actor_kind,
        event.actor_id,
        event.agency_id,
        event.note_enc,
        event.reverts,
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
        " order by d.stage in (5, 6) desc, d.submitted_at desc limit $2",
        citizen_id,
        limit,
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


async def pin_of_code(conn: db.Conn, code: str) -> SealedPin | None:
    """All that a lookup reads before the PIN is right, so that it costs what no dossier costs."""
    return await db.maybe(
        conn,
        SealedPin,
        "select dossier_id, pin_enc from dossier where code = $1 and citizen_id is not null",
        code,
    )


async def looked_up(conn: db.Conn, dossier_id: UUID) -> Looked:
    """What the right PIN shows."""
    return await db.one(
        conn,
        Looked,
        """
        select d.code, p.body ->> 'short_name' as procedure_name,
               p.body ->> 'name_en' as procedure_name_en, a.name_vi as agency_name_vi,
               a.name_en as agency_name_en, d.status, d.submitted_at, d.accepted_at,
               d.due_at, d.appointed_at
        from dossier d
        join procedure p on p.code = d.procedure_code and p.valid_from = d.procedure_valid_from
        join agency a on a.agency_id = d.agency_id
        where d.dossier_id = $1
        """,
        dossier_id,
    )


async def lock_code(conn: db.Conn, code_idx: bytes) -> None:
    """Let one try of a code at a time look and count, until the transaction ends."""
    await db.lock(conn, code_idx.hex())


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
