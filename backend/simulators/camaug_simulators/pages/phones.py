"""Pages of phones: the list of devices and the lock screen of each."""

from aiohttp import web

from camaug_simulators.clock import utc_now, vietnam
from camaug_simulators.devices import Device
from camaug_simulators.lockscreen import Card
from camaug_simulators.pages import icons, layout
from camaug_simulators.pages.html import Html, el
from camaug_simulators.pages.language import Words, words_of
from camaug_simulators.world import World, world_of

routes = web.RouteTableDef()


def _device_row(world: World, words: Words, device: Device) -> Html:
    shown = len(world.lock_screens.cards(device))
    text = el(
        "span",
        el("b", device.label or words(f"platform.{device.platform}")),
        el("small", f"{words(f'platform.{device.platform}')} · {device.app} · {device.short_id}"),
        class_="grow",
    )
    count = el("span", words("phones.cards", count=shown), class_="count")
    path = f"/phones/{device.short_id}/lock"
    return el("li", layout.link(words, path, icons.PHONE, text, count, class_="row"))


@routes.get("/phones")
async def list_phones(request: web.Request) -> web.Response:
    """Show every registered device."""
    world, words = world_of(request), words_of(request)
    rows = [_device_row(world, words, device) for device in world.devices.all()]
    content = el("ul", rows, class_="rows") if rows else el("p", words("phones.none"))
    return layout.page(words, request.path, words("phones.title"), content)


def _card(words: Words, card: Card) -> Html:
    icon = el(
        "span",
        icons.ALERT if card.urgent else icons.WAVES,
        class_="app urgent" if card.urgent else "app",
    )
    top = el(
        "div",
        el("h2", card.title or words("app.name")),
        el("time", words.when(card.received_at), datetime=card.received_at.isoformat()),
        class_="top",
    )
    return el("li", icon, el("div", top, el("p", card.body), class_="text"), class_="card")


@routes.get("/phones/{device}/lock")
async def show_lock_screen(request: web.Request) -> web.Response:
    """Show a device's lock screen as its owner sees it."""
    world, words = world_of(request), words_of(request)
    device = world.devices.find(request.match_info["device"])
    if device is None:
        return layout.missing(words, request.path)
    now = utc_now()
    clock = el(
        "header",
        el("p", words.long_date(now), class_="date"),
        el("p", f"{vietnam(now):%H:%M}", class_="clock"),
    )
    cards = [_card(words, card) for card in world.lock_screens.cards(device)]
    below = (
        el("ul", cards, class_="cards") if cards else el("p", words("lock.empty"), class_="none")
    )
    title = f"{words('lock.title')} · {device.label or device.short_id}"
    return layout.screen(words, title, "lock", clock, below)


@routes.post("/phones/{device}/clear")
async def clear_lock_screen(request: web.Request) -> web.Response:
    """Take all cards off a lock screen."""
    world = world_of(request)
    device = world.devices.find(request.match_info["device"])
    if device is None:
        return layout.missing(words_of(request), request.path)
    world.lock_screens.clear(device)
    world.changes.announce()
    raise web.HTTPSeeOther(f"/phones/{device.short_id}/lock")
