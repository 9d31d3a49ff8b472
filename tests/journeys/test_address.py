"""People turn an address from before July 2025 into that of today, on a phone."""

from playwright.async_api import Page, expect

from .conftest import Picture
from .system import System

HOME = "/apps/address-converter/"


async def ask(page: Page, typed: str) -> None:
    """Type it into the box of the page and press enter."""
    box = page.get_by_role("searchbox")
    await box.fill(typed)
    await box.press("Enter")


async def test_an_old_address_becomes_a_new_one_and_a_split_unit_asks_back(
    system: System, phone: Page, picture: Picture
) -> None:
    await phone.goto(f"{system.url}{HOME}")
    await ask(phone, "12 Trần Huỳnh, P5, TP Bạc Liêu")
    await expect(phone.get_by_text("12 Trần Huỳnh, phường Vĩnh Trạch, tỉnh Cà Mau")).to_be_visible()
    await expect(phone.get_by_text("UBND phường Vĩnh Trạch")).to_be_visible()
    await picture(phone, "found")

    await ask(phone, "xã khánh lâm, huyện u minh")
    await expect(phone.get_by_text("Xã Khánh Lâm bị chia")).to_be_visible()
    choices = phone.get_by_role("list", name="Có thể nay thuộc").get_by_role("listitem")
    await expect(choices).to_have_count(2)
    assert "Bạc Liêu" not in phone.url
    await picture(phone, "split")
    await choices.first.get_by_role("link").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Xã U Minh")


async def test_a_namesake_is_chosen_and_the_street_stays(system: System, phone: Page) -> None:
    await phone.goto(f"{system.url}{HOME}")
    await ask(phone, "8 Lý Bôn, phường 1")
    await expect(phone.get_by_role("heading", name="Bạn muốn nói nơi nào?")).to_be_visible()
    await phone.get_by_role("button", name="Thành phố Cà Mau").click()
    await expect(phone.get_by_text("8 Lý Bôn, phường An Xuyên, tỉnh Cà Mau")).to_be_visible()


async def test_a_pasted_list_gets_a_row_for_each_line(
    system: System, desk: Page, picture: Picture
) -> None:
    await desk.goto(f"{system.url}{HOME}")
    await desk.get_by_role("link", name="Đổi nhiều địa chỉ").click()
    await desk.get_by_label("Các địa chỉ cũ").fill("P5, TP Bạc Liêu\nphường 1\nxã Khánh Lâm")
    await desk.get_by_role("button", name="Đổi địa chỉ").click()
    rows = desk.get_by_role("table").get_by_role("row")
    await expect(rows).to_have_count(4)
    await expect(rows.nth(1)).to_contain_text("phường Vĩnh Trạch, tỉnh Cà Mau (mã 31834)")
    await expect(rows.nth(2)).to_contain_text("Trùng tên")
    await picture(desk, "list")
