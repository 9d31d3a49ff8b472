import asyncio
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace

from camaug import queue, upkeep, worker
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import queries
from camaug.settings import ROOT, Settings, SettingsError
from camaug_sdk.records import Person

from .conftest import Fcm, MakeCitizen, emit, idle, until, working
from .killing import environment as worker_environment
from .killing import kill_loop


async def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(
    engines: Engines,
    config: Settings,
    environment: dict[str, str],
    make_citizen: MakeCitizen,
    fcm: Fcm,
) -> None:
    people = [await make_citizen() for _ in range(4)]
    env = worker_environment(environment, config.database_url, fcm)
    seen = await kill_loop(engines, fcm, people, env, kills=3, events=8)
    assert seen.events == seen.notices == seen.unread == seen.on_phones == 24
    assert seen.dead == 0
    async with engines.pool.acquire() as conn:
        states = await conn.fetch("select distinct state from push_delivery")
    assert [row["state"] for row in states] == ["sent"]


async def test_sigterm_finishes_what_runs_and_ends_within_ten_seconds(
    engines: Engines, config: Settings, environment: dict[str, str], citizen: Person, fcm: Fcm
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "camaug.cli", "worker"),
        env=worker_environment(environment, config.database_url, fcm),
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await emit(engines, citizen)
    await until(lambda: idle(engines))
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(12):
        assert await process.wait() == 0
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("worker")
async def test_a_lost_database_connection_is_survived(engines: Engines, citizen: Person) -> None:
    await emit(engines, citizen)
    await until(lambda: idle(engines))
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'camaug queue' and pid <> pg_backend_pid()"
        )
    await emit(engines, citizen)
    await until(lambda: idle(engines))
    async with engines.pool.acquire() as conn:
        assert len(await queries.page(conn, citizen.citizen_id, None, 9)) == 2


async def test_a_connection_that_breaks_off_in_a_statement_is_survived(
    engines: Engines, citizen: Person, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asyncpg then says that an operation is in progress, which is none of its usual errors."""
    fetch, broken = queue.Listener.fetch, []

    async def cut_off(self: queue.Listener, query: str, *args: object) -> list[dict[str, object]]:
        if not broken:
            broken.append(query)
            raise asyncpg.InternalClientError("another operation (2) is in progress")
        return await fetch(self, query, *args)

    monkeypatch.setattr(queue.Listener, "fetch", cut_off)
    async with working(config, engines):
        await emit(engines, citizen)
        await until(lambda: idle(engines))
    assert broken


async def test_a_cancelled_job_goes_back_into_the_queue(
    engines: Engines, citizen: Person, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    async def cancelled_once(*_: object) -> None:
        tried.append(1)
        if len(tried) == 1:
            raise asyncio.CancelledError

    monkeypatch.setattr("camaug.notices.jobs.deliver", cancelled_once)
    made = worker.Worker(config, engines)
    task = asyncio.create_task(made.run())
    await emit(engines, citizen)
    await until(lambda: idle(engines))
    made.stop()
    await task
    assert len(tried) == 2


class Broken:
    """A job that fails the first so many times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error, self.tried = times, error, 0

    async def __call__(self, *_: object) -> None:
        self.tried += 1
        self.left -= 1
        if self.left >= 0:
            raise self.error


CUT_OFF = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


async def test_cuts_one_after_the_other_give_up_no_job(
    engines: Engines, citizen: Person, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Broken(worker.MOST_TRIES * 2, CUT_OFF)
    monkeypatch.setattr("camaug.notices.jobs.deliver", job)
    monkeypatch.setattr(worker, "FIRST_PAUSE", timedelta(milliseconds=10))
    async with working(config, engines):
        await emit(engines, citizen)
        await until(lambda: idle(engines))
    assert job.tried == worker.MOST_TRIES * 2 + 1
    async with engines.pool.acquire() as conn:
        assert await queries.dead_letters(conn, 10) == []


async def test_an_outage_without_end_gives_up_at_last(
    engines: Engines, citizen: Person, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Broken(1000, CUT_OFF)
    monkeypatch.setattr("camaug.notices.jobs.deliver", job)
    monkeypatch.setattr(worker, "MOST_TRIES", 1)
    monkeypatch.setattr(worker, "FIRST_PAUSE", timedelta(milliseconds=1))
    async with working(config, engines):
        await emit(engines, citizen)
        await until(lambda: idle(engines))
    assert worker.MOST_TRIES < job.tried < 20
    async with engines.pool.acquire() as conn:
        assert len(await queries.dead_letters(conn, 10)) == 1


async def test_a_job_that_cannot_be_put_back_is_taken_over(
    engines: Engines, citizen: Person, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cuts the job's connection cuts the queue's too."""
    job, execute, broken = Broken(1, CUT_OFF), queue.Listener.execute, []

    async def cut_off(self: queue.Listener, query: str, *args: object) -> str:
        if "attempts + 1" in query and not broken:
            broken.append(query)
            raise CUT_OFF
        return await execute(self, query, *args)

    monkeypatch.setattr("camaug.notices.jobs.deliver", job)
    monkeypatch.setattr(queue.Listener, "execute", cut_off)
    async with working(config, engines):
        await emit(engines, citizen)
        await until(lambda: idle(engines))
    assert broken
    assert job.tried == 2
    async with engines.pool.acquire() as conn:
        assert await queries.dead_letters(conn, 10) == []


@pytest.mark.parametrize("content", [None, "", "{}", '{"type": "service_account"}'])
async def test_credentials_that_cannot_be_read_are_one_line(
    engines: Engines, config: Settings, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "fcm.json"
    if content is not None:
        path.write_text(content)
    made = worker.Worker(replace(config, fcm_credentials=str(path)), engines)
    with pytest.raises(SettingsError, match="CAMAUG_FCM_CREDENTIALS"):
        await made.run()


async def test_partitions_are_made_ahead_and_rows_of_the_default_one_move(
    engines: Engines, citizen: Person
) -> None:
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "insert into notice (notice_id, citizen_id, seq, event_id, template, created_at)"
            " values ($1, $2, 1, $1, 'accepted', now())",
            uuid7(),
            citizen.citizen_id,
        )
        await upkeep.make_partitions(engines)
        await upkeep.make_partitions(engines)
        names = await conn.fetch(
            "select relname from pg_inherits join pg_class on oid = inhrelid"
            " where inhparent in ('notice'::regclass, 'audit'::regclass)"
        )
        assert len(names) == 2 * (upkeep.MONTHS_AHEAD + 2)
        lying = await conn.fetchval("select tableoid::regclass::text from notice")
        assert lying.startswith("notice_20")
        month = lying.removeprefix("notice")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.fetchval(f"select count(*) from audit{month}")  # noqa: S608
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("create table core.own (a int)")


async def test_old_rows_are_removed_and_young_ones_stay(
    engines: Engines, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    now = clock.now()
    async with db.transaction(engines.pool) as conn:
        for number, age in enumerate([1, 23, 25, 26, 27]):
            at = now - timedelta(hours=age)
            await conn.execute(
                "insert into idempotency (scope, key, body_hash, answer, created_at)"
                " values ('t', $1, '', '', $2)",
                str(number),
                now - timedelta(hours=age * 30),
            )
            await conn.execute(
                "insert into otp_challenge (challenge_id, phone_enc, phone_idx, code_mac,"
                " created_at, expires_at) values ($1, '', '', '', $2, $2)",
                uuid7(),
                at,
            )
    await upkeep.remove_old(engines)
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from idempotency") == 2
        assert await conn.fetchval("select count(*) from otp_challenge") == 2
