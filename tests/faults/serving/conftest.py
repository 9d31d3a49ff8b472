"""A faulty system on a database of its own, and people who have filled a form."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.bench import rig
from tests.journeys.native import Json, Native

from .faulty import Faulty

PEOPLE = 40
BIRTH = "1.001193"
Filled = list[tuple[Native, Json]]


@pytest.fixture
async def faulty(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Faulty]:
    """Two API processes and a worker."""
    async with rig.database(environment) as env, Faulty(env, tmp_path).running() as made:
        yield made


@pytest.fixture
async def people(faulty: Faulty) -> AsyncIterator[Filled]:
    """Signed in, each with what the review of a filled form sends."""
    found = await rig.citizens(faulty.system, PEOPLE)
    actions = await rig.filled(found, BIRTH)
    yield list(zip(found, actions, strict=True))
    await asyncio.gather(*(one.close() for one in found))
