"""Looks at a page in every variant: pictures for people, measures for the machine."""

import html
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.async_api import Browser, CDPSession, Page

from camaug.settings import ROOT

FOLDER = Path(os.environ.get("CAMAUG_PICTURES", ROOT / ".camaug" / "pictures")) / "screens"
AXE = (ROOT / "miniapps" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
HERE = Path(__file__).parent
MEASURE = (HERE / "measure.js").read_text(encoding="utf-8")
FOCUSED = (HERE / "focused.js").read_text(encoding="utf-8")
RUN_AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(({violations}) =>
  violations.flatMap(({id, impact, nodes}) =>
    nodes.map(({failureSummary, html}) => [`axe ${impact}: ${id}`,
      html.replace(/<!--.*?-->/g, "").slice(0, 120), failureSummary.split("\\n")[1]].join(" "))))"""
FROM_THE_TOP = """document.body.tabIndex = -1; document.body.focus();
  document.body.removeAttribute("tabindex"); scrollTo(0, 0)"""
HEIGHTS = {320: 640, 360: 780, 768: 1024, 1280: 800}
PHONE, MOST_STEPS, HIGHEST = 360, 60, 6000
Language = Literal["vi", "en"]


class Variant(NamedTuple):
    """One way to look at a screen. `percent` is the size of text."""

    width: int
    language: Language
    scheme: Literal["light", "dark"]
    percent: int = 100

    def __str__(self) -> str:
        large = "" if self.percent == 100 else f"-{self.percent}%"
        return f"{self.width}-{self.language}-{self.scheme}{large}"


def variants(turn: int, *, every: bool) -> list[Variant]:
    """All of them, or in turn one of the three that differ most."""
    if not every:
        few = (Variant(320, "vi", "light"), Variant(1280, "en", "dark"), Variant(768, "vi", "dark"))
        return [few[turn % 3]]
    languages: tuple[Language, ...] = ("vi", "en")
    found = [
        Variant(width, language, scheme)
        for language in languages
        for width in sorted(HEIGHTS, reverse=True)
        for scheme in ("light", "dark")
    ]
    return sorted([*found, Variant(320, "vi", "light", 200)], key=lambda one: one.language)


@dataclass
class Gallery:
    """The pictures taken and what was found, by screen."""

    pictures: dict[str, list[tuple[Variant, Path]]] = field(
        default_factory=dict[str, list[tuple[Variant, Path]]]
    )
    findings: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    def note(self, screen: str, variant: object, found: Sequence[str]) -> None:
        self.findings += [(screen, str(variant), one) for one in found]

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """All findings but those that axe calls moderate or minor; these are only listed."""
        return [
            one for one in self.findings if not one[2].startswith(("axe moderate", "axe minor"))
        ]

    @property
    def taken(self) -> int:
        return sum(len(found) for found in self.pictures.values())

    def summary(self) -> str:
        """Counts, then every finding once with the variants it shows in."""
        places: dict[tuple[str, str], list[str]] = {}
        for screen, variant, finding in self.findings:
            places.setdefault((screen, finding), []).append(variant)
        kinds = Counter(finding.split(":")[0] for _, finding in places)
        told = ", ".join(f"{kind} {count}" for kind, count in kinds.items()) or "none"
        lines = [f"{len(self.pictures)} screens, {self.taken} pictures; findings: {told}"]
        lines += [f"{screen}: {finding}  [{' '.join(where)}]"
                  for (screen, finding), where in places.items()]  # fmt: skip
        return "\n".join(lines)


async def look(page: Page, gallery: Gallery, screen: str, chosen: Sequence[Variant]) -> None:
    """Take the page as it stands in each variant of its language."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Runtime.evaluate", {"expression": AXE})  # past the CSP
    for variant in chosen:
        await _dress(page, cdp, variant)
        gallery.note(screen, variant, await _measured(page, variant))
        path = FOLDER / screen / f"{variant}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        await _picture(page, variant, path)
        gallery.pictures.setdefault(screen, []).append((variant, path))
    await cdp.detach()


