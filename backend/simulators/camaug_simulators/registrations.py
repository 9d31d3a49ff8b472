"""Registration of app instances, as the FCM SDK inside a client app would do it with Google.

The one part without an outside specification: the real call is internal to Google's SDKs.
Pages on this machine may call it from any port.
"""

import re

import msgspec
from aiohttp import web

from camaug_simulators.devices import Device, NewDevice
from camaug_simulators.world import world_of

routes = web.RouteTableDef()

_LOCAL_ORIGIN = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")


def _cors(request: web.Request) -> dict[str, str]:
    origin = request.headers.get("Origin", "")
    headers = {"Vary": "Origin"}
    if _LOCAL_ORIGIN.fullmatch(origin):
        headers["Access-Control-Allow-Origin"] = origin
    return headers


def _answer(request: web.Request, device: Device, status: int = 200) -> web.Response:
    body = {"id": device.short_id, **msgspec.to_builtins(device)}
    return web.json_response(body, status=status, headers=_cors(request))


def _missing(request: web.Request) -> web.Response:
    return web.json_response({"error": "not registered"}, status=404, headers=_cors(request))


@routes.options("/registrations")
@routes.options("/registrations/{token}")
async def preflight(request: web.Request) -> web.Response:
    """Tell a browser which cross-origin calls are allowed."""
    headers = _cors(request)
    if "Access-Control-Allow-Origin" in headers:
        headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        headers["Access-Control-Allow-Headers"] = "Content-Type"
        headers["Access-Control-Max-Age"] = "600"
    return web.Response(status=204, headers=headers)


@routes.post("/registrations")
async def register(request: web.Request) -> web.Response:
    """Register an app instance and give it a token."""
    world = world_of(request)
    try:
        new = msgspec.json.decode(await request.read(), type=NewDevice)
    except msgspec.MsgspecError as error:
        return web.json_response({"error": str(error)}, status=400, headers=_cors(request))
    device = world.devices.register(new)
    world.changes.announce()
    return _answer(request, device, 201)


@routes.get("/registrations/{token}")
async def get_registration(request: web.Request) -> web.Response:
    """Tell an app whether its token is still good."""
    device = world_of(request).devices.find(request.match_info["token"])
    return _missing(request) if device is None else _answer(request, device)


@routes.delete("/registrations/{token}")
async def unregister(request: web.Request) -> web.Response:
    """End a registration, as uninstalling the app does."""
    world = world_of(request)
    device = world.devices.remove(request.match_info["token"])
    if device is None:
        return _missing(request)
    world.lock_screens.clear(device)
    world.changes.announce()
    return web.Response(status=204, headers=_cors(request))
