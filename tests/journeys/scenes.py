"""Every screen that a person can see, who sees it, and how one gets there."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import NamedTuple

from playwright.async_api import Page, Route

from camaug_field_report import desk_pages as report_desk
from camaug_track_dossier import desk_acts

from .counter_scenes import counter_scenes
from .office_scenes import office_scenes
from .population import BIRTH, Population
from .system import System

Deed = Callable[[Page], Awaitable[None]]
TRACK, DESK = "/apps/track-dossier/", "/console/apps/track-dossier/"
COUNTER = "/console/apps/submit-dossier/"
CONVERT = "/apps/address-converter/"
TIDES = "/apps/tide-calendar/"
BOARDS, BOARDS_DESK = "/apps/service-rating/", "/console/apps/service-rating/"
REPORT, REPORT_DESK = "/apps/field-report/", "/console/apps/field-report/"
SEARCH, FILE = "/apps/procedure-search/", f"/apps/submit-dossier/{BIRTH}"
ACTS = {
    "ask_supplement": "new", "refuse": "new", "send_on": "running", "finish": "running",
    "stop": "running", "apologise": "running", "ask_payment": "running", "paid": "owing",
    "take_in": "waiting",
}  # fmt: skip
"""For each act with a form, a dossier that is in a state for it."""


TROUBLES = frozenset({
    "missing", "missing-dossier", "offline", "broken",
    "console-missing", "console-forbidden", "console-offline",
})  # fmt: skip
"""Screens that are there to say what went wrong; any other that says so is a finding."""


class Scene(NamedTuple):
    """A screen: its name, who looks, the address, and what is done there before looking."""

    name: str
    who: str
    path: str
    deed: Deed | None = None


def scenes(system: System, made: Population) -> list[Scene]:
    """All of them, in an order in which none spoils what a later one needs."""
    return [
        *_entrances(system, made),
        *_finding(),
        *_converting(),
        *_filing(made),
        *_tides(),
        *_boards(),
        *_tracking(made),
        *_reporting(made),
        *_own(made),
        *_troubles(),
        *_desk(made),
        *_complaint_desk(made),
        *(Scene(*one) for one in counter_scenes(made, COUNTER, _main_button, _file_less)),
        *_report_desk(made),
        *_announcing(made),
        *_people(made),
    ]


def _entrances(system: System, made: Population) -> Iterator[Scene]:
    yield Scene("home-nobody", "nobody", "/")
    yield Scene("sign-in", "nobody", "/sign-in")
    yield Scene("sign-in-wrong", "nobody", "/sign-in", _typed(phone="12"))
    yield Scene("sign-in-code", "nobody", "/sign-in", _typed(phone="0990000077"))
    yield Scene("lookup", "nobody", f"{TRACK}lookup")
    code, pin = made.codes["running"]
    yield Scene("lookup-found", "nobody", f"{TRACK}lookup", _typed(code=code, pin=pin))
    yield Scene("lookup-missed", "nobody", f"{TRACK}lookup", _typed(code=code, pin="000000"))
    code, pin = made.codes["stopped"]
    yield Scene("lookup-stopped", "nobody", f"{TRACK}lookup", _typed(code=code, pin=pin))
    yield Scene("console-sign-in", "nobody", "/console/sign-in")
    wrong = _typed(login="can-bo.an-xuyen", password="con nước lớn ròng")
    yield Scene("console-sign-in-wrong", "nobody", "/console/sign-in", wrong)
    login = "xet-duyet.1"
    right = _typed(login=login, password=system.passwords[login])
    yield Scene("console-code", "nobody", "/console/sign-in", right)
    yield Scene("invitation", "nobody", f"/console/{made.links[0]}")
    short = _typed(password="ngắn", again="ngắn")
    yield Scene("invitation-short", "nobody", f"/console/{made.links[0]}", short)

    async def take_up(page: Page) -> None:
        await page.goto(f"{system.url}/console/{made.links.pop()}")
        words = "con nước lớn ròng mỗi ngày"
        await _typed(password=words, again=words)(page)

    yield Scene("invitation-app", "nobody", f"/console/{made.links[0]}", take_up)


def _finding() -> Iterator[Scene]:
    yield Scene("home", "citizen", "/")
    yield Scene("home-new", "newcomer", "/")
    yield Scene("home-long-name", "long", "/")
    yield Scene("utilities", "citizen", "/utilities")
    yield Scene("search", "citizen", SEARCH)
    yield Scene("search-found", "citizen", f"{SEARCH}?q=khai sinh")
    yield Scene("search-nothing", "citizen", f"{SEARCH}?q=xyzzy")
    yield Scene("search-emergency", "citizen", f"{SEARCH}?q=nhà đang cháy")
    yield Scene("search-doubt", "citizen", f"{SEARCH}?q=ba kêu hoài không dậy")
    yield Scene("procedure", "citizen", f"{SEARCH}procedures/{BIRTH}")


def _converting() -> Iterator[Scene]:
    async def convert(page: Page) -> None:
        await page.locator("textarea").fill(
            "12 Trần Huỳnh, P5, TP Bạc Liêu\nphường 1\nxã Khánh Lâm, U Minh\n"
            "xã Phước Long\nxã Lợi An\nquận 3, Huế"
        )
        await _main_button(page)

    yield Scene("convert", "citizen", CONVERT)
    asked = {
        "found": "12 Trần Huỳnh, P5, TP Bạc Liêu",
        "split": "12 ấp 3, xã Khánh Lâm, U Minh",
        "half": "xã Hồ Thị Kỷ, Thới Bình",
        "gap": "xã Nguyễn Phích, U Minh",
        "namesakes": "8 Lý Bôn, phường 1",
        "mismatch": "xã Hộ Phòng, Giá Rai",
        "both": "xã Phước Long",
        "new": "phường An Xuyên, tỉnh Cà Mau",
        "no-unit": "Phước Long, Bạc Liêu",
        "elsewhere": "phường 5, quận 3, TP.HCM",
        "unknown": "xã Không Có",
    }
    for name, typed in asked.items():
        yield Scene(f"convert-{name}", "nobody", CONVERT, _searched(typed))
    yield Scene("convert-many", "citizen", f"{CONVERT}many")
    yield Scene("convert-many-errors", "citizen", f"{CONVERT}many", _main_button)
    yield Scene("convert-results", "citizen", f"{CONVERT}many", convert)
    yield Scene("convert-communes", "citizen", f"{CONVERT}communes")
    yield Scene("convert-commune", "citizen", f"{CONVERT}communes/32201")


def _filing(made: Population) -> Iterator[Scene]:
    yield Scene("filing-start", "citizen", "/apps/submit-dossier/")
    yield Scene("filing-resume", "citizen", FILE)
    for path in made.steps:
        name = path.rsplit("/", 1)[-1]
        yield Scene(f"step-{name}", "citizen", path)
        yield Scene(f"step-{name}-empty", "newcomer", path)
        yield Scene(f"step-{name}-errors", "newcomer", path, _main_button)
    yield Scene("review", "citizen", f"{FILE}/review")
    yield Scene("review-missing", "newcomer", f"{FILE}/review")
    yield Scene("review-refused", "citizen", f"{FILE}/review", _file_less)
    yield Scene("filed", "citizen", f"{FILE}/filed/{made.dossiers['done']}")


def _tides() -> Iterator[Scene]:
    east = f"{TIDES}stations/ganh-hao"
    yield Scene("tides", "nobody", TIDES)
    yield Scene("tides-today", "citizen", f"{TIDES}stations/song-doc")
    yield Scene("tides-day", "nobody", f"{east}/days/2026-11-24", _all_hours)
    yield Scene("tides-month", "nobody", f"{east}/months/2026-11")


def _boards() -> Iterator[Scene]:
    yield Scene("boards", "nobody", BOARDS)
    yield Scene("boards-month", "citizen", f"{BOARDS}months/2026-10")
    yield Scene("boards-agency", "nobody", BOARDS, _first_row)
    yield Scene("boards-leader", "leader", BOARDS_DESK)


def _tracking(made: Population) -> Iterator[Scene]:
    yield Scene("dossiers", "citizen", TRACK)
    yield Scene("dossiers-none", "newcomer", TRACK)
    for name, dossier in made.dossiers.items():
        who = "long" if name in ("long-new", "late", "today", "apologised") else "citizen"
        yield Scene(f"dossier-{name}", who, f"{TRACK}{dossier}")
    yield Scene("dossier-looks", "citizen", f"{TRACK}{made.dossiers['done']}/looks")
    yield Scene("dossier-looks-none", "citizen", f"{TRACK}{made.dossiers['new']}/looks")
    yield from _relatives(made)
    yield from _complaints(made)
    yield Scene("supply", "citizen", f"{TRACK}{made.dossiers['waiting']}/supply")
    rate = f"{TRACK}{made.dossiers['done']}/rate"
    yield Scene("rate", "citizen", rate)
    yield Scene("rate-errors", "citizen", rate, _main_button)
    yield Scene("dossier-ask", "citizen", f"{TRACK}{made.dossiers['new']}", _danger)


def _relatives(made: Population) -> Iterator[Scene]:
    one, waiting = (made.dossiers[name] for name in ("new", "waiting"))
    yield Scene("relatives", "citizen", f"{TRACK}relatives")
    yield Scene("relatives-list", "long", f"{TRACK}relatives")
    yield Scene("relatives-none", "newcomer", f"{TRACK}relatives")
    yield Scene("relative-view", "long", f"{TRACK}relatives/{one}")
    yield Scene("relative-act", "long", f"{TRACK}relatives/{waiting}")
    yield Scene("relative-supply", "long", f"{TRACK}relatives/{waiting}/supply")
    yield Scene("relative-give-back", "long", f"{TRACK}relatives/{one}", _danger)
    yield Scene("delegations", "citizen", f"{TRACK}delegations")
    yield Scene("delegations-none", "newcomer", f"{TRACK}delegations")
    yield Scene("delegations-dossier", "citizen", f"{TRACK}{one}/delegations")
    yield Scene("delegation-end", "citizen", f"{TRACK}{one}/delegations", _danger)
    yield Scene("delegation-new", "citizen", f"{TRACK}delegations/new")
    yield Scene("delegation-new-errors", "citizen", f"{TRACK}{one}/delegations/new", _main_button)


def _complaints(made: Population) -> Iterator[Scene]:
    done, late = (f"{TRACK}{made.dossiers[name]}/complaints" for name in ("done", "refused"))
    yield Scene("complaints", "citizen", done)
    yield Scene("complaints-open", "citizen", late)
    yield Scene("complaints-none", "citizen", f"{TRACK}{made.dossiers['new']}/complaints")
    yield Scene("complaint-withdraw", "citizen", late, _danger)
    yield Scene("complaint-new", "citizen", f"{done}/new")
    yield Scene("complaint-new-errors", "citizen", f"{done}/new", _main_button)


def _complaint_desk(made: Population) -> Iterator[Scene]:
    desk = f"{DESK}complaints"
    yield Scene("complaint-queue", "leader", desk)
    yield Scene("complaint-queue-done", "leader", f"{desk}?view=done")
    yield Scene("complaint-queue-none", "idle", desk)
    yield Scene("complaint-desk-open", "leader", f"{desk}/{made.complaints['refused']}")
    yield Scene("complaint-desk-done", "leader", f"{desk}/{made.complaints['done']}")
    path = f"{desk}/{made.complaints['refused']}"
    yield Scene("complaint-answer-errors", "leader", path, _main_button)


def _reporting(made: Population) -> Iterator[Scene]:
    yield Scene("field-report-list", "citizen", REPORT)
    yield Scene("field-report-none", "newcomer", REPORT)
    yield Scene("field-report-kinds", "citizen", f"{REPORT}new")
    yield Scene("field-report-form", "citizen", f"{REPORT}new/lighting")
    yield Scene("field-report-form-electric", "citizen", f"{REPORT}new/electric")
    yield Scene("field-report-form-errors", "newcomer", f"{REPORT}new/road", _main_button)
    yield Scene("field-report-form-nowhere", "newcomer", f"{REPORT}new/road", _nowhere)
    for name, one in made.reports.items():
        yield Scene(f"field-report-{name}", "citizen", f"{REPORT}{one}")
    yield Scene("field-report-withdraw", "citizen", f"{REPORT}{made.reports['new']}", _danger)
    remark, rate = (f"{REPORT}{made.reports[name]}" for name in ("new", "answered"))
    yield Scene("field-report-remark", "citizen", f"{remark}/remark")
    yield Scene("field-report-remark-errors", "citizen", f"{remark}/remark", _main_button)
    yield Scene("field-report-rate", "citizen", f"{rate}/rate")


def _report_desk(made: Population) -> Iterator[Scene]:
    for view in ("open", "closed"):
        yield Scene(f"field-report-desk-{view}", "officer", f"{REPORT_DESK}?view={view}")
    yield Scene("field-report-desk-filter", "officer", f"{REPORT_DESK}?category=tree")
    yield Scene("field-report-desk-none", "idle", REPORT_DESK)
    for name, one in made.reports.items():
        yield Scene(f"field-report-desk-{name}", "officer", f"{REPORT_DESK}{one}")
    for kind in report_desk.WITH_FORM:
        path = f"{REPORT_DESK}{made.reports['new']}/acts/{kind}"
        yield Scene(f"field-report-act-{kind}", "officer", path)
    path = f"{REPORT_DESK}{made.reports['new']}/acts/sent_on"
    yield Scene("field-report-act-errors", "officer", path, _main_button)


def _own(made: Population) -> Iterator[Scene]:
    yield Scene("inbox", "citizen", "/inbox")
    yield Scene("inbox-none", "newcomer", "/inbox")
    yield Scene("announcement", "citizen", f"/announcements/{made.announcements['sent']}")
    yield Scene("profile", "citizen", "/profile")
    yield Scene("profile-long-name", "long", "/profile")
    yield Scene("profile-new", "newcomer", "/profile")
    yield Scene("profile-edit", "citizen", "/profile/edit")
    yield Scene("profile-edit-new", "newcomer", "/profile/edit")
    yield Scene("devices", "citizen", "/profile/devices")


def _troubles() -> Iterator[Scene]:
    yield Scene("missing", "citizen", "/no-such-screen")
    yield Scene("missing-dossier", "citizen", f"{TRACK}01900000-0000-7000-8000-000000000000")
    yield Scene("offline", "citizen", "/never-seen", _offline)
    yield Scene("offline-kept", "citizen", "/profile", _offline_kept)
    yield Scene("broken", "citizen", "/profile", _broken)
    yield Scene("waiting", "citizen", "/never-seen", _slow)
    yield Scene("console-missing", "officer", "/console/no-such-screen")
    yield Scene("console-forbidden", "officer", "/console/people")
    yield Scene("console-offline", "officer", "/console/profile", _offline)


def _desk(made: Population) -> Iterator[Scene]:
    for who in ("officer", "administrator", "developer"):
        yield Scene(f"console-{who}", who, "/console")
    yield Scene("console-inbox", "officer", "/console/inbox")
    yield Scene("console-inbox-none", "idle", "/console/inbox")
    for view in ("to_do", "new", "in_process", "waiting", "done"):
        yield Scene(f"queue-{view}", "officer", f"{DESK}?view={view}")
    yield Scene("queue-escalated", "leader", f"{DESK}?view=escalated")
    yield Scene("queue-escalated-none", "leader-above", DESK)
    yield Scene("desk-escalated", "leader", f"{DESK}{made.dossiers['late']}")
    yield Scene("queue-selected", "officer", DESK, _select)
    yield Scene("queue-none", "idle", DESK)
    for name, dossier in made.dossiers.items():
        yield Scene(f"desk-{name}", "officer", f"{DESK}{dossier}")
    yield Scene("desk-ask", "officer", f"{DESK}{made.dossiers['new']}", _accept)
    for kind in desk_acts.WITH_FORM:
        path = f"{DESK}{made.dossiers[ACTS[kind]]}/acts/{kind}"
        yield Scene(f"act-{kind}", "officer", path)
        yield Scene(f"act-{kind}-errors", "officer", path, _main_button)
    yield from _mistakes(made)
    yield from _holding(made)
    yield from (Scene(*one) for one in office_scenes(made, DESK, _main_button))


def _mistakes(made: Population) -> Iterator[Scene]:
    yield Scene("queue-ended", "leader", f"{DESK}?view=ended")
    yield Scene("queue-ended-none", "leader-above", f"{DESK}?view=ended")
    yield Scene("desk-ended", "leader", f"{DESK}{made.dossiers['stopped']}")
    reopen, correct = (f"{DESK}{made.dossiers['done']}/{one}" for one in ("reopen", "correct"))
    yield Scene("reopen", "leader", reopen)
    yield Scene("reopen-errors", "leader", reopen, _main_button)
    yield Scene("correct", "officer", correct)


def _holding(made: Population) -> Iterator[Scene]:
    running, hand_over = made.dossiers["running"], f"{DESK}{made.dossiers['running']}/hand-over"
    yield Scene("hand-over", "officer", hand_over)
    yield Scene("hand-over-errors", "officer", hand_over, _main_button)
    yield Scene("slip", "officer", f"{DESK}{running}/slip")
    yield Scene("slip-none", "officer", f"{DESK}{made.dossiers['new']}/slip")
    yield Scene("workload", "officer", f"{DESK}workload")
    yield Scene("queue-nobodys", "officer", f"{DESK}?view=open&handler=nobody")
    yield Scene("queue-marked", "officer", f"{DESK}?view=new", _mark)
    yield Scene("queue-keys", "officer", DESK, _keys)
    yield Scene("queue-many", "officer", f"{DESK}?view=new", _claim_marked)


def _announcing(made: Population) -> Iterator[Scene]:
    base = "/console/announcements"
    yield Scene("announcements", "author", base)
    yield Scene("announcement-new", "author", f"{base}/new")
    yield Scene("announcement-new-errors", "author", f"{base}/new", _main_button)
    for name, one in made.announcements.items():
        yield Scene(f"announcement-{name}", "author", f"{base}/{one}")
    yield Scene("announcement-approve", "second", f"{base}/{made.announcements['waiting']}")
    yield Scene("announcement-edit", "author", f"{base}/{made.announcements['draft']}/edit")


def _people(made: Population) -> Iterator[Scene]:
    base, numbers = "/console/people", iter(range(90, 100))

    async def invite(page: Page) -> None:
        await page.locator("select").first.select_option(index=1)
        await page.locator("select").last.select_option(index=1)
        await _typed(full_name="Lê Thị Mới", login=f"moi-{next(numbers)}")(page)
        await page.locator("cg-form").wait_for(state="detached")

    async def new_link(page: Page) -> None:
        await page.get_by_role("button", name=re.compile("liên kết|link", re.IGNORECASE)).click()
        await page.locator("dialog .button-primary, dialog .button-danger").first.click()
        await page.locator(".qr").wait_for()

    yield Scene("people", "administrator", base)
    yield Scene("people-none", "administrator", f"{base}?q=xyzzy")
    yield Scene("person", "administrator", made.person)
    yield Scene("person-assign", "administrator", f"{made.person}/assign")
    yield Scene("person-assign-errors", "administrator", f"{made.person}/assign", _main_button)
    yield Scene("invite", "administrator", f"{base}/invite")
    yield Scene("invite-errors", "administrator", f"{base}/invite", _main_button)
    yield Scene("invite-link", "administrator", f"{base}/invite", invite)
    yield Scene("person-link", "administrator", made.person, new_link)
    yield Scene("plugins", "administrator", "/console/plugins")
    yield Scene("plugin", "administrator", "/console/plugins/track-dossier")
    yield Scene("plugin-errors", "administrator", "/console/plugins/track-dossier", _main_button)
    yield Scene("console-profile", "officer", "/console/profile")
    yield Scene("console-password", "officer", "/console/profile/password")
    yield Scene("console-password-errors", "officer", "/console/profile/password", _main_button)


def _typed(**values: str) -> Deed:
    """Type into fields by name and press the form's button; wait for what comes of it."""

    async def deed(page: Page) -> None:
        for name, value in values.items():
            await page.locator(f"input[name={name}]").fill(value)
        await _main_button(page)

    return deed


