"""The application as an attacker has it."""

from collections.abc import AsyncIterator

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


@pytest.fixture(scope="module")
async def inside(
    template: str, environment: dict[str, str], settings: Settings
) -> AsyncIterator[Attacked]:
    """In this process, through all layers."""
    async with clone(environment, template) as url:
        config = msgspec.structs.replace(settings, database_url=url)
        async with application.engines(config, process="attacked") as made:
            await plugins.sync(made.pool, made.clock.now())
            tokens = Tokens(made, settings.public_url)
            await tokens.read_keys()
            served = application.create(settings, made)
            async with served.running():
                ask = within(served, settings.public_url)
                yield Attacked(engines=made, tokens=tokens, ask=ask)
