"""Scans from one address: what they find is nothing, and soon they are stopped."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from tests.backend.authorisation.world import file

from camaug.dossiers.lookup import PINS, TRIES_OF_CODE, TRIES_OF_SOURCE
from camaug.identity import passwords
from camaug.identity.sign_in import ASKED, CODES
from camaug.identity.staff_sign_in import PASSWORDS
from camaug.kernel import guesses
from camaug.kernel.guesses import Guess
from camaug.kernel.ids import uuid7
from camaug.kernel.limits import ACCOUNT
from camaug_sdk.records import Submission

from . import twins
from .attacked import Attacked
from .measure import Asked, Request, source

AT_ONCE = 20
AFTERWARDS = 60
"""Tries after the limit."""


async def scan(attacked: Attacked, make: Callable[[], Asked], number: int, address: str) -> Counter:
    """How often which status was answered."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> int:
        async with room:
            return (await attacked.ask(make()[0], address)).status

    return Counter(await asyncio.gather(*(one() for _ in range(number))))


async def used_up(attacked: Attacked, kind: Guess, address: str, *, but: int) -> None:
    """As if that address had guessed already."""
    await attacked.engines.pool.execute(
        "insert into pin_failure (code_idx, source_idx, at)"
        " select $1, $1, $2 from generate_series(1, $3)",
        guesses.index(attacked.engines.vault, kind, address),
        attacked.engines.clock.now(),
        kind.most - but,
    )


@pytest.fixture
async def filed(inside: Attacked) -> Submission:
    return await file(inside.engines, await twins.citizen(inside.engines, twins.number()))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    monkeypatch.setattr(passwords, "_nobody", lambda: hasher.hash("nobody"))


async def test_dossier_codes_with_guessed_pins(inside: Attacked, filed: Submission) -> None:
    agency = filed.code.rpartition("-")[0]
    numbers = iter(range(1, 10_000))

    def guess() -> Asked:
        return twins.post(twins.LOOKUP, code=f"{agency}-{next(numbers):04d}", pin=twins.wrong_pin())

    for _ in range(2):
        tries = PINS.most + AFTERWARDS
        assert await scan(inside, guess, tries, source()) == {404: PINS.most, 429: AFTERWARDS}


async def test_pins_of_one_code_at_once(inside: Attacked, filed: Submission) -> None:
    def guess() -> Asked:
        return twins.post(twins.LOOKUP, code=filed.code, pin=twins.wrong_pin())

    await inside.engines.pool.execute("delete from pin_failure")
    found = await scan(inside, guess, 40, source())
    assert found == {404: TRIES_OF_SOURCE, 429: 40 - TRIES_OF_SOURCE}
    everywhere = [await scan(inside, guess, 10, source()) for _ in range(10)]
    assert sum(one[404] for one in everywhere) == TRIES_OF_CODE - TRIES_OF_SOURCE


async def test_the_right_pin_is_no_guess(inside: Attacked, filed: Submission) -> None:
    def right() -> Asked:
        return twins.post(twins.LOOKUP, code=filed.code, pin=filed.pin)

    address = source()
    await used_up(inside, PINS, address, but=1)
    assert [await scan(inside, right, 1, address) for _ in range(3)] == [{200: 1}] * 3
    assert await scan(inside, right, 1, source()) == {200: 1}


async def test_an_address_that_has_guessed_too_often_is_told_when_to_come_back(
    inside: Attacked, filed: Submission
) -> None:
    address = source()
    await used_up(inside, PINS, address, but=0)
    asked, _ = twins.post(twins.LOOKUP, code=filed.code, pin=filed.pin)
    answer = await inside.ask(asked, address)
    assert answer.status == 429
    assert 3500 < int(answer.headers["retry-after"]) <= 3600
    assert "too_many_guesses" in answer.body.decode()


async def test_phones(inside: Attacked) -> None:
    def guess() -> Asked:
        return twins.post("/api/v1/session/otp", phone=twins.number())

    address = source()
    await used_up(inside, ASKED, address, but=AT_ONCE)
    found = await scan(inside, guess, AT_ONCE + AFTERWARDS, address)
    assert found == {200: AT_ONCE, 429: AFTERWARDS}


async def test_codes_of_messages(inside: Attacked) -> None:
    def guess() -> Asked:
        code = f"{secrets.randbelow(10**6):06d}"
        path = "/api/v1/session/otp/verify"
        return twins.post(path, challenge_id=str(uuid7()), code=code)

    found = await scan(inside, guess, CODES.most + AFTERWARDS, source())
    assert found == {422: CODES.most, 429: AFTERWARDS}


@pytest.mark.usefixtures("quick")
async def test_logins(inside: Attacked) -> None:
    def guess() -> Asked:
        login = f"can-bo.{secrets.token_hex(4)}"
        return twins.post("/api/v1/session/staff", login=login, password=twins.PASSWORD)

    found = await scan(inside, guess, PASSWORDS.most + AFTERWARDS, source())
    assert found == {422: PASSWORDS.most, 429: AFTERWARDS}
    assert await scan(inside, guess, 1, source()) == {422: 1}


async def test_ids(inside: Attacked, filed: Submission) -> None:
    token = await twins.Strangers(inside).token("citizen")
    assert filed.dossier_id

    def guess() -> Asked:
        path = f"{twins.TRACK}/{uuid7()}"
        return Request(method="GET", path=path, token=token), ()

    began = time.monotonic()
    found = await scan(inside, guess, 600, source())
    came_in = ACCOUNT.rate * (time.monotonic() - began)
    assert set(found) <= {404, 429}
    assert found[404] <= ACCOUNT.burst + ACCOUNT.lease + came_in
    assert found[429] or came_in > 600 - ACCOUNT.burst