def _searched(text: str) -> Deed:
    """Type into the search box, press enter and wait for the answer below it."""

    async def deed(page: Page) -> None:
        box = page.get_by_role("searchbox")
        await box.fill(text)
        await box.press("Enter")
        await page.locator("[aria-busy=true]").wait_for(state="detached")
        await asyncio.sleep(0.4)

    return deed


async def _main_button(page: Page) -> None:
    """Press it, and wait until it has done its work: errors, or another screen."""
    await page.locator("cg-form .main-bar button").last.click()
    await page.locator("[aria-busy=true]").wait_for(state="detached")
    await asyncio.sleep(0.4)


async def _file_less(page: Page) -> None:
    """File what a server of another opinion finds incomplete: one answer is lost on the way."""

    async def lose(route: Route) -> None:
        body = route.request.post_data_json or {}
        body.pop("child_name", None)
        await route.continue_(post_data=body)

    await page.route("**/submit", lose)
    await page.locator("input[name=declaration]").check()
    await _main_button(page)
    await page.unroute("**/submit")


async def _first_row(page: Page) -> None:
    """Open the first agency, and the numbers of its first chart."""
    await page.locator("a[href*='/agencies/']").first.click()
    await page.locator("figure.chart").first.wait_for()
    await page.locator(".chart summary").first.click()
    await asyncio.sleep(0.4)


