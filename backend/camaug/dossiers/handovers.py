"""The hand-overs of a dossier as rows: written by acts, read by the control slip."""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.dossiers.schemas import Held
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.handing import Handover

NOTE = "handover|note"
MOST_ON_A_SLIP = 200


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Who hands over, and to whom; without `to_staff_id` to the agency's desk."""

    by: UUID
    to_agency_id: UUID
    to_staff_id: UUID | None = None
    note: str | None = None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over that nobody has confirmed."""

    handover_id: UUID
    to_agency_id: UUID
    to_staff_id: UUID | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row with the names of everybody in it."""

    handover_id: UUID
    from_name: str
    from_agency_vi: str
    from_agency_en: str
    to_name: str | None
    to_agency_vi: str
    to_agency_en: str
    handed_at: datetime
    due_at: datetime | None
    received_at: datetime | None
    received_by: str | None
    closed_at: datetime | None
    note_enc: bytes | None


async def hand(engines: Engines, conn: db.Conn, held: Held, way: Way) -> None:
    """Write a hand-over that waits to be received; one before it waits no longer."""
    handover_id, now = uuid7(), engines.clock.now()
    await close(conn, held.dossier_id, now)
    sealed = engines.vault.seal_text(NOTE, handover_id, way.note) if way.note else None
    await db.run(
        conn,
        "insert into handover (handover_id, dossier_id, from_agency_id, from_staff_id,"
        " to_agency_id, to_staff_id, handed_at, due_at, note_enc)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        handover_id,
        held.dossier_id,
        held.acting_agency_id or held.agency_id,
        way.by,
        way.to_agency_id,
        way.to_staff_id,
        now,
        held.due_at,
        sealed,
    )


async def waiting(conn: db.Conn, dossier_id: UUID) -> Waiting | None:
    """The hand-over that nobody has confirmed. The caller holds the dossier's row lock."""
    return await db.maybe(
        conn,
        Waiting,
        "select handover_id, to_agency_id, to_staff_id from handover"
        " where dossier_id = $1 and received_at is null and closed_at is null",
        dossier_id,
    )


async def receive(conn: db.Conn, handover_id: UUID, by: UUID, at: datetime) -> None:
    """It has arrived."""
    await db.run(
        conn,
        "update handover set received_at = $3, received_by = $2 where handover_id = $1",
        handover_id,
        by,
        at,
    )


async def close(conn: db.Conn, dossier_id: UUID, at: datetime) -> None:
    """The dossier goes on without a receipt."""
    await db.run(
        conn,
        "update handover set closed_at = $2"
        " where dossier_id = $1 and received_at is null and closed_at is null",
        dossier_id,
        at,
    )


async def of_dossier(conn: db.Conn, agency_ids: list[UUID], dossier_id: UUID) -> list[Line]:
    """Every hand-over of a dossier that one of the agencies receives or handles, oldest first."""
    return await db.many(
        conn,
        Line,
        """
        select h.handover_id, g.full_name as from_name, f.name_vi as from_agency_vi,
               f.name_en as from_agency_en, t.full_name as to_name, o.name_vi as to_agency_vi,
               o.name_en as to_agency_en, h.handed_at, h.due_at, h.received_at,
               r.full_name as received_by, h.closed_at, h.note_enc
        from dossier d
        join handover h on h.dossier_id = d.dossier_id
        join agency f on f.agency_id = h.from_agency_id
        join agency o on o.agency_id = h.to_agency_id
        join staff g on g.staff_id = h.from_staff_id
        left join staff t on t.staff_id = h.to_staff_id
        left join staff r on r.staff_id = h.received_by
        where d.dossier_id = $1 and (d.agency_id = any($2) or d.handling_agency_id = any($2))
        order by h.handed_at, h.handover_id limit $3
        """,
        dossier_id,
        agency_ids,
        MOST_ON_A_SLIP,
    )


def opened(engines: Engines, row: Line) -> Handover:
    """The line as the slip has it."""
    sealed = row.note_enc
    return Handover(
        from_name=row.from_name,
        from_agency_vi=row.from_agency_vi,
        from_agency_en=row.from_agency_en,
        to_name=row.to_name,
        to_agency_vi=row.to_agency_vi,
        to_agency_en=row.to_agency_en,
        handed_at=row.handed_at,
        due_at=row.due_at,
        received_at=row.received_at,
        received_by=row.received_by,
        closed_at=row.closed_at,
        note=engines.vault.open_text(NOTE, row.handover_id, sealed) if sealed else None,
    )
