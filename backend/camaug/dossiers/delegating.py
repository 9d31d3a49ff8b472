"""Letting a relative in (uỷ quyền cho người thân): offered by the owner, accepted, ended by either.

A convenience of this app by a rule of the project, no power of attorney. The relative is named by
phone number; no answer tells whether the number has an account. Each change, its audit row and its
event are one transaction, and names of events and rows hold ids only.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.dossiers import deeds
from camaug.dossiers import delegation_queries as queries
from camaug.dossiers.delegation_queries import RELATIVE_PHONE, NewRow, Turned
from camaug.identity import values
from camaug.identity.sign_in import PHONE
from camaug.kernel import db, outbox
from camaug.kernel.clock import LOCAL, local_date
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, FieldError, Invalid, NotFound, TooMany
from camaug_sdk.records import Person
from camaug_sdk.relatives import LONGEST_MONTHS, MOST_RELATIVES, NewDelegation

DAY = timedelta(days=1)
MOST_OFFERS = 10
"""Offers of one person in a day; a rule of this project against notices to strangers."""
Turn = Callable[[db.Conn, datetime], Awaitable[Turned]]


async def offer(engines: Engines, me: Person, new: NewDelegation, key: str) -> UUID:
    """See `Relatives.offer_delegation`."""
    now = engines.clock.now()
    phone = _checked(new, local_date(now))

    async def do(conn: db.Conn) -> UUID:
        await db.lock(conn, f"delegation|{me.citizen_id}")
        row = _row(engines, me, new, phone)
        code = await _allowed(conn, row)
        await queries.insert(conn, row)
        turned = Turned(
            delegation_id=row.delegation_id,
            owner_id=me.citizen_id,
            dossier_id=new.dossier_id,
            relative_id=None,
            state="offered",
        )
        await _tell(conn, me, turned, "offered", now, code)
        return row.delegation_id

    return await deeds.answer(engines, UUID, ("delegation.offer", me.citizen_id, key), new, do)


def _checked(new: NewDelegation, today: date) -> str:
    """The number in normal form. Raises `Invalid` with all that is wrong."""
    errors: list[FieldError] = []
    phone = ""
    try:
        phone = values.mobile(new.phone)
    except values.BadValue as bad:
        errors.append(FieldError(pointer="/phone", code=bad.code, args=bad.args_))
    if new.until < today:
        errors.append(FieldError(pointer="/until", code="until_past"))
    elif new.until > _latest(today):
        limit: dict[str, str | int] = {"limit": LONGEST_MONTHS}
        errors.append(FieldError(pointer="/until", code="until_too_far", args=limit))
    require(errors)
    return phone


def _latest(today: date) -> date:
    """The last day of a right that is offered today: that of the same name, twelve months on."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        return today.replace(year=today.year + 1, day=28)


def _row(engines: Engines, me: Person, new: NewDelegation, phone: str) -> NewRow:
    delegation_id = uuid7()
    return NewRow(
        delegation_id=delegation_id,
        owner_id=me.citizen_id,
        dossier_id=new.dossier_id,
        phone_enc=engines.vault.seal_text(RELATIVE_PHONE, delegation_id, phone),
        phone_idx=engines.vault.index(PHONE, phone),
        scope=new.scope,
        tells=new.tells,
        offered_at=engines.clock.now(),
        until=datetime.combine(new.until + DAY, time.min, LOCAL),
    )


async def _allowed(conn: db.Conn, row: NewRow) -> str | None:
    """The code of the dossier, if it is one. Raises as `Relatives.offer_delegation`."""
    owner_id, now = row.owner_id, row.offered_at
    code = None
    if row.dossier_id is not None:
        code = await queries.hold_own_code(conn, owner_id, row.dossier_id)
        if code is None:
            raise NotFound
    if await queries.phone_of(conn, owner_id) == row.phone_idx:
        raise Invalid(errors=[FieldError(pointer="/phone", code="own_number")])
    if await queries.offered_since(conn, owner_id, now - DAY) >= MOST_OFFERS:
        raise TooMany("too_many_offers", count=MOST_OFFERS)
    if await queries.reaches(conn, owner_id, row.phone_idx, row.dossier_id, now):
        raise Conflict("delegation_twice")
    if await queries.relatives(conn, owner_id, row.dossier_id, now) >= MOST_RELATIVES:
        raise Conflict("too_many_relatives", count=MOST_RELATIVES)
    return code


async def answer(
    engines: Engines, me: Person, delegation_id: UUID, key: str, *, accept: bool
) -> None:
    """See `Relatives.answer_offer`."""
    state = "accepted" if accept else "declined"

    async def turn(conn: db.Conn, now: datetime) -> Turned:
        held = await queries.lock_of_relative(conn, me.citizen_id, delegation_id, now)
        if held.state != "offered":
            raise Conflict("delegation_over")
        if accept:
            # The two may accept each other's offers at once; one of them waits here.
            pair = "|".join(sorted(map(str, (held.owner_id, me.citizen_id))))
            await db.lock(conn, f"delegation.pair|{pair}")
            if await queries.is_relative(conn, me.citizen_id, held.owner_id, now):
                raise Conflict("delegation_circular")
        await queries.answer(conn, delegation_id, me.citizen_id, state, now)
        return held

    await _turn(engines, me, (delegation_id, state), key, turn)


async def end(engines: Engines, me: Person, delegation_id: UUID, key: str) -> None:
    """See `Relatives.end_delegation`."""

    async def turn(conn: db.Conn, now: datetime) -> Turned:
        held = await queries.lock_of_owner(conn, me.citizen_id, delegation_id)
        if held.state not in ("offered", "accepted"):
            raise Conflict("delegation_over")
        await queries.end(conn, delegation_id, "ended", now)
        return held

    await _turn(engines, me, (delegation_id, "ended"), key, turn)


async def return_right(engines: Engines, me: Person, delegation_id: UUID, key: str) -> None:
    """See `Relatives.return_right`."""

    async def turn(conn: db.Conn, now: datetime) -> Turned:
        held = await queries.lock_of_relative(conn, me.citizen_id, delegation_id, now)
        if held.state != "accepted":
            raise Conflict("delegation_over")
        await queries.end(conn, delegation_id, "returned", now)
        return held

    await _turn(engines, me, (delegation_id, "returned"), key, turn)


async def _turn(engines: Engines, me: Person, what: tuple[UUID, str], key: str, turn: Turn) -> None:
    """Change one at most once for this person and key, and tell."""
    _, state = what

    async def do(conn: db.Conn) -> None:
        now = engines.clock.now()
        await _tell(conn, me, await turn(conn, now), state, now, None)

    await deeds.once(engines, ("delegation.turn", me.citizen_id, key), what, do)


async def _tell(
    conn: db.Conn, me: Person, held: Turned, what: str, now: datetime, code: str | None
) -> None:
    """Audit row and event."""
    relative = held.relative_id or (None if me.citizen_id == held.owner_id else me.citizen_id)
    data: dict[str, str | int | None] = {
        "delegation_id": str(held.delegation_id),
        "dossier_id": str(held.dossier_id) if held.dossier_id else None,
    }
    await record(
        conn,
        Actor(kind="citizen", actor_id=me.citizen_id),
        f"delegation.{what}",
        ("delegation", held.delegation_id),
        at=now,
        detail={"dossier_id": data["dossier_id"]} | ({"code": code} if code else {}),
    )
    people = {"owner_id": str(held.owner_id), "relative_id": str(relative) if relative else None}
    await outbox.emit(conn, f"delegation.{what}", data | people, at=now)
