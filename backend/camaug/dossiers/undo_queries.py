"""Statements of undo: what an act has changed, who has looked since, whether its event has left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.kernel import db

KEPT = timedelta(days=1)
"""A delivery that comes twice must find that its act was undone."""


class Undoable(msgspec.Struct, frozen=True, kw_only=True):
    """An act that may be undone; from `status` on the row as it was before."""

    dossier_id: UUID
    version: int
    seq: int
    event_id: UUID
    staff_id: UUID
    at: datetime
    until: datetime
    looked_at: datetime | None = None
    left_at: datetime | None = None
    begun_id: UUID | None
    ended_id: UUID | None
    added: list[UUID]
    status: int
    handler_id: UUID | None
    accepted_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None


async def keep(conn: db.Conn, one: Undoable) -> None:
    """Keep what would be needed; of the dossier goes what is older than a day and was delivered.

    What was undone counts as delivered once its delivery has come by and found it so.
    """
    await db.run(
        conn,
        """
        with old as (
            delete from dossier_undo where dossier_id = $1 and at < $17 and left_at is not null
        )
        insert into dossier_undo (dossier_id, version, seq, event_id, staff_id, at, until, begun_id,
            ended_id, added, status, handler_id, accepted_at, due_at, finished_at, looked_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """,
        one.dossier_id,
        one.version,
        one.seq,
        one.event_id,
        one.staff_id,
        one.at,
        one.until,
        one.begun_id,
        one.ended_id,
        one.added,
        one.status,
        one.handler_id,
        one.accepted_at,
        one.due_at,
        one.finished_at,
        one.looked_at,
        one.at - KEPT,
    )


async def latest(conn: db.Conn, dossier_id: UUID, version: int) -> Undoable | None:
    """The act that has led to this version, locked; None when something else has."""
    return await db.maybe(
        conn,
        Undoable,
        "select dossier_id, version, seq, event_id, staff_id, at, until, looked_at, left_at,"
        " begun_id, ended_id, added, status, handler_id, accepted_at, due_at, finished_at"
        " from dossier_undo where dossier_id = $1 and version = $2 and undone_at is null"
        " for update",
        dossier_id,
        version,
    )


async def done(conn: db.Conn, one: Undoable, at: datetime) -> None:
    """It is undone: its event will never be delivered."""
    await db.run(
        conn,
        "update dossier_undo set undone_at = $3 where dossier_id = $1 and version = $2",
        one.dossier_id,
        one.version,
        at,
    )


async def put_back(conn: db.Conn, one: Undoable) -> None:
    """The dossier's row as it was before the act; only the version goes on rising."""
    await db.run(
        conn,
        "update dossier set version = version + 1, status = $2, handler_id = $3, accepted_at = $4,"
        " due_at = $5, finished_at = $6, supplied = $2::smallint = 5 and ("
        "    select supplemented_at from supplement s where s.dossier_id = dossier.dossier_id"
        "    order by requested_at desc limit 1) is not null where dossier_id = $1",
        one.dossier_id,
        one.status,
        one.handler_id,
        one.accepted_at,
        one.due_at,
        one.finished_at,
    )


async def look(conn: db.Conn, dossier_ids: Sequence[UUID], at: datetime) -> None:
    """Owner or relative has seen how these stand now: the last act has left the house."""
    await db.run(
        conn,
        "update dossier_undo set looked_at = $2"
        " where dossier_id = any($1) and until > $2 and looked_at is null and undone_at is null",
        dossier_ids,
        at,
    )


async def kept(conn: db.Conn, dossier_id: UUID, at: datetime) -> list[UUID]:
    """The events of acts that are kept back still, the oldest first."""
    rows = await conn.fetch(
        "select event_id from dossier_undo where dossier_id = $1 and until > $2"
        " and left_at is null and undone_at is null order by version",
        dossier_id,
        at,
    )
    return [row["event_id"] for row in rows]


async def leave(conn: db.Conn, event_id: UUID, at: datetime) -> bool:
    """The event is handed out now, unless its act was undone or it has left before; if it is."""
    stays: bool | None = await conn.fetchval(
        "select undone_at is not null or left_at is not null from dossier_undo"
        " where event_id = $1 for update",
        event_id,
    )
    await db.run(
        conn,
        "update dossier_undo set left_at = $2 where event_id = $1 and left_at is null",
        event_id,
        at,
    )
    return not stays
