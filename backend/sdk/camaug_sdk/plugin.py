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

ENTRY_POINTS = "camaug.plugins"
"""Entry-point group; the name of the entry point is the plugin's id."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in the past tense (`dossier.accepted`), with ids and codes only."""

    event_id: UUID
    name: str
    version: int
    data: dict[str, str | int | None]


EventHandler: TypeAlias = Callable[[Event, Any], Awaitable[None]]


class Plugin(msgspec.Struct, frozen=True, kw_only=True):
    """What a utility offers. Everything else about it stands in its manifest."""

    routes: Sequence[HTTPRouteHandler] = ()
    desk: Sequence[HTTPRouteHandler] = ()
    events: Mapping[str, EventHandler] = {}
