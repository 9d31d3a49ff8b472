"""The switches: a page with forms, and the same as JSON."""

import msgspec
from aiohttp import web

from camaug_simulators.pages import layout
from camaug_simulators.pages.html import Html, el
from camaug_simulators.pages.language import Words, words_of
from camaug_simulators.switches import (
    DEFAULTS,
    FIELDS,
    FieldNotRead,
    Setting,
    Switches,
    UnknownSwitch,
)
from camaug_simulators.world import World, world_of

routes = web.RouteTableDef()

_ORDER = ("percent", "latency_ms", "retry_after_s", "code", "amount", "times", "targets")


def _input(words: Words, field: str, setting: Setting) -> Html:
    if field == "targets":
        control = el("input", name=field, value=" ".join(setting.targets), spellcheck="false")
    elif field == "code":
        control = el("input", name=field, value=setting.code, inputmode="numeric", size="4")
    else:
        number: int | None = getattr(setting, field)
        shown = "" if number is None else str(number)
        control = el("input", name=field, value=shown, type="number", min="0")
    return el("label", words(f"field.{field}"), control)


def _form(words: Words, switches: Switches, name: str) -> Html:
    setting = switches.get(name)
    hint = words("switches.fired", count=switches.fired(name))
    return el(
        "form",
        el("h2", words(f"switch.{name}")),
        el("p", el("code", name), " · ", hint, class_="hint"),
        el(
            "div",
            [_input(words, field, setting) for field in _ORDER if field in FIELDS[name]],
            el("button", words("switches.set")),
            class_="fields",
        ),
        method="post",
        action=f"/switches/{name}?lang={words.language}",
        class_="switch" if setting == DEFAULTS.get(name, Setting()) else "switch on",
    )


@routes.get("/switches")
async def show_switches(request: web.Request) -> web.Response:
    """Show all switches as forms."""
    world, words = world_of(request), words_of(request)
    forms = [_form(words, world.switches, name) for name in FIELDS]
    reset = el(
        "form",
        el("button", words("switches.reset")),
        method="post",
        action=f"/switches/reset?lang={words.language}",
    )
    intro = el("p", words("switches.intro"))
    return layout.page(words, request.path, words("switches.title"), intro, reset, *forms)


@routes.get("/switches.json")
async def get_switches(request: web.Request) -> web.Response:
    """Give all switches as JSON."""
    return web.json_response(world_of(request).switches.all())


@routes.put("/switches/{name}")
async def put_switch(request: web.Request) -> web.Response:
    """Set one switch; members left out take their default."""
    world, name = world_of(request), request.match_info["name"]
    try:
        members = msgspec.json.decode(await request.read(), type=dict[str, object])
        _put(world, name, members)
    except UnknownSwitch:
        return web.json_response({"error": f"no switch {name}"}, status=404)
    except FieldNotRead as error:
        return web.json_response({"error": f"{name} does not read {error}"}, status=400)
    except msgspec.MsgspecError as error:
        return web.json_response({"error": str(error)}, status=400)
    return web.json_response(world.switches.all()[name])


def _put(world: World, name: str, members: dict[str, object]) -> None:
    world.switches.put(name, members)
    world.changes.announce()


@routes.post("/switches/reset")
async def reset_switches(request: web.Request) -> web.Response:
    """Behave well again, everywhere."""
    world = world_of(request)
    world.switches.reset()
    world.changes.announce()
    return _back(request)


@routes.post("/switches/{name}")
async def submit_switch(request: web.Request) -> web.Response:
    """Set one switch by the form of the page."""
    form = await request.post()
    members: dict[str, object] = {}
    for field, value in form.items():
        text = str(value).strip()
        if field == "targets":
            members[field] = text.split()
        elif text:
            members[field] = text if field == "code" or not text.isdecimal() else int(text)
    try:
        _put(world_of(request), request.match_info["name"], members)
    except UnknownSwitch:
        return layout.missing(words_of(request), request.path)
    except (FieldNotRead, msgspec.ValidationError) as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    return _back(request)


def _back(request: web.Request) -> web.Response:
    if "text/html" not in request.headers.get("Accept", ""):
        return web.Response(status=204)
    raise web.HTTPSeeOther(f"/switches?lang={words_of(request).language}")
