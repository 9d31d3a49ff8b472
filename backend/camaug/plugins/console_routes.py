"""Utilities at the console, for administrators of the province only."""

from datetime import timedelta

from litestar import get, post
from litestar.params import FromPath, JSONBody

from camaug.identity.guards import Proven
from camaug.kernel.web import Engines, FromEngines
from camaug.plugins import accounting, console_actions, console_queries, console_screens
from camaug.plugins.console_actions import Why
from camaug.plugins.schemas import Change
from camaug_sdk.actions import Outcome, Refresh, Toast
from camaug_sdk.context import IdempotencyKey, Officer, Visitor
from camaug_sdk.records import Caller
from camaug_sdk.screens import Screen

DAY = timedelta(days=1)


@get("/api/v1/screens/console/plugins")
async def show_plugins(engines: FromEngines, officer: Officer, visitor: Visitor) -> Screen:
    """Every utility and how it stands."""
    async with engines.pool.acquire() as conn:
        await console_actions.allow(conn, officer)
        found = await console_queries.lines(conn, visitor.language)
    return console_screens.listing(engines.texts, visitor.language, found)


@get("/api/v1/screens/console/plugins/{plugin_id:str}")
async def show_plugin(
    engines: FromEngines, officer: Officer, visitor: Visitor, plugin_id: FromPath[str]
) -> Screen:
    """One utility with its history."""
    async with engines.pool.acquire() as conn:
        await console_actions.allow(conn, officer)
        line = await console_queries.line(conn, plugin_id, visitor.language)
        history = await console_queries.history(conn, plugin_id)
        day = await accounting.since(conn, plugin_id, engines.clock.now() - DAY)
        jobs = await accounting.jobs(conn, plugin_id)
    return console_screens.one(engines.texts, visitor.language, line, history, (day, jobs))


@post("/api/v1/plugins/{plugin_id:str}/disable", status_code=200)
async def disable_plugin(
    engines: FromEngines,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    plugin_id: FromPath[str],
    data: JSONBody[Why],
) -> Outcome:
    """Stop serving a utility, within seconds in every process."""
    change = await console_actions.turn(engines, proven, plugin_id, "disable", data, key)
    return _done(engines, visitor, change)


@post("/api/v1/plugins/{plugin_id:str}/enable", status_code=200)
async def enable_plugin(
    engines: FromEngines,
    proven: Proven,
    visitor: Visitor,
    key: IdempotencyKey,
    plugin_id: FromPath[str],
    data: JSONBody[Why],
) -> Outcome:
    """Serve it again; one whose last check found something is refused, which the answer says."""
    change = await console_actions.turn(engines, proven, plugin_id, "enable", data, key)
    return _done(engines, visitor, change)


def _done(engines: Engines, visitor: Caller, change: Change) -> Outcome:
    said = engines.texts.text(visitor.language, f"plugins.now.{change.to_state}")
    return Outcome(then=Refresh(), toast=Toast(text=said))


routes = [show_plugins, show_plugin, disable_plugin, enable_plugin]
