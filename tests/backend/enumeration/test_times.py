"""What a stranger asks about tells nothing by answer or time (2,000 times in tests/faults)."""

import pytest
from argon2 import PasswordHasher

from camaug.identity import passwords

from . import twins
from .attacked import Attacked
from .measure import measured

NUMBER = 240


async def test_a_code_of_a_dossier_and_one_of_none(inside: Attacked) -> None:
    result = await measured(await twins.lookup(inside.engines, NUMBER), inside.ask, NUMBER)
    assert not result.tells, result.line()


async def test_a_phone_with_an_account_and_one_without(inside: Attacked) -> None:
    for twin in (
        await twins.asking(inside.engines, NUMBER),
        await twins.trying(inside.engines, NUMBER),
    ):
        result = await measured(twin, inside.ask, NUMBER)
        assert not result.tells, result.line()


async def test_a_citizen_number_that_somebody_has_and_one_that_nobody_has(inside: Attacked) -> None:
    result = await measured(await twins.numbers(inside), inside.ask, NUMBER)
    assert not result.tells, result.line()


@pytest.mark.parametrize("state", ["unblocked", "invited"])
async def test_a_login_and_one_of_nobody(
    inside: Attacked, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a quick hash, as the usual one would hide what the database does."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", quick)
    nobody = quick.hash("nobody")
    monkeypatch.setattr(passwords, "_nobody", lambda: nobody)
    result = await measured(await twins.logins(inside.engines, state), inside.ask, NUMBER)
    assert not result.tells, result.line()


async def test_a_login_takes_as_long_as_its_password(inside: Attacked) -> None:
    result = await measured(await twins.logins(inside.engines, "unblocked"), inside.ask, 40)
    assert not result.tells, result.line()
