"""A citizen who comes to a desk: found by what the card or the person says, or recorded there.

One whole number finds one person or nobody, so many an hour for an officer, and each look is
audited. A card seen at the desk proves the number (DESIGN 10.10).
"""

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.identity import actions, counter_queries, queries, sign_in, values
from camaug.identity.counter_queries import Card
from camaug.identity.schemas import ProfileData
from camaug.kernel import db, guesses
from camaug.kernel.clock import local_date
from camaug.kernel.guesses import Guess
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug_sdk.counter import CardSeen, CounterPerson
from camaug_sdk.problems import FieldError, Invalid

T = TypeVar("T")
LOOKS = Guess(name="counter look", most=60)
"""An officer's looks for people in an hour: a rule of this project, a counter sees fewer."""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """One officer at work at one agency, in one transaction."""

    engines: Engines
    conn: db.Conn
    staff_id: UUID
    agency_id: UUID

    async def note(self, action: str, what: tuple[str, object], **detail: str | int) -> None:
        """The audit row of what the officer does."""
        actor = Actor(kind="staff", actor_id=self.staff_id)
        now = self.engines.clock.now()
        await record(
            self.conn, actor, action, what, at=now, agency_id=self.agency_id, detail={**detail}
        )


class _Reader:
    """Reads what was typed, collecting what is wrong with it."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def read(self, name: str, typed: str, check: Callable[[str], T]) -> T | None:
        """The normal form, or None with an error noted."""
        try:
            return check(typed)
        except values.BadValue as bad:
            self.fail(name, bad.code, **bad.args_)
            return None

    def fail(self, name: str, code: str, **args: str | int) -> None:
        """Note an error of a member."""
        self.errors.append(FieldError(pointer=f"/{name}", code=code, args=args))


async def find(desk: Desk, *, number: str | None, phone: str | None) -> UUID | None:
    """The citizen with that proven number, or that phone; exactly one of them is typed.

    Raises `Invalid`, and `TooMany` after sixty looks in an hour.
    """
    vault, reader = desk.engines.vault, _Reader()
    if bool(number and number.strip()) == bool(phone and phone.strip()):
        reader.fail("number", "number_or_phone")
    elif number and number.strip():
        number = reader.read("number", number, values.citizen_id)
    elif phone:
        phone = reader.read("phone", phone, values.mobile)
    require(reader.errors)
    now = desk.engines.clock.now()
    await guesses.count(desk.conn, vault, LOOKS, str(desk.staff_id), now)
    if number and number.strip():
        found = await counter_queries.of_number(desk.conn, vault.index(actions.NUMBER, number))
    else:
        idx = vault.index(sign_in.PHONE, phone or "")
        found = await counter_queries.of_phone(desk.conn, idx)
    by = "number" if number else "phone"
    await desk.note("citizen.looked_up", ("citizen", found or "nobody"), by=by)
    return found


async def register(desk: Desk, card: CardSeen) -> UUID:
    """A record of somebody whose card the officer has seen; the present one when there is one.

    Raises `Invalid`; a phone that another record has is `phone_taken`.
    """
    number, data, phone = _checked(card, local_date(desk.engines.clock.now()))
    vault, citizen_id = desk.engines.vault, uuid7()
    sealed = _sealed(desk, citizen_id, number, data)
    await db.lock(desk.conn, sealed.number_idx.hex())
    present = await counter_queries.of_number(desk.conn, sealed.number_idx)
    if present is not None:
        return present
    if phone is not None:
        sealed = msgspec.structs.replace(
            sealed,
            phone_idx=vault.index(sign_in.PHONE, phone),
            phone_enc=vault.seal_text(sign_in.PHONE, citizen_id, phone),
        )
    now = desk.engines.clock.now()
    if not await counter_queries.insert(desk.conn, citizen_id, sealed, now):
        raise Invalid(errors=[FieldError(pointer="/phone", code="phone_taken")])
    await desk.note("citizen.recorded", ("citizen", citizen_id))
    return citizen_id


async def prove(desk: Desk, citizen_id: UUID, card: CardSeen) -> None:
    """What the seen card says takes the place of what the person had typed.

    Raises `Invalid`: another record has that number, or this one is proven already.
    """
    number, data, _ = _checked(card, local_date(desk.engines.clock.now()))
    row = await queries.citizen(desk.conn, citizen_id)
    before = actions.opened(desk.engines, row)
    kept = msgspec.structs.replace(
        data,
        email=before.email,
        ethnicity=before.ethnicity,
        permanent_address=before.permanent_address,
        current_address=before.current_address,
    )
    sealed = _sealed(desk, citizen_id, number, kept)
    await db.lock(desk.conn, sealed.number_idx.hex())
    taken = await counter_queries.of_number(desk.conn, sealed.number_idx) is not None
    now = desk.engines.clock.now()
    if taken or not await counter_queries.prove(desk.conn, citizen_id, sealed, now):
        raise Invalid(errors=[FieldError(pointer="/citizen_id", code="number_taken")])
    await desk.note("citizen.number_proven", ("citizen", citizen_id), by="card")


async def person(desk: Desk, citizen_id: UUID) -> CounterPerson:
    """What the counter is shown of the citizen."""
    whole = actions.opened(desk.engines, await queries.citizen(desk.conn, citizen_id))
    return CounterPerson(
        full_name=whole.full_name,
        citizen_id=whole.citizen_id,
        citizen_id_proven=whole.citizen_id_proven,
        birth_date=whole.birth_date,
        gender=whole.gender,
        phone=whole.phone,
    )


def _checked(card: CardSeen, today: date) -> tuple[str, ProfileData, str | None]:
    """Number, profile and phone in their normal forms. Raises `Invalid` with all that is wrong."""
    reader = _Reader()
    name = reader.read("full_name", card.full_name, values.person_name)
    number = reader.read("citizen_id", card.citizen_id, values.read_citizen_id)
    birth = reader.read("birth_date", card.birth_date, lambda day: values.birth_date(day, today))
    phone = None
    if card.phone and card.phone.strip():
        phone = reader.read("phone", card.phone, values.mobile)
    if number is not None:
        why = values.citizen_id_disagrees(number, today=today, birth=birth)
        if why is not None:
            reader.fail("citizen_id", why)
    require(reader.errors)
    data = ProfileData(full_name=name, birth_date=birth, gender=number and number.gender)
    return (number.number if number else ""), data, phone


def _sealed(desk: Desk, citizen_id: UUID, number: str, data: ProfileData) -> Card:
    vault = desk.engines.vault
    return Card(
        number_enc=vault.seal_text(actions.NUMBER, citizen_id, number),
        number_idx=vault.index(actions.NUMBER, number),
        profile_enc=vault.seal_json(actions.DATA, citizen_id, data),
    )
