"""Codes of authenticator apps: the RFC's own vectors, and the second step of the sign-in."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camaug.identity import totp
from camaug.kernel.clock import HeldClock
from camaug.kernel.web import Engines

from .conftest import Shell
from .office import PASSWORD, SIGN_IN, Office, form_of, secret_of

SECRET = b"12345678901234567890"
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
"""Appendix B, SHA-1: seconds and the code of eight digits, whose last six are ours."""
RFC_4226 = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489"]  # fmt: skip
"""Appendix D: the codes of the counters 0 to 9."""
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def office(engines: Engines, shell: Shell) -> Office:
    return Office(engines, shell)


@pytest.mark.parametrize(("seconds", "expected"), RFC_6238)
def test_the_vectors_of_rfc_6238(seconds: int, expected: str):
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code(SECRET, totp.step_at(at)) == expected[-6:]


def test_the_vectors_of_rfc_4226():
    assert [totp.code(SECRET, counter) for counter in range(10)] == RFC_4226


@pytest.mark.parametrize(("off", "taken"), [(-61, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_differ_by_one_step(off: int, taken: bool):
    code = totp.code(SECRET, totp.step_at(NOW + timedelta(seconds=off)))
    assert (totp.matching(SECRET, code, NOW, None) is not None) is taken


def test_a_step_is_not_taken_again_nor_one_before_it():
    now = totp.step_at(NOW)
    code = totp.code(SECRET, now)
    assert totp.matching(SECRET, code, NOW, now - 1) == now
    assert totp.matching(SECRET, code, NOW, now) is None
    assert totp.matching(SECRET, totp.code(SECRET, now - 1), NOW, now) is None


def test_spaces_between_the_digits_are_no_matter():
    code = totp.code(SECRET, totp.step_at(NOW))
    assert totp.matching(SECRET, f" {code[:3]} {code[3:]} ", NOW, None)


@given(st.text(max_size=12))
def test_no_other_text_is_a_code(typed: str):
    right = {totp.code(SECRET, totp.step_at(NOW) + near) for near in (-1, 0, 1)}
    found = totp.matching(SECRET, typed, NOW, None)
    assert (found is not None) == ("".join(typed.split()) in right)


def test_the_secret_can_be_typed_and_scanned():
    assert totp.as_text(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    rows = totp.as_qr(SECRET, "can-bo.an-xuyen")
    assert {len(row) for row in rows} == {len(rows)}
    assert rows[0].startswith("1111111")


async def test_a_sign_in_needs_password_and_code(office: Office):
    await office.hire("du")
    first = await office.first_step("du")
    assert first.json()["type"] == "screen"
    assert "access_token" not in first.text
    second = await office.second_step(first, await office.code("du"))
    assert second.json()["type"] == "signed-in"


async def test_a_used_code_is_refused(office: Office):
    await office.hire("du")
    code = await office.code("du")
    assert (await office.second_step(await office.first_step("du"), code)).status_code == 200
    again = await office.second_step(await office.first_step("du"), code)
    assert again.status_code == 422
    assert again.json()["errors"][0]["pointer"] == "/code"
    assert again.json()["errors"][0]["code"] == "factor_wrong"


async def test_a_lost_answer_is_given_again_to_the_same_request(office: Office):
    await office.hire("du")
    first = await office.first_step("du")
    code = await office.code("du")
    one = await office.second_step(first, code, idempotency_key="the-same-tap")
    two = await office.second_step(first, code, idempotency_key="the-same-tap")
    assert one.json()["refresh_token"] == two.json()["refresh_token"]


async def test_parallel_use_of_one_code_gives_one_session(office: Office, engines: Engines):
    await office.hire("du")
    tickets = [await office.first_step("du") for _ in range(6)]
    code = await office.code("du")
    answers = await asyncio.gather(*(office.second_step(one, code) for one in tickets))
    assert sorted(one.status_code for one in answers) == [200, 422, 422, 422, 422, 422]
    assert await engines.pool.fetchval("select count(*) from session") == 1


async def test_ten_wrong_codes_block_and_a_right_password_forgives_none(
    office: Office, clock: HeldClock
):
    await office.hire("du")
    for _ in range(10):
        first = await office.first_step("du")
        assert first.status_code == 200
        assert (await office.second_step(first, "000000")).status_code == 422
    assert (await office.first_step("du")).json()["code"] == "sign_in_failed"
    assert (await office.second_step(first, await office.code("du"))).status_code == 422
    clock.move(timedelta(minutes=15))
    assert (await office.enter("du")).status_code == 200


async def test_parallel_codes_of_many_tickets_get_ten_tries(office: Office, engines: Engines):
    await office.hire("du")
    first = await office.first_step("du")
    now = totp.step_at(engines.clock.now())
    right = {totp.code(office.secrets["du"], now + near) for near in (-1, 0, 1)}
    wrong = [one for one in (f"{n:06d}" for n in range(33)) if one not in right][:30]
    await asyncio.gather(*(office.second_step(first, one) for one in wrong))
    assert await engines.pool.fetchval("select failures from staff") == 10
    assert (await office.second_step(first, await office.code("du"))).status_code == 422


@pytest.mark.parametrize("seconds", [600, 601])
async def test_the_ticket_between_the_steps_ends_after_ten_minutes(
    office: Office, clock: HeldClock, seconds: int
):
    await office.hire("du")
    first = await office.first_step("du")
    clock.move(timedelta(seconds=seconds))
    answer = await office.second_step(first, await office.code("du"))
    assert answer.json()["code"] == "ticket_over"


async def test_the_ticket_is_good_until_its_last_second(office: Office, clock: HeldClock):
    await office.hire("du")
    first = await office.first_step("du")
    clock.move(timedelta(seconds=599))
    assert (await office.second_step(first, await office.code("du"))).status_code == 200


async def test_a_ticket_from_before_the_app_was_taken_away_connects_none(
    office: Office, engines: Engines
):
    await office.hire("du")
    first = await office.first_step("du")
    await engines.pool.execute("update staff set totp_enc = null")
    for secret in (b"", office.secrets["du"]):
        code = totp.code(secret, totp.step_at(engines.clock.now()))
        assert (await office.second_step(first, code)).json()["code"] == "ticket_over"
    assert await engines.pool.fetchval("select totp_enc is null from staff")


@pytest.mark.parametrize("change", ["counter = 1", "ended_at = created_at"])
async def test_a_lost_answer_is_not_given_for_a_session_that_has_moved_on(
    office: Office, engines: Engines, change: str
):
    await office.hire("du")
    first, code = await office.first_step("du"), await office.code("du")
    await office.second_step(first, code, idempotency_key="the-same-tap")
    await engines.pool.execute(f"update session set {change}")  # noqa: S608
    again = await office.second_step(first, code, idempotency_key="the-same-tap")
    assert (again.status_code, again.json()["code"]) == (401, "session_ended")


async def test_a_changed_password_ends_the_ticket(office: Office, engines: Engines):
    await office.hire("du")
    first = await office.first_step("du")
    await engines.pool.execute("update staff set password_hash = 'another'")
    answer = await office.second_step(first, await office.code("du"))
    assert answer.json()["code"] == "ticket_over"


@pytest.mark.parametrize("ticket", ["", "x", "AAAA", "A" * 400, "é" * 40, "AAAA" * 250])
async def test_a_made_up_ticket_is_none(shell: Shell, ticket: str):
    body = {"ticket": ticket, "code": "123456"}
    answer = await shell.write(f"{SIGN_IN}/code", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "ticket_over")


async def test_the_ticket_of_one_person_is_none_of_another(office: Office, shell: Shell):
    await office.hire("du")
    await office.hire("mau")
    body = form_of((await office.first_step("du")).json())["body"]
    other = form_of((await office.first_step("mau")).json())["body"]
    mixed = {"ticket": other["ticket"][:21] + body["ticket"][21:], "code": await office.code("mau")}
    assert (await shell.write(f"{SIGN_IN}/code", mixed)).json()["code"] == "ticket_over"


async def bare(office: Office, login: str = "moi") -> dict[str, Any]:
    """The enrolment of somebody without a factor."""
    await office.hire(login)
    await office.engines.pool.execute("update staff set totp_enc = null where login = $1", login)
    screen = (await office.first_step(login)).json()
    office.secrets[login] = secret_of(screen)
    return screen


async def test_the_first_sign_in_connects_the_app(office: Office, shell: Shell, engines: Engines):
    screen = await bare(office)
    assert any(block["type"] == "qr" for block in screen["blocks"])
    action = form_of(screen)
    wrong = await shell.write(action["href"], action["body"] | {"code": "000000"})
    assert wrong.status_code == 422
    assert await engines.pool.fetchval("select totp_enc is null from staff")
    code = await office.code("moi")
    assert (await shell.write(action["href"], action["body"] | {"code": code})).status_code == 200
    sealed = await engines.pool.fetchval("select totp_enc from staff")
    assert office.secrets["moi"] not in sealed
    # The code of the enrolment is used up, and the next sign-in asks for one of the same app.
    assert (await office.second_step(await office.first_step("moi"), code)).status_code == 422
    assert (await office.enter("moi")).status_code == 200


async def test_an_app_is_connected_once(office: Office, shell: Shell):
    one, other = await bare(office), (await office.first_step("moi")).json()
    first, late = form_of(one), form_of(other)
    right = await office.code("moi")
    stale = totp.code(secret_of(other), totp.step_at(office.engines.clock.now()))
    assert (await shell.write(first["href"], first["body"] | {"code": right})).status_code == 200
    answer = await shell.write(late["href"], late["body"] | {"code": stale})
    assert answer.json()["code"] == "ticket_over"


async def test_a_session_of_staff_notes_both_factors(office: Office, engines: Engines):
    await office.hire("du")
    assert (await office.enter("du", PASSWORD)).status_code == 200
    assert await engines.pool.fetchval("select assurance from session") == 2
