"""The one place where the parts meet: engines, layers, features, plugins."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from camaug_sdk.actions import Outcome
from camaug_sdk.problems import Problem
from camaug_sdk.screens import Screen
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from camaug.agencies import routes as agencies
from camaug.documents import routes as documents
from camaug.identity import guards
from camaug.identity import routes as identity
from camaug.identity.tokens import Authenticate, Tokens
from camaug.kernel import db
from camaug.kernel.blobs import Blobs
from camaug.kernel.cache import Cache
from camaug.kernel.clock import SystemClock
from camaug.kernel.crypto import Vault
from camaug.kernel.i18n import Catalogue
from camaug.kernel.keyring import Keyring
from camaug.kernel.problems import Problems
from camaug.kernel.web import Edge, Engines, provide_key, provide_tx, security_headers
from camaug.notices import routes as notices
from camaug.plugins.mount import PluginHost
from camaug.settings import Settings
from camaug.shell import routes as shell
from camaug.shell import web

HERE = Path(__file__).parent


def catalogue() -> Catalogue:
    """The texts of every feature."""
    return Catalogue.read(*sorted(HERE.glob("*/locales")))


@asynccontextmanager
async def engines(settings: Settings, *, process: str) -> AsyncIterator[Engines]:
    """The stores and tools of one process."""
    vault = Vault(Keyring(Path(settings.keyring)))
    pool = await db.open_pool(settings.database_url, settings.pool_size, name=f"camaug {process}")
    async with pool.acquire() as conn:
        await vault.load(conn)
    made = Engines(
        pool=pool,
        cache=Cache(settings.redis_url),
        blobs=Blobs(settings.s3_url),
        vault=vault,
        clock=SystemClock(),
        texts=catalogue(),
    )
    try:
        yield made
    finally:
        await made.cache.close()
        await made.blobs.close()
        await pool.close()
