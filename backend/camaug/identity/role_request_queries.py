"""Administrator rights that wait for a second administrator."""

from datetime import datetime
from uuid import UUID

from camaug.identity.people_schemas import ADMINISTRATOR, NewRow, RoleRequest
from camaug.kernel import db


async def insert(
    conn: db.Conn, request_id: UUID, row: NewRow, by: UUID, now: datetime, expires_at: datetime
) -> bool:
    """Ask for administrator rights; false when the same request waits already."""
    return (
        await db.run(
            conn,
            "insert into role_request (request_id, staff_id, agency_id, role, valid_from,"
            " valid_until, requested_by, requested_at, expires_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            " on conflict (staff_id, agency_id, role) where decided_at is null do nothing",
            request_id,
            row.staff_id,
            row.agency_id,
            row.role,
            row.valid_from,
            row.valid_until,
            by,
            now,
            expires_at,
        )
        == 1
    )


async def waiting(
    conn: db.Conn, scope: list[UUID], staff_id: UUID | None, now: datetime
) -> list[RoleRequest]:
    """What waits in the scope, of one person or of all; oldest first."""
    return await db.many(
        conn,
        RoleRequest,
        """
        select r.request_id, r.staff_id, s.full_name, r.agency_id, g.name_vi as agency_vi,
               g.name_en as agency_en, r.role, r.valid_from, r.valid_until, r.requested_by,
               asker.full_name as requester_name, r.requested_at, r.expires_at
        from role_request r join staff s on s.staff_id = r.staff_id
        join staff asker on asker.staff_id = r.requested_by
        join agency g on g.agency_id = r.agency_id
        where r.agency_id = any($1) and ($2::uuid is null or r.staff_id = $2)
          and r.decided_at is null and r.expires_at > $3
        order by r.requested_at, r.request_id
        """,
        scope,
        staff_id,
        now,
    )


async def decide(
    conn: db.Conn, request_id: UUID, outcome: str, by: UUID | None, now: datetime
) -> None:
    """Close a request: `confirmed`, `refused` or `void`."""
    await db.run(
        conn,
        "update role_request set outcome = $2, decided_by = $3, decided_at = $4"
        " where request_id = $1 and decided_at is null",
        request_id,
        outcome,
        by,
        now,
    )


async def void(conn: db.Conn, now: datetime) -> list[UUID]:
    """Close the requests that nobody may confirm any more; which ones.

    Too old, of an administrator who is none now, or for somebody who is disabled.
    """
    rows = await conn.fetch(
        """
        update role_request r set outcome = 'void', decided_at = $1
        where r.decided_at is null and (
            r.expires_at <= $1
            or exists (select from staff s where s.staff_id = r.staff_id
                       and s.disabled_at is not null)
            or not exists (
                select from staff s join assignment a on a.staff_id = s.staff_id
                where s.staff_id = r.requested_by and s.disabled_at is null and a.role = $2
                  and a.valid_from <= $1 and (a.valid_until is null or a.valid_until > $1)))
        returning r.request_id
        """,
        now,
        ADMINISTRATOR,
    )
    return [row["request_id"] for row in rows]
