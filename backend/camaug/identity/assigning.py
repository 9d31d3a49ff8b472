"""Giving roles at agencies (phân công), and the second administrator for administrator rights."""

from datetime import datetime, time, timedelta
from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.identity import people_queries, role_request_queries, values
from camaug.identity.people_schemas import (
    ADMINISTRATOR,
    CORE_ROLES,
    NewAssignment,
    NewRow,
    Role,
    RoleRequest,
)
from camaug.kernel import db
from camaug.kernel.clock import LOCAL, local_date
from camaug.kernel.i18n import Catalogue
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug_sdk.problems import Conflict, FieldError, Forbidden, Invalid, NotFound

WAITS = timedelta(days=7)
"""How long a request waits for its second administrator."""


async def roles(conn: db.Conn, texts: Catalogue) -> list[Role]:
    """Every role that can be given: those of the core, then those of active plugins."""
    core = [
        Role(
            role=one,
            name_vi=texts.text("vi", f"identity.role.{one}"),
            name_en=texts.text("en", f"identity.role.{one}"),
        )
        for one in CORE_ROLES
    ]
    known = set(CORE_ROLES)
    return core + [one for one in await people_queries.plugin_roles(conn) if one.role not in known]


async def give(
    conn: db.Conn,
    scope: list[UUID],
    by: Actor,
    staff_id: UUID,
    new: NewAssignment,
    now: datetime,
) -> bool:
    """Give a role, or ask for it; true when it waits. The caller holds the lock of people.

    Raises `Invalid` for what cannot be given, all errors at once.
    """
    row = await _checked(conn, scope, staff_id, new, now)
    if await people_queries.overlaps(conn, row):
        raise Invalid(errors=[FieldError(pointer="/role", code="role_held")])
    if row.role != ADMINISTRATOR or by.actor_id is None:
        await _insert(conn, row, by, now)
        return False
    await void(conn, by, now)
    request_id = uuid7()
    if not await role_request_queries.insert(conn, request_id, row, by.actor_id, now, now + WAITS):
        raise Invalid(errors=[FieldError(pointer="/role", code="role_waiting")])
    await _note(conn, by, "role.requested", row, now)
    return True


async def _checked(
    conn: db.Conn, scope: list[UUID], staff_id: UUID, new: NewAssignment, now: datetime
) -> NewRow:
    errors: list[FieldError] = []
    offered = {*CORE_ROLES, *(one.role for one in await people_queries.plugin_roles(conn))}
    if new.role not in offered:
        errors.append(FieldError(pointer="/role", code="not_a_choice"))
    if new.agency_id not in {one.agency_id for one in await people_queries.agencies(conn, scope)}:
        errors.append(FieldError(pointer="/agency_id", code="not_a_choice"))
    begins, ends = _read(new.valid_from, "valid_from", errors), None
    if new.valid_until:
        last = _read(new.valid_until, "valid_until", errors)
        ends = last and last + timedelta(days=1)
    today = _midnight(now)
    if begins is not None and begins < today:
        errors.append(FieldError(pointer="/valid_from", code="date_past"))
    if ends is not None and ends <= max(begins or today, today):
        errors.append(FieldError(pointer="/valid_until", code="date_order"))
    require(errors)
    return NewRow(
        staff_id=staff_id,
        agency_id=new.agency_id,
        role=new.role,
        valid_from=now if begins is None or begins <= now else begins,
        valid_until=ends,
    )


def _read(typed: str | None, field: str, errors: list[FieldError]) -> datetime | None:
    """The instant at which that local day begins."""
    if typed is None or not typed.strip():
        return None
    try:
        return datetime.combine(values.any_date(typed), time(), LOCAL)
    except values.BadValue as bad:
        errors.append(FieldError(pointer=f"/{field}", code=bad.code, args=bad.args_))
        return None


def _midnight(now: datetime) -> datetime:
    return datetime.combine(local_date(now), time(), LOCAL)


async def confirm(
    conn: db.Conn, scope: list[UUID], me: UUID, request_id: UUID, now: datetime
) -> UUID:
    """Give the rights that another administrator asked for; whom. The caller holds the lock.

    Raises `NotFound` for what is not there or has been decided, `Forbidden` for one's own request
    and for rights of one's own, `Conflict` when it cannot be given any more.
    """
    by = Actor(kind="staff", actor_id=me)
    await void(conn, by, now)
    found = await _waiting(conn, scope, request_id, now)
    if me in (found.requested_by, found.staff_id):
        raise Forbidden("second_administrator")
    row = NewRow(
        staff_id=found.staff_id,
        agency_id=found.agency_id,
        role=found.role,
        valid_from=max(found.valid_from, now),
        valid_until=found.valid_until,
    )
    asker = await people_queries.scope(conn, found.requested_by, now)
    ended = row.valid_until is not None and row.valid_until <= row.valid_from
    if found.agency_id not in asker or ended or await people_queries.overlaps(conn, row):
        raise Conflict("request_void")
    await role_request_queries.decide(conn, request_id, "confirmed", me, now)
    await _insert(conn, row, by, now)
    return found.staff_id


async def refuse(
    conn: db.Conn, scope: list[UUID], me: UUID, request_id: UUID, now: datetime
) -> UUID:
    """Turn a request down, or take one's own back; of whom it was."""
    found = await _waiting(conn, scope, request_id, now)
    await role_request_queries.decide(conn, request_id, "refused", me, now)
    by = Actor(kind="staff", actor_id=me)
    await record(
        conn,
        by,
        "role.refused",
        ("staff", found.staff_id),
        at=now,
        agency_id=found.agency_id,
        detail={"role": found.role, "request": str(request_id)},
    )
    return found.staff_id


async def _waiting(
    conn: db.Conn, scope: list[UUID], request_id: UUID, now: datetime
) -> RoleRequest:
    found = await role_request_queries.waiting(conn, scope, None, now)
    try:
        return next(one for one in found if one.request_id == request_id)
    except StopIteration:
        raise NotFound from None


async def void(conn: db.Conn, by: Actor, now: datetime) -> None:
    """Close the requests that nobody may confirm any more."""
    for request_id in await role_request_queries.void(conn, now):
        await record(conn, by, "role.void", ("role_request", request_id), at=now)


async def _insert(conn: db.Conn, row: NewRow, by: Actor, now: datetime) -> None:
    await people_queries.insert_assignment(conn, uuid7(), row, by.actor_id)
    await _note(conn, by, "role.assigned", row, now)


async def _note(conn: db.Conn, by: Actor, action: str, row: NewRow, now: datetime) -> None:
    await record(
        conn,
        by,
        action,
        ("staff", row.staff_id),
        at=now,
        agency_id=row.agency_id,
        detail={
            "role": row.role,
            "from": row.valid_from.isoformat(),
            "until": row.valid_until and row.valid_until.isoformat(),
        },
    )
