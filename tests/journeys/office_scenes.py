"""Screens of a leader's approval, of templates of reasons and of internal notes."""

import re
from collections.abc import Awaitable, Callable, Iterator

from playwright.async_api import Page

from .population import Population

Deed = Callable[[Page], Awaitable[None]]
Made = tuple[str, str, str, Deed | None]


def office_scenes(made: Population, desk: str, main_button: Deed) -> Iterator[Made]:
    """Name, who looks, the address, and what is done before looking."""
    waiting, running = (f"{desk}{made.dossiers[name]}" for name in ("today", "running"))
    yield ("queue-approval", "leader", f"{desk}?view=approval", None)
    yield ("queue-approval-none", "leader-above", f"{desk}?view=approval", None)
    yield ("desk-approval", "leader", waiting, None)
    yield ("desk-approval-ask", "leader", waiting, _approve)
    yield ("send-back", "leader", f"{waiting}/send-back", None)
    yield ("send-back-errors", "leader", f"{waiting}/send-back", main_button)
    yield ("act-template", "officer", f"{running}/acts/stop", _insert)
    yield ("note-edit", "officer", f"{running}/notes/{made.note}", None)
    yield ("note-errors", "officer", running, main_button)
    yield ("templates", "leader", f"{desk}templates", None)
    yield ("templates-none", "idle", f"{desk}templates", None)
    yield ("template-new", "leader", f"{desk}templates/new", None)
    yield ("template-new-errors", "leader", f"{desk}templates/new", main_button)
    yield ("template-edit", "leader", f"{desk}templates/{made.template}", None)


async def _approve(page: Page) -> None:
    """Ask to approve; it says first what will happen."""
    await page.get_by_role("button", name=re.compile("^(Duyệt|Approve)$")).click()
    await page.locator("dialog").wait_for()


async def _insert(page: Page) -> None:
    """Choose a template and put it into the field."""
    await page.locator(".suggestions select").select_option(index=1)
    await page.locator(".suggestions button").click()
