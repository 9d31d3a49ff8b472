"""The shells around the screens: steps, focus, sign-in, languages, no network, keys of the desk."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import formatdate

from playwright.async_api import Browser, Locator, Page, Route, expect

SCROLLED_TO = """(wanted) => new Promise((resolve) => {
  const look = () => Math.abs(scrollY - wanted) < 5 ? resolve() : requestAnimationFrame(look);
  look();
})"""


async def test_signing_in_leads_to_where_one_wanted_to_go(browser: Browser, gallery: str) -> None:
    page = await browser.new_page(base_url=gallery, service_workers="block")
    await page.goto("/sign-in?next=%2Finbox")
    await page.get_by_label("Số điện thoại").fill("0912345678")
    await page.keyboard.press("Enter")
    await page.get_by_label("Mã một lần").fill("123456")
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page).to_have_url(f"{gallery}/inbox")
    assert "e30" not in await page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    await page.close()


async def test_a_step_focuses_the_title_and_back_finds_its_place(phone: Page) -> None:
    await phone.goto("/")
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Chào chị Nguyễn Thị Đăng Nguyệt"
    )
    await phone.evaluate("scrollTo(0, 150)")
    await phone.get_by_role("link", name="Đăng ký khai sinh").last.click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Mọi khối")
    await expect(phone.get_by_role("heading", level=1)).to_be_focused()
    await phone.evaluate(SCROLLED_TO, 0)
    await phone.go_back()
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Chào chị Nguyễn Thị Đăng Nguyệt"
    )
    await phone.evaluate(SCROLLED_TO, 150)


async def test_what_cannot_be_undone_is_asked_first(phone: Page) -> None:
    written: list[str] = []
    phone.on("request", lambda request: written.append(request.method))
    await phone.goto("/blocks")
    await phone.get_by_role("button", name="Rút hồ sơ").click()
    await expect(phone.get_by_role("dialog", name="Rút hồ sơ?")).to_be_visible()
    before = written.count("POST")
    await phone.keyboard.press("Escape")
    await expect(phone.get_by_role("dialog")).to_have_count(0)
    assert written.count("POST") == before


async def test_an_unknown_block_shows_its_fallback(phone: Page) -> None:
    await phone.goto("/blocks")
    await expect(phone.get_by_text("Khối mới mà ứng dụng này chưa biết.")).to_be_visible()


async def test_language_and_night_are_chosen_and_kept(phone: Page) -> None:
    await phone.goto("/profile")
    await phone.get_by_label("English").check()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Profile")
    await phone.get_by_label("Dark").check()
    await phone.reload()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Profile")
    assert await phone.evaluate("document.documentElement.lang") == "en"
    paper = "getComputedStyle(document.body).backgroundColor"
    assert await phone.evaluate(paper) == "rgb(15, 21, 19)"


async def test_without_network_the_shell_says_so_and_tries_again(phone: Page) -> None:
    await phone.goto("/")
    await phone.get_by_role("navigation").get_by_role("link", name="Hồ sơ").wait_for()
    await phone.context.set_offline(offline=True)
    await phone.get_by_role("link", name="Hộp thư").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Không có mạng")
    await phone.get_by_role("button", name="Thử lại").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Không có mạng")
    await phone.context.set_offline(offline=False)  # the browser tells the shell, which asks again
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Hộp thư")


async def test_the_shell_itself_starts_without_network(browser: Browser, gallery: str) -> None:
    context = await browser.new_context(base_url=gallery)
    page = await context.new_page()
    await page.goto("/inbox")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hộp thư")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = await page.evaluate(
        """caches.keys().then((names) => names.find((name) => name.startsWith("camaug-shell-")))
        .then((name) => caches.open(name)).then((cache) => cache.keys())
        .then((requests) => requests.map(({url}) => new URL(url).pathname))"""
    )
    assert "/" in kept
    assert not [path for path in kept if path.startswith("/api/")]
    await context.set_offline(offline=True)
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hộp thư")
    await page.goto("/never-seen")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Không có mạng")
    await context.close()


async def test_the_queue_is_worked_through_by_keys(desk: Page) -> None:
    await desk.goto("/console/apps/track-dossier/")
    await desk.locator("tbody tr").first.wait_for()
    await desk.keyboard.press("j")
    await desk.keyboard.press("j")
    await expect(desk.locator("tr[data-selected]")).to_contain_text("H12.31-261123-0117")
    async with desk.expect_request("**/api/v1/none") as accepted:
        await desk.keyboard.press("a")
    assert (await accepted.value).method == "POST"
    await desk.keyboard.press("/")
    await expect(desk.get_by_role("searchbox")).to_be_focused()
    await desk.keyboard.type("ja")
    await expect(desk.get_by_role("searchbox")).to_have_value("ja")
    await desk.get_by_role("searchbox").blur()
    await desk.keyboard.press("k")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", level=1)).to_have_text("Yêu cầu bổ sung")


async def test_a_button_counts_down_by_the_servers_clock_and_goes(phone: Page) -> None:
    asked, late = datetime.now(UTC).replace(microsecond=0), timedelta(hours=1)
    until = asked + timedelta(minutes=2)
    way = {"type": "go", "href": "/inbox"}
    button = {"type": "button", "label": "Hoàn tác", "action": way, "until": until.isoformat()}
    callout = {"type": "callout", "title": "Vừa làm nhầm?", "text": "Một phút", "buttons": [button]}
    screen = {"type": "screen", "title": "Hồ sơ", "lang": "vi", "blocks": [callout]}
    date = formatdate(asked.timestamp(), usegmt=True)

    async def answer(route: Route) -> None:
        await route.fulfill(json=screen, headers={"Date": date})

    await phone.route("**/api/v1/screens/empty", answer)
    await phone.clock.install(time=asked - late)  # the phone is an hour late
    await phone.goto("/empty")
    undo = phone.get_by_role("link", name="Hoàn tác", exact=True)
    await undo.focus()
    # Time stands still from here on, and no later answer tells another one.
    await phone.route("**/*", lambda route: route.abort())
    await phone.clock.pause_at(asked - late + timedelta(minutes=1))
    shown = [await _seconds(undo)]
    assert 30 < shown[0] <= 120
    for _ in range(3):
        await phone.clock.run_for(1000)
        shown.append(await _seconds(undo))
    assert shown == list(range(shown[0], shown[0] - 4, -1))
    await phone.clock.run_for((shown[-1] - 1) * 1000)
    assert await _seconds(undo) == 1
    await expect(undo).to_be_focused()
    await phone.clock.run_for(1000)
    await expect(phone.get_by_text("Vừa làm nhầm?")).to_have_count(0)
    await expect(phone.get_by_role("heading", level=1)).to_be_focused()


async def _seconds(button: Locator) -> int:
    found = re.search(r"còn (\d+) giây", await button.inner_text())
    assert found
    return int(found.group(1))
