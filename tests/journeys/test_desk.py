"""The desk in a browser: claim, hand over, confirm, print the slip; five accepted by keys alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from playwright.async_api import Page, expect

from .conftest import PICTURES
from .native import Native
from .population import APPLICANT, BIRTH, IDLE, OFFICER
from .system import System

QUEUE = "/console/apps/track-dossier/"
COLLEAGUE = "Lâm Thị Kiều Mẫu"
NOTE = "Đã gọi người nộp, chờ bản sao giấy chứng sinh."
ASSIGN = """
    insert into core.assignment (assignment_id, staff_id, agency_id, role, valid_from)
    select gen_random_uuid(), s.staff_id, a.agency_id, 'officer', now() - interval '1 day'
    from core.staff s, core.staff o join core.assignment a using (staff_id)
    where s.login = $1 and o.login = $2 and a.role = 'officer'
    returning assignment_id
"""


@asynccontextmanager
async def seated(system: System) -> AsyncIterator[None]:
    """The officer of another commune sits at this desk too, for as long as it takes."""
    conn = await asyncpg.connect(system.env["CAMAUG_MIGRATOR_URL"])
    try:
        made = await conn.fetchval(ASSIGN, IDLE, OFFICER)
        yield
        await conn.execute("delete from core.assignment where assignment_id = $1", made)
    finally:
        await conn.close()


async def signed_in(system: System, page: Page, login: str) -> None:
    one = Native(system.url, system.simulators)
    try:
        await one.sign_in_staff(system, login)
        await one.into(page.context, "staff")
    finally:
        await one.close()


async def filed(system: System, count: int) -> list[str]:
    """New dossiers of the officer's ward: their ids."""
    me = Native(system.url, system.simulators)
    try:
        await me.sign_in(APPLICANT)
        return [(await me.file(BIRTH))["then"]["href"].rpartition("/")[2] for _ in range(count)]
    finally:
        await me.close()


async def test_a_dossier_goes_from_hand_to_hand_and_the_slip_tells_it(
    system: System, desk: Page, other_desk: Page
) -> None:
    [dossier_id] = await filed(system, 1)
    async with seated(system):
        await signed_in(system, desk, OFFICER)
        await desk.goto(f"{system.url}{QUEUE}{dossier_id}")
        await desk.get_by_role("button", name="Nhận xử lý").click()
        await expect(desk.get_by_role("button", name="Trả lại hàng chờ")).to_be_visible()
        await desk.get_by_role("link", name="Giao cho đồng nghiệp").click()
        await desk.get_by_role("radio", name=COLLEAGUE).check()
        await desk.get_by_label("Ghi chú cho người nhận").fill(NOTE)
        await desk.get_by_role("button", name="Giao cho đồng nghiệp").click()
        await expect(desk.get_by_role("button", name="Trả lại hàng chờ")).to_have_count(0)

        await signed_in(system, other_desk, IDLE)
        await other_desk.goto(f"{system.url}{QUEUE}{dossier_id}")
        await expect(other_desk.get_by_text(NOTE)).to_be_visible()
        await other_desk.get_by_role("button", name="Xác nhận đã nhận").click()
        await expect(other_desk.get_by_role("button", name="Xác nhận đã nhận")).to_have_count(0)
        await other_desk.get_by_role("link", name="Phiếu kiểm soát").click()
        await printed(other_desk)
        await other_desk.goto(f"{system.url}{QUEUE}workload")
        await other_desk.locator("tr", has_text=COLLEAGUE).locator("a").click()
        await expect(other_desk.locator("tbody tr")).to_have_count(1)
        await expect(other_desk.get_by_role("link", name=f"Bỏ lọc.*{COLLEAGUE}")).to_have_count(0)


async def printed(page: Page) -> None:
    """The slip on the screen, and as it comes out of the printer."""
    await page.locator("tbody tr").wait_for()
    row = page.locator("tbody tr")
    for text in ("Trần Hoàng Dự", COLLEAGUE, NOTE, "Chưa có hạn"):
        await expect(row).to_contain_text(text)
    await expect(row).not_to_contain_text("Chưa nhận")
    await page.evaluate("window.print = () => { document.title = 'printed'; }")
    await page.get_by_role("button", name="In phiếu").click()
    await expect(page).to_have_title("printed")
    await page.emulate_media(media="print")
    for hidden in (".rail", ".desk-main", ".desk-head > .tool"):
        await expect(page.locator(hidden).first).to_be_hidden()
    await expect(page.locator("thead")).to_be_visible()
    PICTURES.mkdir(parents=True, exist_ok=True)
    pdf = await page.pdf(path=PICTURES / "slip.pdf", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1, "one sheet"
    await page.screenshot(path=PICTURES / "slip-print.png", full_page=True)
    await page.emulate_media(media="screen")


async def test_five_dossiers_are_accepted_by_keys_alone(system: System, desk: Page) -> None:
    await filed(system, 5)
    await signed_in(system, desk, OFFICER)
    await desk.goto(f"{system.url}{QUEUE}?view=new")
    await desk.locator("tbody tr").first.wait_for()
    for count in range(1, 6):
        await desk.keyboard.press("j")
        await desk.keyboard.press("x")
        await expect(desk.get_by_text(f"Đã đánh dấu {count}")).to_be_visible()
    await desk.screenshot(path=PICTURES / "desk-marked.png")
    await desk.keyboard.press("b")
    await expect(desk.get_by_role("dialog")).to_be_visible()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("5 trên 5 hồ sơ")).to_be_visible()
    await expect(desk.get_by_text("Đã tiếp nhận")).to_have_count(5)
    await desk.screenshot(path=PICTURES / "desk-many.png")


async def test_keys_are_listed_lead_to_buttons_and_can_be_turned_off(
    system: System, desk: Page
) -> None:
    [dossier_id] = await filed(system, 1)
    await signed_in(system, desk, OFFICER)
    await desk.goto(f"{system.url}{QUEUE}{dossier_id}")
    await desk.get_by_role("heading", level=1).wait_for()
    await desk.keyboard.press("a")
    await expect(desk.locator(".desk-main button")).to_be_focused()
    await expect(desk.get_by_role("dialog")).to_have_count(0)
    await desk.goto(f"{system.url}{QUEUE}?view=new")
    await desk.locator("tbody tr").first.wait_for()
    await desk.keyboard.press("?")
    sheet = desk.get_by_role("dialog", name="Phím tắt")
    for text in ("Đi xuống, đi lên", "Tiếp nhận", "Nhận xử lý", "Tìm kiếm"):
        await expect(sheet.get_by_text(text).first).to_be_visible()
    await desk.screenshot(path=PICTURES / "desk-keys.png")
    await sheet.get_by_role("checkbox").uncheck()
    await desk.keyboard.press("Escape")
    await desk.reload()
    await desk.locator("tbody tr").first.wait_for()
    for key in ("j", "/", "?", "x", "a"):
        await desk.keyboard.press(key)
    await expect(desk.locator("tr[data-selected]")).to_have_count(0)
    await expect(desk.get_by_role("dialog")).to_have_count(0)
    await desk.get_by_role("button", name="Phím tắt").click()
    await desk.get_by_role("checkbox", name="Dùng phím tắt").check()
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("/")
    await desk.keyboard.type("jx?a")
    await expect(desk.locator(".search input")).to_have_value("jx?a")
    await expect(desk.locator("tr[data-selected]")).to_have_count(0)
