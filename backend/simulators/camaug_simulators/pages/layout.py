"""The frame of every page, and its head."""

from aiohttp import web

from camaug_simulators.pages.html import Html, document, el
from camaug_simulators.pages.language import LANGUAGES, Words

# No page runs or loads anything that is not a file of this server.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def _head(title: str) -> list[Html]:
    return [
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("link", rel="icon", href="/static/icon.svg"),
        el("link", rel="stylesheet", href="/fonts.css"),
        el("link", rel="stylesheet", href="/static/pages.css"),
        el("script", src="/static/live.js", defer=True),
    ]


def respond(content: Html, status: int = 200) -> web.Response:
    """Return a page with the headers that keep it inert."""
    return web.Response(
        text=content,
        status=status,
        content_type="text/html",
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
    )


def link(words: Words, path: str, *content: Html | str, **attributes: str | bool) -> Html:
    """Return a link within these pages that keeps the language."""
    return el("a", *content, href=f"{path}?lang={words.language}", **attributes)


def screen(words: Words, title: str, body_class: str, *content: Html) -> web.Response:
    """Return a page that fills a phone: no frame, alive."""
    body = el("body", el("main", *content, data_live=True), class_=body_class)
    return respond(document(words.language, _head(title), body))


def page(words: Words, path: str, title: str, *content: Html) -> web.Response:
    """Return an ordinary page with the way back and the other language."""
    others = [
        el("a", words(f"language.{code}"), href=f"{path}?lang={code}", lang=code)
        for code in LANGUAGES
        if code != words.language
    ]
    home = link(words, "/", words("index.title"), class_="home")
    body = el(
        "body",
        el("header", home, others, class_="bar"),
        el("main", el("h1", title), *content, data_live=True),
        class_="plain",
    )
    return respond(document(words.language, _head(title), body))


def missing(words: Words, path: str) -> web.Response:
    """Return the page for something that is not there."""
    answer = page(words, path, words("missing.title"), el("p", words("missing.text")))
    answer.set_status(404)
    return answer
