"""From an invitation to the desk, and out again when the role is taken away."""

import asyncio
import base64
import re
import time
from datetime import UTC, datetime

import asyncpg
import pytest
from playwright.async_api import Page, expect

from camaug.identity import totp

from .conftest import DESK, PHONE, Picture
from .people import sign_in_staff
from .system import System

ADMINISTRATOR, LOGIN = "quan-tri", "can-bo.tan-binh"
PASSWORD = "con nước lớn ròng mỗi ngày"
QUEUE = "/console/apps/track-dossier/"


async def test_an_officer_is_invited_works_and_loses_the_role(
    system: System, desk: Page, phone: Page, picture: Picture
) -> None:
    await sign_in_staff(desk, system, ADMINISTRATOR)
    link = await _invite(desk, picture)
    await _take_up(phone, link, picture)
    await expect(phone).to_have_url(f"{system.url}/console")
    await phone.goto(system.url + QUEUE)
    await expect(phone.get_by_role("heading", level=1)).to_be_visible()
    await expect(phone.get_by_text("Không có quyền")).to_have_count(0)
    await _both(phone, picture, "queue-of-the-new-officer")

    await desk.goto(f"{system.url}/console/people")
    await desk.get_by_role("searchbox").fill("trang")
    await desk.keyboard.press("Enter")
    await desk.get_by_role("link", name="Nguyễn Thị Tràng").click()
    await expect(desk.get_by_text("Đã gắn")).to_be_visible()
    await _both(desk, picture, "person")
    await desk.get_by_role("row", name=re.compile("Cán bộ một cửa")).hover()
    await desk.get_by_role("button", name="Thu vai trò").click()
    await picture(desk, "ask-before-ending")
    await desk.get_by_role("dialog").get_by_role("button", name="Thu vai trò").click()
    await expect(desk.get_by_text("Đã thu vai trò")).to_be_visible()
    await _refused_within(phone, system, seconds=5)


async def test_own_account_and_who_waits(system: System, desk: Page, picture: Picture) -> None:
    await sign_in_staff(desk, system, ADMINISTRATOR)
    await desk.get_by_role("link", name="Tài khoản của tôi").click()
    await expect(desk.get_by_text("Thiết bị này")).to_be_visible()
    await _both(desk, picture, "profile")
    await desk.get_by_role("link", name="Đổi mật khẩu").click()
    await expect(desk.get_by_label("Mật khẩu hiện tại")).to_be_visible()
    await _both(desk, picture, "password")
    await desk.get_by_role("link", name="Người và phân công").click()
    await desk.get_by_role("link", name="Trần Hoàng Dự").click()
    await desk.get_by_role("link", name="Giao vai trò").click()
    await desk.get_by_label("Vai trò").select_option(label="Quản trị viên")
    await desk.get_by_label("Cơ quan").select_option(label="UBND phường An Xuyên")
    await _both(desk, picture, "assign")
    await desk.get_by_role("button", name="Giao vai trò").click()
    await expect(desk.get_by_text("Chờ quản trị viên thứ hai")).to_be_visible()
    await _both(desk, picture, "waiting")
    await desk.get_by_role("button", name="Rút đề nghị").click()
    await expect(desk.get_by_text("Đã đóng đề nghị")).to_be_visible()


async def test_an_old_session_is_asked_for_a_code_before_it_gives_a_role(
    system: System, desk: Page, picture: Picture
) -> None:
    await sign_in_staff(desk, system, ADMINISTRATOR)
    await desk.goto(f"{system.url}/console/people")
    await _time_goes_by(system)
    await desk.reload()
    await desk.get_by_role("link", name="Trần Hoàng Dự").click()
    await desk.get_by_role("link", name="Giao vai trò").click()
    await desk.get_by_label("Vai trò").select_option(label="Quản trị viên")
    await desk.get_by_label("Cơ quan").select_option(label="UBND phường An Xuyên")
    await desk.get_by_role("button", name="Giao vai trò").click()
    dialog = desk.get_by_role("dialog", name="Xác nhận lại danh tính")
    code = dialog.get_by_label("Mã xác thực")
    await expect(code).to_be_focused()
    await _both(desk, picture, "prove")
    await dialog.get_by_role("button", name="Không, quay lại").click()
    await expect(dialog).to_have_count(0)
    await expect(desk.get_by_label("Cơ quan")).to_have_value(re.compile("."))
    await desk.get_by_role("button", name="Giao vai trò").click()
    await code.fill("000000")
    await desk.keyboard.press("Enter")
    await expect(code).to_have_attribute("aria-invalid", "true")
    await _both(desk, picture, "prove-wrong")
    await code.fill(await system.app_code(ADMINISTRATOR))
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("Chờ quản trị viên thứ hai")).to_be_visible()
    await desk.get_by_role("button", name="Rút đề nghị").click()
    await expect(desk.get_by_text("Đã đóng đề nghị")).to_be_visible()


