"""A dossier becomes late: the leader sees it, the citizen reads the apology with its new day."""

import re

import asyncpg
from playwright.async_api import Page, expect

from camaug import app, settings
from camaug.dossiers import escalation

from .conftest import Picture
from .people import file_birth, sign_in, sign_in_staff
from .population import WORKING_DAY
from .system import System

PHONE, OFFICER, LEADER = "0990000001", "can-bo.an-xuyen", "lanh-dao.an-xuyen"
WHY = "Máy chủ của phường hỏng hai ngày"


async def late(system: System, dossier_id: str) -> str:
    """Two weeks pass on the dossier, and the worker's clock strikes; a day to appoint."""
    conn = await asyncpg.connect(system.env["CAMAUG_MIGRATOR_URL"])
    try:
        for sql in (
            """
            update core.dossier set due_at = due_at - interval '14 days',
                   accepted_at = accepted_at - interval '14 days' where dossier_id = $1
            """,
            "update core.dossier_event set at = at - interval '14 days' where dossier_id = $1",
        ):
            await conn.execute(sql, dossier_id)
        day = await conn.fetchval(WORKING_DAY)
    finally:
        await conn.close()
    async with app.engines(settings.load(system.env), process="journey") as engines:
        await escalation.escalate(engines)  # the system's own worker may have been earlier
        assert await escalation.escalate(engines) == 0
    return str(day)


async def _accept(desk: Page, system: System, dossier_id: str) -> None:
    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}/console/apps/track-dossier/{dossier_id}")
    await desk.get_by_role("button", name="Tiếp nhận").click()
    await desk.get_by_role("dialog").get_by_role("button", name=re.compile("Tiếp nhận")).click()
    await expect(desk.get_by_role("button", name="Chuyển xử lý")).to_be_visible()


async def _apologise(desk: Page, system: System, dossier_id: str, day: str) -> None:
    await desk.goto(f"{system.url}/console/apps/track-dossier/{dossier_id}/acts/apologise")
    await desk.get_by_label("Ngày hẹn lại").fill(day)
    await desk.get_by_label("Lý do").fill(WHY)
    await desk.get_by_role("button", name="Xin lỗi, hẹn lại").click()


async def test_the_leader_sees_what_is_late_and_the_citizen_reads_the_apology(
    system: System, phone: Page, desk: Page, other_desk: Page, picture: Picture
) -> None:
    await sign_in(phone, system.url, system.simulators, PHONE)
    code, dossier_id = await file_birth(phone, system.url)
    await _accept(desk, system, dossier_id)
    day = await late(system, dossier_id)

    await sign_in_staff(other_desk, system, LEADER)
    await other_desk.goto(f"{system.url}/console/inbox")
    told = other_desk.get_by_text(f"Hồ sơ {code} quá hạn mà chưa ai xử lý")
    await expect(told).to_be_visible()
    await picture(other_desk, "late-leader-inbox")
    await other_desk.goto(f"{system.url}/console/apps/track-dossier/")
    await expect(other_desk.get_by_text(code)).to_be_visible()
    await picture(other_desk, "late-leader-queue")
    await other_desk.get_by_text(code).click()
    await expect(other_desk.get_by_text("Báo lãnh đạo vì quá hạn")).to_be_visible()
    await expect(other_desk.get_by_role("button", name="Chuyển xử lý")).to_have_count(0)

    await phone.goto(f"{system.url}/apps/track-dossier/{dossier_id}")
    await expect(phone.get_by_text("Báo lãnh đạo vì quá hạn")).to_be_visible()
    await _apologise(desk, system, dossier_id, day)

    # The page of the phone was not touched: the letter comes by the live stream.
    letter = phone.get_by_text("Thư xin lỗi và hẹn lại ngày trả kết quả")
    await expect(letter).to_be_visible()
    await expect(phone.get_by_text(WHY).first).to_be_visible()
    shown = f"{day[8:]}/{day[5:7]}"
    await expect(phone.get_by_text(re.compile(f"Hẹn lại .*{shown}")).first).to_be_visible()
    await picture(phone, "late-apology")
    await phone.goto(f"{system.url}/inbox")
    await expect(phone.get_by_text(f"Xin lỗi bạn, hồ sơ {code}")).to_be_visible()
    await other_desk.goto(f"{system.url}/console/apps/track-dossier/")
    await expect(other_desk.get_by_role("heading", name="Hàng chờ")).to_be_visible()
    await expect(other_desk.get_by_text(code, exact=True)).to_have_count(0)
