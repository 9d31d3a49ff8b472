"""A small host for the tests of plugins: their handlers, their own words, services made by hand.

The real host adds gates and grants; what it builds is the same Litestar application.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar, Response
from litestar.connection import Request
from litestar.di import Provide

from camaug.kernel.clock import HeldClock
from camaug.kernel.i18n import Catalogue
from camaug.kernel.web import Engines
from camaug.plugins import discovery
from camaug.plugins.migrating import by_migrator
from camaug.plugins.tables import PluginDatabase
from camaug.procedures.seed import catalogue
from camaug_sdk import Context, Outcome, Plugin, Problem, Screen, Words
from camaug_sdk.records import Caller, Language, Person, Procedure, StaffMember
from tests.conftest import database, engines, environment, settings, template

__all__ = ["database", "engines", "environment", "settings", "template"]
"""Fixtures of the whole product, for utilities with tables."""
ROOT = Path(__file__).parent.parent
ME = Person(citizen_id=UUID(int=1), assurance=1, session_id=UUID(int=2))
Host = Callable[..., httpx.AsyncClient]


@pytest.fixture(scope="session")
def procedures() -> list[Procedure]:
    """The whole seed catalogue."""
    return catalogue()


@pytest.fixture(scope="session")
def by_code(procedures: list[Procedure]) -> dict[str, Procedure]:
    return {one.code: one for one in procedures}


def texts(plugin_id: str) -> Catalogue:
    """The plugin's own catalogue over the core's, as the host lays it."""
    folder = ROOT / "plugins" / plugin_id / f"camaug_{plugin_id.replace('-', '_')}"
    core = Catalogue.read(*sorted((ROOT / "backend/camaug").glob("*/locales")))
    return Catalogue.read(folder / "locales").over(core)


@pytest.fixture(scope="session")
def words() -> Callable[[str, Language], Words]:
    """The words of a plugin in a language."""
    return lambda plugin_id, language: Words(texts(plugin_id), language)


@pytest.fixture
def clock() -> HeldClock:
    """Tuesday 24 November 2026, 09:00 in Cà Mau."""
    return HeldClock(datetime(2026, 11, 24, 2, tzinfo=UTC))


def _problem(_: Request[Any, Any, Any], error: Problem) -> Response[Any]:
    errors = [{"pointer": one.pointer, "code": one.code} for one in error.errors]
    return Response({"code": error.code, "errors": errors}, status_code=error.status)


@pytest.fixture
def tables(
    environment: dict[str, str], database: str, engines: Engines
) -> Callable[[str], Awaitable[PluginDatabase]]:
    """Makes the tables of a plugin in a database of the test, and gives the service `db`."""
    name = urlsplit(database).path
    url = urlunsplit(urlsplit(environment["CAMAUG_MIGRATOR_URL"])._replace(path=name))
    migrate = by_migrator(url, engines.roles)

    async def make(plugin_id: str) -> PluginDatabase:
        (found,) = [one for one in discovery.find() if one.plugin_id == plugin_id]
        checked = await migrate(found)
        assert checked.finding is None, checked.detail
        return PluginDatabase(engines, plugin_id)

    return make


@pytest.fixture
def host(clock: HeldClock) -> Host:
    """Serves one plugin at `/`, its desk below `/desk`, to one citizen and one officer."""

    def serve(plugin: Plugin, plugin_id: str, **services: object) -> httpx.AsyncClient:
        context = Context({"clock": clock, "i18n": texts(plugin_id), **services})
        officer = StaffMember(
            staff_id=UUID(int=7), session_id=UUID(int=8), agencies={"officer": (UUID(int=9),)}
        )

        def visitor(request: Request[Any, Any, Any]) -> Caller:
            english = request.headers.get("accept-language", "vi").startswith("en")
            return Caller(language="en" if english else "vi", me=ME, officer=officer)

        given = {
            "me": ME,
            "officer": officer,
            "app": context,
        }
        app = Litestar(
            route_handlers=[*plugin.routes],
            dependencies={
                "visitor": Provide(visitor, sync_to_thread=False),
                "key": Provide(_key, sync_to_thread=False),
                **{
                    name: Provide(_giving(one), sync_to_thread=False) for name, one in given.items()
                },
            },
            exception_handlers={Problem: _problem},
            type_encoders={Screen: msgspec.to_builtins, Outcome: msgspec.to_builtins},
            openapi_config=None,
        )
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(cast("Any", app)), base_url="http://plugin"
        )

    return serve


def _key(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("idempotency-key", "")


def _giving(value: object) -> Callable[[], object]:
    return lambda: value
