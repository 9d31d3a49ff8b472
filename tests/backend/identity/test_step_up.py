"""Showing the second factor again before what others could abuse (RFC 9470)."""

from datetime import timedelta

import httpx
import pytest

from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines

from .conftest import Shell
from .office import CENTRE, WARD, Office

PROOF = "/api/v1/staff/me/proof"
NEW = {"full_name": "Lê Mới", "login": "le.moi", "role": "officer", "agency_id": str(WARD)}
LATER = timedelta(minutes=16)


class Desk:
    """An administrator, signed in at one device or at several."""

    def __init__(self, office: Office, clock: HeldClock) -> None:
        self.office, self.shell, self.clock = office, office.shell, clock
        self.refresh = ""
        self.bearer = ""

    async def enter(self) -> None:
        self.take(await self.office.enter("qt"))

    def take(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text
        self.refresh = answer.json().get("refresh_token", self.refresh)
        self.bearer = f"Bearer {answer.json()['access_token']}"

    async def wait(self, time: timedelta = LATER) -> None:
        """Time goes by, and the session is renewed."""
        self.clock.move(time)
        body = {"audience": "staff", "refresh_token": self.refresh}
        self.take(await self.shell.write("/api/v1/session/refresh", body, x_camaug_client="native"))

    async def invite(self) -> httpx.Response:
        return await self.shell.write("/api/v1/people", NEW, authorization=self.bearer)

    async def prove(self, code: str, **headers: str) -> httpx.Response:
        body = {"code": code}
        return await self.shell.write(PROOF, body, authorization=self.bearer, **headers)


@pytest.fixture
async def desk(engines: Engines, shell: Shell, clock: HeldClock) -> Desk:
    office = Office(engines, shell)
    await office.hire("qt", "administrator", CENTRE, "Cao Quản Trị")
    made = Desk(office, clock)
    await made.enter()
    return made


async def test_soon_after_the_sign_in_nothing_is_asked(desk: Desk):
    desk.clock.move(timedelta(minutes=5))
    assert (await desk.invite()).status_code == 200


async def test_an_older_session_is_asked_for_a_code_and_goes_on_with_it(desk: Desk):
    await desk.wait()
    refused = await desk.invite()
    assert (refused.status_code, refused.json()["code"]) == (401, "proof_needed")
    challenge = 'Bearer error="insufficient_user_authentication", max_age=900'
    assert refused.headers["www-authenticate"] == challenge
    seen = await desk.shell.get("/api/v1/screens/console/people", authorization=desk.bearer)
    assert seen.status_code == 200
    desk.take(await desk.prove(await desk.office.code("qt")))
    assert (await desk.invite()).status_code == 200


async def test_a_proof_outlives_a_renewal_and_ends_after_a_quarter_of_an_hour(desk: Desk):
    await desk.wait()
    desk.take(await desk.prove(await desk.office.code("qt")))
    await desk.wait(timedelta(minutes=14))
    assert (await desk.invite()).status_code == 200
    await desk.wait(timedelta(minutes=2))
    assert (await desk.invite()).status_code == 401


async def test_another_session_of_the_person_is_not_proved_with_it(desk: Desk, engines: Engines):
    other = Desk(desk.office, desk.clock)
    await other.enter()
    await desk.wait()
    await other.wait(timedelta())
    desk.take(await desk.prove(await desk.office.code("qt")))
    assert (await other.invite()).status_code == 401
    said = await engines.pool.fetch("select object_id from audit where action = 'session.proved'")
    assert len(said) == 1


async def test_a_wrong_a_used_and_a_foreign_code_prove_nothing(desk: Desk):
    used = await desk.office.code("qt")
    desk.take(await desk.prove(used))
    await desk.wait()
    await desk.office.hire("other", "administrator", CENTRE)
    for code in ("000000", used, await desk.office.code("other"), "", "1234567"):
        answer = await desk.prove(code)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/code"
    assert (await desk.invite()).status_code == 401


async def test_a_repeat_needs_no_second_code(desk: Desk):
    await desk.wait()
    code, key = (
        await desk.office.code("qt"),
        {"idempotency_key": str(uuid7())},
    )
    first, again = await desk.prove(code, **key), await desk.prove(code, **key)
    assert (first.status_code, again.status_code) == (200, 200)


async def test_guessing_is_stopped_and_then_no_code_is_right(desk: Desk):
    await desk.wait()
    for _ in range(10):
        assert (await desk.prove("000000")).status_code == 422
    assert (await desk.prove(await desk.office.code("qt"))).status_code == 422
    assert (await desk.invite()).status_code == 401


async def test_a_session_that_is_over_is_proved_by_nothing(desk: Desk):
    body = {"audience": "staff", "refresh_token": desk.refresh}
    await desk.shell.write("/api/v1/session/end", body, authorization=desk.bearer)
    assert (await desk.prove(await desk.office.code("qt"))).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 401), (1, 401)])
async def test_a_proof_does_not_outlast_the_working_day(desk: Desk, seconds: int, status: int):
    await desk.wait(timedelta(hours=11, minutes=55))
    desk.clock.move(timedelta(minutes=5, seconds=seconds))
    assert (await desk.prove(await desk.office.code("qt"))).status_code == status


async def test_somebody_whose_app_was_taken_away_proves_nothing(desk: Desk, engines: Engines):
    code = await desk.office.code("qt")
    await engines.pool.execute("update staff set totp_enc = null")
    answer = await desk.prove(code)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "factor_wrong")