async def _measured(page: Page, variant: Variant) -> list[str]:
    found = await page.evaluate(MEASURE, variant.width <= PHONE)
    if variant.percent != 100:
        return found
    rules = await page.evaluate(RUN_AXE)
    for _ in range(5):  # the style of the other scheme, for a moment
        if not any("contrast" in rule for rule in rules):
            break
        await page.wait_for_timeout(300)
        rules = await page.evaluate(RUN_AXE)
    return found + rules


async def _picture(page: Page, variant: Variant, path: Path) -> None:
    """The whole page as if the window were so high: bars at the foot stay at the foot."""
    height = await page.evaluate("document.documentElement.scrollHeight")
    height = min(max(height, HEIGHTS[variant.width]), HIGHEST)
    await page.set_viewport_size({"width": variant.width, "height": height})
    await page.screenshot(path=path, animations="disabled")


async def _dress(page: Page, cdp: CDPSession, variant: Variant) -> None:
    """Width, pointer, scheme and size of text, without loading the page again."""
    size = {"width": variant.width, "height": HEIGHTS[variant.width]}
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    if variant.width <= PHONE:  # there is no way back, so desks come first
        touch = {"enabled": True, "maxTouchPoints": 1}
        await cdp.send("Emulation.setTouchEmulationEnabled", touch)
    await page.emulate_media(color_scheme=variant.scheme, reduced_motion="reduce")
    await page.evaluate(f"document.documentElement.style.fontSize = '{variant.percent}%'")
    await page.evaluate("scrollTo(0, 0)")
    await page.evaluate("document.fonts.ready.then(() => true)")
    await page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go, 30)))")


async def walk(page: Page, gallery: Gallery, screen: str, variant: Variant) -> None:
    """Step through the page by Tab: what has the focus is marked, and nothing lies over it."""
    cdp = await page.context.new_cdp_session(page)
    await _dress(page, cdp, variant)
    await page.evaluate(FROM_THE_TOP)
    been: set[int] = set()
    for _ in range(MOST_STEPS):
        await page.keyboard.press("Tab")
        here = await page.evaluate(FOCUSED)
        if here is None or here["place"] in been:
            break
        been.add(here["place"])
        wrong = [word for word, right in (("unmarked", here["seen"]), ("covered", here["open"]))
                 if not right]  # fmt: skip
        told = f"{here['name']}{here['over']}"
        gallery.note(screen, f"Tab {variant}", [f"{word}: {told}" for word in wrong])
    await cdp.detach()


async def sheets(browser: Browser, gallery: Gallery) -> None:
    """A page with all pictures of each screen side by side, as HTML and as one picture."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    for screen, found in gallery.pictures.items():
        path = FOLDER / f"{screen}.html"
        path.write_text("\n".join(_sheet(screen, found)), encoding="utf-8")
        await page.goto(path.as_uri())
        await page.screenshot(path=FOLDER / f"{screen}.png", full_page=True)
        path.unlink()
    await page.close()
    links = [f'<p>{name}<br><img loading="lazy" src="{name}.png">' for name in gallery.pictures]
    index = ["<!doctype html><meta charset=utf-8><title>Screens</title>", *links]
    (FOLDER / "index.html").write_text("\n".join(index), encoding="utf-8")
    (FOLDER / "findings.txt").write_text(gallery.summary() + "\n", encoding="utf-8")


def _sheet(screen: str, found: Sequence[tuple[Variant, Path]]) -> Iterator[str]:
    """Phones in the first rows, desks below; a line marks the end of the first screen."""
    yield "<!doctype html><meta charset=utf-8><style>body{margin:12px;font:14px sans-serif;"
    yield "background:#8a938e}div{display:flex;flex-wrap:wrap;gap:10px}figure{margin:0;"
    yield "position:relative;overflow:hidden;max-height:1000px}hr{position:absolute;left:0;"
    yield "right:0;margin:0;border:0;border-top:1px dashed #e0218a}img{display:block;width:100%}"
    yield f"</style><h1>{html.escape(screen)}</h1>"
    for wide in (False, True):
        yield "<div>"
        for variant, path in found:
            if (variant.width > PHONE) is wide:
                shown = 700 if wide else 228
                fold = HEIGHTS[variant.width] * shown / variant.width
                yield f'<figure style="width:{shown}px">{variant}<img src="{screen}/{path.name}">'
                yield f'<hr style="top:{fold + 16:.0f}px"></figure>'
        yield "</div><br>"
