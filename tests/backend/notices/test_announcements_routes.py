"""Announcements on HTTP: who may ask for what, and what the screens show."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from msgspec import json
from msgspec.structs import asdict

from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import routes
from camaug.settings import Settings
from camaug_sdk.records import Person, StaffMember
from camaug_sdk.screens import Screen

from .announcing import (
    AN_XUYEN,
    WORDS,
    Desk,
    approved,
    got,
    key,
    operator,
    people,
    send_all,
    signed_in,
    submitted,
    written,
)
from .conftest import emit
from .test_routes import tell

SCREENS = "/api/v1/screens/console/announcements"
WRITES = "/api/v1/announcements"
SignIn = Callable[[StaffMember | Person], Awaitable[Desk]]


@pytest.fixture
def sign_in(engines: Engines, client: httpx.AsyncClient, settings: Settings) -> SignIn:
    async def make(who: StaffMember | Person) -> Desk:
        return await signed_in(engines, settings, client, who)

    return make


async def shown(desk: Desk, path: str, language: str = "vi") -> dict[str, Any]:
    answer = await desk.get(path, language)
    assert answer.status_code == 200, answer.text
    json.decode(answer.content, type=Screen)
    return answer.json()


def primary(screen: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    action = screen["primary"]["action"]
    return action["href"], action.get("body", {})


def facts(screen: dict[str, Any]) -> dict[str, str]:
    (stats,) = (block for block in screen["blocks"] if block["type"] == "stats")
    return {one["label"]: one["value"] for one in stats["items"]}


async def test_two_operators_write_approve_and_read_the_report(
    engines: Engines, sign_in: SignIn
) -> None:
    author, other = await sign_in(await operator(engines)), await sign_in(await operator(engines))
    citizens = await people(engines, AN_XUYEN, 2)
    form = await shown(author, f"{SCREENS}/new")
    communes = form["blocks"][0]["blocks"][2]["blocks"][1]["choices"]
    assert len(communes) == 64
    assert {one["label"]: one["hint"] for one in communes}["Phường An Xuyên"] == "2 người"
    made = await author.send(WRITES, asdict(WORDS))
    href = made.json()["then"]["href"]
    path = href.replace("/console", "/api/v1/screens/console", 1)

    screen = await shown(author, path)
    cards = [block for block in screen["blocks"] if block["type"] == "card"]
    assert cards[0]["big"] == "2 người"
    assert "giữ 2 phút" in str(screen)
    assert "Từ 21:00 đến 06:00 không gửi" in str(screen)
    assert (await author.send(*primary(screen))).status_code == 200
    assert "primary" not in await shown(author, path)

    screen = await shown(other, path)
    assert screen["primary"]["label"] == "Duyệt, gửi tới 2 người"
    assert (await other.send(*primary(screen))).status_code == 200
    assert "duyệt. Tin gửi lúc 09:02 thứ Ba 24/11" in str(await shown(author, path))

    announcement_id = (await got(engines, href.rsplit("/", 1)[1])).announcement_id
    engines.clock.move((await got(engines, announcement_id)).send_after - engines.clock.now())  # type: ignore[attr-defined,operator]
    await send_all(engines, None, announcement_id)
    await _told(sign_in, citizens[0], facts(await shown(other, path)))
    assert facts(await shown(other, path))["Người đã mở"] == "1"
    assert "Sent" in str(await shown(other, SCREENS, "en"))


async def _told(sign_in: SignIn, who: Person, report: dict[str, str]) -> None:
    """The report before anybody looked, then what a citizen finds and opens."""
    assert report["Chưa tới lượt"] == "0"
    assert report["Chỉ hộp thư, không có máy"] == "2"
    citizen = await sign_in(who)
    (item,) = (await shown(citizen, "/api/v1/screens/inbox"))["blocks"][0]["items"]
    assert (item["title"], item["unread"]) == (WORDS.title_vi, True)
    opened = await citizen.send(item["action"]["href"])
    page = await shown(citizen, f"/api/v1/screens{opened.json()['then']['href']}")
    assert page["blocks"][0]["text"] == WORDS.text_vi
    english = await shown(citizen, f"/api/v1/screens{opened.json()['then']['href']}", "en")
    assert english["title"] == WORDS.title_en


@pytest.mark.parametrize("who", ["nobody", "citizen", "officer", "administrator"])
async def test_only_operators_get_near_them(
    engines: Engines, client: httpx.AsyncClient, sign_in: SignIn, who: str
) -> None:
    await people(engines, AN_XUYEN)
    announcement_id = await submitted(engines, await operator(engines))
    if who == "nobody":
        desk, status = Desk(client, None), {401}
    elif who == "citizen":
        desk, status = await sign_in((await people(engines, AN_XUYEN))[0]), {403}
    else:
        desk, status = await sign_in(await operator(engines, who)), {403}
    for path in ("", "/new", f"/{announcement_id}", f"/{announcement_id}/edit"):
        assert (await desk.get(SCREENS + path)).status_code in status, path
    seen = {"content": (await got(engines, announcement_id)).content_hash.hex(), "audience": 1}
    for act, body in (("submit", seen), ("approve", seen), ("withdraw", {}), ("stop", {})):
        answer = await desk.send(f"{WRITES}/{announcement_id}/{act}", body)
        assert answer.status_code in status, act
    assert (await desk.send(WRITES, asdict(WORDS))).status_code in status
    change = asdict(WORDS) | {"version": 1}
    answer = await desk.send(f"{WRITES}/{announcement_id}", change, "PUT")
    assert answer.status_code in status
    assert (await got(engines, announcement_id)).state == "waiting"
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from announcement") == 1


async def test_only_the_author_edits_and_only_operators_have_the_entry(
    engines: Engines, sign_in: SignIn
) -> None:
    author, other = await operator(engines), await sign_in(await operator(engines))
    announcement_id = await written(engines, author)
    assert (await other.get(f"{SCREENS}/{announcement_id}/edit")).status_code == 404
    change = asdict(WORDS) | {"version": 1}
    answer = await other.send(f"{WRITES}/{announcement_id}", change, "PUT")
    assert (answer.status_code, answer.json()["code"]) == (403, "announcement_second_person")
    own = await sign_in(author)
    form = await shown(own, f"{SCREENS}/{announcement_id}/edit")
    assert form["blocks"][0]["submit"]["action"]["body"] == {"version": 1}
    officer = await sign_in(await operator(engines, "officer"))
    navs = [(await one.get("/api/v1/staff/summary")).json()["nav"] for one in (own, officer)]
    has = ["/console/announcements" in {entry["href"] for entry in nav} for nav in navs]
    assert has == [True, False]


async def test_an_announcement_that_is_not_theirs_is_not_there_for_citizens(
    engines: Engines, sign_in: SignIn
) -> None:
    reads = await people(engines, AN_XUYEN)
    announcement_id = await approved(engines, await operator(engines), await operator(engines))
    early = await sign_in(reads[0])
    page = f"/api/v1/screens/announcements/{announcement_id}"
    assert (await early.get(page)).status_code == 404
    await send_all(engines, None, announcement_id)
    assert (await early.get(page)).status_code == 200
    foreign = await sign_in((await people(engines, None))[0])
    assert (await foreign.get(page)).status_code == 404
    marked = await foreign.send(f"/api/v1/notices/{announcement_id}/read")
    assert marked.status_code == 404
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from announcement_read") == 0


async def test_the_inbox_mixes_both_kinds_newest_first_and_pages_without_gap(
    engines: Engines, sign_in: SignIn
) -> None:
    (citizen,) = await people(engines, AN_XUYEN)
    author, other = await operator(engines), await operator(engines)
    for _ in range(routes.PAGE):
        await tell(engines, citizen, 1)
        announcement_id = await approved(engines, author, other)
        await send_all(engines, None, announcement_id)
    shell = await sign_in(citizen)
    (block,) = (await shown(shell, "/api/v1/screens/inbox"))["blocks"]
    seen = [one["action"]["href"] for one in block["items"]]
    while "more" in block:
        await emit(engines, citizen)
        href = block["more"]["action"]["href"]
        (block,) = (await shown(shell, f"/api/v1/screens{href}"))["blocks"]
        seen += [one["action"]["href"] for one in block["items"]]
    assert len(seen) == len(set(seen)) == 2 * routes.PAGE
    assert (await shell.get("/api/v1/me/summary")).json()["unread"] == 2 * routes.PAGE
    (button,) = (await shown(shell, "/api/v1/screens/inbox"))["tools"]
    await shell.send(button["action"]["href"], button["action"]["body"])
    assert (await shell.get("/api/v1/me/summary")).json()["unread"] == 0
    assert "tools" not in await shown(shell, "/api/v1/screens/inbox")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asdict(WORDS) | {"approved_by": str(uuid7())}, 400),
        (asdict(WORDS) | {"state": "approved"}, 400),
        (asdict(WORDS) | {"urgency": "emergency"}, 400),
        (asdict(WORDS) | {"communes": "all"}, 400),
        (asdict(WORDS) | {"title_vi": 5}, 400),
        (asdict(WORDS) | {"title_vi": "x" * 5000}, 400),
        (asdict(WORDS) | {"communes": ["32002"] * 300}, 400),
        (asdict(WORDS) | {"communes": ["99999"]}, 422),
        (asdict(WORDS) | {"title_vi": "a\u202eb"}, 422),
        ({}, 422),
    ],
)
async def test_a_bad_announcement_is_refused_and_nothing_is_stored(
    engines: Engines, sign_in: SignIn, body: object, status: int
) -> None:
    desk = await sign_in(await operator(engines))
    answer = await desk.send(WRITES, body)
    assert answer.status_code == status, answer.text
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from announcement") == 0
        assert await conn.fetchval("select count(*) from event") == 0
        assert await conn.fetchval("select count(*) from idempotency") == 0


async def test_a_repeated_writing_makes_one_draft(engines: Engines, sign_in: SignIn) -> None:
    desk, used = await sign_in(await operator(engines)), key()
    answers = [await desk.send(WRITES, asdict(WORDS), used=used) for _ in range(3)]
    assert len({answer.json()["then"]["href"] for answer in answers}) == 1
    other = await desk.send(WRITES, asdict(WORDS) | {"title_vi": "Khác"}, used=used)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_what_an_operator_writes_is_text_everywhere(
    engines: Engines, sign_in: SignIn
) -> None:
    hostile = "<img src=x onerror=alert(1)>{code} ${7*7} [a](javascript:alert(1))"
    (citizen,) = await people(engines, AN_XUYEN)
    author, other = await operator(engines), await operator(engines)
    words = {"title_vi": hostile, "text_vi": hostile}
    announcement_id = await approved(engines, author, other, **words)
    await send_all(engines, None, announcement_id)
    shell = await sign_in(citizen)
    page = await shown(shell, f"/api/v1/screens/announcements/{announcement_id}")
    assert page["title"] == page["blocks"][0]["text"] == hostile
    assert hostile in str(await shown(shell, "/api/v1/screens/inbox"))
    assert hostile in str(await shown(await sign_in(author), SCREENS))
