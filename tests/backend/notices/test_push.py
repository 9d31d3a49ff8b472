import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
from firebase_admin import messaging

from camaug.kernel.clock import HeldClock
from camaug.kernel.i18n import Catalogue
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs, push, push_queries
from camaug.notices.actions import PushJob
from camaug.notices.jobs import EventJob, Later
from camaug.notices.push import Delivered, Lost, NotTaken, Refused, Sender, Unregistered, Verdict
from camaug.notices.schemas import PushTarget
from camaug.worker import Worker
from camaug_sdk.records import Person

from .conftest import CODE, NAME, Fcm, add_device, emit, idle, until


@pytest.fixture
async def sender(fcm: Fcm) -> AsyncGenerator[Sender]:
    certificate = push.read_certificate(str(fcm.credentials))
    async with push.open_sender(fcm.url, certificate) as made:
        yield made


@pytest.fixture
async def job(engines: Engines, citizen: Person, phone: str) -> PushJob:
    """The push of one notice to the citizen's phone."""
    assert phone
    await jobs.run_subscriber(engines, "inbox", EventJob(event_id=await emit(engines, citizen)))
    async with engines.pool.acquire() as conn:
        notice_id = await conn.fetchval("select notice_id from notice")
        device_id = await conn.fetchval("select device_id from push_device")
    return PushJob(notice_id=notice_id, device_id=device_id)


async def delivery(engines: Engines) -> tuple[str, int, str | None]:
    async with engines.pool.acquire() as conn:
        row = await conn.fetchrow("select state, attempts, error from push_delivery")
    assert row is not None
    return row["state"], row["attempts"], row["error"]


async def removed(engines: Engines) -> str | None:
    async with engines.pool.acquire() as conn:
        return await conn.fetchval("select removed_why from push_device")


async def test_the_phone_shows_one_notice_that_names_neither_person_nor_procedure_nor_code(
    engines: Engines, citizen: Person, worker: Worker, phone: str, fcm: Fcm
) -> None:
    assert worker
    await emit(engines, citizen)
    await until(lambda: idle(engines))
    (message,) = fcm.got(phone)
    assert message["notification"] == {
        "title": "Hồ sơ được tiếp nhận",
        "body": "Một hồ sơ của bạn đã được tiếp nhận. Chạm để xem.",
    }
    assert message["android"]["notification"]["channel_id"] == "dossiers"  # type: ignore[index]
    assert message["data"]["href"].startswith("/apps/track-dossier/")
    wire = json.dumps(message, ensure_ascii=False)
    assert CODE not in wire
    assert NAME not in wire
    assert await delivery(engines) == ("sent", 1, None)


async def test_a_settled_push_is_never_sent_again(
    engines: Engines, sender: Sender, job: PushJob, phone: str, fcm: Fcm
) -> None:
    for attempt in range(3):
        await jobs.push(engines, sender, job, attempt)
    assert len(fcm.got(phone)) == 1


async def test_an_unregistered_token_is_removed_and_others_stay(
    engines: Engines, citizen: Person, sender: Sender, job: PushJob, phone: str, fcm: Fcm
) -> None:
    await add_device(engines, citizen.citizen_id, other := fcm.register())
    fcm.unregister(phone)
    await jobs.push(engines, sender, job, 0)
    assert await delivery(engines) == ("failed", 1, "UNREGISTERED")
    async with engines.pool.acquire() as conn:
        left = await conn.fetch("select token from push_device where removed_at is null")
    assert [row["token"] for row in left] == [other]


@pytest.mark.parametrize("switch", ["invalid_argument", "sender_id_mismatch"])
async def test_a_message_at_fault_fails_and_the_token_stays(
    engines: Engines, sender: Sender, job: PushJob, fcm: Fcm, switch: str
) -> None:
    fcm.switch(f"fcm.{switch}", percent=100)
    await jobs.push(engines, sender, job, 0)
    assert await delivery(engines) == ("failed", 1, switch.upper())
    assert await removed(engines) is None


