"""Drafts: one a citizen and procedure."""

from uuid import UUID

from camaug.dossiers.schemas import DraftRow
from camaug.kernel import db


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
    """Remove the draft once it is filed."""
    await db.run(
        conn,
        "delete from draft where citizen_id = $1 and procedure_code = $2",
        citizen_id,
        procedure_code,
    )
