"""Screens of filing at a counter, and of its receipt."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from playwright.async_api import Page

from .population import Population

Deed = Callable[[Page], Awaitable[None]]
Made = tuple[str, str, str, Deed | None]


def counter_scenes(
    made: Population, counter: str, main_button: Deed, file_less: Deed
) -> Iterator[Made]:
    """Name, who looks, the address, and what is done before looking."""

    async def not_there(page: Page) -> None:
        await page.locator("input[name=number]").fill("096185999999")
        await main_button(page)

    yield ("counter", "officer", counter, None)
    yield ("counter-errors", "officer", counter, main_button)
    yield ("counter-not-there", "officer", counter, not_there)
    yield ("counter-case", "officer", made.case, None)
    yield ("counter-mandate-errors", "officer", made.case, _relative)
    yield ("counter-step", "officer", f"{made.case}/steps/applicant", None)
    yield ("counter-review", "officer", f"{made.case}/review", None)
    yield ("counter-refused", "officer", f"{made.case}/review", file_less)
    yield ("receipt", "officer", f"{counter}receipts/{made.dossiers['running']}", None)
    yield ("receipt-new", "officer", f"{counter}receipts/{made.dossiers['new']}", None)


async def _relative(page: Page) -> None:
    await page.locator("input[value=relative]").check()
    await page.locator("cg-form .main-bar button").first.click()
    await asyncio.sleep(0.4)
