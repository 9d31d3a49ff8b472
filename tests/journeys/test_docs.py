"""The API's documentation, as `serve` gives it, in a browser that holds to the project's CSP."""

import json

import httpx
from playwright.async_api import Page, expect

from camaug.settings import ROOT

from .conftest import Picture
from .looking import AXE, RUN_AXE
from .native import NO_TLS
from .system import System

PUBLISHED = {
    "openapi.json": "host.openapi.json",
    "screen.schema.json": "screen.schema.json",
    "manifest.schema.json": "manifest.schema.json",
}
OPERATION = '.opblock:has([data-path="/api/v1/apps/submit-dossier/{code}/submit"])'
WIDER = "document.documentElement.scrollWidth - innerWidth"


def watched(page: Page, url: str) -> list[str]:
    """Errors of scripts, words on the console (the CSP's too), requests to elsewhere."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(f"{said.type}: {said.text}"))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((url, "data:")) else troubles.append(asked.url),
    )
    return troubles


async def faults(page: Page) -> list[str]:
    """What axe finds, past the CSP."""
    session = await page.context.new_cdp_session(page)
    await session.send("Runtime.evaluate", {"expression": AXE})
    return await page.evaluate(RUN_AXE)


async def in_all_rooms(page: Page) -> int:
    """Open one room after the other; how many operations they hold."""
    rooms, found = page.locator("h3.opblock-tag"), 0
    for at in range(await rooms.count()):
        await rooms.nth(at).click()
        await expect(page.locator(".opblock").first).to_be_visible()
        found += await page.locator(".opblock").count()
        await rooms.nth(at).click()
        await expect(page.locator(".opblock")).to_have_count(0)
    return found


async def test_the_documentation_shows_every_operation_and_breaks_no_rule(
    system: System, phone: Page, desk: Page, picture: Picture
) -> None:
    paths = json.loads((ROOT / "openapi" / "host.openapi.json").read_text())["paths"]
    for page in (phone, desk):
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            troubles = watched(page, system.url)
            await page.goto(f"{system.url}/api/docs")
            await expect(page).to_have_title("Tài liệu API CaMau-G · CaMau-G API documentation")
            await expect(page.locator("h3.opblock-tag").first).to_be_visible()
            await picture(page, f"top-{scheme}")
            assert await in_all_rooms(page) == sum(map(len, paths.values()))
            await page.locator("h3.opblock-tag").filter(has_text="submit-dossier").click()
            await page.locator(OPERATION).get_by_role("button").first.click()
            await expect(page.locator(OPERATION)).to_contain_text("Request body")
            await picture(page, f"operation-{scheme}")
            assert (await faults(page), troubles) == ([], [])
            assert await page.evaluate(WIDER) <= 0


async def test_it_is_for_reading_and_a_link_to_an_operation_opens_it(
    system: System, desk: Page
) -> None:
    await desk.goto(f"{system.url}/api/docs#/people/invite_person")
    await expect(desk.locator(".opblock.is-open")).to_have_count(1)
    await expect(desk.get_by_role("button", name="Try it out")).to_have_count(0)
    await expect(desk.get_by_role("button", name="Authorize")).to_have_count(0)


async def test_the_contracts_are_served_as_they_are_published(system: System) -> None:
    async with httpx.AsyncClient(base_url=system.url, verify=NO_TLS) as http:
        for name, file in PUBLISHED.items():
            answer = await http.get(f"/api/docs/{name}")
            assert answer.headers["content-type"] == "application/json"
            assert answer.content == (ROOT / "openapi" / file).read_bytes()
        assert (await http.get("/api/docs/nothing.json")).status_code == 404
        policy = (await http.get("/api/docs")).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy.split("script-src")[1].split("img-src")[0]


async def test_no_shell_carries_the_viewer(system: System) -> None:
    async with httpx.AsyncClient(base_url=system.url, verify=NO_TLS) as http:
        for page in ("/", "/console", "/sw.js"):
            assert "docs-" not in (await http.get(page)).text
