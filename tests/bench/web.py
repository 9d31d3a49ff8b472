"""What a phone has to fetch until the citizens' home can be used."""

from playwright.async_api import Page, async_playwright

from camaug import browser as chromium
from camaug.settings import ROOT

from . import report, rig

BUDGET_KB = 60.0
UTILITIES = 50
KINDS = ("document", "script", "stylesheet")
NARROW = {"width": 320, "height": 640}
BOX = "main:not([aria-busy]) input[type=search]"
FITS = "document.documentElement.scrollWidth <= innerWidth"


async def measured() -> report.Result:
    """`web`: bytes on the wire of page, scripts and styles, on an empty cache at 320 px."""
    async with rig.system(UTILITIES - rig.INSTALLED) as made, async_playwright() as playwright:
        launched = await playwright.chromium.launch(**chromium.prepare(ROOT).options())
        page = await launched.new_page(viewport=NARROW, locale="vi-VN")  # type: ignore[arg-type]
        sizes = await _until_usable(page, made.url)
        await launched.close()
    kilobytes = {kind: sum(of) / 1000 for kind, of in sizes.items()}
    note = ", ".join(f"{kind} {size:.1f}" for kind, size in sorted(kilobytes.items()))
    first = sum(kilobytes.get(kind, 0.0) for kind in KINDS)
    return report.absolute("web", BUDGET_KB, "kB to a usable home", None, first, note)


async def _until_usable(page: Page, url: str) -> dict[str, list[int]]:
    """Bytes of bodies and headers by kind of resource, as the network delivered them."""
    sizes: dict[str, list[int]] = {}
    kinds: dict[str, str] = {}
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Network.enable")
    cdp.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    cdp.on(
        "Network.loadingFinished",
        lambda told: sizes.setdefault(kinds.get(told["requestId"], "other").lower(), []).append(
            int(told["encodedDataLength"])
        ),
    )
    await page.goto(url)
    await page.locator(BOX).click()
    if not await page.evaluate(FITS):
        raise SystemExit("home does not fit 320 px")
    await cdp.detach()
    return sizes
