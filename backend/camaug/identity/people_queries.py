"""People of staff, their assignments, invitations and requests.

Everything that an administrator sees or changes is bound to `scope`: the agencies where they hold
the role, and those below.
"""

from datetime import datetime
from uuid import UUID

from camaug.identity.people_schemas import (
    ADMINISTRATOR,
    AgencyLine,
    Assignment,
    NewRow,
    PersonLine,
    Role,
)
from camaug.identity.schemas import Found
from camaug.kernel import db

PAGE = 50


async def lock(conn: db.Conn) -> None:
    """Let one change of people at a time run, until the transaction ends.

    They are rare, and their rules look at more than one row.
    """
    await db.lock(conn, "people")


async def scope(conn: db.Conn, staff_id: UUID, now: datetime) -> list[UUID]:
    """The agencies that the person administers now; none for everybody else."""
    rows = await conn.fetch(
        """
        with recursive held as (
            select a.agency_id from assignment a join staff s on s.staff_id = a.staff_id
            where a.staff_id = $1 and a.role = $3 and s.disabled_at is null
              and a.valid_from <= $2 and (a.valid_until is null or a.valid_until > $2)
            union
            select child.agency_id from agency child join held on child.parent_id = held.agency_id
        )
        select agency_id from held
        """,
        staff_id,
        now,
        ADMINISTRATOR,
    )
    return [row["agency_id"] for row in rows]


async def agencies(conn: db.Conn, scope: list[UUID]) -> list[AgencyLine]:
    """The agencies of the scope that are valid now, by code."""
    return await db.many(
        conn,
        AgencyLine,
        "select agency_id, name_vi, name_en from agency"
        " where agency_id = any($1) and valid_until is null order by code",
        scope,
    )


async def plugin_roles(conn: db.Conn) -> list[Role]:
    """The desk roles that active plugins declare."""
    return await db.many(
        conn,
        Role,
        """
        select distinct on (desk ->> 'role') desk ->> 'role' as role,
               desk -> 'name' ->> 'vi' as name_vi, desk -> 'name' ->> 'en' as name_en
        from plugin, jsonb_array_elements(manifest -> 'x_camaug' -> 'desk_roles') as desk
        where state = 'active' order by desk ->> 'role', plugin_id
        """,
    )


async def people(
    conn: db.Conn, scope: list[UUID], words: list[str], after: UUID | None
) -> list[PersonLine]:
    """A page of those who hold, held or shall hold a role in the scope, by name.

    Every one of `words` (folded) is part of the name or login. One row more than `PAGE` tells that
    there is a next page.
    """
    return await db.many(
        conn,
        PersonLine,
        """
        select s.staff_id, s.login::text, s.full_name, s.password_hash is not null as has_password,
               s.totp_enc is not null as has_factor, s.disabled_at, s.created_at
        from staff s
        where (exists (select from assignment a
                       where a.staff_id = s.staff_id and a.agency_id = any($1))
               or exists (select from role_request r
                          where r.staff_id = s.staff_id and r.agency_id = any($1)))
          and not exists (select from unnest($2::text[]) word
                          where strpos(s.name_key || ' ' || lower(s.login::text), word) = 0)
          and ($3::uuid is null or (s.name_key, s.staff_id) > (
              select name_key, staff_id from staff where staff_id = $3))
        order by s.name_key, s.staff_id limit $4
        """,
        scope,
        words,
        after,
        PAGE + 1,
    )


async def person(conn: db.Conn, scope: list[UUID], staff_id: UUID) -> PersonLine:
    """One person of the scope. Raises `NotFound`."""
    return await db.one(
        conn,
        PersonLine,
        """
        select s.staff_id, s.login::text, s.full_name, s.password_hash is not null as has_password,
               s.totp_enc is not null as has_factor, s.disabled_at, s.created_at
        from staff s
        where s.staff_id = $2 and (
            exists (select from assignment a
                    where a.staff_id = s.staff_id and a.agency_id = any($1))
            or exists (select from role_request r
                       where r.staff_id = s.staff_id and r.agency_id = any($1)))
        """,
        scope,
        staff_id,
    )


async def oneself(conn: db.Conn, staff_id: UUID) -> PersonLine:
    """The person who asks. Raises `NotFound`."""
    return await db.one(
        conn,
        PersonLine,
        "select staff_id, login::text, full_name, password_hash is not null as has_password,"
        " totp_enc is not null as has_factor, disabled_at, created_at from staff"
        " where staff_id = $1",
        staff_id,
    )


async def present_assignments(
    conn: db.Conn, staff_ids: list[UUID], now: datetime
) -> list[Assignment]:
    """Assignments that are valid or will be, by agency."""
    return await db.many(
        conn,
        Assignment,
        """
        select a.assignment_id, a.staff_id, a.agency_id, a.role, g.name_vi as agency_vi,
               g.name_en as agency_en, a.valid_from, a.valid_until
        from assignment a join agency g on g.agency_id = a.agency_id
        where a.staff_id = any($1)
          and (a.valid_until is null or a.valid_until > greatest($2, a.valid_from))
        order by g.code, a.role, a.valid_from
        """,
        staff_ids,
        now,
    )


async def overlaps(conn: db.Conn, row: NewRow) -> bool:
    """Whether the person holds that role there for a part of the time."""
    return await conn.fetchval(
        """
        select exists (select from assignment
            where staff_id = $1 and agency_id = $2 and role = $3
              and (valid_until is null or valid_until > greatest($4, valid_from))
              and ($5::timestamptz is null or valid_from < $5))
        """,
        row.staff_id,
        row.agency_id,
        row.role,
        row.valid_from,
        row.valid_until,
    )


async def insert_assignment(
    conn: db.Conn, assignment_id: UUID, row: NewRow, by: UUID | None
) -> None:
    """Give a role at an agency for a time."""
    await db.run(
        conn,
        "insert into assignment (assignment_id, staff_id, agency_id, role, valid_from, valid_until,"
        " created_by) values ($1, $2, $3, $4, $5, $6, $7)",
        assignment_id,
        row.staff_id,
        row.agency_id,
        row.role,
        row.valid_from,
        row.valid_until,
        by,
    )


async def end_assignment(conn: db.Conn, assignment_id: UUID, now: datetime) -> None:
    """End it now; one that has not begun never begins."""
    await db.run(
        conn,
        "update assignment set valid_until = $2 where assignment_id = $1"
        " and (valid_until is null or valid_until > $2)",
        assignment_id,
        now,
    )


async def disable(conn: db.Conn, staff_id: UUID, at: datetime | None) -> None:
    """Close the account, or open it again with None."""
    await db.run(conn, "update staff set disabled_at = $2 where staff_id = $1", staff_id, at)


async def administrators(conn: db.Conn, now: datetime) -> list[UUID]:
    """Who can administer now: not disabled, with a password."""
    rows = await db.many(
        conn,
        Found,
        "select distinct s.staff_id as found_id from staff s join assignment a"
        " on a.staff_id = s.staff_id where a.role = $1 and s.disabled_at is null"
        " and s.password_hash is not null and a.valid_from <= $2"
        " and (a.valid_until is null or a.valid_until > $2)",
        ADMINISTRATOR,
        now,
    )
    return [row.found_id for row in rows]
