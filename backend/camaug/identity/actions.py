"""Profiles, push devices, staff and their roles."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from camaug.audit.actions import Actor, record
from camaug.identity import passwords, queries, sign_in, staff_queries, values
from camaug.identity.schemas import (
    AssignmentRow,
    CitizenChange,
    CitizenRow,
    NewDevice,
    ProfileChange,
    ProfileData,
    ProfileVersion,
)
from camaug.kernel import db, idempotency
from camaug.kernel.clock import local_date
from camaug.kernel.ids import uuid7
from camaug.kernel.problems import require
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, FieldError
from camaug_sdk.records import Language, Person, Profile

NUMBER = "citizen|number"
DATA = "citizen|profile"
T = TypeVar("T")


async def profile(engines: Engines, conn: db.Conn, me: Person) -> Profile:
    """The citizen's profile, decrypted."""
    return opened(engines, await queries.citizen(conn, me.citizen_id))


def opened(engines: Engines, row: CitizenRow) -> Profile:
    """The profile that a row holds."""
    vault, citizen_id = engines.vault, row.citizen_id
    data = ProfileData()
    if row.profile_enc is not None:
        data = vault.open_json(DATA, citizen_id, row.profile_enc, ProfileData)
    number = None
    if row.number_enc is not None:
        number = vault.open_text(NUMBER, citizen_id, row.number_enc)
    phone = None
    if row.phone_enc is not None:  # a person whom only a counter knows may have none
        phone = vault.open_text(sign_in.PHONE, citizen_id, row.phone_enc)
    return Profile(
        full_name=data.full_name,
        citizen_id=number,
        citizen_id_proven=row.number_proven,
        phone=phone,
        email=data.email,
        birth_date=data.birth_date,
        gender=data.gender,
        ethnicity=data.ethnicity,
        permanent_address=data.permanent_address,
        permanent_commune=row.commune_code,
        current_address=data.current_address,
    )


class PeopleService:
    """Implements `camaug_sdk.services.People`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def profile(self, me: Person) -> Profile:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await profile(self._engines, conn, me)


async def change_profile(engines: Engines, me: Person, change: ProfileChange, key: str) -> None:
    """Replace the profile; the same `key` replaces once. Raises as `put_profile`."""

    async def replace() -> ProfileVersion:
        version = await put_profile(engines, conn, me.citizen_id, change)
        return ProfileVersion(version=version)

    async with db.transaction(engines.pool) as conn:
        await idempotency.once(
            conn,
            ProfileVersion,
            replace,
            scope=f"profile|{me.citizen_id}",
            key=key,
            body=change,
            now=engines.clock.now(),
        )


async def put_profile(
    engines: Engines, conn: db.Conn, citizen_id: UUID, change: ProfileChange
) -> int:
    """Replace a citizen's profile; its new version.

    Raises `Invalid` with every error at once, `Conflict` when `change` is of an older version.
    """
    now = engines.clock.now()
    new = await _checked(engines, conn, citizen_id, change)
    if not await queries.change_citizen(conn, citizen_id, change.version, new, now):
        raise Conflict
    actor = Actor(kind="citizen", actor_id=citizen_id)
    await record(conn, actor, "profile.changed", ("citizen", citizen_id), at=now)
    return change.version + 1


class _Reader:
    """Reads the members of a change one by one, collecting what is wrong with them."""

    def __init__(self, change: ProfileChange) -> None:
        self._change = change
        self.errors: list[FieldError] = []

    def read(self, name: str, check: Callable[[str], T]) -> T | None:
        """The member in its normal form; None when it is empty or wrong."""
        typed: str | None = getattr(self._change, name)
        if typed is None or not typed.strip():
            return None
        try:
            return check(typed)
        except values.BadValue as bad:
            self.fail(name, bad.code, **bad.args_)
            return None

    def fail(self, name: str, code: str, **args: str | int) -> None:
        """Note an error of a member."""
        self.errors.append(FieldError(pointer=f"/{name}", code=code, args=args))


async def _checked(
    engines: Engines, conn: db.Conn, citizen_id: UUID, change: ProfileChange
) -> CitizenChange:
    today = local_date(engines.clock.now())
    reader = _Reader(change)
    data = ProfileData(
        full_name=reader.read("full_name", values.person_name),
        email=reader.read("email", values.email),
        birth_date=reader.read("birth_date", lambda typed: values.birth_date(typed, today)),
        gender=reader.read("gender", values.gender),
        ethnicity=reader.read("ethnicity", values.plain),
        permanent_address=reader.read("permanent_address", values.address),
        current_address=reader.read("current_address", values.address),
    )
    number = reader.read("citizen_id", values.read_citizen_id)
    if number is not None:
        why = values.citizen_id_disagrees(
            number, today=today, gender=data.gender, birth=data.birth_date
        )
        if why is not None:
            reader.fail("citizen_id", why)
    commune = reader.read("permanent_commune", values.plain)
    if commune is not None and await queries.commune(conn, commune) is None:
        reader.fail("permanent_commune", "not_a_commune")
    require(reader.errors)
    return _sealed(engines, citizen_id, data, number and number.number, commune)


def _sealed(
    engines: Engines, citizen_id: UUID, data: ProfileData, number: str | None, commune: str | None
) -> CitizenChange:
    vault = engines.vault
    return CitizenChange(
        number_enc=None if number is None else vault.seal_text(NUMBER, citizen_id, number),
        number_idx=None if number is None else vault.index(NUMBER, number),
        profile_enc=vault.seal_json(DATA, citizen_id, data),
        commune_code=commune,
    )


async def set_language(engines: Engines, me: Person, language: Language) -> None:
    """Choose the language for messages and notices."""
    async with db.transaction(engines.pool) as conn:
        await queries.set_language(conn, me.citizen_id, language, engines.clock.now())


async def register_device(engines: Engines, me: Person, new: NewDevice) -> UUID:
    """Let push messages reach this device; a token that somebody else had becomes the citizen's."""
    now = engines.clock.now()
    owner = (me.citizen_id, me.session_id)
    async with db.transaction(engines.pool) as conn:
        return await queries.put_device(conn, uuid7(), owner, new, now)


async def remove_device(engines: Engines, me: Person, device_id: UUID) -> None:
    """Stop pushing to an own device; repeating it is safe."""
    async with db.transaction(engines.pool) as conn:
        await queries.remove_device(conn, me.citizen_id, device_id, engines.clock.now())


async def create_staff(
    engines: Engines, conn: db.Conn, login: str, password: str, full_name: str, by: Actor
) -> UUID:
    """A new member of staff; somebody who has that login already stays as they are."""
    known = await staff_queries.of_login(conn, login)
    if known is not None:
        return known
    now = engines.clock.now()
    hashed = await passwords.hash_password(password)
    staff_id = uuid7()
    name = values.person_name(full_name)
    await staff_queries.insert_staff(conn, staff_id, login, hashed, name, now)
    await record(conn, by, "staff.created", ("staff", staff_id), at=now)
    return staff_id


async def assign(
    engines: Engines, conn: db.Conn, staff_id: UUID, role: str, agency_id: UUID, by: Actor
) -> None:
    """Give a role at an agency from now on; whoever holds it already keeps it."""
    now = engines.clock.now()
    row = AssignmentRow(staff_id=staff_id, role=role, agency_id=agency_id)
    if await staff_queries.insert_assignment(conn, uuid7(), row, by.actor_id, now):
        await record(
            conn,
            by,
            "role.assigned",
            ("staff", staff_id),
            at=now,
            agency_id=agency_id,
            detail={"role": role},
        )
