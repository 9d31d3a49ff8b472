"""A hostile author's SQL: what it holds up of the core, and what the core's tables let in."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from tests.backend.plugins.conftest import Site, manifest
from tests.faults.hostile_author import outcome
from tests.faults.hostile_author.attacks import TABLES
from tests.faults.hostile_author.lock_names import key_for

from camaug import upkeep
from camaug.audit import sealing
from camaug.audit.actions import SYSTEM, record
from camaug.kernel import db, outbox, roles
from camaug.kernel.web import Engines
from camaug.notices import events, jobs
from camaug.plugins import actions, migrating
from camaug.plugins.migrating import Migrate
from camaug.settings import Settings
from camaug.worker import Worker

pytest_plugins = ["tests.backend.plugins.conftest"]
Own = Any
Won = tuple[bool, str]
DESK = [{"role": "escape_desk", "name": {"vi": "Bàn", "en": "Desk"}}]
ROWS = 20_000
ENDLESS = """
set statement_timeout = 0;
do $$ begin loop begin
    perform count(*) from generate_series(1, 100000);
exception when query_canceled then null; end; end loop; end $$
"""


@pytest.fixture
async def own(site: Site, engines: Engines, migrate: Migrate) -> AsyncIterator[Own]:
    """A session of the plugin's role as its pool opens it."""
    tables = "create table report (said text);"
    site.add("escape-test", says=manifest("escape-test", desk_roles=DESK),
             migrations={"0001_report.sql": tables})  # fmt: skip
    await actions.sync(engines.pool, engines.clock.now(), migrate=migrate)
    conn = await session(engines)
    yield conn
    conn.terminate()


async def session(engines: Engines) -> Own:
    login = roles.login("escape-test")
    return await asyncpg.connect(
        engines.roles.url, user=login, password=engines.roles.password(login),
        server_settings=roles.LIMITS | {"search_path": "p_escape_test"},
    )  # fmt: skip


async def lock_of(core: str, seed: int, own: Own, engines: Engines) -> str:
    """Hold a lock of the core's by a key whose hash is the same."""
    async with engines.pool.acquire() as conn:
        wanted = await conn.fetchval("select hashtextextended($1, $2)", core, seed)
    key = key_for(wanted, "plugin:escape-test|s|")
    await own.execute("begin; set idle_in_transaction_session_timeout = 0")
    await own.fetchval("select host.claim_key('s', $1, $2)", key, bytes(32))
    return key


async def locks_partitions(own: Own, engines: Engines, _: Settings) -> Won:
    await lock_of("core.make_partitions", 0, own, engines)
    return await held_up(lambda: upkeep.make_partitions(engines))


async def locks_people(own: Own, engines: Engines, _: Settings) -> Won:
    await lock_of("people", 8, own, engines)

    async def change() -> None:
        async with db.transaction(engines.pool) as conn:
            await db.lock(conn, "people")

    return await held_up(change)


async def locks_worker_out(own: Own, engines: Engines, config: Settings) -> Won:
    """A worker that starts waits for the lock before it cuts anybody off."""
    await lock_of("core.make_partitions", 0, own, engines)
    return await delivered(engines, config, within=45.0)


async def held_up(work: Callable[[], Awaitable[object]]) -> Won:
    began = time.monotonic()
    try:
        await work()
    except (asyncpg.PostgresError, TimeoutError) as error:
        return (
            True,
            f"the core fails after {time.monotonic() - began:.1f} s: {type(error).__name__}",
        )
    return False, f"the core waited {time.monotonic() - began:.1f} s"


async def delivered(
    engines: Engines, config: Settings, *, within: float, late: float = 5.0, empty: bool = False
) -> Won:
    """How long an event of the core waits while the core's worker works."""
    async with db.transaction(engines.pool) as conn:
        event_id = await outbox.emit(conn, "dossier.returned", {"x": 1}, at=engines.clock.now())
    worker = Worker(config, engines, heartbeat=timedelta(seconds=2))
    working = asyncio.create_task(worker.run())
    began = time.monotonic()
    waits = "select count(*) from queue.pgqueuer where convert_from(payload, 'UTF8') like $1"
    try:
        while time.monotonic() < began + within:
            async with engines.pool.acquire() as conn:
                if not await conn.fetchval(
                    waits + " and entrypoint = 'deliver'", "%" if empty else f"%{event_id}%"
                ):
                    break
            await asyncio.sleep(0.1)
        took = time.monotonic() - began
        async with engines.pool.acquire() as conn:
            left = await conn.fetchval("select count(*) from queue.pgqueuer where status='queued'")
    finally:
        worker.stop()
        await asyncio.wait([working], timeout=10)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    over = " (not yet)" if took >= within else ""
    return took > late, f"an event of the core waited {took:.1f} s{over}, {left} jobs wait behind"


