"""Citizens with numbers of their own, and the rights that they give each other."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from camaug.dossiers.service import DossiersService
from camaug.identity.actions import DATA
from camaug.identity.schemas import ProfileData
from camaug.identity.sign_in import PHONE
from camaug.kernel import db
from camaug.kernel.clock import local_date
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.notices.jobs import EventJob
from camaug_sdk.records import Person
from camaug_sdk.relatives import NewDelegation, Scope


class Kin(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen and the number by which they sign in."""

    me: Person
    phone: str


def number() -> str:
    """A mobile number that nobody has."""
    return f"09{secrets.randbelow(10**8):08d}"


async def kin(engines: Engines, phone: str | None = None, name: str | None = None) -> Kin:
    """An account with that number."""
    citizen_id, phone = uuid7(), phone or number()
    profile = name and engines.vault.seal_json(DATA, citizen_id, ProfileData(full_name=name))
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into citizen (citizen_id, phone_enc, phone_idx, profile_enc, created_at,"
            " updated_at) values ($1, $2, $3, $4, now(), now())",
            citizen_id,
            engines.vault.seal_text(PHONE, citizen_id, phone),
            engines.vault.index(PHONE, phone),
            profile,
        )
    me = Person(citizen_id=citizen_id, assurance=1, session_id=uuid7())
    return Kin(me=me, phone=phone)


async def offered(
    dossiers: DossiersService,
    engines: Engines,
    owner: Kin,
    phone: str,
    dossier_id: UUID | None = None,
    **more: Any,
) -> UUID:
    """An offer, of ten days where nothing else is said."""
    days, scope = more.pop("days", 10), more.pop("scope", "act")
    until = local_date(engines.clock.now()) + timedelta(days=days)
    new = NewDelegation(phone=phone, scope=scope, until=until, dossier_id=dossier_id, **more)
    return await dossiers.offer_delegation(owner.me, new, key=str(uuid7()))


async def let_in(
    dossiers: DossiersService,
    engines: Engines,
    people: tuple[Kin, Kin],
    dossier_id: UUID | None = None,
    scope: Scope = "act",
    **more: Any,
) -> UUID:
    """A right that the second of the two has accepted."""
    owner, relative = people
    made = await offered(dossiers, engines, owner, relative.phone, dossier_id, scope=scope, **more)
    await dossiers.answer_offer(relative.me, made, accept=True, key=str(uuid7()))
    return made


async def rows(engines: Engines, sql: str, *values: Any) -> list[dict[str, Any]]:
    """What stands in the database."""
    async with engines.pool.acquire() as conn:
        return [dict(row) for row in await conn.fetch(sql, *values)]


async def tell(engines: Engines, event: str, subscriber: str) -> None:
    """Run a subscriber on every event of that name, twice, as a worker that was interrupted."""
    for row in await rows(engines, "select event_id from event where name = $1", event):
        for _ in range(2):
            await jobs.run_subscriber(engines, subscriber, EventJob(event_id=row["event_id"]))
