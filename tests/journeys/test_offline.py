"""Without a network: what was seen is there, what is typed or sent is kept and goes out once."""

import json
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from .conftest import PATIENCE_MS, PHONE, Picture
from .native import Native
from .people import sign_in
from .system import System

READER, FILER, TYPIST, LEAVER = "0990000051", "0990000052", "0990000053", "0990000054"
BIRTH = "1.001193"
FORM = f"/apps/submit-dossier/{BIRTH}"
WITHOUT, KEPT_HERE = "Không có mạng", "Bản lưu trên máy"
WRONG_CLOCK = """const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() - 400 * 86400000); }
    static now() { return Right.now() - 400 * 86400000; }
  };"""
KEPT = """caches.keys().then((names) => [
  ...names.filter((name) => name.startsWith("camaug-pages-") && !name.endsWith("-nobody")),
  ...Object.keys(localStorage).filter((name) => /draft|outbox|session/.test(name))])"""


@pytest.fixture
async def device(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A phone whose tabs may be killed."""
    made = await browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        has_touch=True,
        is_mobile=True,
    )
    made.set_default_timeout(PATIENCE_MS)
    yield made
    await made.close()


async def _signed_in(device: BrowserContext, system: System, phone: str) -> Page:
    """Signed in, with the shell on the device."""
    page = await device.new_page()
    await sign_in(page, system.url, system.simulators, phone)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


async def _shown(page: Page, heading: str | re.Pattern[str]) -> None:
    await expect(page.locator("main:not([aria-busy])").first).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)


async def _named(system: System, phone: str) -> Native:
    """Somebody with a profile and a birth registration that only has to be sent."""
    me = Native(system.url, system.simulators)
    await me.sign_in(phone)
    profile = {
        "version": 1, "full_name": "Trần Thị Đước", "citizen_id": "096190999921", "gender": "nu",
        "birth_date": "1990-08-12", "ethnicity": "Kinh", "permanent_commune": "31825",
        "permanent_address": "Khóm 3",
    }  # fmt: skip
    await me.send({"href": "/api/v1/me/profile", "method": "PUT"}, profile)
    return me


async def _about_to_file(device: BrowserContext, system: System, phone: str) -> tuple[Native, Page]:
    """The last step of the form in the browser, with everything answered."""
    me = await _named(system, phone)
    await me.filled(BIRTH)
    page = await _signed_in(device, system, phone)
    await page.goto(system.url + FORM)
    await page.get_by_role("checkbox").check()
    return me, page


def _waiting(page: Page) -> Locator:
    return page.get_by_role("region", name="1 việc chờ gửi")


async def _empty(page: Page) -> None:
    """Wait until nothing of the person is on the device."""
    for _ in range(PATIENCE_MS // 100):
        if await page.evaluate(KEPT) == []:
            return
        await page.wait_for_timeout(100)
    assert await page.evaluate(KEPT) == []


async def _filed(me: Native) -> list[str]:
    """The codes in the person's own list."""
    screen = await me.get("/api/v1/apps/track-dossier/")
    return sorted(set(re.findall(r"H12\.[\d.]+-\d{6}-\d{4,}", json.dumps(screen))))


async def test_what_was_seen_is_there_without_a_network(
    system: System, device: BrowserContext, picture: Picture
) -> None:
    page = await _signed_in(device, system, READER)
    await page.goto(f"{system.url}/inbox")
    await _shown(page, "Hộp thư")
    await page.goto(f"{system.url}/")
    await _shown(page, re.compile(r"\w"))
    home = await page.get_by_role("heading", level=1).inner_text()
    await page.close()

    await device.set_offline(offline=True)
    page = await device.new_page()
    await page.goto(f"{system.url}/")
    await _shown(page, home)
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_contain_text("ngày")
    await picture(page, "home")
    await page.get_by_role("navigation").get_by_role("link", name="Hộp thư").click()
    await _shown(page, "Hộp thư")
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_be_visible()
    await page.goto(f"{system.url}/privacy-that-was-never-seen")
    await _shown(page, WITHOUT)
    await page.goto(f"{system.url}/inbox")
    await _shown(page, "Hộp thư")

    await device.set_offline(offline=False)
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_have_count(0)
    await _shown(page, "Hộp thư")


async def test_a_slow_network_shows_the_last_copy_and_then_the_answer(
    system: System, device: BrowserContext
) -> None:
    page = await device.new_page()
    await page.goto(f"{system.url}/apps/procedure-search/")
    await expect(page.locator("main:not([aria-busy])").first).to_be_visible()
    heading = await page.get_by_role("heading", level=1).inner_text()
    await page.goto(f"{system.url}/")
    await _shown(page, re.compile(r"\w"))
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/api/v1/apps/procedure-search/", hold)
    await page.goto(f"{system.url}/apps/procedure-search/")
    await expect(page.locator("main[aria-busy]")).to_be_visible()
    await _shown(page, heading)
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_be_visible()
    for route in held:
        await route.continue_()
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_have_count(0)
    await _shown(page, heading)


async def test_a_filing_without_a_network_goes_out_once(
    system: System, device: BrowserContext, picture: Picture
) -> None:
    """The answer is lost, then the network, then the tab, and then the clock is wrong."""
    me, page = await _about_to_file(device, system, FILER)
    seen: list[str] = []

    async def lose(route: Route) -> None:
        seen.append(route.request.headers["idempotency-key"])
        if len(seen) == 1:
            answer = await route.fetch()
            assert answer.ok
            await device.set_offline(offline=True)
        await route.abort()

    await page.route("**/submit", lose)
    await page.get_by_role("button", name="Nộp hồ sơ").click()
    await expect(_waiting(page)).to_contain_text("Chưa gửi, sẽ tự gửi khi có mạng")
    await picture(page, "waiting")
    assert len(set(seen)) == 1
    await page.close()
    assert len(await _filed(me)) == 1

    page = await device.new_page()
    await page.add_init_script(WRONG_CLOCK)
    await page.goto(f"{system.url}/")
    waiting = page.get_by_role("region", name="1 việc chờ gửi")
    await expect(waiting).to_be_visible()
    keys: list[str] = []
    page.on("request", lambda one: _key_of(one.url, one.headers, keys))
    await device.set_offline(offline=False)
    await expect(waiting).to_have_count(0)
    assert set(keys) == set(seen)
    (code,) = await _filed(me)
    await me.close()
    await expect(page.get_by_text(code).first).to_be_visible()


def _key_of(url: str, headers: dict[str, str], keys: list[str]) -> None:
    if url.endswith("/submit"):
        keys.append(headers["idempotency-key"])


async def test_a_filing_that_is_refused_later_says_so(
    system: System, device: BrowserContext, picture: Picture
) -> None:
    me, page = await _about_to_file(device, system, LEAVER)
    await device.set_offline(offline=True)
    await page.get_by_role("button", name="Nộp hồ sơ").click()
    waiting = page.get_by_role("region", name="1 việc chờ gửi")
    await expect(waiting).to_be_visible()

    # What waits was touched on the device: the server refuses it, and nothing is filed.
    await page.evaluate("""() => {
      const name = Object.keys(localStorage).find((one) => one.startsWith("camaug.outbox."));
      const kept = JSON.parse(localStorage[name]);
      delete kept.body.declaration;
      localStorage[name] = JSON.stringify({...kept, body: {...kept.body, nonsense: 1}});
    }""")
    await device.set_offline(offline=False)
    await expect(waiting.get_by_role("link", name="Mở lại để sửa")).to_be_visible()
    await picture(page, "refused")
    assert await _filed(me) == []

    await me.close()
    await _leave(page, f"{system.url}/profile")


async def _leave(page: Page, profile: str) -> None:
    """Signing out asks first while something waits, and leaves nothing on the device."""
    await page.goto(profile)
    leave = page.get_by_role("button", name="Đăng xuất", exact=True)
    await leave.click()
    await expect(page.get_by_role("dialog")).to_contain_text("sẽ bị bỏ")
    await page.keyboard.press("Escape")
    waiting = page.get_by_role("region", name="1 việc chờ gửi")
    await waiting.get_by_role("button", name="Bỏ, không gửi").click()
    await expect(waiting).to_have_count(0)
    assert await page.evaluate(KEPT) != []
    await leave.click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await _empty(page)


async def test_what_is_typed_survives_a_killed_tab(system: System, device: BrowserContext) -> None:
    page = await _signed_in(device, system, TYPIST)
    await page.goto(system.url + FORM)
    await page.get_by_label("Họ tên người nộp").wait_for()
    await device.set_offline(offline=True)
    await page.get_by_label("Họ tên người nộp").fill("Nguyễn Thị Đăng Nguyệt")
    await expect(page.get_by_text("Chưa lưu, sẽ thử lại")).to_be_visible()
    await page.close()

    page = await device.new_page()
    await page.goto(system.url + FORM)
    typed = page.get_by_label("Họ tên người nộp")
    await expect(typed).to_have_value("Nguyễn Thị Đăng Nguyệt")
    await expect(page.get_by_text("Đã lấy lại những gì bạn nhập lần trước.")).to_be_visible()
    await device.set_offline(offline=False)
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_have_count(0)
    await expect(page.get_by_text("Đã lưu").first).to_be_visible()
    await expect(typed).to_have_value("Nguyễn Thị Đăng Nguyệt")


async def test_signing_out_without_a_network_holds(system: System, device: BrowserContext) -> None:
    """The session ends here at once, and on the server when it can be told."""
    page = await _signed_in(device, system, READER)
    await page.goto(f"{system.url}/profile")
    leave = page.get_by_role("button", name="Đăng xuất", exact=True)
    await leave.wait_for()
    await device.set_offline(offline=True)
    await leave.click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await page.close()
    await device.set_offline(offline=False)

    page = await device.new_page()
    async with page.expect_response("**/api/v1/session/end") as ended:
        await page.goto(f"{system.url}/inbox")
    assert (await ended.value).ok
    await expect(page).to_have_url(re.compile("/sign-in"))
    renewed = await page.request.post(
        f"{system.url}/api/v1/session/refresh",
        data={"audience": "citizen"},
        headers={"Origin": system.url, "Idempotency-Key": "a" * 32},
    )
    assert renewed.status == 401


async def test_the_tide_of_a_week_is_there_without_a_network(
    system: System, device: BrowserContext, picture: Picture
) -> None:
    """Nobody is signed in; what was opened once, with the week after, is there in a new tab."""
    page = await device.new_page()
    await page.goto(f"{system.url}/apps/tide-calendar/")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.get_by_role("link", name=re.compile("Gành Hào")).click()
    await _shown(page, "Gành Hào")
    water = page.get_by_role("list", name="Nước lớn, nước ròng")
    said = await water.inner_text()
    week = await page.get_by_role("list", name="Bảy ngày sau").inner_text()
    await page.get_by_role("link", name="Xem cả tháng").click()
    await _shown(page, re.compile(r"Tháng \d+/\d{4}"))
    await page.close()

    await device.set_offline(offline=True)
    page = await device.new_page()
    await page.goto(f"{system.url}/apps/tide-calendar/")
    await page.get_by_role("link", name=re.compile("Gành Hào")).click()
    await _shown(page, "Gành Hào")
    assert await page.get_by_role("list", name="Nước lớn, nước ròng").inner_text() == said
    assert await page.get_by_role("list", name="Bảy ngày sau").inner_text() == week
    await expect(page.get_by_text("Số liệu mẫu, không dùng để đi biển")).to_be_visible()
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_be_visible()
    await page.locator("summary", has_text="Mực nước từng giờ").click()
    await expect(page.get_by_text("23:00", exact=True).last).to_be_visible()
    await picture(page, "tides")
    await page.get_by_role("link", name="Xem cả tháng").click()
    await _shown(page, re.compile(r"Tháng \d+/\d{4}"))
    await page.go_back()
    await _shown(page, "Gành Hào")
    await device.set_offline(offline=False)
    await expect(page.get_by_role("region", name=KEPT_HERE)).to_have_count(0)
