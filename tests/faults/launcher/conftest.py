"""An instance of the engines that is removed after the test."""

from collections.abc import Iterator

import pytest
from tests.faults.launcher.engines import Instance


@pytest.fixture
def instance() -> Iterator[Instance]:
    made = Instance()
    yield made
    made.remove()