@pytest.mark.parametrize(
    ("switch", "code"), [("quota_exceeded", "QUOTA_EXCEEDED"), ("unavailable", "UNAVAILABLE")]
)
async def test_retry_after_is_waited_out_and_nothing_is_sent_twice(  # noqa: PLR0917  (fixtures)
    engines: Engines,
    sender: Sender,
    job: PushJob,
    phone: str,
    fcm: Fcm,
    switch: str,
    code: str,
) -> None:
    fcm.switch(f"fcm.{switch}", percent=100, times=1, retry_after_s=40)
    with pytest.raises(Later) as caught:
        await jobs.push(engines, sender, job, 0)
    assert 40 <= caught.value.seconds <= 52
    assert await delivery(engines) == ("waiting", 1, code)
    await jobs.push(engines, sender, job, 1)
    assert await delivery(engines) == ("sent", 2, None)
    assert len(fcm.got(phone)) == 1


async def test_an_internal_error_is_tried_again_with_growing_pauses(
    engines: Engines, sender: Sender, job: PushJob, phone: str, fcm: Fcm
) -> None:
    fcm.switch("fcm.internal", percent=100, times=3)
    pauses: list[float] = []
    for attempt in range(3):
        with pytest.raises(Later) as caught:
            await jobs.push(engines, sender, job, attempt)
        pauses.append(caught.value.seconds)
    assert pauses == sorted(pauses)
    await jobs.push(engines, sender, job, 3)
    assert len(fcm.got(phone)) == 1


async def test_after_a_lost_answer_the_second_copy_replaces_the_first_on_the_phone(
    engines: Engines, sender: Sender, job: PushJob, phone: str, fcm: Fcm
) -> None:
    fcm.switch("fcm.lost_answer", percent=100, times=1)
    with pytest.raises(Later):
        await jobs.push(engines, sender, job, 0)
    assert (await delivery(engines))[0] == "unknown"
    await jobs.push(engines, sender, job, 1)
    assert await delivery(engines) == ("sent", 2, None)
    tags: set[Any] = {one["android"]["notification"]["tag"] for one in fcm.got(phone)}  # type: ignore[index]
    assert len(tags) == 1
    page = fcm.client.get(f"/phones/{fcm.short_id(phone)}/lock?lang=vi").text
    assert page.count("Chạm để xem.") == 1


async def test_a_push_in_the_hands_of_another_worker_is_left_alone(
    engines: Engines, sender: Sender, job: PushJob, phone: str, fcm: Fcm
) -> None:
    async with engines.pool.acquire() as conn:
        assert (await push_queries.claim(conn, job.notice_id, job.device_id)).taken
    with pytest.raises(Later):
        await jobs.push(engines, sender, job, 0)
    assert fcm.got(phone) == []
    async with engines.pool.acquire() as conn:
        await conn.execute("update push_delivery set updated_at = now() - interval '1 minute'")
    await jobs.push(engines, sender, job, 1)
    assert len(fcm.got(phone)) == 1


async def test_a_phone_that_changed_hands_gets_nothing_of_its_former_owner(
    engines: Engines, sender: Sender, job: PushJob, phone: str, fcm: Fcm, citizen: Person
) -> None:
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
            " values ($1, 'x', 'x', now(), now())",
            other := uuid7(),
        )
        await conn.execute("update push_device set citizen_id = $1", other)
    assert other != citizen.citizen_id
    await jobs.push(engines, sender, job, 0)
    assert await delivery(engines) == ("failed", 1, "device_removed")
    assert fcm.got(phone) == []


async def test_a_push_that_is_too_old_or_has_no_service_is_given_up(
    engines: Engines, sender: Sender, job: PushJob, clock: HeldClock
) -> None:
    clock.move(jobs.SHELF_LIFE + timedelta(seconds=1))
    await jobs.push(engines, sender, job, 0)
    assert await delivery(engines) == ("failed", 1, "too_old")


async def test_without_credentials_a_push_fails_visibly(engines: Engines, job: PushJob) -> None:
    await jobs.push(engines, None, job, 0)
    assert await delivery(engines) == ("failed", 1, "push_off")


