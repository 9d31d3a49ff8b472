"""Statements of the counter: cases by the officer's own desk, filings, what a receipt reads."""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.kernel import db


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case as stored."""

    case_id: UUID
    agency_id: UUID
    citizen_id: UUID
    procedure_code: str | None
    mandate_enc: bytes | None
    answers_enc: bytes | None
    documents: dict[str, list[str]]
    updated_at: datetime


class FilingRow(msgspec.Struct, frozen=True, kw_only=True):
    """That a dossier came by a counter."""

    dossier_id: UUID
    staff_id: UUID
    agency_id: UUID
    mandate_enc: bytes
    originals: list[str]
    fee_vnd: int | None
    fee_note: str | None
    filed_at: datetime


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """The name of a member of staff."""

    full_name: str


_CASE = """
    select case_id, agency_id, citizen_id, procedure_code, mandate_enc, answers_enc, documents,
           updated_at
    from counter_case where staff_id = $1 and agency_id = any($2) and opened_at > $3
"""


async def open_case(
    conn: db.Conn, case_id: UUID, whose: tuple[UUID, UUID], citizen_id: UUID, now: datetime
) -> None:
    """A new case of `whose` officer and agency."""
    await db.run(
        conn,
        "insert into counter_case (case_id, staff_id, agency_id, citizen_id, opened_at, updated_at)"
        " values ($1, $2, $3, $4, $5, $5)",
        case_id,
        *whose,
        citizen_id,
        now,
    )


async def delete_old(conn: db.Conn, before: datetime) -> None:
    """Remove some cases that were opened before that instant and never filed."""
    await db.run(
        conn,
        "delete from counter_case where case_id in (select case_id from counter_case"
        " where opened_at <= $1 limit 50 for update skip locked)",
        before,
    )


async def case(
    conn: db.Conn, staff_id: UUID, agency_ids: list[UUID], since: datetime, case_id: UUID
) -> CaseRow:
    """The officer's own case, while the officer has that desk. Raises `NotFound`."""
    return await db.one(
        conn, CaseRow, _CASE + " and case_id = $4", staff_id, agency_ids, since, case_id
    )


async def cases(
    conn: db.Conn, staff_id: UUID, agency_ids: list[UUID], since: datetime
) -> list[CaseRow]:
    """The officer's unfinished cases, the latest first, at most twenty."""
    return await db.many(
        conn, CaseRow, _CASE + " order by updated_at desc limit 20", staff_id, agency_ids, since
    )


async def save(conn: db.Conn, row: CaseRow) -> bool:
    """Write what is typed so far; false when the case was filed or given up meanwhile."""
    touched = await db.run(
        conn,
        "update counter_case set procedure_code = $2, mandate_enc = $3, answers_enc = $4,"
        " documents = $5, updated_at = $6 where case_id = $1",
        row.case_id,
        row.procedure_code,
        row.mandate_enc,
        row.answers_enc,
        row.documents,
        row.updated_at,
    )
    return touched == 1


async def take(conn: db.Conn, staff_id: UUID, case_id: UUID) -> bool:
    """Take the officer's case out of the counter, for filing it; false when it is gone."""
    touched = await db.run(
        conn,
        "delete from counter_case where case_id = $1 and staff_id = $2",
        case_id,
        staff_id,
    )
    return touched == 1


async def add_filing(conn: db.Conn, row: FilingRow) -> None:
    """Keep how the dossier came."""
    await db.run(
        conn,
        "insert into counter_filing (dossier_id, staff_id, agency_id, mandate_enc, originals,"
        " fee_vnd, fee_note, filed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        row.dossier_id,
        row.staff_id,
        row.agency_id,
        row.mandate_enc,
        row.originals,
        row.fee_vnd,
        row.fee_note,
        row.filed_at,
    )


async def filing(conn: db.Conn, agency_ids: list[UUID], dossier_id: UUID) -> FilingRow | None:
    """How a dossier of the agencies came; None when the person filed it."""
    return await db.maybe(
        conn,
        FilingRow,
        "select f.dossier_id, f.staff_id, f.agency_id, f.mandate_enc, f.originals, f.fee_vnd,"
        " f.fee_note, f.filed_at from counter_filing f join dossier d using (dossier_id)"
        " where f.dossier_id = $1 and (d.agency_id = any($2) or d.handling_agency_id = any($2))",
        dossier_id,
        agency_ids,
    )


async def staff_name(conn: db.Conn, staff_id: UUID) -> str:
    """The officer's own name."""
    found = await db.one(conn, Name, "select full_name from staff where staff_id = $1", staff_id)
    return found.full_name
