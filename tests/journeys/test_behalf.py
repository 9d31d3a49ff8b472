"""A person files for an organisation: asked at the first step, in a real browser."""

from playwright.async_api import Page, expect

from .conftest import Picture
from .people import sign_in
from .system import System

PHONE, BUSINESS = "0990000042", "1.003650"


async def test_the_first_step_asks_for_whom_and_checks_the_tax_code(
    system: System, phone: Page, picture: Picture
) -> None:
    await sign_in(phone, system.url, system.simulators, PHONE)
    await phone.goto(f"{system.url}/apps/submit-dossier/{BUSINESS}")
    name = phone.get_by_label("Tên tổ chức")
    await expect(phone.get_by_text("Bạn nộp hồ sơ cho ai?")).to_be_visible()
    await expect(name).to_have_count(0)
    await phone.get_by_text("Cho tổ chức, doanh nghiệp, hộ kinh doanh").click()
    await name.fill("Công ty TNHH Một thành viên Chế biến thủy sản xuất khẩu Năm Căn")
    await phone.get_by_label("Mã số thuế").fill("0314409059")
    await phone.get_by_text("Người đại diện theo pháp luật").click()
    await phone.get_by_role("button", name="Tiếp").click()
    await expect(phone.get_by_text("Mã số thuế sai ở một chữ số nào đó").first).to_be_visible()
    await picture(phone, "wrong")
    await phone.get_by_label("Mã số thuế").fill("0314409058")
    await phone.get_by_text("Người được ủy quyền").click()
    await expect(phone.get_by_text("Giấy ủy quyền hoặc giấy giới thiệu").first).to_be_visible()
    await picture(phone, "mandate")