async def _all_hours(page: Page) -> None:
    await page.locator("summary").first.click()


async def _nowhere(page: Page) -> None:
    """The phone does not say where it is."""
    await page.locator("cg-place button").first.click()
    await page.locator("cg-place .place").wait_for()


async def _danger(page: Page) -> None:
    await page.locator(".button-danger").last.click()
    await page.locator("dialog[open]").wait_for()


async def _accept(page: Page) -> None:
    await page.locator(".desk-head .button-primary").click()
    await page.locator("dialog[open]").wait_for()


async def _select(page: Page) -> None:
    await page.locator("tbody tr").first.wait_for()
    for _ in range(2):
        await page.keyboard.press("j")


async def _mark(page: Page) -> None:
    await page.locator("td.mark input").first.check()
    await page.locator(".marks .button").first.wait_for()


async def _claim_marked(page: Page) -> None:
    """The second deed claims; done once, it says the next time who has it."""
    await _mark(page)
    await page.locator(".marks .button").nth(1).click()
    await page.locator("td.mark").first.wait_for(state="detached")


async def _keys(page: Page) -> None:
    await page.locator("tbody tr").first.wait_for()
    await page.keyboard.press("?")
    await page.locator("dialog[open]").wait_for()


async def _offline(page: Page) -> None:
    await _again(page, lambda route: route.abort("internetdisconnected"))


async def _offline_kept(page: Page) -> None:
    await page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    await page.reload()
    await page.locator(".strip").wait_for()


async def _broken(page: Page) -> None:
    await _again(page, lambda route: route.fulfill(status=502, body="bad gateway"))


async def _slow(page: Page) -> None:
    async def wait(route: Route) -> None:
        await asyncio.sleep(60)
        await route.abort()

    await page.route("**/api/v1/screens/**", wait)
    await page.reload()
    await page.locator(".skeleton").first.wait_for()


async def _again(page: Page, answer: Callable[[Route], Awaitable[None]]) -> None:
    """Load once more with another answer to what is asked of the screens."""
    await page.route("**/api/v1/screens/**", answer)
    await page.reload()
    await page.locator(".page-failure h1").wait_for()
