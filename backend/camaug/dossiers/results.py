"""The result of a dossier as files: added by finishing, replaced by correction and reopening."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from camaug.documents import queries as file_queries
from camaug.dossiers import holding
from camaug.kernel import db
from camaug_sdk.problems import FieldError, Invalid


async def check(
    conn: db.Conn,
    dossier_id: UUID,
    officer_id: UUID | None,
    wanted: Sequence[UUID],
    pointer: str = "/documents/result",
) -> None:
    """Checked files of the officer's; one that was a result before is none again.

    Raises `Invalid`.
    """
    rows = await file_queries.own_many(conn, officer_id, list(wanted)) if officer_id else []
    usable = {row.document_id for row in rows if row.state in ("checked", "clean")}
    if not wanted:
        raise Invalid(errors=[FieldError(pointer=pointer, code="file_missing")])
    if not usable.issuperset(wanted) or await _known(conn, dossier_id, wanted):
        raise Invalid(errors=[FieldError(pointer=pointer, code="file_unusable")])


async def attach(
    conn: db.Conn,
    dossier_id: UUID,
    officer_id: UUID | None,
    wanted: Sequence[UUID],
    pointer: str = "/documents/result",
) -> None:
    """Add them. Raises `Invalid` as `check`."""
    await check(conn, dossier_id, officer_id, wanted, pointer)
    await holding.attach(conn, dossier_id, "result", [(one, "result") for one in wanted])


async def _known(conn: db.Conn, dossier_id: UUID, wanted: Sequence[UUID]) -> bool:
    found: bool = await conn.fetchval(
        "select exists (select from dossier_document"
        " where dossier_id = $1 and part = 'result' and document_id = any($2))",
        dossier_id,
        wanted,
    )
    return found


async def replace(conn: db.Conn, dossier_id: UUID, at: datetime) -> None:
    """What is the result now is an old one from then on."""
    await db.run(
        conn,
        "update dossier_document set replaced_at = $2"
        " where dossier_id = $1 and part = 'result' and replaced_at is null",
        dossier_id,
        at,
    )


async def remove(conn: db.Conn, dossier_id: UUID, documents: Sequence[UUID]) -> None:
    """Take away what an act that is undone has added."""
    await db.run(
        conn,
        "delete from dossier_document"
        " where dossier_id = $1 and part = 'result' and document_id = any($2)",
        dossier_id,
        documents,
    )
