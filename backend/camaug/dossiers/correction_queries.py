"""Statements of corrections: who wrote an entry, and what is kept beside it."""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.kernel import db


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a timeline as one who corrects it needs it."""

    kind: str
    actor_kind: str
    actor_id: UUID | None
    agency_id: UUID | None
    has_note: bool
    undone: bool
    approved: bool


class NewCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """A correction that is to be kept; `seq` is its own entry, `of_seq` the one it corrects."""

    dossier_id: UUID
    seq: int
    what: str
    of_seq: int | None = None
    text_enc: bytes | None = None
    was_channel: int | None = None


async def entry(conn: db.Conn, dossier_id: UUID, seq: int) -> Written | None:
    """That entry. The caller holds the dossier's row lock by a right to it."""
    return await db.maybe(
        conn,
        Written,
        "select kind, actor_kind, actor_id, agency_id, note_enc is not null as has_note,"
        " exists (select from dossier_event r where r.dossier_id = e.dossier_id"
        " and r.reverts = e.seq and r.kind = 'undone') as undone,"
        " exists (select from dossier_event a where a.dossier_id = e.dossier_id"
        " and a.seq = e.seq - 1 and a.kind = 'approved') as approved"
        " from dossier_event e where dossier_id = $1 and seq = $2",
        dossier_id,
        seq,
    )


async def channel(conn: db.Conn, dossier_id: UUID) -> int:
    """How the dossier came. The caller holds its row lock."""
    found: int = await conn.fetchval(
        "select channel from dossier where dossier_id = $1", dossier_id
    )
    return found


async def insert(conn: db.Conn, new: NewCorrection, at: datetime) -> None:
    """Keep a correction."""
    await db.run(
        conn,
        "insert into dossier_correction (dossier_id, seq, what, of_seq, text_enc, was_channel, at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        new.dossier_id,
        new.seq,
        new.what,
        new.of_seq,
        new.text_enc,
        new.was_channel,
        at,
    )


async def touch(conn: db.Conn, dossier_id: UUID) -> None:
    """The version rises by one: whoever has an older one before the eyes must look again."""
    await db.run(conn, "update dossier set version = version + 1 where dossier_id = $1", dossier_id)
