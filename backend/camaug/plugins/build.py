"""Makes the small Litestar application of one plugin, for serving and for the probe alike."""

import importlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from copy import copy
from inspect import signature
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from litestar import Litestar
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.params import SkipValidation
from litestar.routes import HTTPRoute

from camaug.identity import guards
from camaug.kernel.i18n import Catalogue
from camaug.kernel.problems import Problems
from camaug.kernel.reading import StrictRequest
from camaug.kernel.screens import Checked
from camaug.kernel.web import AnyRequest, Api, provide_key
from camaug_sdk.actions import Outcome
from camaug_sdk.context import Context
from camaug_sdk.manifest import Manifest
from camaug_sdk.plugin import Plugin
from camaug_sdk.problems import Forbidden, Problem
from camaug_sdk.records import Caller, Person, StaffMember
from camaug_sdk.screens import MEDIA_TYPE, Screen

Guard = Callable[[Any, BaseRouteHandler], Awaitable[None]]
PREFIX = "/api/v1/apps"
NO_DOCS = "/.openapi"
"""Where Litestar puts pages that nobody asks for, out of the way of a plugin's own addresses."""
OWN = "plugin"
"""Mark in a handler's `opt`."""
MOST_BODY = 1024 * 1024
"""Bytes of a request body; files go to the object store, never through a plugin."""


class NoPlugin(TypeError):
    """The entry point names something else."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What the host lays under a plugin."""

    context: Context
    texts: Catalogue
    """For the titles and fields of problems."""


def imported(entry_point: str) -> Plugin:
    """Import the value that the entry point names. Raises `NoPlugin`."""
    module, _, name = entry_point.partition(":")
    value = getattr(importlib.import_module(module.strip()), name.strip(), None)
    if not isinstance(value, Plugin):
        raise NoPlugin(f"{entry_point} is no Plugin but a {type(value).__name__}")
    return value


def application(
    plugin: Plugin, manifest: Manifest, ground: Ground, openapi: OpenAPIConfig | None = None
) -> Litestar:
    """The plugin's own application, whose addresses begin with `/api/v1/apps/<id>`.

    Raises whatever Litestar finds wrong: a doubled route, an annotation that it cannot read.
    """
    problems = Problems(ground.texts)
    made = Api(
        path=f"{PREFIX}/{manifest.app_id}",
        route_handlers=[*_citizen_side(plugin, manifest), *_desk_side(plugin, manifest)],
        dependencies={
            "app": Provide(lambda: ground.context, sync_to_thread=False),
            "visitor": Provide(_visitor),
            "me": Provide(_me),
            "officer": Provide(_officer),
            "key": Provide(provide_key),
        },
        exception_handlers={
            Problem: problems.handle_problem,
            HTTPException: problems.handle_http,
            Exception: problems.handle_any,
        },
        response_class=Checked,
        request_class=StrictRequest,
        request_max_body_size=MOST_BODY,
        openapi_config=openapi,
        logging_config=None,
    )
    for handler in handlers(made):
        if shows(handler):
            handler.status_code, handler.media_type = 200, MEDIA_TYPE
    return made


def handlers(app: Litestar) -> Iterable[HTTPRouteHandler]:
    """The plugin's own handlers, without those that Litestar adds."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from (one for one in route.route_handlers if OWN in one.opt)


def shows(handler: HTTPRouteHandler) -> bool:
    """Whether its return annotation is a Screen, an Outcome, or either."""
    returned = handler.parsed_fn_signature.return_type
    return all(
        one.is_subclass_of((Screen, Outcome))
        for one in (returned.inner_types if returned.is_union else (returned,))
    )


# Each of these asks for the one before it, because several that ask for nothing cost Litestar a
# task group a request.
FromVisitor: TypeAlias = NamedDependency[SkipValidation[Caller]]
FromApp: TypeAlias = NamedDependency[SkipValidation[Context]]


async def _visitor(request: AnyRequest, app: FromApp) -> Caller:  # noqa: ARG001
    return await guards.provide_visitor(request)


async def _me(visitor: FromVisitor) -> Person:
    return guards.citizen(visitor)


async def _officer(visitor: FromVisitor) -> StaffMember:
    return guards.officer(visitor)


FromMe: TypeAlias = NamedDependency[SkipValidation[Person]]
FromOfficer: TypeAlias = NamedDependency[SkipValidation[StaffMember]]


async def _key_after_me(request: AnyRequest, me: FromMe) -> str:  # noqa: ARG001
    return await provide_key(request)


async def _key_after_officer(request: AnyRequest, officer: FromOfficer) -> str:  # noqa: ARG001
    return await provide_key(request)


_KEYS = {"me": _key_after_me, "officer": _key_after_officer}
"""Where the key comes from in a handler that asks who it is, too."""


def _citizen_side(plugin: Plugin, manifest: Manifest) -> list[HTTPRouteHandler]:
    guard = needs_citizen if manifest.x_camaug.sign_in == "required" else None
    return [_placed(handler, "", guard) for handler in plugin.routes]


def _desk_side(plugin: Plugin, manifest: Manifest) -> list[HTTPRouteHandler]:
    guard = needs_desk([one.role for one in manifest.x_camaug.desk_roles])
    return [_placed(handler, "/desk", guard) for handler in plugin.desk]


def _placed(handler: HTTPRouteHandler, under: str, guard: Guard | None) -> HTTPRouteHandler:
    """A copy that lives below `under` behind `guard`; the plugin's value stays as it is."""
    copied = copy(handler)
    copied.paths = {f"{under}{path}".rstrip("/") or "/" for path in handler.paths}
    own: Sequence[Any] = getattr(handler, "guards", None) or ()
    copied.opt = {**handler.opt, OWN: True}
    asked = signature(handler.fn).parameters
    if (who := next((one for one in _KEYS if one in asked), None)) and "key" in asked:
        copied.dependencies = {**(handler.dependencies or {}), "key": Provide(_KEYS[who])}
    copied.guards = [*([guard] if guard else []), *own]
    return copied


async def needs_citizen(connection: Any, _: BaseRouteHandler) -> None:
    """For utilities whose manifest says that nobody uses them unsigned."""
    await guards.provide_me(connection)


def needs_desk(roles: list[str]) -> Guard:
    """Only officers, and of these only holders of one of the manifest's desk roles."""

    async def guard(connection: Any, _: BaseRouteHandler) -> None:
        officer = await guards.provide_officer(connection)
        if roles and not officer.at(*roles):
            raise Forbidden

    return guard


def texts(folder: Path) -> Catalogue:
    """The plugin's own catalogue."""
    return Catalogue.read(folder / "locales")
