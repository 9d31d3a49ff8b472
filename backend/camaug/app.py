"""The one place where the parts meet: engines, layers, features, plugins."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp, Receive, Scope, Send

from camaug.agencies import routes as agencies
from camaug.documents import routes as documents
from camaug.identity import guards
from camaug.identity import routes as identity
from camaug.identity.sms import Gateway
from camaug.identity.tokens import Authenticate, Tokens
from camaug.kernel import db, limits
from camaug.kernel.addresses import Addresses
from camaug.kernel.blobs import Blobs
from camaug.kernel.cache import Cache
from camaug.kernel.clock import Clock, SystemClock
from camaug.kernel.crypto import Vault
from camaug.kernel.edge import Edge, security_headers
from camaug.kernel.i18n import Catalogue
from camaug.kernel.keyring import Keyring
from camaug.kernel.limits import Buckets, Limit
from camaug.kernel.problems import Problems
from camaug.kernel.reading import ReadableAddress, StrictRequest
from camaug.kernel.roles import Roles
from camaug.kernel.screens import Shown
from camaug.kernel.shared_answers import SharedAnswers
from camaug.kernel.web import Api, Engines, provide_key, provide_tx
from camaug.notices import announcement_pacing
from camaug.notices import routes as notices
from camaug.notices.announcement_pacing import Pacing
from camaug.notices.live import Live
from camaug.plugins import console_routes as plugin_console
from camaug.plugins import openapi as plugin_documents
from camaug.plugins import routes as plugins
from camaug.plugins.actions import sync
from camaug.plugins.migrating import by_migrator, unable
from camaug.plugins.mount import PluginHost
from camaug.settings import Settings, trusted
from camaug.shell import routes as shell
from camaug.shell import web
from camaug.shell.schemas import PushConfig, ShellConfig
from camaug_sdk.problems import Problem

HERE = Path(__file__).parent
KEYS_SECONDS = 60
log = structlog.get_logger()
LARGEST_BODY = 1024 * 1024
ROUTES = [
    *agencies.routes,
    *identity.routes,
    *documents.routes,
    *notices.routes,
    *plugins.routes,
    *plugin_console.routes,
    *shell.routes,
]


def catalogue() -> Catalogue:
    """The texts of every feature."""
    return Catalogue.read(*sorted(HERE.glob("*/locales")))


@asynccontextmanager
async def engines(
    settings: Settings, *, process: str, clock: Clock | None = None
) -> AsyncGenerator[Engines]:
    """The stores and tools of one process."""
    vault, texts = Vault(Keyring(Path(settings.keyring))), catalogue()
    pool = await db.open_pool(settings.database_url, settings.pool_size, name=f"camaug {process}")
    made = Engines(
        pool=pool,
        cache=Cache(settings.redis_url),
        blobs=Blobs(settings.s3_url),
        vault=vault,
        clock=clock or SystemClock(),
        texts=texts,
        roles=Roles(settings.database_url, vault.secret("roles")),
        public_url=settings.public_url,
        undo=timedelta(seconds=settings.undo_seconds),
    )
    try:
        async with pool.acquire() as conn:
            await vault.load(conn)
        reading = asyncio.create_task(_keep_reading_keys(pool, vault))
        try:
            yield made
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    finally:
        await made.cache.close()
        await made.blobs.close()
        await made.roles.close()
        await pool.close()


async def _keep_reading_keys(pool: db.Pool, vault: Vault) -> None:
    """Learn data keys that were made after the start of this process."""
    while True:
        await asyncio.sleep(KEYS_SECONDS)
        try:
            async with pool.acquire() as conn:
                await vault.load(conn)
        except Exception as error:  # noqa: BLE001  (this must go on, whatever the database does)
            log.warning("data_keys_unread", error=type(error).__name__)


async def prepare(made: Engines, settings: Settings, migrator_url: str | None) -> None:
    """What migrate does after the schema: first keys, the store's rules, the plugins.

    Without the migrator's URL plugins with tables wait for who has it.
    """
    now = made.clock.now()
    async with db.transaction(made.pool) as conn:
        await made.vault.ensure_key(conn, now)
        await made.vault.load(conn)
    await Tokens(made, settings.public_url).read_keys()
    await made.blobs.allow_origin(settings.public_url)
    await sync(
        made.pool,
        now,
        migrate=unable if migrator_url is None else by_migrator(migrator_url, made.roles),
    )


class Application:
    """The whole API as one ASGI application; its parts are made when the server starts it."""

    def __init__(
        self,
        settings: Settings,
        given: Engines | None = None,
        leave: Callable[[], None] | None = None,
    ) -> None:
        self._settings = settings
        self._leave = leave
        self._given = given
        self._serve: ASGIApp | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Open the engines, start what looks after itself, serve; close in reverse order."""
        async with AsyncExitStack() as stack:
            made = self._given or await stack.enter_async_context(
                engines(self._settings, process="api")
            )
            host, live = PluginHost(leave=self._leave), Live(made)
            tokens = Tokens(made, self._settings.public_url)
            sms = Gateway(self._settings)
            stack.push_async_callback(sms.close)
            await stack.enter_async_context(tokens.serving())
            await stack.enter_async_context(host.running(made))
            await stack.enter_async_context(live.running())
            parts = {"engines": made, "tokens": tokens, "sms": sms, "live": live}
            problems = Problems(made.texts)
            inner = host.in_front_of(litestar(made.texts, self._settings, parts), problems)
            edge = layers(inner, made, tokens, self._settings)
            stack.callback(edge.log.flush)
            self._serve = edge
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's lifespan."""
        if str(scope["type"]) == "lifespan":
            await self._lifespan(cast("Any", receive), cast("Any", send))
        elif self._serve is not None:
            await self._serve(scope, receive, send)

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            async with self.running():
                _calm_collector()
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": f"{error}"})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def _calm_collector() -> None:
    """For a process that serves and does nothing else."""
    gc.collect()
    gc.set_threshold(20_000, 20, 50)  # most of a request dies by reference counts
    gc.freeze()  # what is there now stays: no collection need look at it again


