"""What is begun on one phone is taken up or given up on another, in a real browser."""

import re

from playwright.async_api import Page, expect

from .conftest import Picture
from .people import sign_in
from .system import System

PHONE, BIRTH = "0990000043", "1.001193"
NAME = "Nguyễn Thị Đăng Nguyệt"


async def test_a_draft_is_taken_up_on_another_phone_and_given_up(
    system: System, phone: Page, other_phone: Page, picture: Picture
) -> None:
    await sign_in(phone, system.url, system.simulators, PHONE)
    await phone.goto(f"{system.url}/apps/submit-dossier/{BIRTH}")
    typed = phone.get_by_label("Họ tên người nộp")
    await typed.fill(NAME)
    await typed.blur()
    await expect(phone.get_by_text("Đã lưu").first).to_be_visible()
    await phone.context.close()

    await sign_in(other_phone, system.url, system.simulators, PHONE)
    await other_phone.goto(f"{system.url}/apps/track-dossier/")
    await other_phone.get_by_text("1 hồ sơ đang soạn, chưa nộp").click()
    await expect(other_phone.get_by_role("heading", name="Hồ sơ đang soạn")).to_be_visible()
    await picture(other_phone, "list")
    await other_phone.get_by_text("Lưu lúc").click()
    await expect(other_phone.get_by_label("Họ tên người nộp")).to_have_value(NAME)

    await other_phone.goto(f"{system.url}/apps/submit-dossier/")
    await other_phone.get_by_text("Xóa bản nháp", exact=True).click()
    await other_phone.get_by_role("button", name=re.compile("Xóa bản nháp “")).click()
    asked = other_phone.get_by_role("dialog")
    await expect(asked).to_contain_text("sẽ mất")
    await picture(other_phone, "asked")
    await asked.get_by_role("button", name="Xóa bản nháp").click()
    await expect(other_phone.get_by_text("Đã xóa bản nháp")).to_be_visible()
    await expect(other_phone.get_by_role("heading", name="Hồ sơ đang soạn")).to_have_count(0)
