"""Every screen in both languages, light and dark, on phones and a desk: pictures and measures.

The quick run takes a phone, a tablet or a desk in turn; `--look all` takes all seventeen variants
and walks through each screen by Tab (CONTRIBUTING.md). `--screens PATTERN` looks again at a few
and says nothing of the others.
"""

import asyncio
import re
from itertools import groupby
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Response, expect
from playwright.async_api import Error as PlaywrightError

from camaug import contracts

from . import population as people
from .conftest import PATIENCE_MS
from .looking import Gallery, Variant, look, sheets, variants, walk
from .native import Native
from .scenes import TROUBLES, Scene, scenes
from .system import System

AT_ONCE = 2
WAITING = "waiting"
"""The screen whose picture is of the wait itself."""
CITIZENS = {
    "citizen": people.APPLICANT,
    "newcomer": people.STRANGER,
    "long": people.LONG_NAMED,
}
STAFF = {
    "officer": people.OFFICER,
    "idle": people.IDLE,
    "leader": people.LEADER,
    "leader-above": people.LEADER_ABOVE,
    "author": people.AUTHOR,
    "second": people.SECOND,
    "administrator": people.ADMINISTRATOR,
    "developer": people.DEVELOPER,
}


class Routes:
    """The operations of the contract that answer screens, and which of them were looked at."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.all: dict[str, re.Pattern[str]] = {}
        for path, operations in contracts.made()["host.openapi.json"]["paths"].items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", path.rstrip("/"))
            for method, operation in operations.items():
                if _answers_screens(operation):
                    self.all[f"{method.upper()} {path}"] = re.compile(f"{pattern}/?")

    def of(self, response: Response) -> str | None:
        """The operation that gave this answer, if it is a screen."""
        path = re.sub(r"^https?://[^/]+|\?.*$", "", response.url)
        fitting = [
            name
            for name, pattern in self.all.items()
            if name.split(" ")[0] == response.request.method and pattern.fullmatch(path)
        ]
        good = response.status in (200, 304)
        return min(fitting, key=lambda name: name.count("{")) if fitting and good else None

    @property
    def missed(self) -> list[str]:
        return sorted(self.all.keys() - self.seen)


def _answers_screens(operation: dict[str, Any]) -> bool:
    """Whether one of its good answers is, or may be, a Screen."""
    good = [one for code, one in operation["responses"].items() if code.startswith("2")]
    return any(re.search(r"/Screen['\"]", str(one)) for one in good)


class Room:
    """Somebody's browser, and what the server answered there last."""

    def __init__(self, context: BrowserContext, system: System, routes: Routes) -> None:
        self._context, self._system, self._routes = context, system, routes
        self.failures: list[str] = []
        self._last: str | None = None
        context.on("response", self._answered)
        context.on("weberror", lambda error: self.failures.append(str(error.error)))

    def _answered(self, response: Response) -> None:
        self._last = self._routes.of(response) or self._last

    async def enter(self, who: str) -> None:
        person = Native(self._system.url, self._system.simulators)
        if who in CITIZENS:
            await person.sign_in(CITIZENS[who])
            await person.into(self._context, "citizen")
        elif who in STAFF:
            await person.sign_in_staff(self._system, STAFF[who])
            await person.into(self._context, "staff")
        await person.close()

    async def show(self, scene: Scene, gallery: Gallery, turn: int, *, every: bool) -> None:
        """Look at one screen in its variants, language by language."""
        for language, own in groupby(variants(turn, every=every), lambda one: one.language):
            # A page that was once touched never again believes in a mouse.
            self._last, page = None, await self._context.new_page()
            try:
                await self._visit(page, scene, language)
            except PlaywrightError as error:
                gallery.note(scene.name, language, [f"unreached: {str(error)[:300]}"])
            await look(page, gallery, scene.name, list(own))
            if self._last is not None:
                self._routes.seen.add(self._last)
            if every and language == "vi":
                for width in (320, 1280):
                    await walk(page, gallery, scene.name, Variant(width, "vi", "light"))
            gallery.note(scene.name, language, await _wrong(page, scene, language))
            await page.unroute_all(behavior="ignoreErrors")
            await page.close()

    async def _visit(self, page: Page, scene: Scene, language: str) -> None:
        """Go there in a language and do what has to be done."""
        await page.add_init_script(f"localStorage['camaug.lang'] = '{language}'")
        await page.goto(self._system.url + scene.path)
        await expect(page.locator("main:not([aria-busy])").first).to_be_visible()
        await expect(page.locator("h1").first).to_be_visible()
        if scene.deed is not None:
            await scene.deed(page)


async def _wrong(page: Page, scene: Scene, language: str) -> list[str]:
    failed = await page.locator(".page-failure").count() > 0
    found = ["failed: it says that something is wrong"] if failed else []
    found = [] if scene.name in TROUBLES else found
    if scene.name != WAITING and await page.locator("main[aria-busy]").count():
        found.append("waiting: the picture shows no screen yet")
    spoken = await page.get_attribute("html", "lang")
    return found if spoken == language else [*found, "language: another one"]


async def test_every_screen_can_be_looked_at_and_nothing_is_wrong_with_it(
    system: System,
    browser: Browser,
    capsys: pytest.CaptureFixture[str],
    pytestconfig: pytest.Config,
) -> None:
    every = pytestconfig.getoption("--look", "few") == "all"
    only = pytestconfig.getoption("--screens", None) or ".*"
    made = await people.populate(system)
    gallery, routes = Gallery(), Routes()
    failures: list[str] = []
    turns = asyncio.Semaphore(AT_ONCE)
    wanted = [one for one in scenes(system, made) if re.fullmatch(only, one.name)]

    async def person(who: str) -> None:
        async with turns:
            context = await browser.new_context(
                locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", service_workers="block"
            )
            context.set_default_timeout(PATIENCE_MS)
            room = Room(context, system, routes)
            await room.enter(who)
            for turn, scene in enumerate(wanted):
                if scene.who == who:
                    await room.show(scene, gallery, turn, every=every)
            failures.extend(f"{who}: {one}" for one in room.failures)
            await context.close()

    await asyncio.gather(*(person(who) for who in dict.fromkeys(one.who for one in wanted)))
    if every:
        await sheets(browser, gallery)
    missed = routes.missed if only == ".*" else []
    with capsys.disabled():
        print(f"\n{gallery.summary()}")  # noqa: T201
        print(f"{len(routes.seen)} of {len(routes.all)} routes that answer screens")  # noqa: T201
    assert (failures, gallery.faults, missed) == ([], [], [])
