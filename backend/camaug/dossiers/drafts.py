"""Drafts: one a citizen and procedure."""

from uuid import UUID

from camaug.dossiers.schemas import DraftRow
from camaug.kernel import db
from camaug_sdk.records import DraftLine


async def get(conn: db.Conn, citizen_id: UUID, procedure_code: str) -> DraftRow | None:
    """The citizen's draft of that procedure."""
    return await db.maybe(
        conn,
        DraftRow,
        "select draft_id, procedure_code, answers_enc, documents, updated_at from draft"
        " where citizen_id = $1 and procedure_code = $2",
        citizen_id,
        procedure_code,
    )


async def of_citizen(conn: db.Conn, citizen_id: UUID) -> list[DraftLine]:
    """The citizen's drafts, the latest first, by the newest names of their procedures."""
    return await db.many(
        conn,
        DraftLine,
        """
        select d.procedure_code, p.body ->> 'short_name' as procedure_name,
               p.body ->> 'name_en' as procedure_name_en, d.updated_at
        from draft d
        join lateral (
            select body from procedure where code = d.procedure_code
            order by valid_from desc limit 1
        ) p on true
        where d.citizen_id = $1 order by d.updated_at desc
        """,
        citizen_id,
    )


async def save(conn: db.Conn, citizen_id: UUID, row: DraftRow) -> None:
    """Insert or replace the draft; the id of the first save stays."""
    await db.run(
        conn,
        "insert into draft (draft_id, citizen_id, procedure_code, answers_enc, documents,"
        " updated_at) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (citizen_id, procedure_code) do update set draft_id = $1,"
        " answers_enc = $4, documents = $5, updated_at = $6",
        row.draft_id,
        citizen_id,
        row.procedure_code,
        row.answers_enc,
        row.documents,
        row.updated_at,
    )


async def delete(conn: db.Conn, citizen_id: UUID, procedure_code: str) -> None:
    """Remove the draft, filed or given up."""
    await db.run(
        conn,
        "delete from draft where citizen_id = $1 and procedure_code = $2",
        citizen_id,
        procedure_code,
    )
