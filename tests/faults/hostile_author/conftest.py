"""The last line of a run."""

import sys
from collections.abc import Iterator

import pytest
from tests.faults.hostile_author import outcome


@pytest.fixture(scope="session", autouse=True)
def tally() -> Iterator[None]:
    yield
    won = sum(winner == "author" for winner in outcome.WINNERS.values())
    sys.stdout.write(f"\nhostile-author won {won} of {len(outcome.WINNERS)}\n")
