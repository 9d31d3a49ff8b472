"""A real Chromium and a whole running system."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from camaug import browser as chromium
from camaug.settings import ROOT

from .system import System

PICTURES = Path(os.environ.get("CAMAUG_PICTURES", ROOT / ".camaug" / "pictures"))
Picture = Callable[[Page, str], Awaitable[None]]
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 800}
PATIENCE_MS = 30_000
"""A journey judges what is shown, not how fast; a busy machine is no failure."""
expect.set_options(timeout=PATIENCE_MS)
YESTERDAY = """
    update core.otp_challenge set created_at = created_at - interval '25 hours'
    where created_at > now() - interval '24 hours';
    update core.staff set totp_step = totp_step - 2880 where totp_step is not null
"""
LEAST_BYTES = 8000
"""A screen whose letters are missing compresses to less."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `test_every_screen.py`."""
    parser.addoption("--look", choices=("few", "all"), default="few")
    parser.addoption("--screens", metavar="PATTERN")


@pytest.fixture(scope="session")
async def system(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    """Two API processes, worker and simulators on an empty database, migrated and seeded."""
    name = f"journey_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(environment["CAMAUG_TEST_ADMIN_URL"])
    env = dict(environment)
    for setting in ("CAMAUG_DATABASE_URL", "CAMAUG_MIGRATOR_URL"):
        env[setting] = urlunsplit(urlsplit(env[setting])._replace(path=f"/{name}"))
    try:
        await admin.execute(f"create database {name} template camaug_empty owner camaug_migrator")
        async with System(env, tmp_path_factory.mktemp("system")).running() as made:
            yield made
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@pytest.fixture(autouse=True)
def codes_of_yesterday(request: pytest.FixtureRequest) -> None:
    """People of a demonstration come in many journeys: nobody has got or used a code of today yet.

    An app's code is good once, so an officer's third journey would else wait half a minute.
    """
    if "system" in request.fixturenames:
        made: System = request.getfixturevalue("system")
        with ThreadPoolExecutor(1) as beside:  # the session's own loop stays as it is
            beside.submit(asyncio.run, _age_codes(made.env["CAMAUG_DATABASE_URL"])).result()


async def _age_codes(url: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        await conn.execute(YESTERDAY)
    finally:
        await conn.close()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The Chromium of the project; a missing one is a failure."""
    found = chromium.prepare(ROOT)
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(**found.options())
        yield made
        await made.close()


async def _page(browser: Browser, size: dict[str, int], **more: object) -> Page:
    context: BrowserContext = await browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        **more,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    return await context.new_page()


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A page of 360 by 780, touch."""
    page = await _page(browser, PHONE, has_touch=True, is_mobile=True)
    yield page
    await page.context.close()


@pytest.fixture
async def other_phone(browser: Browser) -> AsyncIterator[Page]:
    """A second phone, with nothing of the first."""
    page = await _page(browser, PHONE, has_touch=True, is_mobile=True)
    yield page
    await page.context.close()


@pytest.fixture
async def desk(browser: Browser) -> AsyncIterator[Page]:
    """A page of 1280 by 800."""
    page = await _page(browser, DESK)
    yield page
    await page.context.close()


@pytest.fixture
async def other_desk(browser: Browser) -> AsyncIterator[Page]:
    """A second desk, with nothing of the first."""
    page = await _page(browser, DESK)
    yield page
    await page.context.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Picture:
    """Keep a picture of a page for people to look at; one without glyphs is a failure."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    async def take(page: Page, name: str) -> None:
        await page.evaluate("document.fonts.ready")
        width = (page.viewport_size or PHONE)["width"]
        path = PICTURES / f"{request.node.originalname}-{name}-{width}.png"
        data = await page.screenshot(path=path)
        assert len(data) > LEAST_BYTES, f"{path.name} looks empty"

    return take
