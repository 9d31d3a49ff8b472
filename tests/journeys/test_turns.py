"""The turns that a dossier may take, walked in a real browser by citizen and officer."""

import re

from playwright.async_api import Page, expect

from .conftest import Picture
from .native import Native
from .people import PAPER, sign_in, sign_in_staff
from .population import BIRTH, OFFICER
from .system import System

TRACK, DESK = "/apps/track-dossier/", "/console/apps/track-dossier/"
SUPPLIED, REFUSED, LEFT, BROUGHT = "0990000072", "0990000073", "0990000074", "0990000076"
MISSING = "Ảnh Giấy chứng sinh bị mờ, chụp lại bản chính."
CARRIER = "Bà Tư mang đến, đã xem thẻ căn cước."
GROUND = "Hồ sơ nộp không đúng nơi cư trú."


async def filed(system: System, phone: str) -> str:
    """The id of a new dossier of whoever signs in with that number."""
    me = Native(system.url, system.simulators)
    try:
        await me.sign_in(phone)
        return str((await me.file(BIRTH))["then"]["href"].rsplit("/", 1)[-1])
    finally:
        await me.close()


async def press(page: Page, name: str) -> None:
    """A button that asks first."""
    await page.get_by_role("button", name=name, exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile(name)).click()
    # The page has the act before the next is done: a form opened earlier shows an older version.
    await expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)


async def with_reason(page: Page, name: str, reason: str) -> None:
    """An act whose form asks why."""
    await page.get_by_role("link", name=name, exact=True).click()
    await page.get_by_label("Lý do").fill(reason)
    await page.get_by_role("button", name=name, exact=True).click()
    await expect(page.get_by_label("Lý do")).to_have_count(0)


async def test_a_supplement_is_asked_given_and_the_result_is_rated(
    system: System, phone: Page, desk: Page, picture: Picture
) -> None:
    dossier = await filed(system, SUPPLIED)
    await sign_in(phone, system.url, system.simulators, SUPPLIED)
    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}{DESK}{dossier}")
    await press(desk, "Tiếp nhận")
    await with_reason(desk, "Yêu cầu bổ sung", MISSING)

    await phone.goto(f"{system.url}{TRACK}{dossier}")
    await expect(phone.get_by_text(MISSING).first).to_be_visible()
    await picture(phone, "turns-asked")
    await phone.get_by_role("link", name="Gửi bổ sung").click()
    await phone.locator("input[type=file]").first.set_input_files(PAPER)
    await expect(phone.get_by_text("Đã kiểm tra")).to_be_visible()
    await phone.get_by_role("button", name="Gửi bổ sung").click()
    await expect(phone.get_by_role("button", name="Gửi bổ sung")).to_have_count(0)

    await desk.goto(f"{system.url}{DESK}{dossier}")
    await press(desk, "Xử lý tiếp")
    await desk.get_by_role("link", name="Hoàn thành", exact=True).click()
    await desk.locator("input[type=file]").first.set_input_files(PAPER)
    await expect(desk.get_by_text("Đã kiểm tra")).to_be_visible()
    await desk.get_by_role("button", name="Hoàn thành", exact=True).click()
    await press(desk, "Trả kết quả")

    await phone.goto(f"{system.url}{TRACK}{dossier}")
    await phone.get_by_role("link", name="Đánh giá việc giải quyết").click()
    await phone.get_by_label("5 · Rất hài lòng").check()
    await phone.get_by_role("button", name="Gửi đánh giá").click()
    await expect(phone.get_by_text("Đánh giá của bạn")).to_be_visible()
    await picture(phone, "turns-rated")


async def test_a_refusal_tells_its_ground(system: System, phone: Page, desk: Page) -> None:
    dossier = await filed(system, REFUSED)
    await sign_in(phone, system.url, system.simulators, REFUSED)
    await phone.goto(f"{system.url}{TRACK}{dossier}")
    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}{DESK}{dossier}")
    await with_reason(desk, "Từ chối", GROUND)
    # The page of the phone was not touched: the refusal comes by the live stream.
    await expect(phone.get_by_text("Bị từ chối tiếp nhận").first).to_be_visible()
    await expect(phone.get_by_text(GROUND).first).to_be_visible()
    await expect(phone.get_by_role("button", name="Rút hồ sơ")).to_have_count(0)


async def test_a_dossier_is_taken_back_and_the_desk_sees_it(
    system: System, phone: Page, desk: Page
) -> None:
    dossier = await filed(system, LEFT)
    await sign_in(phone, system.url, system.simulators, LEFT)
    await phone.goto(f"{system.url}{TRACK}{dossier}")
    await press(phone, "Rút hồ sơ")
    await expect(phone.get_by_text("Đã rút hồ sơ").first).to_be_visible()
    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}{DESK}{dossier}")
    await expect(desk.get_by_text("Công dân yêu cầu rút hồ sơ").first).to_be_visible()
    await expect(desk.get_by_role("button", name="Tiếp nhận")).to_have_count(0)


async def test_papers_brought_to_the_counter_are_taken_in_and_the_phone_shows_it(
    system: System, phone: Page, desk: Page, picture: Picture
) -> None:
    dossier = await filed(system, BROUGHT)
    await sign_in(phone, system.url, system.simulators, BROUGHT)
    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}{DESK}{dossier}")
    await press(desk, "Tiếp nhận")
    await with_reason(desk, "Yêu cầu bổ sung", MISSING)
    await phone.goto(f"{system.url}{TRACK}{dossier}")
    await expect(phone.get_by_role("link", name="Gửi bổ sung")).to_be_visible()

    await desk.get_by_role("link", name="Nhận giấy tờ bổ sung tại quầy", exact=True).click()
    await desk.locator("input[type=file]").first.set_input_files(PAPER)
    await expect(desk.get_by_text("Đã kiểm tra")).to_be_visible()
    await desk.get_by_label("Lý do").fill(CARRIER)
    await desk.get_by_role("button", name="Nhận giấy tờ bổ sung tại quầy", exact=True).click()
    await expect(desk.get_by_text("Đã nhận bổ sung tại quầy").first).to_be_visible()
    await picture(desk, "turns-brought-desk")

    # The page of the phone was not touched.
    await expect(phone.get_by_text("Đã nhận bổ sung tại quầy").first).to_be_visible()
    await expect(phone.get_by_text(CARRIER).first).to_be_visible()
    await expect(phone.get_by_role("link", name="Gửi bổ sung")).to_have_count(0)
    await picture(phone, "turns-brought")
    await press(desk, "Xử lý tiếp")
