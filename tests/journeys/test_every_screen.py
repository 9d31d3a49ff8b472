"""Every screen of the citizen, in both languages, light and dark, at the narrowest widths."""

import json

import pytest
from playwright.async_api import Browser

from .conftest import PICTURES
from .people import sign_in
from .system import System

PATHS = (
    "/",
    "/utilities",
    "/apps/procedure-search/",
    "/apps/procedure-search/?q=khai sinh",
    "/apps/procedure-search/?q=xyzzy",
    "/apps/procedure-search/procedures/1.001193",
    "/apps/submit-dossier/",
    "/apps/submit-dossier/1.001193/steps/papers",
    "/apps/submit-dossier/1.001193/review",
    "/apps/track-dossier/",
    "/apps/track-dossier/lookup",
    "/inbox",
    "/profile",
    "/profile/edit",
    "/profile/devices",
    "/no-such-screen",
)


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("vi", "light", 360), ("en", "dark", 320)]
)
async def test_every_screen_fits_and_speaks_its_language(
    system: System, browser: Browser, language: str, scheme: str, width: int
) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": 780},
        locale="vi-VN",
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = await context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    await sign_in(page, system.url, system.simulators, "0990000003")
    if language == "en":
        await page.goto(f"{system.url}/profile")
        await page.get_by_label("English").check()
    for number, path in enumerate(PATHS):
        await page.goto(f"{system.url}{path}")
        await page.get_by_role("heading", level=1).first.wait_for()
        await page.screenshot(path=PICTURES / f"screen-{number:02}-{language}-{scheme}-{width}.png")
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            failures.append(f"{path} is wider than {width} px")
        if await page.get_attribute("html", "lang") != language:
            failures.append(f"{path} is not in {language}")
    await context.close()
    assert not failures, json.dumps(failures, ensure_ascii=False)
