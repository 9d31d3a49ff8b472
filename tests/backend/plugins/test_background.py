"""Jobs and events of plugins, as the process beside the worker runs them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace
from tests.backend.plugins.conftest import Site, asks, manifest

from camaug import plugin_worker, worker
from camaug.audit.actions import SYSTEM
from camaug.kernel import db, outbox
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.plugins import actions
from camaug.plugins.migrating import Migrate
from camaug.plugins.tables import PluginDatabase
from camaug.settings import Settings

SOURCE = """
from camaug_sdk import Plugin

async def note(payload, app):
    async with app.db.transaction() as tx:
        await tx.run("insert into done (what) values ($1)", str(payload["number"]))

async def fail(payload, app):
    raise ValueError("always" + {2: chr(0), 3: chr(0xD800)}.get(payload["number"], ""))

async def told(event, app):
    async with app.db.transaction() as tx:
        await tx.run("insert into done (what) values ($1)", event.name + str(event.data["number"]))

plugin = Plugin(jobs={"note": note, "fail": fail}, events={"job-test.happened": told})
"""
SAYS = manifest("job-test", permissions=asks("db"), events=["job-test.happened"])
TABLES = "create table done (what text not null);"


class Done(msgspec.Struct):
    what: str


class Number(msgspec.Struct):
    number: int


@pytest.fixture
async def own(
    site: Site, engines: Engines, migrate: Migrate, settings: Settings, database: str
) -> AsyncIterator[PluginDatabase]:
    """The plugin's tables, while its worker runs."""
    site.add("job-test", SOURCE, says=SAYS, migrations={"0001_done.sql": TABLES})
    rows = await actions.sync(engines.pool, engines.clock.now(), migrate=migrate)
    assert next(row for row in rows if row.plugin_id == "job-test").state == "active"
    made = worker.Worker(
        replace(settings, database_url=database),
        engines,
        heartbeat=timedelta(seconds=1),
        bind=plugin_worker.bind,
    )
    running = asyncio.create_task(made.run())
    yield PluginDatabase(engines, "job-test")
    made.stop()
    await asyncio.wait_for(running, 30)


async def until(look: Callable[[], Any], seconds: float = 60) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


async def done(own: PluginDatabase) -> list[str]:
    return [one.what for one in await own.many(Done, "select what from done order by what")]


async def test_a_job_runs_with_the_services_of_its_plugin(own: PluginDatabase) -> None:
    async with own.transaction() as tx:
        await tx.enqueue("note", Number(number=7), key="a")
    assert await until(lambda: done(own)) == ["7"]


async def test_an_event_reaches_its_handler(own: PluginDatabase, engines: Engines) -> None:
    async with own.transaction() as tx:
        await tx.emit("happened", {"number": 3})
    async with engines.pool.acquire() as conn:
        event_id = await conn.fetchval(
            "select event_id from event where name = 'job-test.happened'"
        )
    await jobs.deliver(engines, jobs.DeliverJob(event_id=event_id))
    await jobs.deliver(engines, jobs.DeliverJob(event_id=event_id))
    assert await until(lambda: done(own)) == ["job-test.happened3"]


async def test_events_of_others_dossiers_are_not_given(
    site: Site, engines: Engines, migrate: Migrate
) -> None:
    says = manifest("ear-test", events=["dossier.returned"])
    source = SOURCE.replace("job-test.happened", "dossier.returned")
    site.add("ear-test", source, says=says)
    await actions.sync(engines.pool, engines.clock.now(), migrate=migrate)
    async with db.transaction(engines.pool) as conn:
        event_id = await outbox.emit(
            conn, "dossier.returned", {"dossier_id": str(uuid4())}, at=engines.clock.now()
        )
    await jobs.deliver(engines, jobs.DeliverJob(event_id=event_id))
    async with engines.pool.acquire() as conn:
        assert not await conn.fetchval(
            "select count(*) from pgqueuer where entrypoint = 'plugin:ear-test'"
        )


async def test_a_job_that_always_fails_ends_as_a_dead_letter(
    own: PluginDatabase, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST_PAUSE", timedelta(milliseconds=10))
    monkeypatch.setattr(worker, "LONGEST_PAUSE", timedelta(milliseconds=20))
    async with own.transaction() as tx:
        await tx.enqueue("fail", Number(number=1), key="a")
        await tx.enqueue("unknown", Number(number=1), key="b")
        await tx.enqueue("note", Number(number=2), key="c")
    assert await until(lambda: done(own)) == ["2"]

    async def held() -> bool:
        async with engines.pool.acquire() as conn:
            count = await conn.fetchval(
                "select count(*) from pgqueuer where entrypoint = 'plugin:job-test'"
                " and status = 'failed'"
            )
            return count == 2

    assert await until(held)


@pytest.mark.parametrize("number", [2, 3])
async def test_words_that_no_database_takes_hold_up_nobody(
    own: PluginDatabase, engines: Engines, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """NUL and half a surrogate: the reason is written in one batch with the ends of other jobs."""
    monkeypatch.setattr(worker, "MOST_TRIES", 2)
    monkeypatch.setattr(worker, "FIRST_PAUSE", timedelta(milliseconds=10))
    async with own.transaction() as tx:
        await tx.enqueue("fail", Number(number=number), key="a")
        await tx.enqueue("note", Number(number=7), key="b")

    async def states() -> list[tuple[str, int]]:
        async with engines.pool.acquire() as conn:
            return [
                (row["status"], row["attempts"])
                for row in await conn.fetch(
                    "select status, attempts from pgqueuer where entrypoint = 'plugin:job-test'"
                )
            ]

    async def held() -> bool:
        return await states() == [("failed", 1)]

    assert await until(held, 20)


async def test_jobs_of_a_disabled_plugin_wait(own: PluginDatabase, engines: Engines) -> None:
    async with db.transaction(engines.pool) as conn:
        await actions.disable(conn, "job-test", SYSTEM, "a test", engines.clock.now())
    async with own.transaction() as tx:
        await tx.enqueue("note", Number(number=1), key="a")
    await asyncio.sleep(2)
    assert await done(own) == []
    async with engines.pool.acquire() as conn:
        statuses = await conn.fetch(
            "select status from pgqueuer where entrypoint = 'plugin:job-test'"
        )
    assert [row["status"] for row in statuses] == ["queued"]


@pytest.mark.parametrize(
    ("source", "events"),
    [
        (SOURCE, []),
        (SOURCE, ["job-test.happened", "job-test.other"]),
        (SOURCE.replace("job-test.happened", "other.happened"), ["other.happened"]),
        (SOURCE.replace("async def note", "def note").replace("async with", "with"), None),
    ],
)
async def test_background_handlers_agree_with_the_manifest(
    site: Site, engines: Engines, source: str, events: list[str] | None
) -> None:
    listed = ["job-test.happened"] if events is None else events
    site.add("job-test", source, says=manifest("job-test", events=listed, permissions=asks("db")))
    rows = await actions.sync(engines.pool, engines.clock.now())
    found = next(row for row in rows if row.plugin_id == "job-test")
    assert found.state == "refused"
    assert found.reason in ("bad_handler", "import_failed")