async def floods_events(own: Own, engines: Engines, config: Settings) -> Won:
    began = time.monotonic()
    with contextlib.suppress(asyncpg.PostgresError):  # there is a limit
        for _one in range(ROWS // 1000):
            await own.execute(
                "select host.emit(gen_random_uuid(), 'a', '{}') from generate_series(1, 1000)"
            )
    took = time.monotonic() - began
    won, said = await delivered(engines, config, within=30)
    return won, f"{ROWS} events in {took:.1f} s; {said}"


async def floods_audit(own: Own, engines: Engines, _: Settings) -> Won:
    for _one in range(2):
        await own.execute(
            "select host.audit(gen_random_uuid(), 'system', null, 'a', 'b', 'c', null, '{}')"
            " from generate_series(1, 10000)"
        )
    async with db.transaction(engines.pool) as conn:
        await record(conn, SYSTEM, "plugin.x", ("plugin", "x"), at=engines.clock.now())
    began = time.monotonic()
    while await sealing.seal(engines) == sealing.MOST:
        pass
    took = time.monotonic() - began
    return took > 5, f"{ROWS} rows, no limit; sealed in {took:.1f} s, and nothing removes them"


async def audits_as_another(own: Own, engines: Engines, _: Settings) -> Won:
    who = uuid4()
    await own.execute(
        "select host.audit(gen_random_uuid(), 'staff', $1, 'approved', 'dossier', '1', null, '{}')",
        who,
    )
    async with engines.pool.acquire() as conn:
        row = await conn.fetchrow("select actor_kind, action from audit where actor_id = $1", who)
    return row is not None, f"the audit says that staff of its choice did it: {tuple(row or ())}"


async def queues_without_key(own: Own, engines: Engines, _: Settings) -> Won:
    with contextlib.suppress(asyncpg.CheckViolationError):
        await own.execute(
            "select host.enqueue(null, null, null, '0 s') from generate_series(1, 500)"
        )
    async with engines.pool.acquire() as conn:
        count = await conn.fetchval(
            "select count(*) from queue.pgqueuer where entrypoint = 'plugin:escape-test'"
        )
    return count > 1, f"{count} jobs without name, payload or key passed the checks (null)"


async def cancels_jobs(own: Own, engines: Engines, config: Settings) -> Won:
    """Forged words of the queue's channel: a job that was claimed and has not begun is dropped."""
    async with db.transaction(engines.pool) as conn:
        for number in range(400):
            await outbox.emit(conn, "dossier.returned", {"x": number}, at=engines.clock.now())
        newest = await conn.fetchval("select max(id) from queue.pgqueuer")
    ids = ",".join(str(one) for one in range(newest - 400, newest + 800))
    word = (
        '{"channel":"ch_pgqueuer","sent_at":"2026-01-01T00:00:00.%sZ",'
        '"type":"cancellation_event","ids":[%s]}'
    )

    async def forge() -> None:
        for number in range(10**6):
            await own.execute(f"notify ch_pgqueuer, '{word % (f'{number:06d}', ids)}'")

    forging = asyncio.create_task(forge())
    try:
        _, said = await delivered(engines, config, within=20, empty=True)
    finally:
        forging.cancel()
        await asyncio.gather(forging, return_exceptions=True)
    async with engines.pool.acquire() as conn:
        made = await conn.fetchval(
            "select count(*) from queue.pgqueuer_log where status = 'queued'"
            " and entrypoint = any($1)",
            [jobs.on(one.name) for one in events.SUBSCRIBERS["dossier.returned"]],
        )
    wanted = 401 * len(events.SUBSCRIBERS["dossier.returned"])
    return (
        made < wanted,
        f"of {wanted} jobs that follow from 401 events {wanted - made} are never made; {said}",
    )


async def floods_channel(own: Own, engines: Engines, config: Settings) -> Won:
    await own.execute("set statement_timeout = 0")
    text = "do $$ begin for i in 1..1000 loop execute format('notify ch_pgqueuer, %L',"
    text += " i || repeat('x', 7900)); end loop; end $$"

    async def flood() -> None:
        while True:
            await own.execute(text)

    flooding = asyncio.create_task(flood())
    try:
        return await delivered(engines, config, within=30)
    finally:
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)


