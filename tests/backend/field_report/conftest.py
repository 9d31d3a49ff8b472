"""The utility as installed, over HTTP, with citizens and officers of two communes."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.backend.dossiers.conftest import checked_file
from tests.backend.dossiers.door import Door

from camaug.agencies.seed import agency_id
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.plugins.actions import sync
from camaug.plugins.gate import Gate
from camaug.plugins.mount import PluginHost
from camaug.plugins.tables import PluginDatabase
from camaug_field_report import filing
from camaug_field_report.records import ROLE
from camaug_sdk.records import Caller, Person, StaffMember

AN_XUYEN, GANH_HAO = "32002", "31972"
WARD, FAR = (agency_id("people_committee", code) for code in (AN_XUYEN, GANH_HAO))
HOME = "/api/v1/apps/field-report/"
DESK = f"{HOME}desk/"
SAID = "Trụ đèn số 7 trước nhà tôi, số 12, tắt ba đêm rồi."
PLACE = "Trước nhà ông Bảy, khóm 3"
SPOT = "9.17680,105.15240"


class Office:
    """Asks the utility as whoever a test says; each request has a key of its own."""

    def __init__(self, door: Door, engines: Engines) -> None:
        self._door, self.engines = door, engines
        self.tables = PluginDatabase(engines, "field-report")

    async def ask(
        self, who: Person | StaffMember, method: str, path: str, body: Any = None, key: str = ""
    ) -> httpx.Response:
        """Whatever is answered."""
        me, officer = (who, None) if isinstance(who, Person) else (None, who)
        self._door.caller = Caller(language="vi", me=me, officer=officer)
        headers = {"Idempotency-Key": key or str(uuid7())}
        transport = httpx.ASGITransport(self._door)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, json=body, headers=headers)

    async def shown(self, who: Person | StaffMember, path: str) -> dict[str, Any]:
        """A screen."""
        answer = await self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def body(self, me: Person, **own: Any) -> dict[str, Any]:
        """What the form sends, with a photo of the person."""
        photo = await checked_file(self.engines, me.citizen_id, "field-report")
        return {
            "category": "lighting",
            "said": SAID,
            "commune": AN_XUYEN,
            "place": PLACE,
            "position": SPOT,
            "photos": [str(photo)],
        } | own

    async def file(self, me: Person, **own: Any) -> str:
        """File a report; its id."""
        answer = await self.ask(me, "POST", HOME, await self.body(me, **own))
        assert answer.status_code == 200, answer.text
        return answer.json()["then"]["href"].rpartition("/")[2]

    async def act(
        self, who: StaffMember, report: str, kind: str, version: int, **more: Any
    ) -> httpx.Response:
        """One of the officer's acts."""
        body = {"kind": kind, "version": version, **more}
        return await self.ask(who, "POST", f"{DESK}{report}/acts", body)

    async def tables_run(self, sql: str, report: str) -> None:
        """Change a row of the utility's own tables."""
        async with self.tables.transaction() as tx:
            await tx.run(sql, UUID(report))

    async def count(self, sql: str, *args: Any) -> int:
        """A number of the core's tables."""
        async with self.engines.pool.acquire() as conn:
            return await conn.fetchval(sql, *args)


async def deliver(engines: Engines) -> None:
    """What the worker does with waiting events."""
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch(
            "select event_id, name from event where name like 'field-report.%'"
            " or name = 'plugin.notice_wanted' order by event_id"
        )
    for row in rows:
        job = jobs.DeliverJob(event_id=row["event_id"])
        await jobs.deliver(engines, job)
        if row["name"] == "plugin.notice_wanted":
            await jobs.run_subscriber(engines, "plugin_notice", job)


def blocks(screen: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The blocks of a kind, the nested ones too."""
    found: list[dict[str, Any]] = []
    for one in screen.get("blocks", []):
        found += [one] if one["type"] == kind else []
        found += blocks(one, kind)
    return found


@pytest.fixture
async def office(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Many ask at once here: nobody is turned away because the machine is busy."""
    for name in ("deadline", "wait"):
        monkeypatch.setitem(Gate.__init__.__kwdefaults__, name, 60.0)
    await sync(engines.pool, engines.clock.now())
    host = PluginHost()
    async with host.running(engines):
        yield Office(Door(host, engines), engines)


@pytest.fixture
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One citizen files as many as the test needs."""
    monkeypatch.setattr(filing, "MOST_A_DAY", 1000)


@pytest.fixture
async def me(engines: Engines) -> Person:
    return await citizen(engines)


@pytest.fixture
async def stranger(engines: Engines) -> Person:
    return await citizen(engines)


async def citizen(engines: Engines) -> Person:
    """An account."""
    citizen_id = uuid7()
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
            " values ($1, $2, $2, now(), now())",
            citizen_id,
            citizen_id.bytes,
        )
    return Person(citizen_id=citizen_id, assurance=1, session_id=uuid7())


def officer_at(agency: UUID, role: str = ROLE) -> StaffMember:
    """An officer with the role at one agency."""
    return StaffMember(staff_id=uuid4(), session_id=uuid4(), agencies={role: (agency,)})


@pytest.fixture
def near() -> StaffMember:
    """The officer of the ward where the lamp is."""
    return officer_at(WARD)


@pytest.fixture
def far() -> StaffMember:
    """The officer of another commune."""
    return officer_at(FAR)
