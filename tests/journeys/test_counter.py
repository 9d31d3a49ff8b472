"""An officer files for somebody who came with a relative's mandate, and prints the receipt."""

import re

from playwright.async_api import Page, expect

from . import pdf
from .conftest import PICTURES, Picture
from .people import PAPER, give_papers, next_step, sign_in, sign_in_staff
from .system import System

OFFICER, PHONE, NUMBER = "can-bo.an-xuyen", "0990077001", "096185123456"
DESK = "/console/apps/submit-dossier/"
A4_POINTS = (595, 842)


async def test_a_son_files_at_the_counter_and_his_mother_sees_it(
    system: System, desk: Page, phone: Page, picture: Picture
) -> None:
    await _recorded(system, desk, picture)
    await _begin(desk, picture)
    await _birth(desk, picture)

    await expect(desk.get_by_role("heading", level=1)).to_have_text(
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    )
    shown = await desk.inner_text("main")
    code = re.search(r"H12\.[\d.]+-\d{6}-\d{4,}", shown)
    assert code
    for said in ("Lý Văn Tèo", "Con", "Bản chính", "Bản sao", "Tại quầy", "/q/" + code.group()):
        assert said in shown, said
    await picture(desk, "receipt")
    await _printed(desk, code.group(), picture)

    # The owner of the phone signs in for the first time: the dossier is there.
    await sign_in(phone, system.url, system.simulators, PHONE)
    await phone.goto(f"{system.url}/apps/track-dossier/")
    await phone.get_by_text("Đăng ký khai sinh").first.click()
    await expect(phone.get_by_text(code.group()).first).to_be_visible()
    await expect(phone.get_by_text("Nộp tại quầy")).to_be_visible()
    await picture(phone, "owner")
    # The QR code's address opens the lookup of that dossier, for whoever has the PIN.
    await phone.goto(f"{system.url}/q/{code.group()}")
    await expect(phone.get_by_label("Mã hồ sơ")).to_have_value(code.group())


async def _recorded(system: System, desk: Page, picture: Picture) -> None:
    """Nobody is known by the number of the card: a record is made."""
    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}{DESK}")
    await picture(desk, "start")
    await desk.get_by_label("Số định danh cá nhân").fill(NUMBER)
    await desk.get_by_role("button", name="Tìm người dân").click()
    await expect(desk.get_by_role("heading", name="Chưa có người này")).to_be_visible()
    assert NUMBER not in desk.url
    await picture(desk, "record")
    await desk.get_by_label("Họ và tên trên thẻ").fill("Lý Thị Sáu")
    await desk.get_by_label("Ngày sinh").fill("1985-03-15")
    await desk.get_by_label(re.compile("Số điện thoại của người này")).fill(PHONE)
    await desk.get_by_role("button", name="Đã xem thẻ, lập hồ sơ").click()
    await expect(desk.get_by_role("heading", level=1, name="Lý Thị Sáu")).to_be_visible()
    await expect(desk.get_by_text("Đã xác minh")).to_be_visible()


async def _begin(desk: Page, picture: Picture) -> None:
    """The son stands there, with his mother's mandate."""
    await desk.get_by_label("Thủ tục").select_option(label="Đăng ký khai sinh")
    await desk.get_by_text("Người thân", exact=True).click()
    await desk.get_by_label("Họ tên người đến nộp").fill("Lý Văn Tèo")
    await desk.get_by_label("Số định danh người đến nộp").fill("096205000001")
    await desk.get_by_label("Quan hệ hoặc tư cách").fill("Con")
    await desk.locator("input[type=file]:not([capture])").first.set_input_files(PAPER)
    await expect(desk.get_by_text("Đã kiểm tra")).to_be_visible()
    await picture(desk, "case")
    await desk.get_by_role("button", name="Điền biểu mẫu").click()