async def _time_goes_by(system: System) -> None:
    """An hour since everybody's sign-in."""
    admin = await asyncpg.connect(system.env["CAMAUG_MIGRATOR_URL"])
    await admin.execute("update core.session set created_at = created_at - interval '1 hour'")
    await admin.close()


async def test_the_server_invites_only_while_there_is_no_administrator(system: System) -> None:
    words = ("Lê Thị Máy Chủ", "quan-tri.moi")
    with pytest.raises(AssertionError, match="there is an administrator already"):
        await system.command("camaug.cli", "staff", "invite", *words)
    link = await system.command("camaug.cli", "staff", "invite", *words, "--force")
    assert link.startswith(f"{system.url}/console/invitation/")


async def _both(page: Page, picture: Picture, name: str) -> None:
    """Pictures at both widths."""
    before = page.viewport_size
    for size in (DESK, PHONE):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        await picture(page, name)
    assert before
    await page.set_viewport_size(before)


async def _invite(desk: Page, picture: Picture) -> str:
    """Invite the officer at the console; the link that the page shows."""
    await desk.get_by_role("link", name="Người và phân công").first.click()
    await expect(desk.get_by_text("Trần Hoàng Dự")).to_be_visible()
    await _both(desk, picture, "people")
    await desk.get_by_role("link", name="Mời người mới").click()
    await desk.get_by_label("Họ và tên").fill("Nguyễn Thị Tràng")
    await desk.get_by_label("Tên đăng nhập").fill(LOGIN)
    await desk.get_by_label("Vai trò").select_option(label="Cán bộ một cửa")
    await desk.get_by_label("Cơ quan").select_option(label="UBND phường An Xuyên")
    await _both(desk, picture, "invite")
    await desk.get_by_role("button", name="Mời và lấy liên kết").click()
    await expect(desk.get_by_text("Dùng được một lần")).to_be_visible()
    await _both(desk, picture, "link")
    found = re.search(r"http\S+/console/invitation/\S+", await desk.inner_text("main"))
    assert found
    return found.group()


async def _take_up(phone: Page, link: str, picture: Picture) -> None:
    """Open the link, set a password, connect an app."""
    await phone.goto(link)
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Nguyễn Thị Tràng")
    await phone.get_by_label("Mật khẩu mới", exact=True).fill("ngắn")
    await phone.get_by_label("Nhập lại mật khẩu mới").fill("ngắn")
    await phone.get_by_role("button", name="Đặt mật khẩu").click()
    await expect(phone.get_by_text("ít nhất 12 ký tự").first).to_be_visible()
    await _both(phone, picture, "password-too-short")
    await phone.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    await phone.get_by_label("Nhập lại mật khẩu mới").fill(PASSWORD)
    await phone.get_by_role("button", name="Đặt mật khẩu").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Gắn ứng dụng xác thực")
    await _both(phone, picture, "connect-app")
    shown = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", await phone.inner_text("main"))
    assert shown
    secret = base64.b32decode(shown.group().replace(" ", ""))
    code = totp.code(secret, totp.step_at(datetime.now(UTC)))
    await phone.get_by_label("Mã 6 số").fill(code)
    await phone.get_by_role("button", name="Gắn và đăng nhập").click()


async def _refused_within(page: Page, system: System, seconds: float) -> None:
    """The person's next look at the desk is refused, at the latest after that time."""
    refused = page.get_by_role("heading", name="Không có quyền")
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        await page.goto(system.url + QUEUE)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        if await refused.is_visible():
            return
        await asyncio.sleep(0.2)
    await page.goto(system.url + QUEUE)
    await expect(refused).to_be_visible()
