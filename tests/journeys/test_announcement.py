"""An operator writes, another approves; two communes are told, a third is not (A2, line 8)."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from .conftest import DESK, PATIENCE_MS, PHONE, Picture
from .native import NO_TLS, Native
from .people import sign_in, sign_in_staff
from .system import System

HERE = {"0990000001": "Phường An Xuyên", "0990000003": "Xã Gành Hào"}
ELSEWHERE, BAC_LIEU, VINH_TRACH = "0990000012", "31825", "31834"
OPERATORS = ("dieu-hanh.1", "dieu-hanh.2")
TITLE, LONG_TITLE = "Triều cường đêm nay", "Lịch cắt điện tuần này"
TEXT = "Nước lên cao từ 22 giờ.\nKê đồ đạc lên cao và tắt điện tầng trệt."
MANY, LEAST_LEFT = 1000, 100
LONG_MS = 2 * PATIENCE_MS


@pytest.fixture(scope="module")
async def desks(browser: Browser, system: System) -> AsyncIterator[list[Page]]:
    """The two operators, signed in."""
    pages = [await _page(browser, DESK) for _ in OPERATORS]
    for page, login in zip(pages, OPERATORS, strict=True):
        await sign_in_staff(page, system, login)
    yield pages
    for page in pages:
        await page.context.close()


@pytest.fixture
async def phones(browser: Browser, system: System) -> AsyncIterator[dict[str, Page]]:
    """Phones of three citizens by number: one in each commune, one in a third."""
    await _settle_elsewhere(system)
    numbers = [*HERE, ELSEWHERE]
    pages = {number: await _page(browser, PHONE) for number in numbers}
    for number, page in pages.items():
        await sign_in(page, system.url, system.simulators, number)
    yield pages
    for page in pages.values():
        await page.context.close()


async def test_two_communes_are_told_and_a_third_is_not(
    system: System, desks: list[Page], phones: dict[str, Page], picture: Picture
) -> None:
    author, other = desks
    for page in phones.values():
        await page.goto(f"{system.url}/inbox")
    await author.get_by_role("link", name="Thông báo chung").first.click()
    await expect(author.get_by_role("heading", level=1)).to_have_text("Thông báo chung")
    await _both(author, picture, "empty")
    await _write(author, TITLE, list(HERE.values()))
    await _both(author, picture, "form")
    await author.get_by_role("button", name="Lưu và xem số người nhận").click()
    await expect(author.get_by_text("2 người", exact=True)).to_be_visible()
    await _both(author, picture, "draft")
    await _press(author, "Gửi cho người thứ hai duyệt")
    await expect(author.get_by_text("người soạn không tự duyệt được")).to_be_visible()
    await expect(author.get_by_role("button", name=re.compile("Duyệt"))).to_have_count(0)
    await _both(author, picture, "waiting-author")

    await other.goto(author.url)
    await expect(other.get_by_text("Bạn là người thứ hai")).to_be_visible()
    await _both(other, picture, "waiting-other")
    await _press(other, "Duyệt, gửi tới 2 người")
    # Nobody touches the author's page: it follows by the live stream.
    await expect(author.get_by_text("còn hủy được")).to_be_visible()
    await _both(author, picture, "approved")
    await expect(author.get_by_text("Đã gửi xong").first).to_be_visible(timeout=LONG_MS)
    await _both(author, picture, "sent")

    await _settled(author)
    await _told(system, phones, picture)
    await author.reload()
    assert await _fact(author, "Máy đã nhận thông báo đẩy") == len(HERE)
    assert await _fact(author, "Người đã mở") == 1


async def _told(system: System, phones: dict[str, Page], picture: Picture) -> None:
    """Two inboxes moved by themselves, one is read, two phones got it once; the third nothing."""
    for number in HERE:
        await expect(phones[number].get_by_text(TITLE)).to_be_visible()
    await picture(phones["0990000001"], "inbox")
    await phones["0990000001"].get_by_text(TITLE).click()
    await expect(phones["0990000001"].get_by_text("tắt điện tầng trệt")).to_be_visible()
    await picture(phones["0990000001"], "read")
    await phones[ELSEWHERE].reload()
    await expect(phones[ELSEWHERE].get_by_text("Chưa có thông báo")).to_be_visible()
    pushed = [one for one in await _pushes(system) if TITLE in str(one["message"])]
    assert len(pushed) == len({one["to"] for one in pushed}) == len(HERE)


async def test_stopped_half_way_the_report_says_who_was_not_reached(
    system: System, desks: list[Page], picture: Picture
) -> None:
    author, other = desks
    tokens = await _crowd(system)
    await _switch(system, percent=100, latency_ms=1500)  # half a minute for all of them
    await author.goto(f"{system.url}/console/announcements")
    await _submitted(author)
    await other.goto(f"{system.url}/console/announcements")
    await other.get_by_role("link", name=LONG_TITLE).click()
    await _press(other, "Duyệt, gửi tới 1.000 người")
    await expect(other.get_by_role("button", name="Dừng gửi")).to_be_visible(timeout=LONG_MS)
    await _both(other, picture, "sending")
    await _press(other, "Dừng gửi")
    await expect(author.get_by_text("Đã dừng giữa chừng").first).to_be_visible()
    await _switch(system, percent=0)

    await _settled(author)
    left = await _fact(author, "Không nhận vì đã dừng")
    reached = MANY - left
    await expect(author.get_by_text(f"{reached} trên 1.000 người")).to_be_visible()
    assert LEAST_LEFT < left < MANY
    handed = await _fact(author, "Máy đã nhận thông báo đẩy")
    failed = await _fact(author, "Máy gửi không được")
    assert handed + failed == reached
    await _both(author, picture, "stopped")
    mine = [one["to"] for one in await _pushes(system) if LONG_TITLE in str(one["message"])]
    assert len(mine) == len(set(mine)) == handed
    assert set(mine) < set(tokens)
    await author.goto(f"{system.url}/console/announcements")
    await expect(author.get_by_text(LONG_TITLE)).to_be_visible()
    await _both(author, picture, "list")


async def _page(browser: Browser, size: dict[str, int]) -> Page:
    context = await browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    context.set_default_timeout(PATIENCE_MS)
    return await context.new_page()


async def _settle_elsewhere(system: System) -> None:
    """A citizen of a commune that is not told."""
    me = Native(system.url, system.simulators)
    await me.sign_in(ELSEWHERE)
    change = {"href": "/api/v1/me/profile", "method": "PUT"}
    await me.send(change, {"version": 1, "permanent_commune": BAC_LIEU})
    await me.close()


async def _write(page: Page, title: str, communes: list[str]) -> None:
    await page.get_by_role("link", name="Soạn thông báo").click()
    await page.get_by_label("Tiêu đề tiếng Việt").fill(title)
    await page.get_by_label("Nội dung tiếng Việt").fill(TEXT)
    await page.get_by_label("Tiêu đề tiếng Anh").fill("Notice to residents")
    await page.get_by_label("Nội dung tiếng Anh").fill("Please read the notice of your commune.")
    await page.get_by_label("Một số xã, phường").check()
    for commune in communes:
        await page.get_by_label(commune).check()


async def _submitted(author: Page) -> None:
    """Written for the crowd, and seen to wait for the second person."""
    await _write(author, LONG_TITLE, ["Phường Vĩnh Trạch"])
    await author.get_by_role("button", name="Lưu và xem số người nhận").click()
    await _press(author, "Gửi cho người thứ hai duyệt")
    await expect(author.get_by_text("người soạn không tự duyệt được")).to_be_visible()


async def _press(page: Page, name: str) -> None:
    """Press a button and say yes to its question."""
    await page.get_by_role("button", name=name).click()
    await page.get_by_role("dialog").get_by_role("button", name=name).click()


async def _both(page: Page, picture: Picture, name: str) -> None:
    """Pictures at both widths."""
    for size in (PHONE, DESK):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        await picture(page, name)


async def _fact(page: Page, label: str) -> int:
    """The number beside a label of the report."""
    stat = page.locator(".stat, li, div", has_text=re.compile(f"^\\s*{label}\\s*[\\d.]+\\s*$"))
    shown = re.search(r"[\d.]+\s*$", await stat.last.inner_text())
    assert shown
    return int(shown.group().strip().replace(".", ""))


async def _settled(page: Page) -> None:
    """Wait until each push that was handed over has a result."""
    for _ in range(120):
        await page.reload()
        await expect(page.get_by_text("Máy đang chờ kết quả")).to_be_visible()
        if await _fact(page, "Máy đang chờ kết quả") == 0:
            return
        await asyncio.sleep(0.5)
    raise AssertionError("some pushes got no result")


async def _pushes(system: System) -> list[dict[str, object]]:
    async with httpx.AsyncClient(base_url=system.simulators, verify=NO_TLS) as outside:
        journal = await outside.get("/journal.json?kind=push&limit=5000")
    return journal.json()["entries"]


async def _switch(system: System, **members: int) -> None:
    async with httpx.AsyncClient(base_url=system.simulators, verify=NO_TLS) as outside:
        (await outside.put("/switches/fcm.latency", json=members)).raise_for_status()


async def _crowd(system: System) -> list[str]:
    """Many people of one ward, each with a registered phone; every fiftieth has gone again."""
    async with httpx.AsyncClient(base_url=system.simulators, verify=NO_TLS) as outside:
        new = {"app": "camaug", "platform": "android"}
        tokens = [
            (await outside.post("/registrations", json=new)).json()["token"] for _ in range(MANY)
        ]
        for token in tokens[::50]:
            await outside.delete(f"/registrations/{token}")
    people = [uuid4() for _ in tokens]
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    try:
        await conn.executemany(
            "insert into core.citizen (citizen_id, phone_enc, phone_idx, commune_code, created_at,"
            " updated_at) values ($1, '', $2, $3, now(), now())",
            [(one, one.bytes, VINH_TRACH) for one in people],
        )
        await conn.executemany(
            "insert into core.push_device (device_id, citizen_id, provider, token, platform,"
            " created_at) values ($1, $2, 'fcm', $3, 'android', now())",
            [(uuid4(), one, token) for one, token in zip(people, tokens, strict=True)],
        )
    finally:
        await conn.close()
    return tokens
