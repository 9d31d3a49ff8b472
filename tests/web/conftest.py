"""The built web shells, served with sample screens (`miniapps/screens/gallery`), in a browser."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from camaug import browser as chromium
from camaug import webbuild
from camaug.settings import ROOT
from camaug_simulators.harness import free_port

PATIENCE_MS = 30_000
"""What is shown is judged, not how fast; a busy machine is no failure."""
expect.set_options(timeout=PATIENCE_MS)
SERVER = ROOT / "miniapps" / "screens" / "gallery" / "serve.ts"
SIGNED_IN = "for (const who of ['citizen', 'staff']) localStorage['camaug.session.' + who] = '1'"


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder with the built shells."""
    return webbuild.build(ROOT)


@pytest.fixture(scope="session")
async def gallery(built: Path) -> AsyncIterator[str]:
    """Origin of the gallery."""
    port = free_port()
    server = await asyncio.create_subprocess_exec(
        webbuild.node(),
        SERVER,
        str(port),
        env=os.environ | {"CAMAUG_WEB_OUT": str(built)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout
    assert b"gallery" in await asyncio.wait_for(server.stdout.readline(), 60)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    await server.wait()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The Chromium of the project; a missing one is a failure."""
    found = chromium.prepare(ROOT)
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(**found.options())
        yield made
        await made.close()


async def opened(browser: Browser, gallery: str, width: int, height: int, script: str = "") -> Page:
    """A page of a person who is signed in; `script` runs before every document."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        base_url=gallery,
        locale="vi-VN",
        service_workers="block",
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(f"{SIGNED_IN}; {script}")
    return await context.new_page()


@pytest.fixture
async def phone(browser: Browser, gallery: str) -> AsyncIterator[Page]:
    """A page of 360 by 780, signed in; it must end without an error of a script or of the CSP."""
    page = await opened(browser, gallery, 360, 780)
    troubles = watched(page)
    yield page
    await page.context.close()
    assert troubles == []


@pytest.fixture
async def desk(browser: Browser, gallery: str) -> AsyncIterator[Page]:
    """A page of 1280 by 800, signed in, watched alike."""
    page = await opened(browser, gallery, 1280, 800)
    troubles = watched(page)
    yield page
    await page.context.close()
    assert troubles == []


def watched(page: Page) -> list[str]:
    """Errors of scripts and refusals of the Content-Security-Policy, as they come."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: (
            troubles.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    return troubles
