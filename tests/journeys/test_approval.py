"""An officer proposes, a leader sends back, then approves; the citizen sees the result alone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from playwright.async_api import Page, expect

from camaug.agencies.seed import agency_id

from .conftest import PICTURES
from .native import Native
from .population import AN_XUYEN, APPLICANT, LEADER, OFFICER
from .system import System
from .test_desk import QUEUE, filed, signed_in

WARD = agency_id("people_committee", AN_XUYEN)
FIRST, BACK, NOTE = "Không đúng nơi.", "Nêu rõ nơi nộp đúng.", "Đã gọi phường bạn, họ nhận."
TITLE = "Sai nơi nộp"
BIND = """
    insert into core.approval_rule (rule_id, agency_id, acts, valid_from, source, made_at, made_by)
    values (gen_random_uuid(), $1, '{refuse}', current_date, 'Quy chế ví dụ', now(), 'test')
    on conflict (agency_id, (coalesce(procedure_code, '')), valid_from) do update
    set acts = excluded.acts returning rule_id
"""


@asynccontextmanager
async def bound(system: System) -> AsyncIterator[None]:
    """Refusing needs a leader at the ward, for as long as it takes."""
    conn = await asyncpg.connect(system.env["CAMAUG_MIGRATOR_URL"])
    try:
        rule = await conn.fetchval(BIND, WARD)
        try:
            yield
        finally:
            await conn.execute("delete from core.approval_rule where rule_id = $1", rule)
    finally:
        await conn.close()


async def test_a_leader_sends_back_then_approves_and_the_citizen_sees_the_result_alone(
    system: System, desk: Page, other_desk: Page, phone: Page
) -> None:
    [dossier_id] = await filed(system, 1)
    here = f"{system.url}{QUEUE}{dossier_id}"
    async with bound(system):
        await signed_in(system, desk, OFFICER)
        await signed_in(system, other_desk, LEADER)
        await make_template(system, other_desk)
        await desk.goto(here)
        await note_and_propose(desk)

        await open_waiting(system, other_desk, dossier_id)
        await expect(other_desk.get_by_text(FIRST)).to_be_visible()
        await expect(other_desk.get_by_text(NOTE)).to_have_count(0)
        await other_desk.get_by_role("link", name="Trả lại").click()
        await other_desk.get_by_label("Lý do").fill(BACK)
        await other_desk.get_by_role("button", name="Trả lại").click()
        await expect(other_desk.get_by_label("Lý do")).to_have_count(0)

        await desk.goto(here)
        await expect(desk.get_by_text(BACK).first).to_be_visible()
        await desk.get_by_role("link", name="Từ chối").click()
        await by_template(desk)
        await desk.get_by_role("button", name="Trình lãnh đạo").click()
        await expect(desk.get_by_text("Chờ lãnh đạo duyệt: Từ chối")).to_be_visible()
        await desk.screenshot(path=PICTURES / "approval-proposed.png", full_page=True)

        await open_waiting(system, other_desk, dossier_id)
        await other_desk.screenshot(path=PICTURES / "approval-decide.png", full_page=True)
        await other_desk.get_by_role("button", name="Duyệt", exact=True).click()
        await other_desk.get_by_role("dialog").get_by_role("button", name="Duyệt").click()
        await expect(other_desk.get_by_text("Đã duyệt")).to_be_visible()
    await sees_the_result_alone(system, phone, dossier_id)


async def note_and_propose(page: Page) -> None:
    await page.get_by_label("Ghi chú cho đồng nghiệp").fill(NOTE)
    await page.get_by_role("button", name="Thêm ghi chú").click()
    await expect(page.get_by_text(NOTE, exact=True)).to_be_visible()
    await page.get_by_role("link", name="Từ chối").click()
    await page.get_by_label("Lý do").fill(FIRST)
    await page.get_by_role("button", name="Trình lãnh đạo").click()
    await expect(page.get_by_text("Chờ lãnh đạo duyệt: Từ chối")).to_be_visible()


async def make_template(system: System, page: Page) -> None:
    await page.goto(f"{system.url}{QUEUE}templates/new")
    await page.get_by_label("Tên mẫu").fill(TITLE)
    await page.get_by_label("Nội dung").fill("Hồ sơ {code} nộp sai nơi <b>.")
    await page.get_by_role("checkbox", name="Từ chối").check()
    await page.get_by_role("button", name="Lưu mẫu").click()
    await expect(page.get_by_text(TITLE)).to_be_visible()


async def open_waiting(system: System, page: Page, dossier_id: str) -> None:
    await page.goto(f"{system.url}{QUEUE}?view=approval")
    await page.locator(f"a[href$='{dossier_id}']").first.click()
    await expect(page.get_by_text("Chờ lãnh đạo duyệt: Từ chối")).to_be_visible()


async def by_template(page: Page) -> None:
    """By keys alone: into the list, down to the template, on to the button, into the text."""
    await page.get_by_label("Mẫu có sẵn").focus()
    await page.get_by_label("Mẫu có sẵn").select_option(label=TITLE)
    await expect(page.get_by_label("Lý do")).to_have_value("")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Lý do")).to_be_focused()
    await expect(page.get_by_label("Lý do")).to_have_value(
        re.compile(r"^Hồ sơ H12\S+ nộp sai nơi <b>\.$")
    )
    await page.screenshot(path=PICTURES / "approval-template.png", full_page=True)


async def sees_the_result_alone(system: System, phone: Page, dossier_id: str) -> None:
    me = Native(system.url, system.simulators)
    try:
        await me.sign_in(APPLICANT)
        await me.into(phone.context, "citizen")
    finally:
        await me.close()
    await phone.goto(f"{system.url}/apps/track-dossier/{dossier_id}")
    await expect(phone.get_by_text("nộp sai nơi <b>.").first).to_be_visible()
    shown = await phone.locator("main").inner_text()
    for inner in ("lãnh đạo", "Lãnh đạo", FIRST, BACK, NOTE, "Trình", "Ghi chú nội bộ"):
        assert inner not in shown, inner
    await phone.screenshot(path=PICTURES / "approval-citizen.png", full_page=True)
    await phone.goto(f"{system.url}/apps/track-dossier/{dossier_id}/looks")
    await phone.get_by_role("heading", level=1).wait_for()
    shown = await phone.locator("main").inner_text()
    for inner in ("proposal", "note", NOTE, BACK):
        assert inner not in shown, inner
