"""Operators, people in communes, and announcements on their way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from msgspec.structs import asdict

from camaug.agencies.seed import agency_id
from camaug.identity import sessions
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import announcement_actions as actions
from camaug.notices import announcement_queries as queries
from camaug.notices import announcement_sending, announcement_sending_queries
from camaug.notices.announcement_pacing import Pacing
from camaug.notices.announcement_queue import AnnounceJob
from camaug.notices.announcement_schemas import Announcement, NewAnnouncement, Rewriting, Seen
from camaug.notices.push import Sender
from camaug.settings import Settings
from camaug_sdk.records import Person, StaffMember

CENTRE = agency_id("one_stop_centre", "province")
AN_XUYEN, GANH_HAO, ELSEWHERE = "32002", "31972", "31825"
NOW = Pacing(hold=timedelta(), quiet=None)
WORDS = NewAnnouncement(
    title_vi="Triều cường đêm nay",
    text_vi="Nước lên cao từ 22 giờ.\nKê đồ đạc lên cao, tắt điện tầng trệt.",
    title_en="Spring tide tonight",
    text_en="Water rises from 10 pm.\nRaise your belongings, switch off the ground floor.",
    scope="chosen",
    communes=[AN_XUYEN, GANH_HAO],
)


async def operator(engines: Engines, role: str = "operator", agency: UUID = CENTRE) -> StaffMember:
    """A new member of staff with one role."""
    staff_id, now = uuid7(), engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into staff (staff_id, login, password_hash, full_name, created_at)"
            " values ($1, $2, '', 'Người Thí Dụ', $3)",
            staff_id,
            staff_id.hex,
            now,
        )
        await conn.execute(
            "insert into assignment (assignment_id, staff_id, agency_id, role, valid_from)"
            " values ($1, $2, $3, $4, $5)",
            uuid7(),
            staff_id,
            agency,
            role,
            now,
        )
    return StaffMember(staff_id=staff_id, session_id=uuid7(), agencies={role: (agency,)})


async def people(engines: Engines, commune: str | None, count: int = 1) -> list[Person]:
    """People who live in the commune, in the order in which a sending takes them."""
    ids = sorted(uuid7() for _ in range(count))
    async with db.transaction(engines.pool) as conn:
        await conn.executemany(
            "insert into citizen (citizen_id, phone_enc, phone_idx, commune_code, created_at,"
            " updated_at) values ($1, $2, $3, $4, $5, $5)",
            [
                (
                    one,
                    engines.vault.seal_text("citizen|phone", one, "0912345678"),
                    one.bytes,
                    commune,
                    engines.clock.now(),
                )
                for one in ids
            ],
        )
    return [Person(citizen_id=one, assurance=1, session_id=uuid7()) for one in ids]


async def devices(engines: Engines, owners: list[Person], tokens: list[str]) -> None:
    """One device for each of them."""
    async with db.transaction(engines.pool) as conn:
        await conn.executemany(
            "insert into push_device (device_id, citizen_id, provider, token, platform, created_at)"
            " values ($1, $2, 'fcm', $3, 'android', now())",
            [(uuid7(), one.citizen_id, token) for one, token in zip(owners, tokens, strict=True)],
        )


def key() -> str:
    return str(uuid7())


async def got(engines: Engines, announcement_id: UUID) -> Announcement:
    async with engines.pool.acquire() as conn:
        return await queries.get(conn, announcement_id, [CENTRE])


async def seen(engines: Engines, announcement_id: UUID) -> Seen:
    """What a person sees who looks now."""
    found = await got(engines, announcement_id)
    async with engines.pool.acquire() as conn:
        audience = await queries.audience(conn, found.communes)
    return Seen(content=found.content_hash.hex(), audience=audience)


async def written(engines: Engines, author: StaffMember, **changes: Any) -> UUID:
    new = NewAnnouncement(**(asdict(WORDS) | changes))
    return (await actions.create(engines, author, new, key())).announcement_id


async def submitted(engines: Engines, author: StaffMember, **changes: Any) -> UUID:
    announcement_id = await written(engines, author, **changes)
    now = await seen(engines, announcement_id)
    await actions.submit(engines, author, announcement_id, now, key())
    return announcement_id


async def approved(
    engines: Engines,
    author: StaffMember,
    other: StaffMember,
    pacing: Pacing = NOW,
    **changes: Any,
) -> UUID:
    announcement_id = await submitted(engines, author, **changes)
    now = await seen(engines, announcement_id)
    await actions.approve(engines, other, announcement_id, pacing, now, key())
    return announcement_id


async def rewriting(engines: Engines, announcement_id: UUID, **changes: Any) -> Rewriting:
    version = (await got(engines, announcement_id)).version
    return Rewriting(version=version, **(asdict(WORDS) | changes))


async def send_next(
    engines: Engines, sender: Sender | None, announcement_id: UUID, size: int = 200
) -> Announcement:
    """Run the job of the next chunk; how it stands then."""
    found = await got(engines, announcement_id)
    async with engines.pool.acquire() as conn:
        after = await announcement_sending_queries.cursor(conn, announcement_id)
    job = AnnounceJob(announcement_id=announcement_id, version=found.version, after=after)
    await announcement_sending.send(engines, sender, NOW, job, size)
    return await got(engines, announcement_id)


async def send_all(
    engines: Engines, sender: Sender | None, announcement_id: UUID, size: int = 200
) -> Announcement:
    found = await send_next(engines, sender, announcement_id, size)
    while found.state == "sending":
        found = await send_next(engines, sender, announcement_id, size)
    return found


class Desk:
    """A signed-in person on HTTP."""

    def __init__(self, client: httpx.AsyncClient, token: str | None) -> None:
        self._client = client
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def get(self, path: str, language: str = "vi") -> httpx.Response:
        return await self._client.get(path, headers=self._headers | {"accept-language": language})

    async def send(
        self, path: str, body: object = None, method: str = "POST", used: str | None = None
    ) -> httpx.Response:
        headers = self._headers | {"idempotency-key": used or key()}
        return await self._client.request(method, path, json=body, headers=headers)


async def signed_in(
    engines: Engines, settings: Settings, client: httpx.AsyncClient, who: StaffMember | Person
) -> Desk:
    tokens = Tokens(engines, settings.public_url)
    await tokens.read_keys()
    subject = (
        ("staff", who.staff_id) if isinstance(who, StaffMember) else ("citizen", who.citizen_id)
    )
    async with db.transaction(engines.pool) as conn:
        session = await sessions.begin(
            conn, subject, assurance=1, device_label="test", now=engines.clock.now()
        )
    return Desk(client, tokens.issue(session))
