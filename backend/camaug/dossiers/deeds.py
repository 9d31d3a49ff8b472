"""How every write of this feature begins, and what is told of one in the end."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar, cast
from uuid import UUID

import msgspec

from camaug.agencies import queries as agencies
from camaug.audit.actions import Actor, record
from camaug.dossiers import holding, queries, undo_queries
from camaug.dossiers.schemas import Held, NewEvent
from camaug.kernel import db, idempotency, outbox
from camaug.kernel.text import clean_lines, has_hidden
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug_sdk.problems import Conflict, FieldError, Invalid, Problem
from camaug_sdk.records import StaffMember

T = TypeVar("T")
Given = tuple[str, UUID | None, str]
"""Name of the operation, who asks for it, and the key."""
Facts = dict[str, str | int | None]
DESK_ROLES = ("officer",)
OF_THE_KEY = frozenset({"still_running", "key_reused"})
"""Problems of the request's key, which say nothing of the deed."""
STEP = timedelta(seconds=1)
"""Between two events of a dossier that leave the house, so that the earlier is told first."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One deed of an officer in hand, on the locked row."""

    engines: Engines
    conn: db.Conn
    officer: StaffMember
    held: Held

    @property
    def own(self) -> UUID:
        """The agency by which the officer may do it."""
        return self.held.acting_agency_id or self.held.agency_id

    def as_seen(self, version: int) -> None:
        """Raise `Conflict` when the officer has had an older dossier before the eyes."""
        if self.held.version != version:
            raise Conflict


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: `detail` is for the audit, `named` whose name the event has."""

    name: str
    detail: Mapping[str, str | int | None] = {}
    status: int | None = None
    note_enc: bytes | None = None
    reverts: int | None = None
    named: UUID | None = None
    house_only: bool = False
    """Whether the offices alone hear of it."""


async def answer(
    engines: Engines,
    shape: type[T],
    given: Given,
    body: object,
    do: Callable[[db.Conn], Awaitable[T]],
) -> T:
    """Run it in a transaction, at most once for this person and key; its answer, also later.

    What is refused is audited, in a transaction of its own.
    """
    name, person_id, key = given
    try:
        async with db.transaction(engines.pool) as conn:
            return await idempotency.once(
                conn,
                shape,
                partial(do, conn),
                scope=f"{name}|{person_id}",
                key=key,
                body=body,
                now=engines.clock.now(),
            )
    except (Conflict, Invalid) as problem:
        if problem.code not in OF_THE_KEY:
            await _refused(engines, name, person_id, (problem, body))
        raise


async def _refused(
    engines: Engines, name: str, person_id: UUID | None, what: tuple[Problem, object]
) -> None:
    """Who tried what, on which thing, and why not; no word of what was typed.

    Not an entry on the dossier, whose audit tells its owner who has looked.
    """
    problem, body = what
    first = cast("tuple[object, ...]", body)[0] if isinstance(body, tuple) else None
    async with db.transaction(engines.pool) as conn:
        staff = await queries.is_staff(conn, person_id)
        await record(
            conn,
            Actor(kind="staff" if staff else "citizen", actor_id=person_id),
            "deed.refused",
            ("deed", name),
            at=engines.clock.now(),
            detail={"code": problem.code, "on": str(first) if isinstance(first, UUID) else None},
        )


async def once(
    engines: Engines, given: Given, body: object, do: Callable[[db.Conn], Awaitable[None]]
) -> None:
    """The same for what answers nothing."""

    async def done(conn: db.Conn) -> bool:
        await do(conn)
        return True

    await answer(engines, bool, given, body, done)


async def at_desk(
    engines: Engines,
    officer: StaffMember,
    dossier_id: UUID,
    given: tuple[str, str],
    body: object,
    deed: Callable[[Work], Awaitable[None]],
) -> None:
    """A deed on a dossier of the officer's agencies; `given` is its name and the key."""
    name, key = given

    async def do(conn: db.Conn) -> None:
        held = await holding.by_officer(conn, officer.at(*DESK_ROLES), dossier_id)
        await deed(Work(engines=engines, conn=conn, officer=officer, held=held))

    await once(engines, (name, officer.staff_id, key), body, do)


async def tell(work: Work, what: Happened) -> None:
    """The timeline's entry, the audit row and the event."""
    held, conn, now = work.held, work.conn, work.engines.clock.now()
    entry = NewEvent(
        kind=what.name.removeprefix("dossier."),
        status=held.status if what.status is None else what.status,
        at=now,
        actor_kind="staff",
        actor_id=work.officer.staff_id,
        agency_id=work.own,
        note_enc=what.note_enc,
        reverts=what.reverts,
    )
    await queries.append(conn, held.dossier_id, entry)
    await record(
        conn,
        Actor(kind="staff", actor_id=work.officer.staff_id),
        what.name,
        ("dossier", held.dossier_id),
        at=now,
        agency_id=work.own,
        detail={"code": held.code, **what.detail},
    )
    after = timedelta() if what.house_only else await behind(conn, held.dossier_id, now)
    await outbox.emit(
        conn,
        what.name,
        await told(conn, held, what.named),
        at=now,
        kept_back=after,
        house_only=what.house_only,
    )


async def behind(conn: db.Conn, dossier_id: UUID, now: datetime) -> timedelta:
    """How long what happens now is kept back, so that the act before it is told before it.

    That act can be undone no more: it is told now.
    """
    events = await undo_queries.kept(conn, dossier_id, now)
    for one in events:
        await outbox.let_out(conn, one)
    return STEP if events else timedelta()


async def told(conn: db.Conn, held: Held, named: UUID | None = None) -> Facts:
    """What an event says of a dossier; the name is that of its agency, or of another one."""
    dated = await procedures.get(conn, held.procedure_code, held.procedure_valid_from)
    agency = await agencies.get(conn, named or held.agency_id)
    return {
        "dossier_id": str(held.dossier_id),
        "citizen_id": str(held.citizen_id),
        "agency_id": str(held.agency_id),
        "code": held.code,
        "procedure_code": held.procedure_code,
        "procedure_name": dated.procedure.short_name,
        "procedure_name_en": dated.procedure.name_en,
        "agency_name": agency.name_vi,
        "agency_name_en": agency.name_en,
    }


def words(said: str | None, pointer: str, longest: int, *, required: bool = True) -> str:
    """What a person wrote, as it is kept. Raises `Invalid`."""
    text = clean_lines(said or "")
    error = None
    if has_hidden(text):
        error = FieldError(pointer=pointer, code="hidden_characters")
    elif len(text) > longest:
        error = FieldError(pointer=pointer, code="too_long", args={"limit": longest})
    elif required and not text:
        error = FieldError(pointer=pointer, code="required")
    if error:
        raise Invalid(errors=[error])
    return text
