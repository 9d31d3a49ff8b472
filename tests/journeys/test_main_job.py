"""The main job in a real browser at 360 px: file, accept, be told (A1, line 3)."""

import asyncio
import json
import re
import urllib.request

from playwright.async_api import Page, expect

from .conftest import Picture
from .people import file_birth, sign_in, sign_in_staff
from .system import System

PHONE, OFFICER = "0990000001", "can-bo.an-xuyen"
TOLD = "đã được tiếp nhận"


async def test_a_citizen_files_an_officer_accepts_and_the_phone_tells(
    system: System, phone: Page, desk: Page, picture: Picture
) -> None:
    await sign_in(phone, system.url, system.simulators, PHONE)
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Nguyệt")
    code, dossier_id = await file_birth(phone, system.url)
    await picture(phone, "filed")
    await phone.goto(f"{system.url}/apps/track-dossier/{dossier_id}")
    await expect(phone.get_by_text("Chờ tiếp nhận").first).to_be_visible()
    await picture(phone, "waiting")

    await sign_in_staff(desk, system, OFFICER)
    await desk.goto(f"{system.url}/console/apps/track-dossier/")
    await expect(desk.get_by_text(code, exact=True)).to_be_visible()
    await picture(desk, "queue")
    await desk.get_by_text(code, exact=True).click()
    await picture(desk, "at-desk")
    lock = await _lock_screen(system)
    # What was accepted of the same person in a journey before is told a little later.
    before = (await _get(f"{system.simulators}{lock}")).count(TOLD)
    await desk.get_by_role("button", name="Tiếp nhận").click()
    await desk.get_by_role("dialog").get_by_role("button", name=re.compile("Tiếp nhận")).click()

    # The page of the phone was not touched: the timeline moves by the live stream.
    await expect(phone.get_by_text("Đã tiếp nhận").first).to_be_visible()
    await picture(phone, "accepted")
    await phone.goto(f"{system.url}/inbox")
    await expect(phone.get_by_text("Đăng ký khai sinh").first).to_be_visible()
    await picture(phone, "inbox")
    await phone.goto(f"{system.simulators}{lock}")
    await expect(phone.get_by_text(TOLD)).to_have_count(before + 1)
    shown = await phone.inner_text("body")
    assert "khai sinh" not in shown.lower()
    assert code not in shown
    await picture(phone, "lock")


async def test_without_the_worker_no_push_comes(system: System, phone: Page) -> None:
    """The step above depends on the worker: stopped, the lock screen stays as it is."""
    await sign_in(phone, system.url, system.simulators, PHONE)
    await system.worker.stop()
    try:
        before = await _pushes(system)
        await file_birth(phone, system.url)
        await asyncio.sleep(5)
        assert await _pushes(system) == before
    finally:
        await system.worker.start()
    for _ in range(600):
        if await _pushes(system) > before:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the worker came back and pushed nothing")


async def _get(address: str) -> str:
    def read() -> str:
        with urllib.request.urlopen(address) as answer:  # noqa: S310
            return answer.read().decode()

    return await asyncio.to_thread(read)


async def _lock_screen(system: System) -> str:
    """The path of the lock screen of the browser's own device, the one that registered last."""
    found = re.findall(r'href="(/phones/[^"]+/lock)', await _get(f"{system.simulators}/phones"))
    assert found
    return found[0]


async def _pushes(system: System) -> int:
    journal = json.loads(await _get(f"{system.simulators}/journal.json?kind=push"))
    return len(journal["entries"])