async def catches_its_end(own: Own, engines: Engines, _: Settings) -> Won:
    """As the role that serves."""
    running = asyncio.create_task(own.execute(ENDLESS))
    began = time.monotonic()
    while not running.done() and time.monotonic() < began + 30:
        await asyncio.sleep(1)
        async with engines.pool.acquire() as conn:
            await conn.fetchval("select host.cut_off()")
    ended = running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return not ended, f"cut off after {time.monotonic() - began:.0f} s"


async def spills(own: Own, _: Engines, __: Settings) -> Won:
    """Bounded: what `temp_file_limit` does not bound."""
    began = time.monotonic()
    await own.execute("set work_mem = '64kB'; set statement_timeout = 0")
    await own.fetchval(
        "select count(*) from (select g, repeat('x', 200) as t from generate_series(1, 1000000) g"
        " order by t, g desc offset 1) as a"
    )
    limit = await own.fetchval("show temp_file_limit")
    took = time.monotonic() - began
    return limit == "-1", f"200 MB of temporary files in {took:.1f} s, temp_file_limit {limit}"


async def fills_the_log(own: Own, _: Engines, __: Settings) -> Won:
    """Bounded: a session writes what it wants into the server's log."""
    began = time.monotonic()
    try:
        await own.execute(
            "do $$ begin for i in 1..5 loop raise log '%', repeat('x', 1000000); end loop; end $$"
        )
    except asyncpg.PostgresError as error:
        return False, type(error).__name__
    return True, f"5 MB of PostgreSQL's log in {time.monotonic() - began:.2f} s, without a limit"


async def counts_others(own: Own, _: Engines, __: Settings) -> Won:
    size, rows = await own.fetchrow(
        "select pg_relation_size(c.oid), c.reltuples::bigint from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'core'"
        " and c.relname = 'commune'"
    )
    return size is not None, f"knows how large a table of the core is: {size} bytes, {rows} rows"


async def changes_its_password(own: Own, _: Engines, __: Settings) -> Won:
    """It locks itself out, and whoever knows the word in."""
    tx = own.transaction()
    await tx.start()
    try:
        await own.execute("alter role camaug_p_escape_test password 'mine'")
        return True, "harms itself alone; the next migrate sets it again"  # noqa: TRY300
    except asyncpg.PostgresError as error:
        return False, type(error).__name__
    finally:
        await tx.rollback()


TRIED = {
    one.__name__.replace("_", "-"): one
    for one in (
        locks_partitions, locks_people, locks_worker_out, floods_events, floods_audit,
        audits_as_another, queues_without_key, cancels_jobs, floods_channel, catches_its_end,
        spills, fills_the_log, counts_others, changes_its_password,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in TABLES if name in TRIED])
async def test_what_a_hostile_author_does_by_sql(
    own: Own, engines: Engines, settings: Settings, database: str, name: str
) -> None:
    from msgspec.structs import replace  # noqa: PLC0415

    won, figure = await TRIED[name](own, engines, replace(settings, database_url=database))
    outcome.say(name, "author" if won else "host", figure)
    assert won == bool(TABLES[name]), figure


async def test_a_migration_that_catches_its_end(
    site: Site, engines: Engines, migrate: Migrate, monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
) -> None:  # fmt: skip
    """The host waits 90 s; here 3, so that the run is short."""
    connect = asyncpg.connect

    async def soon(*args: Any, **more: Any) -> Any:
        return await connect(*args, **(more | {"command_timeout": 3} if "user" in more else more))

    monkeypatch.setattr(migrating.asyncpg, "connect", soon)
    site.add("endless-one", migrations={"0001_a.sql": ENDLESS})
    began = time.monotonic()
    taking = asyncio.create_task(actions.sync(engines.pool, engines.clock.now(), migrate=migrate))
    await asyncio.wait([taking], timeout=25)
    done = taking.done()
    await asyncio.sleep(2)
    admin = await connect(environment["CAMAUG_TEST_ADMIN_URL"])
    left = await admin.fetchval(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where usename = 'camaug_o_endless_one' and state = 'active'"
    )
    await admin.close()
    await asyncio.wait([taking], timeout=10)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    won = left > 0 or not done
    told = "migrate had gone on" if done else "camaug migrate still hung"
    figure = f"{told} {time.monotonic() - began:.0f} s later (its limit set to 3 s), {left} backend still ran"  # noqa: E501
    outcome.say("a-migration-catches-its-end", "author" if won else "host", figure)
    assert won == bool(TABLES["a-migration-catches-its-end"]), figure
