"""From the approval to phones and inboxes: once each, in chunks, until somebody stops it."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID

import pytest

from camaug.kernel.web import Engines
from camaug.notices import actions as notices
from camaug.notices import (
    announcement_actions,
    announcement_inbox,
    announcement_pacing,
    announcement_queries,
    announcement_sending,
    announcement_sending_queries,
    jobs,
    push,
    queries,
)
from camaug.notices.announcement_queue import AnnounceJob
from camaug.notices.announcement_schemas import Outcomes
from camaug.notices.jobs import Later
from camaug.notices.push import Sender
from camaug.settings import Settings
from camaug_sdk.problems import Conflict, NotFound
from camaug_sdk.records import Person

from .announcing import (
    AN_XUYEN,
    ELSEWHERE,
    GANH_HAO,
    NOW,
    approved,
    devices,
    got,
    key,
    operator,
    people,
    send_all,
    send_next,
)
from .conftest import Fcm, emit, idle, until, working


@pytest.fixture
async def sender(fcm: Fcm) -> AsyncGenerator[Sender]:
    certificate = push.read_certificate(str(fcm.credentials))
    async with push.open_sender(fcm.url, certificate) as made:
        yield made


async def ready(engines: Engines, pacing: announcement_pacing.Pacing = NOW) -> UUID:
    """An approved announcement for An Xuyên and Gành Hào."""
    author, other = await operator(engines), await operator(engines)
    return await approved(engines, author, other, pacing)


async def inbox(engines: Engines, citizen: Person) -> list[str]:
    async with engines.pool.acquire() as conn:
        told = await announcement_inbox.page(conn, citizen.citizen_id, None, 9)
    return [one.title_vi for one in told]


async def unread(engines: Engines, citizen: Person) -> int:
    async with engines.pool.acquire() as conn:
        return await notices.unread(conn, citizen.citizen_id)


async def outcomes(engines: Engines, announcement_id: UUID) -> list[Outcomes]:
    async with engines.pool.acquire() as conn:
        return await announcement_queries.outcomes(conn, announcement_id)


async def test_it_reaches_inboxes_and_phones_of_its_communes_and_no_others(
    engines: Engines, sender: Sender, fcm: Fcm
) -> None:
    here = await people(engines, AN_XUYEN) + await people(engines, GANH_HAO)
    elsewhere = await people(engines, ELSEWHERE) + await people(engines, None)
    tokens = [fcm.register() for _ in range(4)]
    await devices(engines, here + elsewhere, tokens)
    announcement_id = await ready(engines)
    found = await send_all(engines, sender, announcement_id)
    assert (found.state, found.audience, found.reached) == ("sent", 2, 2)
    for one in here:
        assert await inbox(engines, one) == ["Triều cường đêm nay"]
        assert await unread(engines, one) == 1
    for one in elsewhere:
        assert await inbox(engines, one) == []
        assert await unread(engines, one) == 0
    assert [len(fcm.got(token)) for token in tokens] == [1, 1, 0, 0]
    message = fcm.got(tokens[0])[0]
    assert message["notification"]["title"] == "Triều cường đêm nay"
    assert message["notification"]["body"].startswith("Nước lên cao từ 22 giờ. Kê đồ")
    assert message["data"]["href"] == f"/announcements/{announcement_id}"
    assert message["android"]["notification"]["channel_id"] == "announcements"  # type: ignore[index]
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from notice") == 0


async def test_who_joins_or_moves_in_later_and_who_moved_away(engines: Engines) -> None:
    (stays,) = await people(engines, AN_XUYEN)
    announcement_id = await ready(engines)
    await send_all(engines, None, announcement_id)
    engines.clock.move(timedelta(seconds=1))  # type: ignore[attr-defined]
    (late,) = await people(engines, AN_XUYEN)
    assert await inbox(engines, late) == []
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "update citizen set commune_code = $2 where citizen_id = $1",
            stays.citizen_id,
            ELSEWHERE,
        )
        with pytest.raises(NotFound):
            await announcement_inbox.get(conn, stays.citizen_id, announcement_id)


async def test_a_stop_takes_effect_at_the_next_chunk_and_what_was_handed_over_stays(
    engines: Engines, sender: Sender, fcm: Fcm
) -> None:
    many = await people(engines, AN_XUYEN, 30)
    tokens = [fcm.register() for _ in many]
    await devices(engines, many, tokens)
    author, other = await operator(engines), await operator(engines)
    announcement_id = await approved(engines, author, other)
    found = await send_next(engines, sender, announcement_id, 10)
    assert (found.state, found.reached) == ("sending", 10)
    await announcement_actions.stop(engines, author, announcement_id, key())
    found = await send_all(engines, sender, announcement_id, 10)
    assert (found.state, found.audience, found.reached) == ("stopped", 30, 10)
    got_it = [bool(await inbox(engines, one)) for one in many]
    assert got_it == [True] * 10 + [False] * 20
    assert [len(fcm.got(token)) for token in tokens] == [1] * 10 + [0] * 20
    with pytest.raises(Conflict):
        await announcement_actions.stop(engines, other, announcement_id, key())


async def test_the_report_tells_handed_over_and_failed_and_why(
    engines: Engines, sender: Sender, fcm: Fcm
) -> None:
    many = await people(engines, AN_XUYEN, 6)
    tokens = [fcm.register() for _ in range(4)]
    await devices(engines, many[:4], tokens)
    fcm.unregister(tokens[0])
    announcement_id = await ready(engines)
    await send_all(engines, sender, announcement_id)
    assert await outcomes(engines, announcement_id) == [
        Outcomes(state="sent", error=None, count=3),
        Outcomes(state="failed", error="UNREGISTERED", count=1),
    ]
    async with engines.pool.acquire() as conn:
        reach = await announcement_queries.reach(conn, announcement_id)
        assert (reach.with_device, reach.opened) == (4, 0)
        gone = await conn.fetchval(
            "select removed_why from push_device where token = $1", tokens[0]
        )
    assert gone == "unregistered"


async def test_what_the_service_did_not_take_gets_jobs_of_its_own_after_the_time_it_asked_for(
    engines: Engines, sender: Sender, fcm: Fcm
) -> None:
    many = await people(engines, AN_XUYEN, 3)
    await devices(engines, many, [fcm.register() for _ in many])
    fcm.switch("fcm.quota_exceeded", percent=100, times=1, retry_after_s=40)
    announcement_id = await ready(engines)
    await send_next(engines, sender, announcement_id)
    assert {one.state: one.count for one in await outcomes(engines, announcement_id)} == {
        "sent": 2,
        "waiting": 1,
    }
    async with engines.pool.acquire() as conn:
        waits = await conn.fetch(
            "select entrypoint, extract(epoch from execute_after - now()) as seconds, payload"
            " from pgqueuer where entrypoint in ('push', 'announce') and execute_after > now()"
            " order by entrypoint"
        )
    assert [row["entrypoint"] for row in waits] == ["announce", "push"]
    assert all(35 < row["seconds"] < 53 for row in waits)


async def test_a_job_that_died_after_taking_people_leaves_no_device_out(
    engines: Engines, sender: Sender, fcm: Fcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after kill -9 between the commit of a chunk and its pushes, then run again."""
    many = await people(engines, AN_XUYEN, 5)
    tokens = [fcm.register() for _ in many]
    await devices(engines, many, tokens)
    announcement_id = await ready(engines)
    job = AnnounceJob(announcement_id=announcement_id, version=1)

    async def dies(*_: object) -> timedelta:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(announcement_sending, "_push", dies)
        with pytest.raises(KeyboardInterrupt):
            await announcement_sending.send(engines, sender, NOW, job, 3)
    for _ in range(2):
        await announcement_sending.send(engines, sender, NOW, job, 3)
    assert (await got(engines, announcement_id)).reached == 3
    async with engines.pool.acquire() as conn:
        left = await conn.fetch("select payload from pgqueuer where entrypoint = 'push'")
        successors = await conn.fetchval(
            "select count(*) from pgqueuer where entrypoint = 'announce' and dedupe_key not like"
            " '%first'"
        )
    assert (len(left), successors) == (3, 1)


