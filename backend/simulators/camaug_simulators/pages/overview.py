"""The first page, the journal, the stream that keeps pages fresh, fonts and health."""

import asyncio
import os
import re
from pathlib import Path

import msgspec
from aiohttp import web

from camaug_simulators.journal import Kind
from camaug_simulators.pages import icons, layout
from camaug_simulators.pages.html import Html, el
from camaug_simulators.pages.language import Words, words_of
from camaug_simulators.world import world_of

routes = web.RouteTableDef()

_HEARTBEAT_S = 15
_MAX_LIMIT = 100_000


def _entry(words: Words, path: str, icon: Html, key: str, count: int | None = None) -> Html:
    text = el(
        "span",
        el("b", words(f"{key}.title")),
        el("small", words(f"{key}.about")),
        class_="grow",
    )
    number = [] if count is None else [el("span", str(count), class_="count")]
    return el("li", layout.link(words, path, icon, text, *number, class_="row"))


@routes.get("/")
async def show_index(request: web.Request) -> web.Response:
    """Show what there is."""
    world, words = world_of(request), words_of(request)
    counts = world.journal.counts()
    rows = [
        _entry(words, "/phones", icons.PHONE, "phones", len(world.devices.all())),
        _entry(words, "/sms", icons.MESSAGE, "sms", len(world.inbox.latest())),
        _entry(words, "/switches", icons.SWITCH, "switches"),
        _entry(words, "/journal.json", icons.JOURNAL, "journal", sum(map(sum_of, counts.values()))),
    ]
    intro = el("p", words("index.intro"))
    state = "index.fcm_ready" if world.account else "index.fcm_off"
    project = world.account.project_id if world.account else ""
    fcm = el("p", words(state, project=project), class_="hint")
    content = (intro, el("ul", rows, class_="rows"), fcm)
    return layout.page(words, request.path, words("index.title"), *content)


def sum_of(counts: dict[str, int]) -> int:
    """Add up the counts of all receivers."""
    return sum(counts.values())


@routes.get("/journal.json")
async def get_journal(request: web.Request) -> web.Response:
    """Give what was accepted after ``since``, at most ``limit`` entries of ``kind``."""
    journal = world_of(request).journal
    try:
        since = int(request.query.get("since", "0"))
        limit = min(int(request.query.get("limit", "10000")), _MAX_LIMIT)
        kind = msgspec.convert(request.query.get("kind"), Kind | None)
    except (ValueError, msgspec.ValidationError) as error:
        return web.json_response({"error": str(error)}, status=400)
    body = {"entries": journal.since(since, kind, limit), "last": journal.last}
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


@routes.get("/journal/counts.json")
async def get_counts(request: web.Request) -> web.Response:
    """Give how many messages each token and each phone has got."""
    return web.json_response(world_of(request).journal.counts())


@routes.delete("/journal")
async def clear_journal(request: web.Request) -> web.Response:
    """Empty the journal and its counts."""
    world = world_of(request)
    world.journal.clear()
    world.changes.announce()
    return web.Response(status=204)


@routes.get("/changes")
async def stream_changes(request: web.Request) -> web.StreamResponse:
    """Tell a page, as server-sent events, to fetch itself again."""
    changes = world_of(request).changes
    stream = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await stream.prepare(request)
    with changes.watch() as flag:
        try:
            await stream.write(b"retry: 1000\n\n")
            while not changes.closing:
                event = b"data: changed\n\n" if await _set_in_time(flag) else b": alive\n\n"
                flag.clear()
                await stream.write(event)
        except ConnectionResetError:
            pass  # the page was closed
    return stream


async def _set_in_time(flag: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(flag.wait(), _HEARTBEAT_S)
    except TimeoutError:
        return False
    return True


@routes.get("/health")
async def get_health(_request: web.Request) -> web.Response:
    """Answer as soon as the server does."""
    return web.json_response({"status": "ok"})


# Which letters each subset of Be Vietnam Pro holds, as its publisher cuts it.
_RANGES = {
    "vietnamese": "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,"
    "U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AA,U+20AD-20C0",
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,"
    "U+20AC,U+2122",
}
_FONT_FILE = re.compile(
    r"be-?vietnam-?pro.*?(?P<weight>400|600)(?!.*italic).*\.woff2", re.IGNORECASE
)


def _font_files() -> list[Path]:
    folder = os.environ.get("CAMAUG_FONT_DIR")
    found = sorted(Path(folder).glob("*.woff2")) if folder else []
    return [path for path in found if _FONT_FILE.fullmatch(path.name)]


def _font_face(path: Path) -> str:
    match = _FONT_FILE.fullmatch(path.name)
    weight = match["weight"] if match else "400"
    subset = next((name for name in _RANGES if f"-{name}-" in path.name), None)
    letters = f"unicode-range:{_RANGES[subset]};" if subset else ""
    return (
        f"@font-face{{font-family:'Be Vietnam Pro';font-weight:{weight};font-display:swap;"
        f"src:url(/fonts/{path.name}) format('woff2');{letters}}}"
    )


@routes.get("/fonts.css")
async def get_font_faces(_request: web.Request) -> web.Response:
    """Declare the fonts of CAMAUG_FONT_DIR; empty without it, then the system's font is used."""
    text = "\n".join(_font_face(path) for path in _font_files())
    return web.Response(text=text, content_type="text/css")


@routes.get("/fonts/{name}")
async def get_font(request: web.Request) -> web.StreamResponse:
    """Give one font file."""
    for path in _font_files():
        if path.name == request.match_info["name"]:
            return web.FileResponse(path)
    raise web.HTTPNotFound
