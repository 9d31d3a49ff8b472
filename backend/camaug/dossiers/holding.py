"""Statements of one act on one dossier: lock it with its permission, change it, tell why."""

from datetime import datetime
from uuid import UUID

from camaug.dossiers.schemas import Change, Held, SupplementRow
from camaug.kernel import db
from camaug_sdk.problems import NotFound

_COLUMNS = """
    select dossier_id, code, citizen_id, agency_id, procedure_code, procedure_valid_from, status,
           version, accepted_at, due_at, appointed_at, handler_id, handling_agency_id, finished_at
"""
_HELD = _COLUMNS + " from dossier "


async def by_officer(conn: db.Conn, agency_ids: list[UUID], dossier_id: UUID) -> Held:
    """Lock a dossier that one of the agencies receives or handles. Raises `NotFound`."""
    return await db.one(
        conn,
        Held,
        _COLUMNS + ", case when agency_id = any($2) then agency_id else handling_agency_id end"
        " as acting_agency_id from dossier where dossier_id = $1"
        " and (agency_id = any($2) or handling_agency_id = any($2)) for update",
        dossier_id,
        agency_ids,
    )


async def acting(conn: db.Conn, agency_ids: list[UUID], dossier_id: UUID) -> UUID:
    """The agency by which somebody of these has a dossier. Raises `NotFound`."""
    found: UUID | None = await conn.fetchval(
        "select case when agency_id = any($2) then agency_id else handling_agency_id end"
        " from dossier where dossier_id = $1"
        " and (agency_id = any($2) or handling_agency_id = any($2))",
        dossier_id,
        agency_ids,
    )
    if found is None:
        raise NotFound
    return found


async def accepted(conn: db.Conn, agency_ids: list[UUID], dossier_id: UUID) -> bool | None:
    """Whether a dossier of one of the agencies was accepted; None when they have no such one."""
    found: bool | None = await conn.fetchval(
        "select accepted_at is not null from dossier where dossier_id = $1"
        " and (agency_id = any($2) or handling_agency_id = any($2))",
        dossier_id,
        agency_ids,
    )
    return found


async def by_citizen(conn: db.Conn, citizen_id: UUID, dossier_id: UUID) -> Held:
    """Lock an own dossier. Raises `NotFound`."""
    return await db.one(
        conn,
        Held,
        _HELD + " where dossier_id = $1 and citizen_id = $2 for update",
        dossier_id,
        citizen_id,
    )


async def by_leader(conn: db.Conn, led: list[UUID], dossier_id: UUID) -> Held:
    """Lock a dossier on which something was proposed to one of the led agencies, ever.

    Raises `NotFound`.
    """
    return await db.one(
        conn,
        Held,
        _HELD + " where dossier_id = $1 and exists (select from proposal p"
        " where p.dossier_id = dossier.dossier_id and p.agency_id = any($2)) for update",
        dossier_id,
        led,
    )


async def change(conn: db.Conn, dossier_id: UUID, what: Change) -> None:
    """Write what an act changes; the version rises by one. A new agency has no handler yet.

    Who acts holds what nobody held, and takes nothing out of a colleague's hands.
    """
    await db.run(
        conn,
        """
        update dossier set
            version = version + 1,
            status = coalesce($2, status),
            supplied = $10 or (supplied and $2::smallint is null),
            handler_id = case when $4::uuid is not null then null
                              else coalesce(handler_id, $3) end,
            agency_id = coalesce($4, agency_id),
            handling_agency_id = coalesce($4, handling_agency_id),
            accepted_at = coalesce($5, accepted_at),
            due_at = coalesce($6, due_at),
            finished_at = case when $9 then null else coalesce($7, finished_at) end,
            appointed_at = coalesce($8, appointed_at)
        where dossier_id = $1
        """,
        dossier_id,
        what.status,
        what.handler_id,
        what.agency_id,
        what.accepted_at,
        what.due_at,
        what.finished_at,
        what.appointed_at,
        what.reopened,
        what.supplied,
    )


async def hold(conn: db.Conn, dossier_id: UUID, handler_id: UUID | None) -> None:
    """Put it into somebody's hands, or into nobody's; the version rises by one."""
    await db.run(
        conn,
        "update dossier set version = version + 1, handler_id = $2 where dossier_id = $1",
        dossier_id,
        handler_id,
    )


async def attach(
    conn: db.Conn, dossier_id: UUID, part: str, documents: list[tuple[UUID, str]]
) -> None:
    """Add files (document id, component id) as `paper` or `result`."""
    await db.run(
        conn,
        "insert into dossier_document (dossier_id, document_id, component_id, part)"
        " select $1, added.*, $4 from unnest($2::uuid[], $3::text[]) added on conflict do nothing",
        dossier_id,
        [document_id for document_id, _ in documents],
        [component_id for _, component_id in documents],
        part,
    )


async def supplements(conn: db.Conn, dossier_id: UUID) -> list[SupplementRow]:
    """The requests for papers, oldest first."""
    return await db.many(
        conn,
        SupplementRow,
        "select supplement_id, requested_at, reason_enc, supplemented_at, ended_at"
        " from supplement where dossier_id = $1 order by requested_at",
        dossier_id,
    )


async def ask(
    conn: db.Conn, supplement_id: UUID, dossier_id: UUID, by: UUID, reason: bytes, at: datetime
) -> None:
    """Record a request for papers: the pause begins."""
    await db.run(
        conn,
        "insert into supplement (supplement_id, dossier_id, requested_at, requested_by, reason_enc)"
        " values ($1, $2, $3, $4, $5)",
        supplement_id,
        dossier_id,
        at,
        by,
        reason,
    )


async def end_supplement(conn: db.Conn, dossier_id: UUID, at: datetime) -> bool:
    """The papers have come: end the open pause, if there is one; whether there was."""
    touched = await db.run(
        conn,
        "update supplement set ended_at = $2, supplemented_at = $2"
        " where dossier_id = $1 and ended_at is null",
        dossier_id,
        at,
    )
    return touched == 1
