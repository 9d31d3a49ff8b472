"""Refresh families and signing keys."""

from datetime import datetime
from uuid import UUID

from camaug.identity.schemas import Audience, Ended, KeyRow, SessionLine, SessionRow
from camaug.kernel import db

FIND = (
    "select session_id, audience, subject_id, assurance, counter, rotated_at, created_at,"
    " coalesce(proved_at, created_at) as proved_at, expires_at, ended_at,"
    " is_shared from session where session_id = $1"
)


async def insert(conn: db.Conn, row: SessionRow, device_label: str) -> None:
    """A new family."""
    await db.run(
        conn,
        "insert into session (session_id, audience, subject_id, assurance, device_label, counter,"
        " rotated_at, created_at, expires_at, is_shared)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.session_id,
        row.audience,
        row.subject_id,
        row.assurance,
        device_label,
        row.counter,
        row.rotated_at,
        row.created_at,
        row.expires_at,
        row.is_shared,
    )


async def find(conn: db.Conn, session_id: UUID) -> SessionRow | None:
    """One family, or None."""
    return await db.maybe(
        conn,
        SessionRow,
        FIND,
        session_id,
    )


async def lock(conn: db.Conn, session_id: UUID) -> SessionRow | None:
    """One family, held until the transaction ends."""
    return await db.maybe(
        conn,
        SessionRow,
        f"{FIND} for update",
        session_id,
    )


async def rotate(conn: db.Conn, session_id: UUID, now: datetime, expires_at: datetime) -> None:
    """Count one further; the caller holds the lock."""
    await db.run(
        conn,
        "update session set counter = counter + 1, rotated_at = $2, expires_at = $3"
        " where session_id = $1",
        session_id,
        now,
        expires_at,
    )


async def prove(conn: db.Conn, session_id: UUID, now: datetime) -> None:
    """The person has proved who they are, again."""
    await db.run(conn, "update session set proved_at = $2 where session_id = $1", session_id, now)


async def end(
    conn: db.Conn, subject: tuple[Audience, UUID], session_id: UUID | None, why: str, now: datetime
) -> list[UUID]:
    """End one family of the subject, or all of them, and forget their push devices."""
    rows = await conn.fetch(
        """
        with done as (
            update session set ended_at = $5, end_reason = $4
            where audience = $1 and subject_id = $2 and ended_at is null
              and ($3::uuid is null or session_id = $3)
            returning session_id
        ), devices as (
            update push_device set removed_at = $5, removed_why = 'signed_out'
            where session_id in (select session_id from done) and removed_at is null
        )
        select session_id from done
        """,
        *subject,
        session_id,
        why,
        now,
    )
    return [row["session_id"] for row in rows]


async def open_of(
    conn: db.Conn, subject: tuple[Audience, UUID], now: datetime
) -> list[SessionLine]:
    """Where the subject is signed in, the latest used first."""
    return await db.many(
        conn,
        SessionLine,
        "select session_id, device_label, created_at, rotated_at from session"
        " where audience = $1 and subject_id = $2 and ended_at is null and expires_at > $3"
        " order by rotated_at desc",
        *subject,
        now,
    )


async def ended_since(conn: db.Conn, since: datetime) -> list[Ended]:
    """Families that ended after `since`."""
    return await db.many(
        conn, Ended, "select session_id, ended_at from session where ended_at > $1", since
    )


async def lock_keys(conn: db.Conn) -> None:
    """Let one process at a time make signing keys."""
    await db.lock(conn, "signing_key")


async def keys(conn: db.Conn, now: datetime) -> list[KeyRow]:
    """Keys that still verify, the newest first."""
    return await db.many(
        conn,
        KeyRow,
        "select kid, public_jwk, private_enc, signs_from, verifies_until from signing_key"
        " where verifies_until is null or verifies_until > $1 order by signs_from desc",
        now,
    )


async def insert_key(conn: db.Conn, row: KeyRow, retire_at: datetime, now: datetime) -> None:
    """A new key; every older one verifies until `retire_at` only."""
    await db.run(
        conn,
        "update signing_key set verifies_until = $1 where verifies_until is null",
        retire_at,
    )
    await db.run(
        conn,
        "insert into signing_key (kid, public_jwk, private_enc, created_at, signs_from)"
        " values ($1, $2, $3, $4, $5)",
        row.kid,
        row.public_jwk,
        row.private_enc,
        now,
        row.signs_from,
    )