async def _birth(desk: Page, picture: Picture) -> None:
    """The same steps as a citizen goes through; the card has filled in the first."""
    await expect(desk.get_by_label("Họ tên người nộp")).to_have_value("Lý Thị Sáu")
    await picture(desk, "step")
    commune = desk.get_by_role("combobox", name="Xã, phường")
    await commune.fill("an xuyen")
    await desk.get_by_role("option", name=re.compile("An Xuyên")).first.click()
    await next_step(desk, "Tiếp: Em bé")
    await desk.get_by_label("Họ tên trẻ").fill("Lý Minh An")
    await desk.get_by_text("Nữ", exact=True).click()
    await desk.get_by_label("Ngày sinh của trẻ").fill("2026-11-20")
    await desk.get_by_label("Nơi sinh").fill("Bệnh viện Sản – Nhi Cà Mau")
    await desk.get_by_label("Dân tộc của trẻ").fill("Kinh")
    await next_step(desk, "Tiếp: Cha mẹ")
    await desk.get_by_label("Họ tên mẹ").fill("Lý Thị Sáu")
    await desk.get_by_label("Số định danh của mẹ").fill(NUMBER)
    await next_step(desk, "Tiếp: Giấy tờ")
    await give_papers(desk, 2)
    for no in await desk.get_by_text("Không", exact=True).all():
        await no.click()
    await next_step(desk, "Tiếp: Nhận kết quả")
    await desk.get_by_text("Bản điện tử", exact=True).click()
    await next_step(desk, "Tiếp: Xem lại")
    await desk.get_by_label(re.compile("Giấy chứng sinh|Bản chính")).first.check()
    await desk.get_by_label(re.compile("đã xem lại và cam đoan")).check()
    await picture(desk, "review")
    await desk.get_by_role("button", name="Nộp hồ sơ", exact=True).click()
    await desk.wait_for_url(re.compile("/receipts/"))


async def _printed(desk: Page, code: str, picture: Picture) -> None:
    """One sheet of A4 with everything on it, without the frame; and a slip of 80 mm."""
    async with desk.expect_response(re.compile("/prints$")) as noted:
        await desk.get_by_role("button", name="In khổ A4").click()
    assert (await noted.value).status == 200
    await desk.emulate_media(media="print")
    for hidden in (desk.get_by_role("button", name="In khổ A4"), desk.locator(".rail")):
        await expect(hidden).to_be_hidden()
    await expect(desk.get_by_text(code).first).to_be_visible()
    await expect(desk.locator(".qr svg")).to_be_visible()
    await desk.set_viewport_size({"width": 688, "height": 1030})
    await picture(desk, "paper")
    await desk.set_viewport_size({"width": 1280, "height": 800})
    await desk.emulate_media(media="null")
    sheet = await desk.pdf(prefer_css_page_size=True)
    sizes = pdf.sizes(sheet)
    assert len(sizes) == 1, sizes
    assert all(abs(a - b) < 2 for a, b in zip(sizes[0], A4_POINTS, strict=True)), sizes
    [said] = [re.sub(r"\s", "", one) for one in pdf.texts(sheet)]
    for part in (code, "Lý Văn Tèo", "Giấy chứng sinh", "Bản chính", "Hẹn trả kết quả", "Tại quầy"):
        assert part.replace(" ", "") in said, part
    assert "Đăng xuất".replace(" ", "") not in said
    PICTURES.joinpath("receipt-a4.pdf").write_bytes(sheet)
    await _slip(desk, picture)


async def _slip(desk: Page, picture: Picture) -> None:
    async with desk.expect_response(re.compile("/prints$")):
        await desk.get_by_role("button", name="In khổ 80 mm").click()
    await desk.emulate_media(media="print")
    await desk.set_viewport_size({"width": 302, "height": 1100})
    await picture(desk, "slip")
    await desk.emulate_media(media="null")
    await desk.set_viewport_size({"width": 360, "height": 780})
    await picture(desk, "receipt")
    slip = await desk.pdf(prefer_css_page_size=True)
    widths = {round(width / 72 * 25.4) for width, _ in pdf.sizes(slip)}
    assert widths == {80}, widths
    PICTURES.joinpath("receipt-slip.pdf").write_bytes(slip)
