"""Guesses of an address: how many there are in an hour, and what does not count."""

import asyncio
from datetime import timedelta

import pytest

from camaug.kernel import db, guesses
from camaug.kernel.clock import HeldClock
from camaug.kernel.guesses import Guess
from camaug.kernel.web import Engines
from camaug_sdk.problems import TooMany

FEW = Guess(name="few", most=5)
OTHER = Guess(name="other", most=5)


async def guess(engines: Engines, source: str = "10.1.2.3", kind: Guess = FEW) -> bool:
    """One try; whether it may be made."""
    try:
        async with db.transaction(engines.pool) as conn:
            await guesses.count(conn, engines.vault, kind, source, engines.clock.now())
    except TooMany:
        return False
    return True


async def test_an_address_has_so_many_tries_an_hour(engines: Engines, clock: HeldClock) -> None:
    assert [await guess(engines) for _ in range(7)] == [True] * 5 + [False] * 2
    assert await guess(engines, "10.1.2.4")
    assert await guess(engines, kind=OTHER)
    clock.move(timedelta(minutes=59))
    assert not await guess(engines)
    clock.move(timedelta(minutes=1))
    assert await guess(engines)


async def test_the_wait_ends_when_the_oldest_try_is_an_hour_old(
    engines: Engines, clock: HeldClock
) -> None:
    for _ in range(5):
        assert await guess(engines)
        clock.move(timedelta(minutes=5))
    with pytest.raises(TooMany) as refused:
        async with db.transaction(engines.pool) as conn:
            await guesses.count(conn, engines.vault, FEW, "10.1.2.3", clock.now())
    assert refused.value.retry_after == 35 * 60
    clock.move(timedelta(minutes=35))
    assert [await guess(engines) for _ in range(2)] == [True, False]


async def test_tries_at_once_are_as_many_as_one_after_the_other(engines: Engines) -> None:
    assert sum(await asyncio.gather(*(guess(engines) for _ in range(40)))) == 5


async def test_a_right_guess_is_taken_back_alone(engines: Engines) -> None:
    assert [await guess(engines) for _ in range(5)] == [True] * 5
    async with db.transaction(engines.pool) as conn:
        now = engines.clock.now()
        await guesses.take_back(conn, engines.vault, FEW, "10.1.2.3", now)
    assert [await guess(engines) for _ in range(2)] == [True, False]


async def test_the_table_holds_no_address(engines: Engines) -> None:
    await guess(engines)
    row = await engines.pool.fetchrow("select * from pin_failure")
    assert row is not None
    assert b"10.1.2.3" not in row["code_idx"] + row["source_idx"]
