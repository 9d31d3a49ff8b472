from typing import Any

import httpx
import pytest
from msgspec import json

from camaug.identity import sessions
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs, routes
from camaug.notices.jobs import EventJob
from camaug.settings import Settings
from camaug_sdk.records import Person
from camaug_sdk.screens import Screen

from .conftest import CODE, MakeCitizen, emit


class Shell:
    """A citizen's shell."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"authorization": f"Bearer {token}"}

    async def inbox(self, after: int | None = None, language: str = "vi") -> dict[str, Any]:
        answer = await self._client.get(
            "/api/v1/screens/inbox" + (f"?after={after}" if after else ""),
            headers=self._headers | {"accept-language": language},
        )
        assert answer.status_code == 200, answer.text
        json.decode(answer.content, type=Screen)
        return answer.json()

    async def post(self, path: str, body: object = None) -> httpx.Response:
        headers = self._headers | {"idempotency-key": str(uuid7())}
        return await self._client.post(path, json=body, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        return await self._client.get(path, headers=self._headers)

    async def unread(self) -> int:
        return (await self.get("/api/v1/me/summary")).json()["unread"]


@pytest.fixture
def sign_in(engines: Engines, client: httpx.AsyncClient, settings: Settings):
    async def make(citizen: Person) -> Shell:
        tokens = Tokens(engines, settings.public_url)
        await tokens.read_keys()
        async with db.transaction(engines.pool) as conn:
            subject = ("citizen", citizen.citizen_id)
            now = engines.clock.now()
            session = await sessions.begin(conn, subject, assurance=1, device_label="test", now=now)
        return Shell(client, tokens.issue(session))

    return make


async def tell(engines: Engines, citizen: Person, times: int) -> None:
    for _ in range(times):
        job = EventJob(event_id=await emit(engines, citizen))
        await jobs.run_subscriber(engines, "inbox", job)


async def test_an_empty_inbox_says_what_will_be_here_and_the_first_step(
    citizen: Person, sign_in: Any
) -> None:
    shell = await sign_in(citizen)
    screen = await shell.inbox()
    (listed,) = screen["blocks"]
    assert listed["items"] == []
    assert listed["empty"]["title"] == "Chưa có thông báo"
    assert listed["empty"]["button"]["action"]["href"] == "/apps/procedure-search/"
    assert "tools" not in screen
    assert screen["live"] == ["inbox"]


async def test_a_notice_is_shown_in_the_language_asked_and_opening_it_marks_it_read(
    engines: Engines, citizen: Person, sign_in: Any
) -> None:
    shell = await sign_in(citizen)
    await tell(engines, citizen, 1)
    (item,) = (await shell.inbox())["blocks"][0]["items"]
    assert item["title"] == f"Hồ sơ {CODE} đã được tiếp nhận"
    assert item["text"].startswith("Đăng ký khai sinh. Nơi nhận: UBND phường An Xuyên.")
    assert item["trailing"] == "09:00 thứ Ba 24/11"
    assert item["unread"]
    assert await shell.unread() == 1
    (english,) = (await shell.inbox(language="en"))["blocks"][0]["items"]
    assert english["title"] == f"Dossier {CODE} was accepted"
    assert english["text"].startswith("Birth registration. Accepted by People's Committee")
    opened = await shell.post(item["action"]["href"])
    assert opened.json()["then"]["href"].startswith("/apps/track-dossier/")
    assert await shell.unread() == 0
    (item,) = (await shell.inbox())["blocks"][0]["items"]
    assert "unread" not in item
    assert item["action"] == opened.json()["then"]


async def test_looking_at_the_inbox_writes_nothing(
    engines: Engines, citizen: Person, sign_in: Any
) -> None:
    shell = await sign_in(citizen)
    await tell(engines, citizen, 2)
    for _ in range(2):
        await shell.inbox()
    assert await shell.unread() == 2


async def test_the_inbox_pages_without_gap_or_repeat_while_notices_arrive(
    engines: Engines, citizen: Person, sign_in: Any
) -> None:
    shell = await sign_in(citizen)
    await tell(engines, citizen, 2 * routes.PAGE + 3)
    (first,) = (await shell.inbox())["blocks"]
    await tell(engines, citizen, 2)
    seen, block = [one["action"]["href"] for one in first["items"]], first
    while "more" in block:
        after = int(block["more"]["action"]["href"].partition("after=")[2])
        (block,) = (await shell.inbox(after))["blocks"]
        seen += [one["action"]["href"] for one in block["items"]]
    assert len(seen) == len(set(seen)) == 2 * routes.PAGE + 3


async def test_all_that_was_listed_is_marked_read_and_what_came_later_is_not(
    engines: Engines, citizen: Person, sign_in: Any
) -> None:
    shell = await sign_in(citizen)
    await tell(engines, citizen, 3)
    (button,) = (await shell.inbox())["tools"]
    await tell(engines, citizen, 1)
    action = button["action"]
    answer = await shell.post(action["href"], action["body"])
    assert answer.json()["then"] == {"type": "refresh"}
    assert await shell.unread() == 1


async def test_another_citizens_notice_is_not_there(
    engines: Engines, citizen: Person, make_citizen: MakeCitizen, sign_in: Any
) -> None:
    await tell(engines, citizen, 1)
    own = await sign_in(citizen)
    href = (await own.inbox())["blocks"][0]["items"][0]["action"]["href"]
    other = await sign_in(await make_citizen())
    assert (await other.inbox())["blocks"][0]["items"] == []
    foreign = await other.post(href)
    nowhere = await other.post(f"/api/v1/notices/{uuid7()}/read")
    assert foreign.status_code == nowhere.status_code == 404
    assert await own.unread() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"up_to_seq": -1}, 400),
        ({"up_to_seq": 2**60}, 400),
        ({"up_to_seq": "many"}, 400),
        ({"up_to_seq": 1, "citizen_id": "x"}, 400),
        ({}, 400),
    ],
)
async def test_a_bad_body_is_refused(
    citizen: Person, sign_in: Any, body: object, status: int
) -> None:
    shell = await sign_in(citizen)
    assert (await shell.post("/api/v1/notices/read", body)).status_code == status


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30])
async def test_a_page_that_cannot_be_is_refused(citizen: Person, sign_in: Any, after: str) -> None:
    shell = await sign_in(citizen)
    answer = await shell.get(f"/api/v1/screens/inbox?after={after}")
    assert answer.status_code == 400


async def test_nobody_has_no_inbox(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/screens/inbox")).status_code == 401
    assert (await client.get("/api/v1/live")).status_code == 401
