"""The application as an attacker has it."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit

import asyncpg
import msgspec
import pytest

from camaug import app as application
from camaug.identity.tokens import Tokens
from camaug.kernel.web import Engines
from camaug.plugins import actions as plugins
from camaug.settings import Settings
from tests.conftest import clone

from .measure import Ask, within


class Attacked(msgspec.Struct, frozen=True, kw_only=True):
    """Where the requests go, and the stores behind."""

    engines: Engines
    tokens: Tokens
    ask: Ask


FLUSH_MICROSECONDS = 6000


async def on_a_disk(environment: Mapping[str, str], url: str) -> None:
    """Let each flush of that database take as long as on a disk, as tests run in memory.

    Otherwise nobody would see that one of two requests commits something and the other does not.
    """
    name = urlsplit(url).path.removeprefix("/")
    admin = await asyncpg.connect(environment["CAMAUG_TEST_ADMIN_URL"])
    try:
        await admin.execute(f"alter database {name} set commit_delay = {FLUSH_MICROSECONDS}")
        await admin.execute(f"alter database {name} set commit_siblings = 0")
    finally:
        await admin.close()


@pytest.fixture(scope="module")
async def inside(
    template: str, environment: dict[str, str], settings: Settings
) -> AsyncIterator[Attacked]:
    """In this process, through all layers."""
    async with clone(environment, template) as url:
        await on_a_disk(environment, url)
        config = msgspec.structs.replace(settings, database_url=url)
        async with application.engines(config, process="attacked") as made:
            await plugins.sync(made.pool, made.clock.now())
            tokens = Tokens(made, settings.public_url)
            await tokens.read_keys()
            served = application.create(settings, made)
            async with served.running():
                ask = within(served, settings.public_url)
                yield Attacked(engines=made, tokens=tokens, ask=ask)
