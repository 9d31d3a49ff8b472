"""What operators read and write. Every statement holds the agencies of the person who asks.

Sending is in `announcement_sending_queries`, the citizens' side in `announcement_inbox`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from camaug.kernel import db
from camaug.notices.announcement_schemas import (
    Announcement,
    Content,
    Line,
    Outcomes,
    Place,
    Reach,
    Step,
)

FIRST = UUID(int=2**128 - 1)
"""Before every announcement in a list of the newest first."""

ROW = """
    select announcement_id, agency_id, author_id, author.full_name as author_name, state, version,
           urgency, title_vi, text_vi, title_en, text_en, communes, content_hash, audience,
           approver.full_name as approver_name, approved_hash, send_after, started_at, ended_at,
           reached
    from announcement
    join staff author on author.staff_id = author_id
    left join staff approver on approver.staff_id = approved_by
"""


async def get(conn: db.Conn, announcement_id: UUID, agency_ids: Sequence[UUID]) -> Announcement:
    """An announcement of one of the agencies. Raises `NotFound`."""
    return await db.one(
        conn,
        Announcement,
        ROW + " where announcement_id = $1 and agency_id = any($2)",
        announcement_id,
        agency_ids,
    )


async def lock(conn: db.Conn, announcement_id: UUID, agency_ids: Sequence[UUID]) -> Announcement:
    """The same, held until the transaction ends: one act at a time. Raises `NotFound`."""
    return await db.one(
        conn,
        Announcement,
        ROW + " where announcement_id = $1 and agency_id = any($2) for update of announcement",
        announcement_id,
        agency_ids,
    )


async def page(
    conn: db.Conn, agency_ids: Sequence[UUID], before: UUID | None, limit: int
) -> list[Line]:
    """Announcements of the agencies, newest first, after the one with id `before`."""
    return await db.many(
        conn,
        Line,
        "select announcement_id, title_vi, title_en, communes, state, audience,"
        " full_name as author_name, coalesce(ended_at, started_at, approved_at, submitted_at,"
        " announcement.created_at) as at"
        " from announcement join staff on staff_id = author_id"
        " where agency_id = any($1) and announcement_id < $2"
        " order by announcement_id desc limit $3",
        agency_ids,
        before or FIRST,
        limit,
    )


async def places(conn: db.Conn, agency_ids: Sequence[UUID]) -> list[Place]:
    """The communes that the agencies may address, in the order of the alphabet.

    A provincial agency may address all of them, one of a commune only its own.
    """
    return await db.many(
        conn,
        Place,
        """
        select code, name, kind, coalesce(people, 0)::integer as people
        from commune
        left join (
            select commune_code, count(*) as people from citizen group by commune_code
        ) counted on commune_code = code
        where exists (
            select from agency
            where agency_id = any($1)
              and (agency.commune_code is null or agency.commune_code = commune.code)
        )
        order by sort_key
        """,
        agency_ids,
    )


async def audience(conn: db.Conn, communes: Sequence[str]) -> int:
    """How many people live in the communes, now."""
    return await conn.fetchval(
        "select count(*) from citizen where commune_code = any($1)", communes
    )


async def insert(
    conn: db.Conn,
    announcement_id: UUID,
    owner: tuple[UUID, UUID],
    content: Content,
    content_hash: bytes,
    now: datetime,
) -> None:
    """A new draft of `owner` (agency, author)."""
    await db.run(
        conn,
        "insert into announcement (announcement_id, agency_id, author_id, state, title_vi, text_vi,"
        " title_en, text_en, communes, content_hash, created_at)"
        " values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10)",
        announcement_id,
        *owner,
        content.title_vi,
        content.text_vi,
        content.title_en,
        content.text_en,
        content.communes,
        content_hash,
        now,
    )


async def rewrite(
    conn: db.Conn, announcement_id: UUID, version: int, content: Content, content_hash: bytes
) -> None:
    """Another content: a draft again, which nobody has approved. The caller holds the row."""
    await db.run(
        conn,
        "update announcement set state = 'draft', version = $2, title_vi = $3, text_vi = $4,"
        " title_en = $5, text_en = $6, communes = $7, content_hash = $8, audience = null,"
        " submitted_at = null, approved_by = null, approved_hash = null, approved_at = null,"
        " send_after = null where announcement_id = $1",
        announcement_id,
        version,
        content.title_vi,
        content.text_vi,
        content.title_en,
        content.text_en,
        content.communes,
        content_hash,
    )


async def submit(conn: db.Conn, announcement_id: UUID, audience: int, now: datetime) -> None:
    """The caller holds the row."""
    await db.run(
        conn,
        "update announcement set state = 'waiting', audience = $2, submitted_at = $3"
        " where announcement_id = $1",
        announcement_id,
        audience,
        now,
    )


async def approve(
    conn: db.Conn,
    approved: Announcement,
    staff_id: UUID,
    audience: int,
    times: tuple[datetime, datetime],
) -> None:
    """Bind the approval to the content that was seen; `times`: now, and when sending begins.

    The caller holds the row; the table itself refuses an author's own approval.
    """
    await db.run(
        conn,
        "update announcement set state = 'approved', approved_by = $2, approved_hash = $3,"
        " audience = $4, approved_at = $5, send_after = $6 where announcement_id = $1",
        approved.announcement_id,
        staff_id,
        approved.content_hash,
        audience,
        *times,
    )


async def end(conn: db.Conn, announcement_id: UUID, state: str, now: datetime) -> None:
    """Withdrawn, stopped or sent. The caller holds the row."""
    await db.run(
        conn,
        "update announcement set state = $2, ended_at = $3 where announcement_id = $1",
        announcement_id,
        state,
        now,
    )


async def story(conn: db.Conn, announcement_id: UUID) -> list[Step]:
    """What was done to it, oldest first."""
    return await db.many(
        conn,
        Step,
        "select action, at, full_name as name from audit left join staff on staff_id = actor_id"
        " where object_kind = 'announcement' and object_id = $1 order by at, audit_id",
        str(announcement_id),
    )


async def outcomes(conn: db.Conn, announcement_id: UUID) -> list[Outcomes]:
    """How its pushes ended so far."""
    return await db.many(
        conn,
        Outcomes,
        "select state, error, count(*) from push_delivery where notice_id = $1"
        " group by state, error order by count(*) desc",
        announcement_id,
    )


async def reach(conn: db.Conn, announcement_id: UUID) -> Reach:
    """How many people it was pushed to, and how many have opened it."""
    return await db.one(
        conn,
        Reach,
        "select (select count(distinct citizen_id) from push_delivery"
        " join push_device using (device_id) where notice_id = $1) as with_device,"
        " (select count(*) from announcement_read where announcement_id = $1) as opened",
        announcement_id,
    )
