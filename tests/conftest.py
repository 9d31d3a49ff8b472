"""Fixtures on the real engines that `./camaug test` starts.

Every test that asks for `database` gets a database of its own, cloned from a migrated and seeded
template, so that commits are real and nothing has to be cleaned up.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest
from litestar import Litestar
from msgspec.structs import replace

from camaug import app as application
from camaug import migrate
from camaug.agencies import seed as agencies
from camaug.kernel import db
from camaug.kernel.blobs import Blobs
from camaug.kernel.clock import HeldClock
from camaug.kernel.i18n import Catalogue
from camaug.kernel.web import Engines
from camaug.procedures import seed as procedures
from camaug.settings import Settings, load


def _of(url: str, database: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """Where the engines are; each process of a parallel run has a cache of its own."""
    if "CAMAUG_TEST_ADMIN_URL" not in os.environ:
        pytest.exit("no engines here: run ./camaug test", returncode=3)
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = os.environ["CAMAUG_REDIS_URL"].removesuffix("?db=0")
    return {**os.environ, "CAMAUG_REDIS_URL": f"{url}?db={process}"}


@pytest.fixture(scope="session")
async def template(environment: dict[str, str], settings: Settings) -> str:
    """Name of a migrated and seeded database, made once a run.

    Runs that give it a name (`CAMAUG_TEST_TEMPLATE`) share the one that the first of them makes.
    """
    name = environment.get("CAMAUG_TEST_TEMPLATE") or f"template_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(environment["CAMAUG_TEST_ADMIN_URL"])
    if await admin.fetchval("select true from pg_database where datname = $1", name):
        await admin.close()
        return name
    await admin.execute(f"create database {name} template camaug_empty owner camaug_migrator")
    await admin.close()
    await asyncio.to_thread(migrate.upgrade, _of(environment["CAMAUG_MIGRATOR_URL"], name))
    config = replace(settings, database_url=_of(settings.database_url, name))
    async with application.engines(config, process="seed") as made:
        await application.prepare(made, config, _of(environment["CAMAUG_MIGRATOR_URL"], name))
        async with db.transaction(made.pool) as conn:
            await agencies.seed(conn)
            await procedures.seed(conn)
    return name


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> Settings:
    return replace(load(environment), undo_seconds=0)


@asynccontextmanager
async def clone(environment: dict[str, str], template: str) -> AsyncIterator[str]:
    """URL, for the run-time role, of a copy of the template that is dropped at the end."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(environment["CAMAUG_TEST_ADMIN_URL"])
    try:
        await admin.execute(f"create database {name} template {template} owner camaug_migrator")
        await admin.execute(f"revoke all on database {name} from public")
        await admin.execute(f"grant connect on database {name} to camaug_core, camaug_plugin")
        yield _of(environment["CAMAUG_DATABASE_URL"], name)
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@pytest.fixture
async def database(template: str, environment: dict[str, str]) -> AsyncIterator[str]:
    """URL of a fresh database for the run-time role."""
    async with clone(environment, template) as url:
        yield url


@pytest.fixture(scope="session")
async def prepared(
    template: str, environment: dict[str, str], settings: Settings
) -> AsyncIterator[Engines]:
    """Engines on one database for the whole run, for what only reads or prepares."""
    async with clone(environment, template) as url:
        config = replace(settings, database_url=url)
        async with application.engines(config, process="read") as made:
            yield made


@pytest.fixture
def clock() -> HeldClock:
    """Tuesday 24 November 2026, 09:00 in Cà Mau."""
    return HeldClock(datetime(2026, 11, 24, 2, tzinfo=UTC))


@pytest.fixture
async def engines(database: str, settings: Settings, clock: HeldClock) -> AsyncIterator[Engines]:
    """The engines of one process on the test's own database."""
    config = replace(settings, database_url=database)
    async with application.engines(config, process="test", clock=clock) as made:
        yield made


@pytest.fixture(scope="session")
def routes() -> Callable[..., Litestar]:
    """`application.litestar`, made once for all tests, each of which hands it parts of its own."""
    make, once = application.litestar, list[Litestar]()
    given: dict[str, object] = {}

    def litestar(texts: Catalogue, config: Settings, parts: Mapping[str, object]) -> Litestar:
        given.update(parts)
        if not once:
            once.append(make(texts, config, given))
        return once[0]

    return litestar


@pytest.fixture
async def served(
    engines: Engines, settings: Settings, routes: Callable[..., Litestar]
) -> AsyncIterator[application.Application]:
    """The whole application, started."""
    made = application.create(settings, engines)
    async with AsyncExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(application, "litestar", routes)
            await stack.enter_async_context(made.running())
        yield made


@pytest.fixture
async def client(
    served: application.Application, settings: Settings
) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client inside the process, through every layer.

    From an address of its own: what other tests have asked does not count towards its limits.
    """
    address = f"10.{'.'.join(map(str, uuid4().bytes[:3]))}"
    transport = httpx.ASGITransport(served, raise_app_exceptions=False, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as made:
        yield made


@pytest.fixture
async def store(engines: Engines) -> Blobs:
    """The object store of the run."""
    return engines.blobs