def layers(inner: ASGIApp, made: Engines, tokens: Tokens, settings: Settings) -> Edge:
    """What stands around every request, from the inside out."""
    problems, buckets = Problems(made.texts), Buckets(made)
    shared = SharedAnswers(ReadableAddress(inner, problems), shell.SHARED)
    account = Limit(shared, buckets, problems, limits.ACCOUNT, guards.account)
    known = Authenticate(account, tokens, problems)
    address = Limit(known, buckets, problems, limits.ADDRESS, limits.address)
    return Edge(address, _headers(settings), Addresses(trusted(settings)))


def create(
    settings: Settings, given: Engines | None = None, leave: Callable[[], None] | None = None
) -> Application:
    """The application; tests bring engines of their own. `leave` ends its process in order."""
    return Application(settings, given, leave)


def litestar(
    texts: Catalogue,
    settings: Settings,
    parts: Mapping[str, object],
    described: OpenAPIConfig | None = None,
) -> Litestar:
    """The routes of every feature, the web shells and the documentation.

    A server needs no description of itself: `/api/docs` shows the published one. `parts` are read
    at each request.
    """
    problems = Problems(texts)
    fixed = {"config": _shell_config(settings), "pacing": pacing(settings)}
    static = web.handlers(Path(settings.web_dir)) if settings.web_dir else []
    return Api(
        route_handlers=[*ROUTES, *static],
        dependencies={
            **{name: _provide(parts, name) for name in parts},
            **{name: _provide(fixed, name) for name in fixed},
            "tx": Provide(provide_tx),
            "key": Provide(provide_key),
            "me": Provide(guards.provide_me),
            "officer": Provide(guards.provide_officer),
            "proven": Provide(guards.provide_proven),
            "visitor": Provide(guards.provide_visitor),
        },
        exception_handlers={
            Problem: problems.handle_problem,
            HTTPException: problems.handle_http,
            Exception: problems.handle_any,
        },
        response_class=Shown,
        request_class=StrictRequest,
        request_max_body_size=LARGEST_BODY,
        openapi_config=described,
        logging_config=None,
    )


def _provide(parts: Mapping[str, object], name: str) -> Provide:
    return Provide(lambda: parts[name], sync_to_thread=False)


def pacing(settings: Settings) -> Pacing:
    """When announcements go out."""
    return announcement_pacing.read(settings.announce_hold_seconds, settings.announce_quiet_hours)


def _shell_config(settings: Settings) -> ShellConfig:
    if settings.simulators_url is None:
        return ShellConfig(push=None)
    address = f"{settings.simulators_url}/registrations"
    return ShellConfig(push=PushConfig(provider="simulator", registration_url=address))


def _headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    store = settings.s3_public_url
    simulators = [settings.simulators_url] if settings.simulators_url else []
    return security_headers([_origin(one) for one in [store, *simulators]], [_origin(store)])


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def openapi() -> dict[str, Any]:
    """The published document of core and plugins, without starting anything."""
    nothing: dict[str, object] = {"engines": None, "tokens": None, "sms": None, "live": None}
    described = OpenAPIConfig(
        title="CaMau-G Open",
        version="0.2.0",
        render_plugins=[],
        operation_id_creator=lambda handler, _, __: handler.handler_name,
    )
    none = Settings(database_url="", redis_url="", s3_url="", s3_public_url="", keyring="")
    core = litestar(catalogue(), none, nothing, described)
    return plugin_documents.merge(core.openapi_schema.to_schema(), plugin_documents.installed())
