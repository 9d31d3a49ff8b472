"""Announcements as a citizen sees them: matched with the commune when read, never copied.

A citizen has an announcement when the sending has come to them (`last_citizen`), or is over.
"""

from datetime import datetime
from uuid import UUID

from camaug.kernel import db
from camaug.notices.announcement_schemas import Told, Unread

VISIBLE = """
    from citizen
    join announcement on commune_code = any(communes) and citizen.created_at <= started_at
     and (state = 'sent' or state in ('sending', 'stopped') and citizen_id <= last_citizen)
"""
TOLD = (
    "select announcement.announcement_id, number, title_vi, text_vi, title_en, text_en,"
    " name_vi as agency_name_vi, name_en as agency_name_en, started_at as created_at,"
    " mark.at is not null as read" + VISIBLE + " join agency using (agency_id)"
    " left join announcement_read mark using (citizen_id, announcement_id)"
    " where citizen_id = $1"
)


async def page(conn: db.Conn, citizen_id: UUID, before: int | None, limit: int) -> list[Told]:
    """The citizen's announcements below number `before`, newest first."""
    return await db.many(
        conn,
        Told,
        TOLD + " and number < coalesce($2, 9223372036854775807) order by number desc limit $3",
        citizen_id,
        before,
        limit,
    )


async def get(conn: db.Conn, citizen_id: UUID, announcement_id: UUID) -> Told:
    """One of the citizen's announcements. Raises `NotFound`."""
    return await db.one(
        conn,
        Told,
        TOLD + " and announcement.announcement_id = $2",
        citizen_id,
        announcement_id,
    )


async def unread(conn: db.Conn, citizen_id: UUID) -> Unread:
    """How many the citizen has not read, and the number of the newest of them (or 0)."""
    return await db.one(
        conn,
        Unread,
        "select count(*), coalesce(max(number), 0) as newest"  # noqa: S608  (constants only)
        + VISIBLE
        + " where citizen_id = $1 and not exists (select from announcement_read mark"
        " where mark.citizen_id = citizen.citizen_id"
        " and mark.announcement_id = announcement.announcement_id)",
        citizen_id,
    )


async def mark_read(conn: db.Conn, citizen_id: UUID, announcement_id: UUID, now: datetime) -> bool:
    """Mark one as read; whether it was unread. Raises `NotFound`."""
    await get(conn, citizen_id, announcement_id)
    return (
        await db.run(
            conn,
            "insert into announcement_read (citizen_id, announcement_id, at) values ($1, $2, $3)"
            " on conflict do nothing",
            citizen_id,
            announcement_id,
            now,
        )
        == 1
    )


async def mark_read_up_to(conn: db.Conn, citizen_id: UUID, number: int, now: datetime) -> int:
    """Mark those up to `number` as read; how many were unread."""
    return await db.run(
        conn,
        "insert into announcement_read (citizen_id, announcement_id, at)"
        " select citizen_id, announcement_id, $3"
        + VISIBLE
        + " where citizen_id = $1 and number <= $2 on conflict do nothing",
        citizen_id,
        number,
        now,
    )
