"""What a plugin does with tables of its own: rows, keys, audit, events, jobs, notices, files."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from tests.backend.plugins.conftest import Site, manifest

from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs, screens
from camaug.notices import queries as notices
from camaug.plugins import actions
from camaug.plugins.migrating import Migrate
from camaug.plugins.tables import PluginDatabase
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Person

SAYS = manifest(
    "table-test",
    desk_roles=[{"role": "table_desk", "name": {"vi": "Bàn", "en": "Desk"}}],
    notices=[
        {
            "template": "received",
            "title": {"vi": "Đã nhận {code}", "en": "{code} received"},
            "body": {"vi": "Xã sẽ trả lời.", "en": "The commune will answer."},
        }
    ],
)
TABLES = "create table report (report_id uuid primary key, said text not null, said_enc bytea);"


class Report(msgspec.Struct):
    report_id: UUID
    said: str


class Payload(msgspec.Struct):
    number: int


@pytest.fixture
async def own(site: Site, engines: Engines, migrate: Migrate) -> PluginDatabase:
    site.add("table-test", says=SAYS, migrations={"0001_report.sql": TABLES})
    await actions.sync(engines.pool, engines.clock.now(), migrate=migrate)
    return PluginDatabase(engines, "table-test")


def somebody() -> Person:
    return Person(citizen_id=uuid4(), assurance=1, session_id=uuid4())


async def put(tx: Any, said: str) -> UUID:
    report_id = uuid7()
    await tx.run("insert into report (report_id, said) values ($1, $2)", report_id, said)
    return report_id


async def test_rows_are_read_as_structs(own: PluginDatabase) -> None:
    async with own.transaction() as tx:
        report_id = await put(tx, "đèn hỏng")
    read = await own.one(Report, "select report_id, said from report")
    assert read == Report(report_id=report_id, said="đèn hỏng")
    assert await own.many(Report, "select report_id, said from report where said = $1", "x") == []
    with pytest.raises(NotFound):
        await own.one(Report, "select report_id, said from report where said = 'x'")


async def test_a_key_gives_its_answer_once(own: PluginDatabase) -> None:
    me, other = somebody(), somebody()

    async def do(tx: Any) -> str:
        return str(await put(tx, "đèn"))

    first = await own.once(str, do, who=me, key="k" * 8, body={"a": 1})
    assert await own.once(str, do, who=me, key="k" * 8, body={"a": 1}) == first
    assert await own.once(str, do, who=other, key="k" * 8, body={"a": 1}) != first
    with pytest.raises(Invalid):
        await own.once(str, do, who=me, key="k" * 8, body={"a": 2})
    assert len(await own.many(Report, "select report_id, said from report")) == 2


async def test_a_copy_of_a_running_request_comes_again(own: PluginDatabase) -> None:
    me = somebody()

    async def do(tx: Any) -> str:
        with pytest.raises(Conflict):
            await own.once(str, put_one, who=me, key="k" * 8, body=1)
        return str(await put(tx, "đèn"))

    async def put_one(tx: Any) -> str:
        return str(await put(tx, "đèn"))

    await own.once(str, do, who=me, key="k" * 8, body=1)


async def test_all_of_it_or_nothing(own: PluginDatabase, engines: Engines) -> None:
    me = somebody()

    async def all_of_it(tx: Any) -> None:
        report_id = await put(tx, "đèn")
        await tx.audit("filed", ("report", report_id), who=me, detail={"commune": "32128"})
        await tx.emit("filed", {"report_id": str(report_id)})
        await tx.enqueue("remind", Payload(number=1), key=str(report_id), after=timedelta(days=1))
        await tx.enqueue("remind", Payload(number=2), key=str(report_id))

    async def and_fail() -> None:
        async with own.transaction() as tx:
            await all_of_it(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await and_fail()
    assert await written(engines) == (0, 0, 0)
    async with own.transaction() as tx:
        await all_of_it(tx)
    assert await written(engines) == (1, 1, 1)
    async with engines.pool.acquire() as conn:
        row = await conn.fetchrow(
            "select actor_kind, actor_id, action from audit where object_kind = 'report'"
        )
        assert row is not None
        assert tuple(row) == ("citizen", me.citizen_id, "table-test.filed")
        payload = await conn.fetchval(
            "select payload from pgqueuer where entrypoint = 'plugin:table-test'"
        )
        assert msgspec.json.decode(payload) == {"job": "remind", "payload": {"number": 1}}


async def written(engines: Engines) -> tuple[int, ...]:
    async with engines.pool.acquire() as conn:
        row = await conn.fetchrow(
            "select (select count(*) from audit where action = 'table-test.filed'),"
            " (select count(*) from event where name = 'table-test.filed'),"
            " (select count(*) from pgqueuer where entrypoint = 'plugin:table-test')"
        )
        assert row is not None
        return tuple(row)


async def test_a_notice_reaches_the_inbox_in_both_languages(
    own: PluginDatabase, engines: Engines
) -> None:
    me = await a_citizen(engines)
    async with own.transaction() as tx:
        await tx.notify(me, "received", {"code": "PA-1"}, path="/reports/1")
    await deliver(engines)
    async with engines.pool.acquire() as conn:
        (notice,) = await notices.page(conn, me, None, 10)
    assert notice.href == "/apps/table-test/reports/1"
    assert screens.words(engines.texts, "vi", notice) == ("Đã nhận PA-1", "Xã sẽ trả lời.")
    assert screens.words(engines.texts, "en", notice) == (
        "PA-1 received",
        "The commune will answer.",
    )


async def test_a_plugin_does_not_flood_an_inbox(own: PluginDatabase, engines: Engines) -> None:
    me = await a_citizen(engines)
    async with own.transaction() as tx:
        for _ in range(25):
            await tx.notify(me, "received", {"code": "PA-1"})
    await deliver(engines)
    async with engines.pool.acquire() as conn:
        assert len(await notices.page(conn, me, None, 50)) == 20


async def a_citizen(engines: Engines) -> UUID:
    citizen_id = uuid7()
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
            " values ($1, $2, $2, now(), now())",
            citizen_id,
            citizen_id.bytes,
        )
    return citizen_id


async def deliver(engines: Engines) -> None:
    """What the worker does with waiting events."""
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch("select payload from pgqueuer where entrypoint = 'deliver'")
    for row in rows:
        job = msgspec.json.decode(row["payload"], type=jobs.DeliverJob)
        await jobs.deliver(engines, job)
        await jobs.run_subscriber(engines, "plugin_notice", job)


async def test_what_is_sealed_opens_in_its_row_only(own: PluginDatabase, engines: Engines) -> None:
    row = uuid7()
    sealed = own.seal("said", row, "nhà tôi ở số 5")
    assert b"5" not in sealed or "nhà".encode() not in sealed
    assert own.open("said", row, sealed) == "nhà tôi ở số 5"
    other = PluginDatabase(engines, "other-test")
    for place in ((own, "said", uuid7()), (own, "name", row), (other, "said", row)):
        with pytest.raises(Exception, match="plugin"):
            place[0].open(place[1], place[2], sealed)


@pytest.mark.parametrize(
    "call",
    [
        lambda tx: tx.emit("Filed", {}),
        lambda tx: tx.emit("filed", {"name": "x" * 5000}),
        lambda tx: tx.emit("filed", {"nested": {"a": 1}}),
        lambda tx: tx.enqueue("remind", Payload(number=1), key=""),
        lambda tx: tx.enqueue("re mind", Payload(number=1), key="a"),
        lambda tx: tx.notify(uuid4(), "received", path="https://evil.example"),
        lambda tx: tx.notify(uuid4(), "received", path="//evil.example"),
        lambda tx: tx.audit("filed", ("report", "x" * 300), who=None),
    ],
)
async def test_what_is_out_of_bounds_is_refused(own: PluginDatabase, call: Any) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with own.transaction() as tx:
            await call(tx)


async def test_ten_thousand_jobs_wait_at_most(own: PluginDatabase, engines: Engines) -> None:
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "insert into pgqueuer (priority, entrypoint, payload, status)"
            " select 0, 'plugin:table-test', null, 'queued' from generate_series(1, 10000)"
        )
    with pytest.raises(asyncpg.ConfigurationLimitExceededError):
        async with own.transaction() as tx:
            await tx.enqueue("remind", Payload(number=1), key="one-more")
