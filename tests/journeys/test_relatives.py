"""A relative is let in, follows and supplies until the owner ends it; a complaint is answered."""

from playwright.async_api import Page, expect

from .kinship import ANSWERER, SAID, day
from .native import Native
from .people import PAPER, sign_in, sign_in_staff
from .population import BIRTH, OFFICER
from .system import System

OWNER, RELATIVE, COMPLAINER = "0990000061", "0990000062", "0990000063"
DESK = "/api/v1/apps/track-dossier/desk/"
TRACK = "/apps/track-dossier/"
REASON = "Chụp lại Giấy chứng sinh, ảnh bị mờ."
ANSWER = "Đã xử lý, mong bà con thông cảm."


async def asked_for_more(system: System, phone: str) -> str:
    """The id of a dossier of that person's that waits for papers."""
    me, desk = (Native(system.url, system.simulators) for _ in range(2))
    try:
        await me.sign_in(phone)
        filed = await me.file(BIRTH)
        dossier = filed["then"]["href"].rsplit("/", 1)[-1]
        await desk.sign_in_staff(system, OFFICER)
        body = {"kind": "ask_supplement", "version": 1, "reason": REASON}
        await desk.send({"href": f"{DESK}{dossier}/acts"}, body)
    finally:
        await me.close()
        await desk.close()
    return dossier


async def test_a_relative_is_let_in_supplies_and_is_out_when_the_owner_ends_it(
    system: System, phone: Page, desk: Page
) -> None:
    dossier = await asked_for_more(system, OWNER)
    await sign_in(phone, system.url, system.simulators, OWNER)
    await invites(phone, f"{system.url}{TRACK}{dossier}")
    await sign_in(desk, system.url, system.simulators, RELATIVE)
    await desk.goto(f"{system.url}{TRACK}")
    await helps(desk, f"{system.url}{TRACK}relatives/{dossier}")

    await phone.goto(f"{system.url}{TRACK}{dossier}/looks")
    masked = f"{RELATIVE[:2]}•• ••• {RELATIVE[-3:]}"
    await expect(phone.get_by_text(masked).first).to_be_visible()
    await ends(phone, f"{system.url}{TRACK}{dossier}/delegations")
    await desk.goto(f"{system.url}{TRACK}relatives/{dossier}")
    await expect(desk.get_by_text(REASON)).to_have_count(0)
    await expect(desk.get_by_text("do người được uỷ quyền")).to_have_count(0)
    await desk.goto(f"{system.url}{TRACK}relatives")
    await expect(desk.get_by_text("Chưa có hồ sơ của người thân")).to_be_visible()


async def invites(phone: Page, dossier: str) -> None:
    """The owner lets the relative act for a month."""
    await phone.goto(dossier)
    await phone.get_by_text("Người thân xem hồ sơ này").click()
    await expect(phone.get_by_text("Không phải giấy uỷ quyền theo luật")).to_be_visible()
    await phone.get_by_role("link", name="Mời một người thân").click()
    await phone.get_by_label("Số điện thoại của người thân").fill(RELATIVE)
    await phone.get_by_label("Xem và làm giúp").check()
    await phone.get_by_label("Đến hết ngày").fill(day(30))
    await phone.get_by_role("button", name="Gửi lời mời").click()
    await expect(phone.get_by_text("Chờ nhận lời")).to_be_visible()


async def helps(desk: Page, dossier: str) -> None:
    """The relative accepts, sees what is asked for, and sends it."""
    await desk.get_by_text("1 lời mời xem hồ sơ của người thân").click()
    await desk.get_by_role("button", name="Nhận lời").click()
    await expect(desk.get_by_role("button", name="Nhận lời")).to_have_count(0)
    await desk.goto(dossier)
    await expect(desk.get_by_text(REASON).first).to_be_visible()
    await expect(desk.get_by_role("heading", name="Giấy tờ đã nộp")).to_have_count(0)
    await desk.get_by_role("link", name="Gửi bổ sung").click()
    chosen = desk.locator("input[type=file]").first
    await chosen.set_input_files(PAPER)
    await expect(desk.get_by_text("paper.png").first).to_be_visible()
    await desk.get_by_role("button", name="Gửi bổ sung").click()
    await expect(desk.get_by_text("do người được uỷ quyền")).to_be_visible()


async def ends(phone: Page, rights: str) -> None:
    """The owner ends the right."""
    await phone.goto(rights)
    await phone.get_by_role("button", name="Chấm dứt").click()
    await phone.get_by_role("dialog").get_by_role("button", name="Chấm dứt").click()
    await expect(phone.get_by_text("Bạn đã chấm dứt").first).to_be_visible()


async def test_a_complaint_is_opened_answered_and_closed(
    system: System, phone: Page, desk: Page
) -> None:
    dossier = await asked_for_more(system, COMPLAINER)
    await sign_in(phone, system.url, system.simulators, COMPLAINER)
    await phone.goto(f"{system.url}{TRACK}{dossier}")
    await phone.get_by_text("Phản ánh về việc giải quyết").click()
    await expect(phone.get_by_text("Không phải khiếu nại theo luật")).to_be_visible()
    await phone.get_by_role("link", name="Gửi phản ánh").click()
    await phone.get_by_label("Đòi thêm giấy tờ").check()
    await phone.get_by_label("Nội dung").fill(f"{SAID} <b>{COMPLAINER}</b>")
    await phone.get_by_role("button", name="Gửi phản ánh").click()
    await expect(phone.get_by_text("Chờ trả lời")).to_be_visible()
    await expect(phone.get_by_role("link", name="Gửi phản ánh")).to_have_count(0)
    number = await phone.get_by_text("PAHS-").first.inner_text()

    await sign_in_staff(desk, system, ANSWERER)
    await desk.goto(f"{system.url}/console/apps/track-dossier/")
    await desk.get_by_role("link", name="Phản ánh của người dân").click()
    await desk.get_by_text(number).click()
    await expect(desk.get_by_text(f"<b>{COMPLAINER}</b>")).to_be_visible()
    await desk.get_by_label("Phản ánh đúng một phần").check()
    await desk.get_by_label("Trả lời").fill(ANSWER)
    await desk.get_by_role("button", name="Gửi trả lời").click()
    await expect(desk.get_by_role("button", name="Gửi trả lời")).to_have_count(0)

    await phone.goto(f"{system.url}/inbox")
    await phone.get_by_text(f"Phản ánh {number} đã có trả lời").click()
    await expect(phone.get_by_text(ANSWER)).to_be_visible()
    await phone.get_by_role("button", name="Khép phản ánh").click()
    await expect(phone.get_by_text("Đã khép", exact=True)).to_be_visible()
