"""Citizens with phones, events as dossiers emit them, a worker, and FCM's other end."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from camaug.agencies.seed import agency_id
from camaug.app import catalogue
from camaug.kernel import db, outbox
from camaug.kernel.i18n import Catalogue
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.settings import Settings
from camaug.worker import Worker
from camaug_sdk.records import Person
from camaug_simulators.harness import free_port

AN_XUYEN = agency_id("people_committee", "32002")
NAME, CODE = "Đăng ký khai sinh", "H12.32-261124-0001"
HEARTBEAT = timedelta(seconds=1)


class Fcm:
    """The simulators, as seen from a phone and from a test."""

    def __init__(self, client: httpx.Client, credentials: Path) -> None:
        self.client, self.credentials = client, credentials
        self.url = str(client.base_url).rstrip("/")

    def register(self, platform: str = "android") -> str:
        """A new phone's token."""
        new = {"app": "vn.gov.camau.camaug", "platform": platform}
        answer = self.client.post("/registrations", json=new).raise_for_status()
        return answer.json()["token"]

    def short_id(self, token: str) -> str:
        """The phone's name in the addresses of pages."""
        return self.client.get(f"/registrations/{token}").json()["id"]

    def unregister(self, token: str) -> None:
        self.client.delete(f"/registrations/{token}").raise_for_status()

    def switch(self, name: str, **members: object) -> None:
        self.client.put(f"/switches/{name}", json=members).raise_for_status()

    def got(self, token: str) -> list[dict[str, dict[str, str]]]:
        """The messages that came to a phone, in order."""
        entries = self.client.get("/journal.json").json()["entries"]
        return [one["message"] for one in entries if one["to"] == token]


@pytest.fixture(scope="session")
def fcm_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fcm]:
    credentials, port = tmp_path_factory.mktemp("fcm") / "fcm.json", str(free_port())
    program = [sys.executable, "-m", "camaug_simulators", "--port", port]
    subprocess.run([*program, "--write-credentials", str(credentials)], check=True)  # noqa: S603
    with (
        subprocess.Popen(  # noqa: S603
            [*program, "--credentials", str(credentials)], stdout=subprocess.DEVNULL
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        try:
            for _ in range(1200):
                try:
                    client.get("/health").raise_for_status()
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield Fcm(client, credentials)
        finally:
            process.terminate()


@pytest.fixture
def fcm(fcm_server: Fcm) -> Fcm:
    """The simulators, well behaved, with an empty journal."""
    fcm_server.client.post("/switches/reset").raise_for_status()
    fcm_server.client.delete("/journal").raise_for_status()
    return fcm_server


@pytest.fixture
def config(settings: Settings, database: str, fcm: Fcm) -> Settings:
    """Settings of a worker on the test's own database."""
    return replace(
        settings, database_url=database, fcm_url=fcm.url, fcm_credentials=str(fcm.credentials)
    )


MakeCitizen = Callable[[], Awaitable[Person]]


@pytest.fixture
def make_citizen(engines: Engines) -> MakeCitizen:
    async def make() -> Person:
        citizen_id, now = uuid7(), engines.clock.now()
        async with db.transaction(engines.pool) as conn:
            await conn.execute(
                "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
                " values ($1, $2, $3, $4, $4)",
                citizen_id,
                engines.vault.seal_text("citizen|phone", citizen_id, "0912345678"),
                citizen_id.bytes,
                now,
            )
        return Person(citizen_id=citizen_id, assurance=1, session_id=uuid7())

    return make


@pytest.fixture
async def citizen(make_citizen: MakeCitizen) -> Person:
    return await make_citizen()


async def add_device(engines: Engines, citizen_id: UUID, token: str) -> UUID:
    device_id = uuid7()
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into push_device (device_id, citizen_id, provider, token, platform, created_at)"
            " values ($1, $2, 'fcm', $3, 'android', now())",
            device_id,
            citizen_id,
            token,
        )
    return device_id


@pytest.fixture
async def phone(engines: Engines, citizen: Person, fcm: Fcm) -> str:
    """Token of the citizen's phone."""
    token = fcm.register()
    await add_device(engines, citizen.citizen_id, token)
    return token


async def emit(
    engines: Engines, citizen: Person, name: str = "dossier.accepted", **more: str
) -> UUID:
    """An event as the acts on dossiers emit it; its id."""
    data: dict[str, str | int | None] = {
        "dossier_id": str(uuid7()),
        "citizen_id": str(citizen.citizen_id),
        "agency_id": str(AN_XUYEN),
        "code": CODE,
        "procedure_code": "1.001193",
        "procedure_name": NAME,
        "procedure_name_en": "Birth registration",
        "agency_name": "UBND phường An Xuyên",
        "agency_name_en": "People's Committee of An Xuyen ward",
    }
    async with db.transaction(engines.pool) as conn:
        return await outbox.emit(conn, name, data | more, at=engines.clock.now())


@asynccontextmanager
async def working(settings: Settings, engines: Engines) -> AsyncGenerator[Worker]:
    """A worker that runs until the end of the block."""
    worker = Worker(settings, engines, heartbeat=HEARTBEAT)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait_for(task, 30)


@pytest.fixture
async def worker(config: Settings, engines: Engines) -> AsyncGenerator[Worker]:
    async with working(config, engines) as made:
        yield made


async def until(what: Callable[[], Awaitable[object]], seconds: float = 60) -> None:
    """Wait until `what` is true."""
    for _ in range(int(seconds / 0.02)):
        if await what():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")


async def idle(engines: Engines) -> bool:
    """Whether no job waits or runs."""
    async with engines.pool.acquire() as conn:
        return not await conn.fetchval(
            "select count(*) from pgqueuer where status in ('queued', 'picked')"
        )


@pytest.fixture(scope="session")
def texts() -> Catalogue:
    return catalogue()