async def test_the_worker_sends_to_each_device_once_from_the_approval_on(
    engines: Engines, config: Settings, fcm: Fcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcement_sending.send, "__defaults__", (7,))
    many = await people(engines, AN_XUYEN, 40)
    tokens = [fcm.register() for _ in many]
    await devices(engines, many, tokens)
    fcm.switch("fcm.unavailable", percent=20, times=6, retry_after_s=1)
    announcement_id = await ready(engines)
    async with working(config, engines), working(config, engines):
        await until(lambda: idle(engines))
    found = await got(engines, announcement_id)
    assert (found.state, found.reached) == ("sent", 40)
    assert await outcomes(engines, announcement_id) == [
        Outcomes(state="sent", error=None, count=40)
    ]
    assert [len(fcm.got(token)) for token in tokens] == [1] * 40


async def test_hold_time_and_quiet_hours_are_waited_out(engines: Engines) -> None:
    await people(engines, AN_XUYEN)
    pacing = announcement_pacing.read(120, "21:00-06:00")
    announcement_id = await ready(engines, pacing)
    job = AnnounceJob(announcement_id=announcement_id, version=1)
    with pytest.raises(Later) as caught:
        await announcement_sending.send(engines, None, pacing, job)
    assert caught.value.seconds == 120
    engines.clock.move(timedelta(hours=12))  # type: ignore[attr-defined]
    with pytest.raises(Later) as caught:
        await announcement_sending.send(engines, None, pacing, job)
    assert caught.value.seconds == 9 * 3600
    assert (await got(engines, announcement_id)).state == "approved"
    engines.clock.move(timedelta(hours=9))  # type: ignore[attr-defined]
    await announcement_sending.send(engines, None, pacing, job)
    assert (await got(engines, announcement_id)).state == "sending"


