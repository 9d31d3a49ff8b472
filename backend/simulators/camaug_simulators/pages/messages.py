"""Pages of text messages: the phones that got any, and each phone's conversation."""

from itertools import groupby

import msgspec
from aiohttp import web

from camaug_simulators.clock import vietnam
from camaug_simulators.pages import icons, layout
from camaug_simulators.pages.html import Html, el
from camaug_simulators.pages.language import Words, words_of
from camaug_simulators.sms.gateway import local_number
from camaug_simulators.sms.inbox import Sms
from camaug_simulators.world import world_of

routes = web.RouteTableDef()


def spaced(phone: str) -> str:
    """Write a Vietnamese mobile number as people do: 0912 345 678."""
    return f"{phone[:4]} {phone[4:7]} {phone[7:]}"


def _conversation_row(words: Words, last: Sms) -> Html:
    text = el(
        "span", el("b", spaced(last.phone)), el("small", last.content, class_="cut"), class_="grow"
    )
    time = el("span", words.when(last.due_at), class_="count")
    return el(
        "li", layout.link(words, f"/sms/{last.phone}", icons.MESSAGE, text, time, class_="row")
    )


@routes.get("/sms")
async def list_conversations(request: web.Request) -> web.Response:
    """Show every phone that has got a text message."""
    words = words_of(request)
    rows = [_conversation_row(words, last) for last in world_of(request).inbox.latest()]
    content = el("ul", rows, class_="rows") if rows else el("p", words("sms.none"))
    return layout.page(words, request.path, words("sms.title"), content)


def _bubble(sms: Sms) -> Html:
    instant = vietnam(sms.due_at)
    time = el("time", f"{instant:%H:%M}", datetime=instant.isoformat())
    return el("li", el("p", sms.content), time, class_="bubble")


def _day(words: Words, messages: list[Sms]) -> Html:
    date = el("h2", words.long_date(messages[0].due_at))
    return el("section", date, el("ol", [_bubble(sms) for sms in messages]))


@routes.get(r"/sms/{phone:\+?\d+}")
async def show_conversation(request: web.Request) -> web.Response:
    """Show a phone's messages as its messages app does."""
    words = words_of(request)
    phone = local_number(request.match_info["phone"])
    if phone is None:
        return layout.missing(words, request.path)
    messages = world_of(request).inbox.of(phone)
    days = [
        _day(words, list(group))
        for _, group in groupby(messages, key=lambda sms: vietnam(sms.due_at).date())
    ]
    sender = messages[-1].sender if messages else words("sms.title")
    back = layout.link(words, "/sms", icons.BACK, class_="back", aria_label=words("sms.back"))
    who = el("div", el("h1", sender), el("p", words("sms.to", phone=spaced(phone))))
    head = el("header", back, el("span", sender[:1], class_="face", aria_hidden="true"), who)
    below = days or [el("p", words("sms.empty"), class_="none")]
    return layout.screen(words, f"{sender} · {phone}", "chat", head, *below)


@routes.get(r"/sms/{phone:\+?\d+}.json")
async def get_conversation(request: web.Request) -> web.Response:
    """Give a phone's messages as JSON, the oldest first."""
    phone = local_number(request.match_info["phone"])
    if phone is None:
        return web.json_response({"error": "no Vietnamese mobile number"}, status=404)
    messages = world_of(request).inbox.of(phone)
    body = msgspec.json.encode({"phone": phone, "messages": messages})
    return web.Response(body=body, content_type="application/json")
