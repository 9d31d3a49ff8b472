"""A phone that several people use: who comes next sees nothing of who was there."""

import asyncio
import json
import re

import httpx
import pytest
from playwright.async_api import Page, expect

from .conftest import Picture
from .people import messages
from .system import System

FIRST, SECOND = "0990000001", "0990000002"
NAME = "Nguyệt"
TEN_MINUTES = 10 * 60_000
# What is for everybody, the communes and pages of nobody, may stay.
LEFT_BEHIND = """async () => JSON.stringify({
    local: Object.keys(localStorage)
        .filter((key) => !/^camaug\\.(lang|theme|settings|communes)/.test(key)),
    session: Object.keys(sessionStorage),
    pages: (await caches.keys()).filter((name) => /^camaug-pages-(?!nobody)/.test(name)),
    tables: (await indexedDB.databases()).map((one) => one.name),
})"""
NOTHING: dict[str, list[str]] = {"local": [], "session": [], "pages": [], "tables": []}


async def sign_in_shared(page: Page, system: System, phone: str) -> None:
    """As `people.sign_in`, with the box ticked."""
    await page.goto(f"{system.url}/sign-in")
    await page.get_by_label("Số điện thoại").fill(phone)
    await page.get_by_label("Máy dùng chung").check()
    await page.get_by_role("button", name="Gửi mã cho tôi").click()
    await page.get_by_label("Mã 6 số").wait_for()
    got = await messages(system.simulators, phone)
    code = re.search(r"\b\d{6}\b", got[-1]["content"])
    assert code
    await page.get_by_label("Mã 6 số").fill(code.group())
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page).to_have_url(f"{system.url}/")


async def left_behind(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(await page.evaluate(LEFT_BEHIND))
    return found


async def test_who_comes_next_sees_nothing(system: System, phone: Page, picture: Picture) -> None:
    await sign_in_shared(phone, system, FIRST)
    await expect(phone.get_by_role("heading", level=1)).to_contain_text(NAME)
    await picture(phone, "home")
    cookies = await phone.context.cookies()
    assert [one for one in cookies if one.get("name") == "camaug_citizen"] == []
    await phone.get_by_role("link", name="Cá nhân").click()
    await expect(phone.get_by_text("Nguyễn Thị Đăng Nguyệt").first).to_be_visible()
    await phone.evaluate("history.pushState({ depth: 9 }, '', '/profile/edit')")
    await phone.evaluate("history.back()")
    await expect(phone.get_by_text("Máy dùng chung")).to_be_visible()
    await picture(phone, "profile")
    # Something half typed is not kept either.
    await phone.get_by_role("link", name="Sửa", exact=False).first.click()
    name = phone.get_by_label("Họ và tên")
    await name.fill("Nguyễn Thị Đăng Nguyệt Tạm")
    await phone.wait_for_timeout(1500)
    assert await left_behind(phone) == NOTHING
    await picture(phone, "form")

    await phone.get_by_role("button", name="Xong, thoát").click()
    await expect(phone.get_by_label("Số điện thoại")).to_be_visible()
    assert await left_behind(phone) == NOTHING
    await _back_shows_nothing(phone)
    await sign_in_shared(phone, system, SECOND)
    await _nothing_of_the_first(phone)
    await phone.goto(f"{system.url}/profile")  # a page that is loaded anew is signed out
    await expect(phone.get_by_label("Số điện thoại")).to_be_visible()
    await _nothing_of_the_first(phone)


async def _back_shows_nothing(page: Page) -> None:
    for _ in range(4):
        await page.go_back(wait_until="commit")
        if page.url == "about:blank":
            break
        await page.wait_for_timeout(700)
        await _nothing_of_the_first(page)


async def _nothing_of_the_first(page: Page) -> None:
    shown = await page.inner_text("body")
    assert NAME not in shown, shown[:300]
    values = await page.locator("input").evaluate_all("all => all.map((one) => one.value)")
    assert not [one for one in values if NAME in one]


async def test_ten_minutes_without_use_sign_out(
    system: System, phone: Page, picture: Picture
) -> None:
    await phone.clock.install()
    await sign_in_shared(phone, system, FIRST)
    await expect(phone.get_by_role("heading", level=1)).to_contain_text(NAME)
    await phone.clock.fast_forward(TEN_MINUTES - 30_000)
    await phone.clock.run_for(1500)
    await expect(phone.get_by_text("Một phút nữa sẽ tự đăng xuất")).to_be_visible()
    await picture(phone, "soon")
    await phone.clock.fast_forward(31_000)
    await phone.clock.run_for(1500)
    await expect(phone.get_by_label("Số điện thoại")).to_be_visible()
    await _nothing_of_the_first(phone)
    assert await left_behind(phone) == NOTHING


async def test_a_closed_page_has_ended_its_session(system: System, phone: Page) -> None:
    async with phone.expect_response(re.compile("/otp/verify$")) as told:
        await sign_in_shared(phone, system, FIRST)
    token = (await (await told.value).json())["access_token"]
    assert await _profile(system, token) == 200
    await phone.close(run_before_unload=True)
    for _ in range(150):
        if await _profile(system, token) == 401:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("the session goes on without its page")


async def _profile(system: System, token: str) -> int:
    async with httpx.AsyncClient() as client:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.get(f"{system.url}/api/v1/screens/profile", headers=headers)
    return answer.status_code


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_way_out_is_on_every_page(
    system: System, phone: Page, picture: Picture, width: int
) -> None:
    await phone.set_viewport_size({"width": width, "height": 780})
    await sign_in_shared(phone, system, FIRST)
    for name in ("Hồ sơ", "Hộp thư", "Cá nhân", "Trang chủ"):
        await phone.get_by_role("navigation").get_by_role("link", name=re.compile(name)).click()
        await expect(phone.get_by_role("button", name="Xong, thoát")).to_be_in_viewport()
    await picture(phone, "everywhere")
