"""Puts the routes and the world together into one server."""

from pathlib import Path

from aiohttp import web

from camaug_simulators import registrations
from camaug_simulators.fcm import routes as fcm
from camaug_simulators.pages import messages, overview, phones, switchboard
from camaug_simulators.sms import routes as sms
from camaug_simulators.world import WORLD, World

_STATIC = Path(__file__).parent / "pages" / "static"
# The largest request that means anything is a 4 KB push; what is far beyond is cut off.
_MAX_BODY_BYTES = 256 * 1024


async def _close(app: web.Application) -> None:
    app[WORLD].changes.close()


async def _save(app: web.Application) -> None:
    app[WORLD].state.close()


def build(world: World) -> web.Application:
    """Return the server of a world."""
    app = web.Application(client_max_size=_MAX_BODY_BYTES)
    app[WORLD] = world
    parts = (fcm, registrations, sms, overview, phones, messages, switchboard)
    for part in parts:
        app.add_routes(part.routes)
    app.router.add_static("/static", _STATIC)
    app.on_shutdown.append(_close)
    app.on_cleanup.append(_save)
    return app
