import asyncio

import pytest

from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.kernel.i18n import Catalogue
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import actions, jobs, queries
from camaug.notices.events import TELLINGS
from camaug.notices.jobs import EventJob
from camaug.settings import Settings
from camaug.worker import Worker
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Language, Person

from .conftest import AN_XUYEN, CODE, MakeCitizen, add_device, emit, idle, until, working


async def test_an_event_reaches_the_inbox_once_with_one_push_job_a_device(
    engines: Engines, citizen: Person, worker: Worker, phone: str
) -> None:
    assert worker
    assert phone
    await emit(engines, citizen)
    await until(lambda: idle(engines))
    async with engines.pool.acquire() as conn:
        (notice,) = await queries.page(conn, citizen.citizen_id, None, 10)
        assert (notice.seq, notice.template, notice.read_at) == (1, "accepted", None)
        assert notice.args["code"] == CODE
        assert notice.href
        assert notice.href.startswith("/apps/track-dossier/")
        assert await actions.unread(conn, citizen.citizen_id) == 1
        assert await conn.fetchval("select count(*) from push_delivery") == 1


async def test_an_event_told_again_and_in_parallel_changes_nothing(
    engines: Engines, citizen: Person
) -> None:
    await add_device(engines, citizen.citizen_id, "token-1")
    event_id = await emit(engines, citizen)
    job = EventJob(event_id=event_id)
    for name in ("inbox", "desk"):
        await asyncio.gather(*(jobs.run_subscriber(engines, name, job) for _ in range(6)))
        await jobs.run_subscriber(engines, name, job)
    async with engines.pool.acquire() as conn:
        state = await queries.inbox(conn, citizen.citizen_id)
        assert (state.last_seq, state.unread) == (1, 1)
        assert len(await queries.page(conn, citizen.citizen_id, None, 10)) == 1
        assert await conn.fetchval("select count(*) from pgqueuer where entrypoint = 'push'") == 1
        (desk,) = await queries.desk_positions(conn, [AN_XUYEN])
        assert desk.last_seq == 1


async def test_a_delivery_repeated_makes_one_job_a_subscriber(
    engines: Engines, citizen: Person
) -> None:
    event_id = await emit(engines, citizen)
    for _ in range(3):
        await jobs.deliver(engines, jobs.DeliverJob(event_id=event_id))
    async with engines.pool.acquire() as conn:
        found = await conn.fetch("select entrypoint from pgqueuer where entrypoint like 'on:%'")
    assert sorted(row["entrypoint"] for row in found) == ["on:desk", "on:inbox"]


async def test_parallel_workers_tell_many_events_once_each_and_in_unbroken_order(
    engines: Engines, config: Settings, make_citizen: MakeCitizen
) -> None:
    people = [await make_citizen() for _ in range(3)]
    async with working(config, engines), working(config, engines), working(config, engines):
        for _ in range(10):
            await asyncio.gather(*(emit(engines, one) for one in people))
        await until(lambda: idle(engines))
    async with engines.pool.acquire() as conn:
        for one in people:
            notices = await queries.page(conn, one.citizen_id, None, 99)
            assert [notice.seq for notice in notices] == list(range(10, 0, -1))
            assert await actions.unread(conn, one.citizen_id) == 10


async def test_reading_counts_down_once_and_is_a_change_of_the_inbox(
    engines: Engines, citizen: Person, make_citizen: MakeCitizen
) -> None:
    for _ in range(3):
        job = EventJob(event_id=await emit(engines, citizen))
        await jobs.run_subscriber(engines, "inbox", job)
    async with engines.pool.acquire() as conn:
        newest, *_ = await queries.page(conn, citizen.citizen_id, None, 10)
    for _ in range(2):
        opened = await actions.open_notice(engines, citizen, newest.notice_id)
        assert opened.href == newest.href
    async with engines.pool.acquire() as conn:
        state = await queries.inbox(conn, citizen.citizen_id)
        assert (state.last_seq, state.unread) == (4, 2)
    with pytest.raises(NotFound):
        await actions.open_notice(engines, await make_citizen(), newest.notice_id)
    with pytest.raises(NotFound):
        await actions.open_notice(engines, citizen, uuid7())
    assert await actions.read_up_to(engines, citizen, 2) == 2
    assert await actions.read_up_to(engines, citizen, 99) == 0
    async with engines.pool.acquire() as conn:
        assert await actions.unread(conn, citizen.citizen_id) == 0


async def test_a_notice_after_reading_is_newer_than_everything_before(
    engines: Engines, citizen: Person
) -> None:
    for _ in range(2):
        job = EventJob(event_id=await emit(engines, citizen))
        await jobs.run_subscriber(engines, "inbox", job)
        await actions.read_up_to(engines, citizen, 99)
    async with engines.pool.acquire() as conn:
        seqs = [one.seq for one in await queries.page(conn, citizen.citizen_id, None, 10)]
    assert seqs == [3, 1]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", TELLINGS)
def test_every_telling_has_its_words_and_the_lock_screen_names_nothing(
    texts: Catalogue, name: str, language: Language
) -> None:
    telling = TELLINGS[name]
    for part in ("title", "body"):
        texts.text(
            language,
            f"notice.{telling.template}.{part}",
            code="C",
            procedure="P",
            agency="A",
            due="D",
            was_due="W",
            appointed="N",
        )
        if telling.push:
            assert "{" not in texts.text(language, f"push.{telling.template}.{part}")


async def test_poison_ends_as_a_dead_letter_with_its_reason_and_can_be_replayed(
    engines: Engines, citizen: Person, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("camaug.worker.MOST_TRIES", 1)
    poison = await emit(engines, citizen, citizen_id=str(uuid7()))
    await emit(engines, citizen)

    async def dead() -> bool:
        async with engines.pool.acquire() as conn:
            return len(await queries.dead_letters(conn, 10)) == 1

    async with working(config, engines):
        await until(dead)
        async with engines.pool.acquire() as conn:
            assert await actions.unread(conn, citizen.citizen_id) == 1
            (letter,) = await queries.dead_letters(conn, 10)
        assert letter.entrypoint == "on:inbox"
        assert letter.reason == "ForeignKeyViolationError"
        assert str(poison) in (letter.payload or b"").decode()
        async with db.transaction(engines.pool) as conn:
            await conn.execute(
                "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
                " select (data ->> 'citizen_id')::uuid, 'x', 'x', now(), now()"
                " from event where event_id = $1",
                poison,
            )
        assert await actions.replay(engines, SYSTEM, [letter.job_id]) == 1
        await until(lambda: idle(engines))
    async with engines.pool.acquire() as conn:
        assert await queries.dead_letters(conn, 10) == []
        assert await conn.fetchval("select count(*) from notice") == 2
        assert await conn.fetchval("select count(*) from audit where action = 'job.replayed'") == 1
