"""A broken lamp: reported from the spot, answered by the ward, told to the reporter (B2)."""

import re

from playwright.async_api import Page, expect

from .conftest import Picture
from .people import PAPER, sign_in, sign_in_staff
from .system import System

PHONE, OFFICER = "0990000001", "can-bo.an-xuyen"
SAID = "Trụ đèn số 7 tắt ba đêm rồi."
ANSWER = "Đã thay bóng lúc 16 giờ chiều nay."


async def test_a_lamp_is_reported_answered_and_told(
    system: System, phone: Page, desk: Page, picture: Picture
) -> None:
    await phone.context.grant_permissions(["geolocation"], origin=system.url)
    here = {"latitude": 9.17684, "longitude": 105.1524, "accuracy": 8}
    await phone.context.set_geolocation(here)  # type: ignore[arg-type]
    await sign_in(phone, system.url, system.simulators, PHONE)
    code, address = await _report(phone, picture)
    await _answer(system, desk, code, picture)

    # Nobody touched the phone: the stream says that there is news.
    await expect(phone.get_by_text(ANSWER).first).to_be_visible()
    await phone.goto(f"{system.url}/inbox")
    await expect(phone.get_by_text(f"Phản ánh {code} đã được trả lời")).to_be_visible()
    await picture(phone, "inbox")
    await phone.get_by_text(f"Phản ánh {code} đã được trả lời").click()
    await expect(phone).to_have_url(address)
    await expect(phone.get_by_text(ANSWER).first).to_be_visible()
    await picture(phone, "answered")
    await phone.get_by_role("link", name="Đánh giá câu trả lời").click()
    await phone.get_by_label("4 · Tốt").check()
    await phone.get_by_role("button", name="Gửi đánh giá").click()
    await expect(phone.get_by_text("4 trên 5")).to_be_visible()


async def _report(phone: Page, picture: Picture) -> tuple[str, str]:
    """Fill in the form on the phone and send it; code and address of the report."""
    await phone.get_by_role("link", name="Phản ánh hiện trường").first.click()
    await phone.get_by_role("link", name="Gửi phản ánh mới").click()
    await phone.get_by_role("link", name=re.compile("Đèn đường")).click()
    await phone.get_by_label("Mô tả").fill(SAID)
    await phone.locator("input[type=file]:not([capture])").set_input_files(PAPER)
    await expect(phone.get_by_text("Đã kiểm tra")).to_be_visible()
    commune = phone.get_by_role("combobox", name="Xã, phường")
    await commune.fill("an xuyen")
    await expect(phone.get_by_role("option", name=re.compile("An Xuyên")).first).to_be_visible()
    await commune.press("ArrowDown")
    await commune.press("Enter")
    await phone.get_by_label("Địa điểm").fill("Trước nhà ông Bảy, khóm 3")
    await phone.get_by_role("button", name="Dùng vị trí của tôi").click()
    await expect(phone.get_by_role("button", name="Lấy lại vị trí")).to_be_visible()
    await picture(phone, "form")
    await phone.get_by_role("button", name="Gửi phản ánh").click()
    await phone.wait_for_url(re.compile("/apps/field-report/[0-9a-f-]{36}$"))
    await expect(phone.get_by_text("Chờ xã, phường xem")).to_be_visible()
    await expect(phone.get_by_text("9,17684; 105,1524")).to_be_visible()
    await picture(phone, "filed")
    found = re.search(r"PA-\d{6}-\d{4}", await phone.inner_text("body"))
    assert found
    return found.group(), phone.url


async def _answer(system: System, desk: Page, code: str, picture: Picture) -> None:
    """The officer opens the report and its photo, takes it in hand and answers."""
    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}/console/apps/field-report/")
    await expect(desk.get_by_text(code)).to_be_visible()
    await picture(desk, "queue")
    await desk.get_by_text(code).click()
    await expect(desk.get_by_text(SAID)).to_be_visible()
    assert "Nguyệt" not in await desk.inner_text("main")
    await picture(desk, "at-desk")
    async with desk.expect_response(re.compile("/documents/.*/download")) as opened:
        await desk.get_by_text("Ảnh 1").click()
    assert (await opened.value).status == 200
    for page in desk.context.pages[1:]:
        await page.close()
    if "/console/apps/field-report/" not in desk.url:
        await desk.go_back()
    await desk.get_by_role("button", name="Nhận xử lý").click()
    # Its answer shows the report again, and would take away a form that was opened before.
    await expect(desk.get_by_role("button", name="Nhận xử lý")).to_have_count(0)
    await desk.get_by_role("link", name="Trả lời").click()
    await desk.get_by_label("Câu trả lời").fill(ANSWER)
    await desk.get_by_role("button", name="Trả lời").click()
    await expect(desk.get_by_text("Đã trả lời").first).to_be_visible()
    await picture(desk, "answered")
