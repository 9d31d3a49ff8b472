"""What administrators do to people and their roles. Each is one transaction, audited, done once.

Changes of people run one at a time, and each looks again in the database whether the administrator
still is one: what was taken from them seconds ago they cannot use any more.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.identity import (
    assigning,
    invitation_queries,
    invitations,
    people_queries,
    session_queries,
    staff_queries,
    values,
)
from camaug.identity.people_schemas import (
    ADMINISTRATOR,
    Done,
    NewAssignment,
    NewPerson,
    Nothing,
    PersonLine,
)
from camaug.kernel import db, idempotency
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug_sdk.problems import FieldError, Forbidden, Invalid, NotFound
from camaug_sdk.records import StaffMember


class Desk:
    """One administrator at work: the transaction, the instant, and the agencies that they rule."""

    def __init__(
        self, engines: Engines, conn: db.Conn, officer: StaffMember, scope: list[UUID]
    ) -> None:
        self.conn = conn
        self.now: datetime = engines.clock.now()
        self.me = officer.staff_id
        self.scope = scope

    @property
    def actor(self) -> Actor:
        """As the audit names the administrator."""
        return Actor(kind="staff", actor_id=self.me)

    async def person(self, staff_id: UUID) -> PersonLine:
        """Somebody of the scope. Raises `NotFound`."""
        return await people_queries.person(self.conn, self.scope, staff_id)

    async def whole_person(self, staff_id: UUID) -> PersonLine:
        """Somebody else whose every role is in the scope: what touches the account touches all.

        Raises `NotFound`, `Forbidden`.
        """
        person = await self.person(staff_id)
        if staff_id == self.me:
            raise Forbidden("not_oneself")
        held = await people_queries.present_assignments(self.conn, [staff_id], self.now)
        if any(one.agency_id not in self.scope for one in held):
            raise Forbidden("elsewhere_too")
        return person


Work = Callable[[Desk], Awaitable[Done]]


async def administrator(engines: Engines, conn: db.Conn, officer: StaffMember) -> list[UUID]:
    """The agencies that the officer administers. Raises `Forbidden` when there are none."""
    scope = await people_queries.scope(conn, officer.staff_id, engines.clock.now())
    if not scope:
        raise Forbidden
    return scope


async def once(
    engines: Engines, officer: StaffMember, work: Work, what: str, key: str, body: object
) -> Done:
    """Do `work` as the administrator that `officer` is; the same `key` does it once."""
    async with db.transaction(engines.pool) as conn:
        await people_queries.lock(conn)
        desk = Desk(engines, conn, officer, await administrator(engines, conn, officer))
        return await idempotency.once(
            conn,
            Done,
            lambda: work(desk),
            scope=f"people.{what}|{officer.staff_id}",
            key=key,
            body=body,
            now=desk.now,
        )


async def invite(engines: Engines, officer: StaffMember, new: NewPerson, key: str) -> Done:
    """A new person with a role, and the link for their password. Raises `Invalid`."""

    async def work(desk: Desk) -> Done:
        name, login = _who(new)
        if await staff_queries.of_login(desk.conn, login) is not None:
            raise Invalid(errors=[FieldError(pointer="/login", code="login_taken")])
        staff_id = uuid7()
        await staff_queries.insert_staff(desk.conn, staff_id, login, None, name, desk.now)
        await record(desk.conn, desk.actor, "staff.created", ("staff", staff_id), at=desk.now)
        role = NewAssignment(role=new.role, agency_id=new.agency_id)
        waits = await assigning.give(desk.conn, desk.scope, desk.actor, staff_id, role, desk.now)
        link = await invitations.make(desk.conn, staff_id, desk.actor, desk.now)
        return Done(staff_id=staff_id, invitation_id=link, waits=waits)

    return await once(engines, officer, work, "invite", key, new)


def _who(new: NewPerson) -> tuple[str, str]:
    """Name and login in their normal forms. Raises `Invalid`."""
    read: list[str] = []
    errors: list[FieldError] = []
    for field, typed, check in (
        ("full_name", new.full_name, values.person_name),
        ("login", new.login, values.login),
    ):
        try:
            read.append(check(typed))
        except values.BadValue as bad:
            errors.append(FieldError(pointer=f"/{field}", code=bad.code, args=bad.args_))
    require(errors)
    return read[0], read[1]


async def assign(
    engines: Engines, officer: StaffMember, staff_id: UUID, new: NewAssignment, key: str
) -> Done:
    """Give a role at an agency; administrator rights wait for a second administrator."""

    async def work(desk: Desk) -> Done:
        person = await desk.person(staff_id)
        if person.disabled_at is not None:
            raise Forbidden("person_disabled")
        waits = await assigning.give(desk.conn, desk.scope, desk.actor, staff_id, new, desk.now)
        return Done(staff_id=staff_id, waits=waits)

    return await once(engines, officer, work, f"assign|{staff_id}", key, new)


async def end_assignment(
    engines: Engines, officer: StaffMember, staff_id: UUID, assignment_id: UUID, key: str
) -> Done:
    """Take a role away, from now on; taking away what is over already changes nothing."""

    async def work(desk: Desk) -> Done:
        await desk.person(staff_id)
        held = await people_queries.present_assignments(desk.conn, [staff_id], desk.now)
        found = next((one for one in held if one.assignment_id == assignment_id), None)
        if found is None or found.agency_id not in desk.scope:
            raise NotFound
        if staff_id == desk.me and found.role == ADMINISTRATOR:
            raise Forbidden("not_oneself")
        await people_queries.end_assignment(desk.conn, assignment_id, desk.now)
        await record(
            desk.conn,
            desk.actor,
            "role.ended",
            ("staff", staff_id),
            at=desk.now,
            agency_id=found.agency_id,
            detail={"role": found.role},
        )
        await assigning.void(desk.conn, desk.actor, desk.now)
        return Done(staff_id=staff_id)

    return await once(engines, officer, work, f"end|{assignment_id}", key, Nothing())


async def make_link(engines: Engines, officer: StaffMember, staff_id: UUID, key: str) -> Done:
    """A new one-time link for somebody's password.

    Not for administrators: with it and a reset of the factor, one administrator could act as two.
    """

    async def work(desk: Desk) -> Done:
        person = await desk.whole_person(staff_id)
        if person.disabled_at is not None:
            raise Forbidden("person_disabled")
        held = await people_queries.present_assignments(desk.conn, [staff_id], desk.now)
        if any(one.role == ADMINISTRATOR for one in held) and person.has_password:
            raise Forbidden("administrator_link")
        link = await invitations.make(desk.conn, staff_id, desk.actor, desk.now)
        return Done(staff_id=staff_id, invitation_id=link)

    return await once(engines, officer, work, f"link|{staff_id}", key, Nothing())


async def reset_factor(engines: Engines, officer: StaffMember, staff_id: UUID, key: str) -> Done:
    """Take the second factor away, for somebody who lost their phone; their sessions end."""

    async def work(desk: Desk) -> Done:
        await desk.whole_person(staff_id)
        await staff_queries.drop_factor(desk.conn, staff_id)
        await record(desk.conn, desk.actor, "factor.reset", ("staff", staff_id), at=desk.now)
        return Done(staff_id=staff_id, ended=await _end_sessions(desk, staff_id, "factor_reset"))

    return await once(engines, officer, work, f"factor|{staff_id}", key, Nothing())


async def disable(engines: Engines, officer: StaffMember, staff_id: UUID, key: str) -> Done:
    """Close an account: roles, sessions and links end, and what the person asked for is void."""

    async def work(desk: Desk) -> Done:
        await desk.whole_person(staff_id)
        await people_queries.disable(desk.conn, staff_id, desk.now)
        for one in await people_queries.present_assignments(desk.conn, [staff_id], desk.now):
            await people_queries.end_assignment(desk.conn, one.assignment_id, desk.now)
        await invitation_queries.stop(desk.conn, staff_id, desk.now)
        await record(desk.conn, desk.actor, "staff.disabled", ("staff", staff_id), at=desk.now)
        await assigning.void(desk.conn, desk.actor, desk.now)
        return Done(staff_id=staff_id, ended=await _end_sessions(desk, staff_id, "disabled"))

    return await once(engines, officer, work, f"disable|{staff_id}", key, Nothing())


async def enable(engines: Engines, officer: StaffMember, staff_id: UUID, key: str) -> Done:
    """Open an account again; it has no role until somebody gives it one."""

    async def work(desk: Desk) -> Done:
        await desk.whole_person(staff_id)
        await people_queries.disable(desk.conn, staff_id, None)
        await record(desk.conn, desk.actor, "staff.enabled", ("staff", staff_id), at=desk.now)
        return Done(staff_id=staff_id)

    return await once(engines, officer, work, f"enable|{staff_id}", key, Nothing())


async def _end_sessions(desk: Desk, staff_id: UUID, why: str) -> list[UUID]:
    return await session_queries.end(desk.conn, ("staff", staff_id), None, why, desk.now)


async def confirm(engines: Engines, officer: StaffMember, request_id: UUID, key: str) -> Done:
    """Be the second administrator of a request for administrator rights."""

    async def work(desk: Desk) -> Done:
        whose = await assigning.confirm(desk.conn, desk.scope, desk.me, request_id, desk.now)
        return Done(staff_id=whose)

    return await once(engines, officer, work, f"confirm|{request_id}", key, Nothing())


async def refuse(engines: Engines, officer: StaffMember, request_id: UUID, key: str) -> Done:
    """Turn a request for administrator rights down, or take one's own back."""

    async def work(desk: Desk) -> Done:
        whose = await assigning.refuse(desk.conn, desk.scope, desk.me, request_id, desk.now)
        return Done(staff_id=whose)

    return await once(engines, officer, work, f"refuse|{request_id}", key, Nothing())
