"""The console's main job by keys alone: sign in, open the queue, open a dossier, accept it."""

from playwright.async_api import Page, expect

from .looking import FOCUSED
from .native import Native
from .population import APPLICANT, BIRTH, OFFICER
from .system import System

MOST_STEPS = 40


async def test_an_officer_opens_and_accepts_a_dossier_without_a_mouse(
    system: System, desk: Page
) -> None:
    code = await _filed(system)
    await _sign_in(desk, system)
    await _tab_to(desk, "Theo dõi hồ sơ")
    await desk.keyboard.press("Enter")
    await _select(desk, code)
    await desk.keyboard.press("Enter")
    await expect(desk.locator("main .kicker")).to_have_text(code)
    await _tab_to(desk, "Tiếp nhận")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("dialog")).to_be_visible()
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_role("dialog")).to_have_count(0)
    assert (await _focus(desk))["name"].endswith('"Tiếp nhận"'), "a no leaves one where one was"
    await desk.keyboard.press("Enter")
    await _tab_to(desk, "Tiếp nhận")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("Được tiếp nhận").first).to_be_visible()


async def test_an_officer_accepts_from_the_queue_by_one_letter(system: System, desk: Page) -> None:
    code = await _filed(system)
    await _sign_in(desk, system)
    await _tab_to(desk, "Theo dõi hồ sơ")
    await desk.keyboard.press("Enter")
    await _select(desk, code)
    await desk.keyboard.press("a")
    await expect(desk.get_by_role("dialog")).to_contain_text(code)
    await _tab_to(desk, "Tiếp nhận")
    await desk.keyboard.press("Enter")
    row = desk.locator("tbody tr", has_text=code)
    await expect(row.get_by_text("Được tiếp nhận")).to_be_visible()


async def _filed(system: System) -> str:
    """A new dossier of the officer's ward; its code."""
    me = Native(system.url, system.simulators)
    try:
        await me.sign_in(APPLICANT)
        href = (await me.file(BIRTH))["then"]["href"]
        shown = await me.get(href.replace("/apps/", "/api/v1/apps/", 1))
        return next(one["big"] for one in shown["blocks"] if one["type"] == "card")
    finally:
        await me.close()


async def _sign_in(page: Page, system: System) -> None:
    await page.goto(f"{system.url}/console/sign-in")
    await page.locator("h1").wait_for()
    await _tab_to(page, "login")
    await page.keyboard.type(OFFICER)
    await page.keyboard.press("Tab")
    await page.keyboard.type(system.passwords[OFFICER])
    await page.keyboard.press("Enter")
    await page.get_by_label("Mã 6 số").wait_for()
    await _tab_to(page, "code")
    await page.keyboard.type(await system.app_code(OFFICER))
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{system.url}/console")
    await expect(page.get_by_role("navigation")).to_be_visible()


async def _focus(page: Page) -> dict[str, object] | None:
    return await page.evaluate(FOCUSED)


async def _tab_to(page: Page, words: str) -> None:
    """Step by Tab to what is called so; every step on the way can be seen and is not covered."""
    for step in range(MOST_STEPS):
        here = await _focus(page)
        if step:
            assert here is None or (here["seen"] and here["open"]), here
        if here is not None and str(here["name"]).endswith(f'"{words}"'):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {words}")


async def _select(page: Page, code: str) -> None:
    """Go down the queue by J to the dossier of that code."""
    await page.locator("tbody tr").first.wait_for()
    for _ in range(MOST_STEPS):
        await page.keyboard.press("j")
        if code in await page.locator("tr[data-selected]").inner_text():
            return
    raise AssertionError(f"{code} is not in the queue")
