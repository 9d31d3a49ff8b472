"""People look for what they need in their own words, on a phone."""

from playwright.async_api import Page, expect

from .conftest import Picture
from .system import System

HOME = "/apps/procedure-search/"


async def ask(page: Page, system: System, question: str) -> None:
    """Type it on the search page and press enter."""
    await page.goto(f"{system.url}{HOME}")
    box = page.get_by_role("searchbox")
    await box.fill(question)
    await box.press("Enter")


async def test_a_question_without_marks_leads_to_the_procedure(system: System, phone: Page) -> None:
    await ask(phone, system, "lam giay khai sinh cho con")
    await phone.get_by_role("link", name="Đăng ký khai sinh").first.click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("khai sinh")


async def test_a_cry_for_help_gets_the_numbers_to_call(
    system: System, phone: Page, picture: Picture
) -> None:
    await ask(phone, system, "con tui rớt xuống sông")
    alert = phone.get_by_role("alert")
    call = alert.get_by_role("link").first
    await expect(call).to_have_attribute("href", "tel:114")
    await expect(phone.get_by_role("list")).to_have_count(0)
    await picture(phone, "emergency")


async def test_what_fits_several_procedures_is_asked_back(
    system: System, phone: Page, picture: Picture
) -> None:
    await ask(phone, system, "sổ đỏ")
    await expect(phone.get_by_role("heading", name="Bạn muốn làm việc nào?")).to_be_visible()
    await picture(phone, "clarify")
    await phone.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    await expect(phone.get_by_text("Giấy tờ cần có")).to_be_visible()


async def test_what_nobody_here_does_comes_with_a_way_on(
    system: System, phone: Page, picture: Picture
) -> None:
    await ask(phone, system, "kết quả xổ số hôm nay")
    await expect(phone.get_by_role("link", name="Xem theo lĩnh vực")).to_be_visible()
    await picture(phone, "nothing")
