"""Every screen of the gallery: accessible, inside its width, in both languages, day and night."""

import gzip
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from camaug.settings import ROOT

from .conftest import opened, watched

AXE = ROOT / "miniapps" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """axe.run(document, {resultTypes: ["violations"]}).then(({violations}) =>
  violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`)))"""
WIDER = "document.documentElement.scrollWidth - innerWidth"
BIG = (
    "addEventListener('DOMContentLoaded',"
    " () => document.documentElement.style.setProperty('font-size', '200%'))"
)
CITIZEN = [
    "/",
    "/apps/procedure-search/",
    "/apps/submit-dossier/step-2",
    "/apps/track-dossier/42",
    "/inbox",
    "/empty",
    "/profile",
    "/sign-in",
    "/blocks",
    "/fields",
    "/nothing-here",
]
CONSOLE = ["/console/apps/track-dossier/", "/console/apps/track-dossier/42", "/console/sign-in"]


async def _show(page: Page, address: str) -> None:
    await page.goto(address)
    await page.locator("h1").wait_for()
    await page.evaluate("document.fonts.ready.then(() => true)")


async def _faults(page: Page) -> list[str]:
    session = await page.context.new_cdp_session(page)
    await session.send("Runtime.evaluate", {"expression": AXE.read_text()})  # past the CSP
    return await page.evaluate(RUN_AXE)


@pytest.mark.parametrize(
    ("width", "height", "lang", "theme"),
    [(360, 780, "vi", "light"), (320, 640, "en", "dark"), (1280, 800, "en", "light")],
)
async def test_no_screen_has_a_fault_that_axe_can_find(
    browser: Browser, gallery: str, width: int, height: int, lang: str, theme: str
) -> None:
    chosen = f"localStorage['camaug.lang'] = '{lang}'; localStorage['camaug.theme'] = '{theme}'"
    page = await opened(browser, gallery, width, height, chosen)
    troubles = watched(page)
    found: dict[str, list[str]] = {}
    for address in [*CITIZEN, *CONSOLE]:
        await _show(page, address)
        found[address] = await _faults(page)
        if await page.evaluate(WIDER) > 0:
            found[address].append("wider than the window")
    await page.context.close()
    assert {address: faults for address, faults in found.items() if faults} == {}
    assert troubles == []


async def test_text_of_twice_the_size_fits_320_pixels(browser: Browser, gallery: str) -> None:
    page = await opened(browser, gallery, 320, 640, BIG)
    wider: dict[str, int] = {}
    for address in CITIZEN:
        await page.goto(address)
        await page.locator("h1").wait_for()
        wider[address] = await page.evaluate(WIDER)
    await page.context.close()
    assert {address: by for address, by in wider.items() if by > 0} == {}


def test_the_first_load_is_within_its_budget(built: Path) -> None:
    page = (built / "index.html").read_text()
    named = re.findall(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"', page)
    files = [built / "index.html", *(built / name for name in named)]
    weight = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
    assert len(files) >= 3
    assert weight <= 60_000, f"{weight} bytes"
