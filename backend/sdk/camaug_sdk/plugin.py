"""The declaration of a utility: one frozen value, named by the entry point.

    plugin = Plugin(routes=[home, detail], desk=[queue, accept])

Importing it has no side effect; the host builds a small Litestar application from it on first use
and serves `routes` at `/api/v1/apps/<id>/...` and `desk` at `/api/v1/apps/<id>/desk/...`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from litestar.handlers import HTTPRouteHandler

from camaug_sdk.context import Context

ENTRY_POINTS = "camaug.plugins"
"""Entry-point group; the name of the entry point is the plugin's id."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in the past tense (`dossier.accepted`), with ids and codes only."""

    event_id: UUID
    name: str
    version: int
    data: dict[str, str | int | None]


EventHandler: TypeAlias = Callable[[Event, Context], Awaitable[None]]
"""Called at least once for an event; what it does must be the same when it is called again."""
JobHandler: TypeAlias = Callable[[dict[str, Any], Context], Awaitable[None]]
"""Called with the payload at least once, within a minute; tried again when it raises."""


class Plugin(msgspec.Struct, frozen=True, kw_only=True):
    """What a utility offers. Everything else about it stands in its manifest."""

    routes: Sequence[HTTPRouteHandler] = ()
    desk: Sequence[HTTPRouteHandler] = ()
    events: Mapping[str, EventHandler] = {}
    """By name, such as `dossier.returned`; the manifest lists them."""
    jobs: Mapping[str, JobHandler] = {}
    """By the name that `enqueue` gives. Jobs and events run in a process of their own."""
