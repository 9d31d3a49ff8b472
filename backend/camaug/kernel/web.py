"""What every route shares: the engines of the process, transactions, and keys of writes."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any, TypeAlias

import msgspec
from litestar import Litestar, Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin

from camaug.kernel import db
from camaug.kernel.addresses import UNKNOWN
from camaug.kernel.blobs import Blobs
from camaug.kernel.cache import Cache
from camaug.kernel.clock import Clock
from camaug.kernel.crypto import Vault
from camaug.kernel.i18n import Catalogue
from camaug.kernel.roles import Roles
from camaug_sdk.problems import Unreadable

AnyRequest: TypeAlias = Request[Any, Any, Any]


class Api(Litestar):
    """Litestar for msgspec alone.

    It would import pydantic, 10 MiB a process, because the library of the queue brings it.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


class Engines(msgspec.Struct, frozen=True, kw_only=True):
    """The stores and tools of one process, made at start and closed at its end."""

    pool: db.Pool
    cache: Cache
    blobs: Blobs
    vault: Vault
    clock: Clock
    texts: Catalogue
    roles: Roles
    public_url: str = "http://127.0.0.1:8000"
    """Origin of the shell, for addresses that leave it, such as those of QR codes."""
    undo: timedelta = timedelta()
    """How long an officer's act is kept in the house and may be undone."""
    kept: dict[object, Any] = msgspec.field(default_factory=dict[object, Any])
    """What this process keeps of what changes rarely, by its `kernel.kept.Kept`."""


FromEngines: TypeAlias = NamedDependency[SkipValidation[Engines]]
"""Argument `engines`."""
Tx: TypeAlias = NamedDependency[db.Conn]
"""Argument `tx`: a connection in a transaction that commits before the answer is sent."""


async def provide_tx(engines: FromEngines) -> AsyncGenerator[db.Conn, None]:
    """The transaction of one request."""
    async with db.transaction(engines.pool) as conn:
        yield conn


def address_of(request: AnyRequest) -> str:
    """Where a request comes from, as the edge read it."""
    return request.client.host if request.client else UNKNOWN


_KEY = re.compile(r"[\x21-\x7e]{8,128}")


async def provide_key(request: AnyRequest) -> str:
    """The `Idempotency-Key` header: 8 to 128 visible ASCII characters."""
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise Unreadable("key_missing")
    return key
