"""One-time links, as rows."""

from datetime import datetime
from uuid import UUID

from camaug.identity.people_schemas import Invitation
from camaug.kernel import db


async def insert(
    conn: db.Conn,
    invitation_id: UUID,
    who: tuple[UUID, UUID | None],
    now: datetime,
    expires_at: datetime,
) -> None:
    """A new link; `who` are the person and whoever made it."""
    await db.run(
        conn,
        "insert into invitation (invitation_id, staff_id, created_by, created_at, expires_at)"
        " values ($1, $2, $3, $4, $5)",
        invitation_id,
        *who,
        now,
        expires_at,
    )


async def stop(conn: db.Conn, staff_id: UUID, now: datetime) -> None:
    """Links of the person that were not used stop working."""
    await db.run(
        conn,
        "update invitation set expires_at = $2"
        " where staff_id = $1 and used_at is null and expires_at > $2",
        staff_id,
        now,
    )


async def find_open(conn: db.Conn, invitation_id: UUID, now: datetime) -> Invitation | None:
    """A link that works, of somebody who is not disabled."""
    return await db.maybe(
        conn,
        Invitation,
        "select i.invitation_id, i.staff_id, s.full_name, s.login::text, i.expires_at"
        " from invitation i join staff s on s.staff_id = i.staff_id"
        " where i.invitation_id = $1 and i.used_at is null and i.expires_at > $2"
        " and s.disabled_at is null",
        invitation_id,
        now,
    )


async def login(conn: db.Conn, invitation_id: UUID) -> str | None:
    """The login that a link is for, whether or not it still works."""
    return await conn.fetchval(
        "select s.login::text from invitation i join staff s on s.staff_id = i.staff_id"
        " where i.invitation_id = $1",
        invitation_id,
    )


async def use(conn: db.Conn, invitation_id: UUID, now: datetime) -> bool:
    """Use the link up; false when somebody else has."""
    return (
        await db.run(
            conn,
            "update invitation set used_at = $2 where invitation_id = $1 and used_at is null"
            " and expires_at > $2",
            invitation_id,
            now,
        )
        == 1
    )
