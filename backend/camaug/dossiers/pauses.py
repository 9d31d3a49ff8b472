"""When the clock of a dossier stands still: requests for papers, and for a payment.

That a payment pauses the clock like a supplement is a rule of this project (`statuses.tsv`).
"""

from datetime import datetime
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug.procedures.deadlines import Pause


class _Pause(msgspec.Struct, frozen=True, kw_only=True):
    begin: datetime
    end: datetime | None


async def of_dossier(conn: db.Conn, dossier_id: UUID) -> list[Pause]:
    """Every pause so far, by its begin; the end of one that goes on is None."""
    rows = await db.many(
        conn,
        _Pause,
        'select requested_at as begin, ended_at as "end" from supplement where dossier_id = $1'
        " union all select requested_at, ended_at from payment_request where dossier_id = $1"
        " order by 1",
        dossier_id,
    )
    return [(one.begin, one.end) for one in rows]


async def end(conn: db.Conn, dossier_id: UUID, at: datetime) -> UUID | None:
    """End the pause that goes on; which one it was."""
    ended: UUID | None = await conn.fetchval(
        """
        with papers as (
            update supplement set ended_at = $2 where dossier_id = $1 and ended_at is null
            returning supplement_id as pause_id
        ), money as (
            update payment_request set ended_at = $2 where dossier_id = $1 and ended_at is null
            returning payment_id as pause_id
        )
        select pause_id from papers union all select pause_id from money
        """,
        dossier_id,
        at,
    )
    return ended


async def go_on(conn: db.Conn, pause_id: UUID) -> None:
    """The pause has not ended after all."""
    await db.run(conn, "update supplement set ended_at = null where supplement_id = $1", pause_id)
    await db.run(
        conn,
        "update payment_request set ended_at = null, paid_at = null, proof_enc = null"
        " where payment_id = $1",
        pause_id,
    )


async def forget(conn: db.Conn, pause_id: UUID) -> None:
    """The pause never began; the entry of the timeline keeps what was asked for."""
    await db.run(conn, "delete from supplement where supplement_id = $1", pause_id)
    await db.run(conn, "delete from payment_request where payment_id = $1", pause_id)


class NewPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a payment; the amount is in đồng."""

    payment_id: UUID
    dossier_id: UUID
    requested_by: UUID
    amount_vnd: int
    reason_enc: bytes


async def ask_payment(conn: db.Conn, new: NewPayment, at: datetime) -> None:
    """Record it: the pause begins."""
    await db.run(
        conn,
        "insert into payment_request (payment_id, dossier_id, requested_at, requested_by,"
        " amount_vnd, reason_enc) values ($1, $2, $3, $4, $5, $6)",
        new.payment_id,
        new.dossier_id,
        at,
        new.requested_by,
        new.amount_vnd,
        new.reason_enc,
    )


async def unpaid(conn: db.Conn, dossier_id: UUID) -> UUID | None:
    """The request that waits, if one does."""
    found: UUID | None = await conn.fetchval(
        "select payment_id from payment_request where dossier_id = $1 and ended_at is null",
        dossier_id,
    )
    return found


async def pay(conn: db.Conn, payment_id: UUID, proof: bytes, at: datetime) -> None:
    """It has been paid, on the proof that an officer saw."""
    await db.run(
        conn,
        "update payment_request set paid_at = $2, proof_enc = $3 where payment_id = $1",
        payment_id,
        at,
        proof,
    )
