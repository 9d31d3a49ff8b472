"""What people do in the browser, in the words that they see."""

import asyncio
import json
import re
import urllib.request
from pathlib import Path

from playwright.async_api import Page, expect

from .system import System

PAPER = Path(__file__).parent / "paper.png"
"""A small photo of a paper, as a phone would send it."""


async def messages(simulators: str, phone: str) -> list[dict[str, str]]:
    """The text messages of a phone, oldest first."""

    def read() -> list[dict[str, str]]:
        with urllib.request.urlopen(f"{simulators}/sms/{phone}.json") as answer:  # noqa: S310
            return json.load(answer)["messages"]

    return await asyncio.to_thread(read)


async def sign_in(page: Page, url: str, simulators: str, phone: str) -> None:
    """Sign a citizen in by the code that the text message brings."""
    before = len(await messages(simulators, phone))
    await page.goto(f"{url}/sign-in")
    await page.get_by_label("Số điện thoại").fill(phone)
    await page.get_by_role("button", name="Gửi mã cho tôi").click()
    await page.get_by_label("Mã 6 số").wait_for()
    got = await messages(simulators, phone)
    assert len(got) == before + 1
    code = re.search(r"\b\d{6}\b", got[-1]["content"])
    assert code
    await page.get_by_label("Mã 6 số").fill(code.group())
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page).to_have_url(f"{url}/")


async def sign_in_staff(page: Page, system: System, login: str) -> None:
    """Sign one of the demo staff in at the console: password, then the code of the app."""
    await enter_password(page, system, login, system.passwords[login])
    await page.get_by_label("Mã 6 số").fill(await system.app_code(login))
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page).to_have_url(f"{system.url}/console")


async def enter_password(page: Page, system: System, login: str, password: str) -> None:
    """The first step of staff, up to where the code is asked for."""
    await page.goto(f"{system.url}/console/sign-in")
    await page.get_by_label("Tên đăng nhập").fill(login)
    await page.get_by_label("Mật khẩu").fill(password)
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.get_by_label("Mã 6 số").wait_for()


async def file_birth(page: Page, url: str) -> tuple[str, str]:
    """Find birth registration by typing, file it; the dossier's code and id."""
    await page.goto(f"{url}/")
    await page.get_by_role("searchbox").fill("dang ky khai sinh")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/apps/procedure-search/\?q="))
    # Not the card of a birth that was filed before, which home shows until the answer is there.
    found = page.locator("a[href*='/procedure-search/procedures/']")
    await found.filter(has_text="Đăng ký khai sinh").first.click()
    await page.get_by_role("link", name="Nộp trực tuyến", exact=True).click()
    await expect(page.get_by_label("Họ tên người nộp")).to_have_value("Nguyễn Thị Đăng Nguyệt")
    await next_step(page, "Tiếp: Em bé")
    await page.get_by_label("Họ tên trẻ").fill("Nguyễn Đăng Minh An")
    await page.get_by_text("Nữ", exact=True).click()
    await page.get_by_label("Ngày sinh của trẻ").fill("2026-11-20")
    await page.get_by_label("Nơi sinh").fill("Bệnh viện Sản – Nhi Cà Mau")
    await page.get_by_label("Dân tộc của trẻ").fill("Kinh")
    await next_step(page, "Tiếp: Cha mẹ")
    await page.get_by_label("Họ tên mẹ").fill("Nguyễn Thị Đăng Nguyệt")
    await page.get_by_label("Số định danh của mẹ").fill("096190999910")
    await next_step(page, "Tiếp: Giấy tờ")
    await give_papers(page, 2)
    for no in await page.get_by_text("Không", exact=True).all():
        await no.click()
    await next_step(page, "Tiếp: Nhận kết quả")
    await page.get_by_text("Bản điện tử", exact=True).click()
    await next_step(page, "Tiếp: Xem lại")
    await page.get_by_role("checkbox").check()
    await next_step(page, "Nộp hồ sơ")
    await page.wait_for_url(re.compile("/filed/"))
    code = re.search(r"H12\.[\d.]+-\d{6}-\d{4,}", await page.inner_text("main"))
    assert code
    return code.group(), page.url.rsplit("/", 1)[-1]


async def next_step(page: Page, name: str) -> None:
    """Press the main button and wait until the step has gone."""
    button = page.get_by_role("button", name=name)
    await button.click()
    await expect(button).to_have_count(0)


async def give_papers(page: Page, count: int) -> None:
    """Send the photo to each of the first file fields, and wait until each is checked."""
    inputs = page.locator("input[type=file]:not([capture])")
    for number in range(count):
        await inputs.nth(number).set_input_files(PAPER)
        await expect(page.get_by_text("Đã kiểm tra")).to_have_count(number + 1)
