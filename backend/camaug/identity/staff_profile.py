"""A member of staff's own account: the password."""

from camaug.audit.actions import Actor, record
from camaug.identity import invitations, passwords, session_queries, staff_queries
from camaug.identity.people_schemas import Done, PasswordChange
from camaug.identity.staff_sign_in import BLOCK
from camaug.kernel import db, idempotency
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Invalid
from camaug_sdk.records import StaffMember


async def change_password(
    engines: Engines, officer: StaffMember, change: PasswordChange, key: str
) -> Done:
    """Another password, for whoever knows the present one; every other session ends.

    A wrong present password counts as a failed sign-in. The same `key` changes once.
    """
    now, staff_id = engines.clock.now(), officer.staff_id

    async def first_time() -> Done:
        hashed = await _checked(engines, officer, change)
        await staff_queries.set_password(conn, staff_id, hashed)
        subject = ("staff", staff_id)
        ended = [
            one
            for line in await session_queries.open_of(conn, subject, now)
            if line.session_id != officer.session_id
            for one in await session_queries.end(conn, subject, line.session_id, "password", now)
        ]
        actor = Actor(kind="staff", actor_id=staff_id)
        await record(conn, actor, "password.changed", ("staff", staff_id), at=now)
        return Done(staff_id=staff_id, ended=ended)

    async with db.transaction(engines.pool) as conn:
        return await idempotency.once(
            conn,
            Done,
            first_time,
            scope=f"staff.password|{staff_id}",
            key=key,
            body=invitations.sealed_body(engines.vault, change.present, change.password),
            now=now,
        )


async def _checked(engines: Engines, officer: StaffMember, change: PasswordChange) -> str:
    """The hash of the new password, once the present one is shown. Raises `Invalid`."""
    now = engines.clock.now()
    async with engines.pool.acquire() as conn:
        staff = await staff_queries.try_staff(conn, officer.staff_id, now, now + BLOCK)
    stored = None if staff is None else staff.password_hash
    if not await passwords.matches(stored, change.present) or staff is None:
        raise Invalid(errors=[FieldError(pointer="/present", code="password_wrong")])
    async with engines.pool.acquire() as conn:
        await staff_queries.uncount(conn, officer.staff_id)
    return await invitations.checked_password(change.password, change.again, staff.login)
