"""All own dossiers are saved as one file, and so often as is allowed, in a real browser."""

import json
from pathlib import Path

from playwright.async_api import Page, expect

from .native import Native
from .people import sign_in
from .population import BIRTH
from .system import System

PHONE, SAVE = "0990000044", "Tải tất cả hồ sơ của tôi (JSON)"


async def test_the_file_is_saved_and_a_fourth_one_is_refused_in_words(
    system: System, phone: Page, tmp_path: Path
) -> None:
    person = Native(system.url, system.simulators)
    await person.sign_in(PHONE)
    await person.file(BIRTH)
    await person.close()
    await sign_in(phone, system.url, system.simulators, PHONE)
    await phone.goto(f"{system.url}/apps/track-dossier/")
    for _ in range(3):
        async with phone.expect_download() as begun:
            await phone.get_by_text(SAVE).click()
        saved = await begun.value
        assert saved.suggested_filename.startswith("ho-so-cua-toi-")
        await saved.save_as(tmp_path / "saved.json")
        found = json.loads((tmp_path / "saved.json").read_text())
        assert [one["procedure_code"] for one in found["dossiers"]] == [BIRTH]
        await expect(phone.locator("[aria-busy=true]")).to_have_count(0)  # the tap is done
    await phone.get_by_text(SAVE).click()
    await expect(phone.get_by_text("Mỗi giờ tải được ba lần.")).to_be_visible()
