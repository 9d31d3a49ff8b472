"""The ways of misbehaving that all services share: answering late, and not answering."""

import asyncio

from aiohttp import web

from camaug_simulators.world import World


async def delay(world: World, service: str, *receivers: str) -> None:
    """Wait as the service's latency switch says."""
    setting = world.switches.fires(f"{service}.latency", *receivers)
    if setting is not None:
        await asyncio.sleep(setting.latency_ms / 1000)


def hang_up(request: web.Request) -> web.Response:
    """Cut the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