async def test_reading_marks_announcements_for_one_person_only_and_wakes_the_stream(
    engines: Engines,
) -> None:
    one, two = await people(engines, AN_XUYEN, 2)
    for _ in range(2):
        await send_all(engines, None, await ready(engines))
    await jobs.run_subscriber(engines, "inbox", jobs.EventJob(event_id=await emit(engines, one)))
    assert await unread(engines, one) == 3
    async with engines.pool.acquire() as conn:
        newest, _ = await announcement_inbox.page(conn, one.citizen_id, None, 9)
        before = await queries.inbox(conn, one.citizen_id)
    opened = await notices.open_notice(engines, one, newest.announcement_id)
    assert opened.href == f"/announcements/{newest.announcement_id}"
    await notices.open_notice(engines, one, newest.announcement_id)
    async with engines.pool.acquire() as conn:
        after = await queries.inbox(conn, one.citizen_id)
        (place,) = await queries.citizen_positions(conn, [one.citizen_id])
    assert (after.last_seq, after.unread) == (before.last_seq + 1, 1)
    assert place.last_seq == after.last_seq
    assert (await unread(engines, one), await unread(engines, two)) == (2, 2)
    assert await notices.read_up_to(engines, one, 2**40, newest.number) == 2
    assert (await unread(engines, one), await unread(engines, two)) == (0, 2)


async def test_two_jobs_of_one_chunk_at_once_take_nobody_twice(engines: Engines) -> None:
    await people(engines, AN_XUYEN, 20)
    announcement_id = await ready(engines)
    job = AnnounceJob(announcement_id=announcement_id, version=1)
    await asyncio.gather(*(announcement_sending.send(engines, None, NOW, job, 5) for _ in range(4)))
    assert (await got(engines, announcement_id)).reached == 5
    await send_all(engines, None, announcement_id, 5)
    assert (await got(engines, announcement_id)).reached == 20
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select max(last_seq) from inbox") == 1
        assert await announcement_sending_queries.cursor(conn, announcement_id) is not None
