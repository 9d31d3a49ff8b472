"""Staff and their roles at agencies."""

from datetime import datetime
from uuid import UUID

from camaug.identity.schemas import AssignmentRow, Found, StaffAttempt
from camaug.kernel import db

MOST_FAILURES = 10


async def of_login(conn: db.Conn, login: str) -> UUID | None:
    """Who has that login."""
    found = await db.maybe(
        conn, Found, "select staff_id as found_id from staff where login = $1", login
    )
    return None if found is None else found.found_id


async def insert_staff(
    conn: db.Conn, staff_id: UUID, login: str, password_hash: str | None, name: str, now: datetime
) -> None:
    """A new member of staff; without a password until they take up an invitation."""
    await db.run(
        conn,
        "insert into staff (staff_id, login, password_hash, full_name, created_at)"
        " values ($1, $2, $3, $4, $5)",
        staff_id,
        login,
        password_hash,
        name,
        now,
    )


async def signing_in(conn: db.Conn, staff_id: UUID) -> StaffAttempt | None:
    """What a sign-in needs of somebody who is not disabled."""
    return await db.maybe(
        conn,
        StaffAttempt,
        "select staff_id, login::text, password_hash, totp_enc, totp_step from staff"
        " where staff_id = $1 and disabled_at is null",
        staff_id,
    )


async def try_staff(
    conn: db.Conn, who: str | UUID, now: datetime, blocked_until: datetime
) -> StaffAttempt | None:
    """Count one try of a password or code, by login or id; None when there may be none.

    That is for nobody, a disabled and a blocked one. The tenth failure in a row blocks until
    `blocked_until`; a block that is over starts anew.
    """
    login, staff_id = (who, None) if isinstance(who, str) else (None, who)
    return await db.maybe(
        conn,
        StaffAttempt,
        "update staff set failures = case when blocked_until is null then failures + 1 else 1 end,"
        " blocked_until = case when blocked_until is null and failures + 1 >= $4"
        " then $5::timestamptz end"
        " where (login = $1 or staff_id = $2) and disabled_at is null"
        " and (blocked_until is null or blocked_until <= $3)"
        " returning staff_id, login::text, password_hash, totp_enc, totp_step",
        login,
        staff_id,
        now,
        MOST_FAILURES,
        blocked_until,
    )


async def uncount(conn: db.Conn, staff_id: UUID) -> None:
    """Take back one counted try that was right but does not yet open anything.

    Earlier failures stay, so that a known password gives no more tries of the code.
    """
    await db.run(
        conn,
        "update staff set failures = greatest(failures - 1, 0), blocked_until = null"
        " where staff_id = $1",
        staff_id,
    )


async def clear_failures(conn: db.Conn, staff_id: UUID) -> None:
    """Forget failed tries after a whole sign-in."""
    await db.run(
        conn, "update staff set failures = 0, blocked_until = null where staff_id = $1", staff_id
    )


async def set_password(conn: db.Conn, staff_id: UUID, password_hash: str) -> None:
    """A new password."""
    await db.run(
        conn, "update staff set password_hash = $2 where staff_id = $1", staff_id, password_hash
    )


async def enrol(conn: db.Conn, staff_id: UUID, totp_enc: bytes, step: int | None) -> bool:
    """Keep a second factor; false when the person has one already. `step` is used up."""
    return (
        await db.run(
            conn,
            "update staff set totp_enc = $2, totp_step = $3"
            " where staff_id = $1 and totp_enc is null",
            staff_id,
            totp_enc,
            step,
        )
        == 1
    )


async def use_step(conn: db.Conn, staff_id: UUID, totp_enc: bytes, step: int) -> bool:
    """Use up the code of a step; false when it or a later one has been used before.

    Also when the factor is another one by now.
    """
    return (
        await db.run(
            conn,
            "update staff set totp_step = $3 where staff_id = $1 and totp_enc = $2"
            " and (totp_step is null or totp_step < $3)",
            staff_id,
            totp_enc,
            step,
        )
        == 1
    )


async def drop_factor(conn: db.Conn, staff_id: UUID) -> None:
    """Take the second factor away: the next sign-in enrols a new one."""
    await db.run(
        conn, "update staff set totp_enc = null, totp_step = null where staff_id = $1", staff_id
    )


async def assignments(conn: db.Conn, staff_ids: list[UUID], now: datetime) -> list[AssignmentRow]:
    """Roles valid now of those who are not disabled; at least one row for each of them."""
    return await db.many(
        conn,
        AssignmentRow,
        "select s.staff_id, a.role, a.agency_id from staff s left join assignment a"
        " on a.staff_id = s.staff_id and a.valid_from <= $2"
        " and (a.valid_until is null or a.valid_until > $2)"
        " where s.staff_id = any($1) and s.disabled_at is null",
        staff_ids,
        now,
    )


async def insert_assignment(
    conn: db.Conn, assignment_id: UUID, row: AssignmentRow, by: UUID | None, now: datetime
) -> bool:
    """Give a role at an agency from now on; false when the person holds it already."""
    return (
        await db.run(
            conn,
            "insert into assignment (assignment_id, staff_id, role, agency_id, valid_from,"
            " created_by) values ($1, $2, $3, $4, $5, $6)"
            " on conflict (staff_id, agency_id, role) where valid_until is null do nothing",
            assignment_id,
            row.staff_id,
            row.role,
            row.agency_id,
            now,
            by,
        )
        == 1
    )
