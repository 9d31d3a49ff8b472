"""Mistakes of the desk in a browser: undo by keys, correction, reopening; and a payment."""

import asyncio
import re

import asyncpg
from playwright.async_api import Page, expect

from .conftest import Picture
from .people import file_birth, sign_in, sign_in_staff
from .system import System

PHONE, OFFICER, LEADER = "0990000001", "can-bo.an-xuyen", "lanh-dao.an-xuyen"
DESK = "/console/apps/track-dossier/"
WRONG, RIGHT = "Hồ sơ thiếu giấy A", "Hồ sơ thiếu Giấy chứng sinh bản chính"
AGAIN = "Người nộp đã có Giấy chứng sinh từ trước"
KEEP_OPEN = """
    with act as (
        update core.dossier_undo set until = until + interval '1 hour'
        where dossier_id = $1 returning event_id
    )
    update queue.pgqueuer job set execute_after = execute_after + interval '1 hour'
    from act where job.status = 'queued' and job.entrypoint = 'deliver'
        and convert_from(job.payload, 'UTF8')::jsonb ->> 'event_id' = act.event_id::text
        and convert_from(job.payload, 'UTF8')::jsonb ->> 'part' = 'out'
    returning job.id
"""
"""The act may be undone for an hour more, and is told to the owner so much later."""


async def test_what_is_done_by_mistake_is_undone_corrected_and_reopened(
    system: System, phone: Page, desk: Page, other_desk: Page, picture: Picture
) -> None:
    await sign_in(phone, system.url, system.simulators, PHONE)
    code, dossier_id = await file_birth(phone, system.url)
    await phone.goto(f"{system.url}/apps/procedure-search/")
    await sign_in_staff(desk, system, OFFICER)
    await _undone(desk, system, dossier_id, picture)
    await _corrected(desk, f"{system.url}{DESK}{dossier_id}", picture)
    await phone.goto(f"{system.url}/apps/track-dossier/{dossier_id}")
    await expect(phone.get_by_text(RIGHT)).to_be_visible()
    await expect(phone.get_by_text(re.compile("Đã đính chính lúc"))).to_be_visible()
    await expect(phone.get_by_text(WRONG)).to_have_count(0)
    await expect(phone.get_by_text("Hoàn tác")).to_have_count(0)
    await picture(phone, "mistake-corrected-citizen")

    await sign_in_staff(other_desk, system, LEADER)
    await _reopened(other_desk, system.url, code, picture)
    await expect(phone.get_by_text(AGAIN)).to_be_visible()
    await phone.goto(f"{system.url}/inbox")
    await expect(phone.get_by_text(f"Hồ sơ {code} được mở lại")).to_be_visible()


async def _undone(desk: Page, system: System, dossier_id: str, picture: Picture) -> None:
    await desk.goto(f"{system.url}{DESK}{dossier_id}")
    await _accept(desk)
    await _kept_open(system, dossier_id)
    await expect(desk.get_by_role("button", name="Chuyển xử lý")).to_be_visible()
    undo = desk.get_by_role("button", name=re.compile("Hoàn tác"))
    await expect(undo).to_contain_text("giây")
    await undo.focus()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("button", name="Tiếp nhận")).to_be_visible()
    await expect(desk.get_by_text("Đã hoàn tác").first).to_be_visible()
    await picture(desk, "mistake-undone")


async def _kept_open(system: System, dossier_id: str) -> None:
    """The few seconds that officers of this system have are not enough for a busy browser."""
    conn = await asyncpg.connect(system.env["CAMAUG_MIGRATOR_URL"])
    try:
        for _ in range(150):
            if await conn.fetch(KEEP_OPEN, dossier_id):
                return
            await asyncio.sleep(0.02)
    finally:
        await conn.close()
    raise AssertionError("nothing was done that may be undone")


async def _corrected(desk: Page, there: str, picture: Picture) -> None:
    await desk.goto(f"{there}/acts/refuse")
    await desk.get_by_label("Lý do").fill(WRONG)
    await desk.get_by_role("button", name="Từ chối").click()
    await desk.get_by_role("link", name="Đính chính").click()
    await desk.get_by_role("radio", name=re.compile(WRONG)).check()
    await desk.get_by_label("Nội dung đúng").fill(RIGHT)
    await desk.get_by_label("Lý do đính chính").first.fill("Ghi nhầm tên giấy tờ")
    await picture(desk, "mistake-correct-form")
    await desk.get_by_role("button", name="Đính chính nội dung").click()
    await expect(desk.get_by_text(f"Trước đính chính: {WRONG}")).to_be_visible()
    await picture(desk, "mistake-corrected-desk")


async def _reopened(other_desk: Page, url: str, code: str, picture: Picture) -> None:
    await other_desk.goto(f"{url}{DESK}?view=ended")
    await other_desk.get_by_text(code).click()
    await other_desk.get_by_role("link", name="Mở lại hồ sơ").click()
    await other_desk.get_by_label("Lý do").fill(AGAIN)
    await picture(other_desk, "mistake-reopen-form")
    await other_desk.get_by_role("button", name="Mở lại hồ sơ").click()
    await expect(other_desk).to_have_url(re.compile(f"{DESK}$"))


async def test_a_payment_is_asked_for_and_noted(
    system: System, phone: Page, desk: Page, picture: Picture
) -> None:
    await sign_in(phone, system.url, system.simulators, PHONE)
    _, dossier_id = await file_birth(phone, system.url)
    await sign_in_staff(desk, system, OFFICER)
    there = f"{system.url}{DESK}{dossier_id}"
    await desk.goto(there)
    await _accepted(desk)
    await desk.goto(f"{there}/acts/ask_payment")
    await desk.get_by_label("Số tiền").fill("120000")
    await desk.get_by_label("Lý do").fill("Lệ phí cấp bản sao")
    await picture(desk, "mistake-payment-form")
    await desk.get_by_role("button", name="Yêu cầu nộp tiền").click()
    await phone.goto(f"{system.url}/apps/track-dossier/{dossier_id}")
    await expect(phone.get_by_text("120.000").first).to_be_visible()
    await expect(phone.get_by_text(re.compile("chưa nộp tiền được"))).to_be_visible()
    await picture(phone, "mistake-payment-citizen")
    await desk.get_by_role("link", name="Ghi nhận đã nộp").click()
    await desk.get_by_label("Chứng từ").fill("Biên lai 0001234")
    await desk.get_by_role("button", name="Ghi nhận đã nộp").click()
    await expect(phone.get_by_text("Đã ghi nhận nộp tiền").first).to_be_visible()


async def _accept(desk: Page) -> None:
    await desk.get_by_role("button", name="Tiếp nhận").click()
    await desk.get_by_role("dialog").get_by_role("button", name=re.compile("Tiếp nhận")).click()


async def _accepted(desk: Page) -> None:
    await _accept(desk)
    await expect(desk.get_by_role("button", name="Chuyển xử lý")).to_be_visible()