async def test_a_refused_access_token_is_renewed(
    engines: Engines, fcm: Fcm, job: PushJob, phone: str
) -> None:
    certificate = push.read_certificate(str(fcm.credentials))
    genuine = certificate.get_access_token
    answers = [genuine()._replace(access_token="stale"), genuine()]
    certificate.get_access_token = lambda: answers.pop(0)
    async with push.open_sender(fcm.url, certificate) as sender:
        with pytest.raises(Later):
            await jobs.push(engines, sender, job, 0)
        assert await delivery(engines) == ("waiting", 1, "UNAUTHENTICATED")
        await jobs.push(engines, sender, job, 1)
    assert len(fcm.got(phone)) == 1


async def test_without_an_access_token_nothing_is_sent_and_the_push_waits(
    engines: Engines, sender: Sender, job: PushJob, fcm: Fcm
) -> None:
    fcm.switch("oauth.unavailable", percent=100)
    with pytest.raises(Later):
        await jobs.push(engines, sender, job, 0)
    assert (await delivery(engines))[0] == "waiting"


def fcm_error(code: str) -> bytes:
    detail = {"@type": push.FCM_ERROR, "errorCode": code}
    return json.dumps({"error": {"status": "X", "details": [detail]}}).encode()


@pytest.mark.parametrize(
    ("status", "body", "retry_after", "verdict"),
    [
        (200, b'{"name": "projects/p/messages/1"}', None, Delivered("projects/p/messages/1")),
        (404, fcm_error("UNREGISTERED"), None, Unregistered()),
        (404, b'{"error": {"status": "NOT_FOUND"}}', None, Refused("NOT_FOUND")),
        (404, b"<html>", None, Refused("HTTP 404")),
        (400, fcm_error("INVALID_ARGUMENT"), None, Refused("INVALID_ARGUMENT")),
        (429, fcm_error("QUOTA_EXCEEDED"), "7", NotTaken("QUOTA_EXCEEDED", 7.0)),
        (503, b"", "soon", NotTaken("HTTP 503", None)),
        (503, b"", "Wed, 21 Oct 2015 07:28:00 GMT", NotTaken("HTTP 503", 0.0)),
        (401, b'{"error": {"status": "UNAUTHENTICATED"}}', None, NotTaken("UNAUTHENTICATED")),
    ],
)
def test_an_answer_is_read_by_its_details(
    status: int, body: bytes, retry_after: str | None, verdict: Verdict
) -> None:
    assert push.read(status, body, retry_after) == verdict


async def test_a_service_that_is_not_there_has_taken_nothing(fcm: Fcm) -> None:
    certificate = push.read_certificate(str(fcm.credentials))
    async with push.open_sender("http://127.0.0.1:9", certificate) as sender:
        verdict = await sender.send({})
    assert isinstance(verdict, NotTaken)
    assert not isinstance(verdict, Lost)


def target(clock: HeldClock, href: str) -> PushTarget:
    return PushTarget(
        notice_id=uuid7(),
        device_id=uuid7(),
        token="t",
        language="vi",
        template="accepted",
        href=href,
        created_at=clock.now(),
        removed=False,
    )


def test_a_message_beyond_4096_bytes_is_refused_before_sending(
    texts: Catalogue, clock: HeldClock
) -> None:
    assert push.message_for(texts, target(clock, "/inbox"), jobs.SHELF_LIFE)
    with pytest.raises(push.TooLarge):
        push.message_for(texts, target(clock, "/" + "x" * 4096), jobs.SHELF_LIFE)


def test_the_library_still_has_the_private_names_that_push_uses() -> None:
    service: Any = messaging._MessagingService  # type: ignore[attr-defined]  # noqa: SLF001
    assert service.FCM_URL.endswith("/v1/projects/{0}/messages:send")
    message = messaging.Message(notification=messaging.Notification(title="a", body="b"))
    message.token = "t"
    encoded = push._messaging_encoder.MessageEncoder().default(message)  # noqa: SLF001
    assert encoded == {"notification": {"title": "a", "body": "b"}, "token": "t"}
    assert encoded == service.encode_message(message)


def test_the_api_process_imports_neither_firebase_nor_the_job_runner() -> None:
    program = (
        "import sys, camaug.app, camaug.asgi;"
        "print([m for m in ('firebase_admin', 'pgqueuer', 'google.auth') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"
