"""Refresh families: honest retries, thieves, cookies, sign-out, devices."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from camaug.identity import session_queries, sessions
from camaug.identity.session_routes import session_cookie
from camaug.identity.tokens import Tokens
from camaug.kernel.clock import HeldClock
from camaug.kernel.web import Engines
from camaug_sdk.problems import Unauthenticated

from .conftest import Phone, Shell
from .office import Office

PROFILE = "/api/v1/screens/profile"
REFRESH = "/api/v1/session/refresh"
HERE = "http://127.0.0.1:8000"
NUMBER = "0912345678"


async def renew(shell: Shell, token: str) -> httpx.Response:
    body = {"audience": "citizen", "refresh_token": token}
    return await shell.write(REFRESH, body, x_camaug_client="native")


async def browser_sign_in(shell: Shell, phone: Phone) -> str:
    """Sign in as a browser does; the access token. The client keeps the cookie."""
    answer = await shell.verify(await shell.ask(), phone.code(NUMBER), origin=HERE)
    return answer.json()["access_token"]


async def test_each_renewal_gives_the_next_token(shell: Shell):
    first = await shell.sign_in()
    second = (await renew(shell, first["refresh_token"])).json()
    third = (await renew(shell, second["refresh_token"])).json()
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    answer = await shell.get(PROFILE, authorization=f"Bearer {third['access_token']}")
    assert answer.status_code == 200


async def test_an_honest_retry_gets_the_very_same_next_token(shell: Shell, clock: HeldClock):
    first = (await shell.sign_in())["refresh_token"]
    answered = (await renew(shell, first)).json()["refresh_token"]
    clock.move(timedelta(seconds=30))
    again = (await renew(shell, first)).json()["refresh_token"]
    assert again == answered
    assert (await renew(shell, answered)).status_code == 200


async def test_an_honest_retry_is_known_after_any_number_of_renewals(shell: Shell):
    token = (await shell.sign_in())["refresh_token"]
    for _ in range(6):
        following = (await renew(shell, token)).json()["refresh_token"]
        assert (await renew(shell, token)).json()["refresh_token"] == following
        token = following


async def test_parallel_renewals_agree(shell: Shell, engines: Engines):
    first = (await shell.sign_in())["refresh_token"]
    answers = await asyncio.gather(*(renew(shell, first) for _ in range(20)))
    assert len({one.json()["refresh_token"] for one in answers}) == 1
    assert await engines.pool.fetchval("select counter from session") == 1


async def test_a_thief_who_comes_late_ends_the_family(
    shell: Shell, engines: Engines, clock: HeldClock
):
    stolen = (await shell.sign_in())["refresh_token"]
    owners = (await renew(shell, stolen)).json()
    clock.move(timedelta(seconds=31))
    answer = await renew(shell, stolen)
    assert answer.status_code == 401
    assert answer.json()["code"] == "session_reused"
    assert await engines.pool.fetchval("select end_reason from session") == "reuse"
    assert (await renew(shell, owners["refresh_token"])).json()["code"] == "session_ended"


async def test_an_owner_who_comes_after_a_thief_ends_the_family(shell: Shell):
    stolen = (await shell.sign_in())["refresh_token"]
    thiefs = (await renew(shell, stolen)).json()["refresh_token"]
    thiefs = (await renew(shell, thiefs)).json()["refresh_token"]
    assert (await renew(shell, stolen)).json()["code"] == "session_reused"
    assert (await renew(shell, thiefs)).status_code == 401


@pytest.mark.parametrize(
    "token",
    ["", "x", "a.b.c", "0" * 32 + ".0.AAAA", "0" * 32 + ".99999999999999.x", "ë.0.x", "." * 50],
)
async def test_an_invented_refresh_token_is_refused(shell: Shell, token: str):
    answer = await renew(shell, token)
    assert answer.status_code == 401


async def test_a_family_that_was_renewed_often_goes_on(shell: Shell, engines: Engines):
    session = (await shell.sign_in())["refresh_token"].split(".")[0]
    await engines.pool.execute("update session set counter = 4000")
    async with engines.pool.acquire() as conn:
        row = await session_queries.find(conn, UUID(hex=session))
    assert row is not None
    answer = await renew(shell, sessions.refresh_token(engines.vault, row))
    assert answer.json()["refresh_token"].startswith(f"{session}.4001.")


async def test_a_refresh_token_with_another_counter_is_refused(shell: Shell, engines: Engines):
    session, _, mac = (await shell.sign_in())["refresh_token"].split(".")
    assert (await renew(shell, f"{session}.1.{mac}")).status_code == 401
    assert await engines.pool.fetchval("select ended_at from session") is None


async def test_a_family_is_of_one_audience(shell: Shell, engines: Engines):
    citizens = (await shell.sign_in())["refresh_token"]
    office = Office(engines, shell)
    await office.hire("du")
    staffs = (await office.enter("du")).json()["refresh_token"]
    for audience, token in (("staff", citizens), ("citizen", staffs)):
        body = {"audience": audience, "refresh_token": token}
        answer = await shell.write(REFRESH, body, x_camaug_client="native")
        assert answer.status_code == 401
        cookie = {"cookie": f"camaug_{audience}={token}"}
        ended = await shell.write(
            "/api/v1/session/end", {"audience": audience}, origin=HERE, **cookie
        )
        assert ended.status_code == 200
    assert await engines.pool.fetchval("select count(*) from session where ended_at is null") == 2


@pytest.mark.parametrize("days", [30, 31])
async def test_an_unused_family_is_over_after_thirty_days(
    shell: Shell, clock: HeldClock, days: int
):
    token = (await shell.sign_in())["refresh_token"]
    clock.move(timedelta(days=29))
    token = (await renew(shell, token)).json()["refresh_token"]
    clock.move(timedelta(days=29))
    token = (await renew(shell, token)).json()["refresh_token"]
    clock.move(timedelta(days=days))
    assert (await renew(shell, token)).json()["code"] == "session_ended"


async def test_a_browser_gets_the_refresh_token_in_a_locked_cookie_only(shell: Shell, phone: Phone):
    answer = await shell.verify(await shell.ask(), phone.code(NUMBER), origin=HERE)
    assert "refresh_token" not in answer.json()
    assert answer.headers["cache-control"] == "no-store"
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=strict", "path=/api/v1/session", "max-age=2592000"} <= parts
    assert "secure" not in parts  # the tests are served over plain http
    assert any(part.startswith("camaug_citizen=") for part in parts)


async def test_the_cookie_is_secure_unless_the_shell_is_served_over_plain_http(engines: Engines):
    for issuer, secure in (("https://camaug.example", True), (HERE, False)):
        cookie = session_cookie(Tokens(engines, issuer), "citizen", "x", 1)
        assert cookie.secure is secure


async def test_a_native_client_gets_no_cookie(shell: Shell, phone: Phone):
    answer = await shell.verify(await shell.ask(), phone.code(NUMBER), x_camaug_client="native")
    assert "set-cookie" not in answer.headers
    assert answer.json()["refresh_token"]


async def test_the_cookie_renews_from_our_own_origin_only(shell: Shell, phone: Phone):
    await browser_sign_in(shell, phone)
    body = {"audience": "citizen"}
    assert (await shell.write(REFRESH, body, origin="https://evil.example")).status_code == 403
    assert (await shell.write(REFRESH, body)).status_code == 403
    answer = await shell.write(REFRESH, body, origin=HERE)
    assert answer.status_code == 200
    assert "set-cookie" in answer.headers


async def test_an_expired_access_token_does_not_hinder_its_renewal(
    shell: Shell, phone: Phone, clock: HeldClock
):
    access = await browser_sign_in(shell, phone)
    clock.move(timedelta(minutes=11))
    body = {"audience": "citizen"}
    answer = await shell.write(REFRESH, body, origin=HERE, authorization=f"Bearer {access}")
    assert answer.status_code == 200


async def test_another_site_cannot_sign_a_browser_in(shell: Shell, phone: Phone):
    asked = await shell.ask()
    answer = await shell.verify(asked, phone.code(NUMBER), origin="https://evil.example")
    assert answer.status_code == 403
    assert answer.json()["code"] == "foreign_origin"


async def test_signing_out_ends_access_and_renewal_at_once(shell: Shell, phone: Phone):
    access = f"Bearer {await browser_sign_in(shell, phone)}"
    body = {"audience": "citizen"}
    answer = await shell.write("/api/v1/session/end", body, authorization=access, origin=HERE)
    assert answer.json()["then"]["href"] == "/"
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert (await shell.get(PROFILE, authorization=access)).json()["code"] == "session_ended"
    assert (await shell.write(REFRESH, body, origin=HERE)).status_code == 401
    assert (await shell.write("/api/v1/session/end", body, origin=HERE)).status_code == 200


async def test_signing_out_works_with_the_cookie_alone(
    shell: Shell, phone: Phone, engines: Engines
):
    await browser_sign_in(shell, phone)
    body = {"audience": "citizen"}
    assert (
        await shell.write("/api/v1/session/end", body, origin="https://evil.example")
    ).status_code == 403
    assert (await shell.write("/api/v1/session/end", body, origin=HERE)).status_code == 200
    assert await engines.pool.fetchval("select end_reason from session") == "signed_out"


async def test_another_process_learns_of_a_sign_out_when_it_looks(
    shell: Shell, engines: Engines, clock: HeldClock
):
    elsewhere = Tokens(engines, HERE)
    await elsewhere.read_keys()
    await elsewhere.look()
    access = (await shell.sign_in())["access_token"]
    assert (await elsewhere.caller(access, "vi")).me is not None
    body = {"audience": "citizen"}
    await shell.write("/api/v1/session/end", body, authorization=f"Bearer {access}")
    clock.move(timedelta(seconds=2))
    await elsewhere.look()
    with pytest.raises(Exception, match="session_ended"):
        await elsewhere.caller(access, "vi")


async def test_a_session_that_ended_stays_refused_until_its_token_is_over(
    shell: Shell, engines: Engines, clock: HeldClock
):
    elsewhere = Tokens(engines, HERE)
    await elsewhere.read_keys()
    access = (await shell.sign_in())["access_token"]
    body = {"audience": "citizen"}
    await shell.write("/api/v1/session/end", body, authorization=f"Bearer {access}")
    for _ in range(9):
        await elsewhere.look()
        with pytest.raises(Unauthenticated, match="session_ended"):
            await elsewhere.caller(access, "vi")
        clock.move(timedelta(seconds=65))


async def test_a_process_that_starts_knows_what_ended_before(shell: Shell, engines: Engines):
    access = (await shell.sign_in())["access_token"]
    body = {"audience": "citizen"}
    await shell.write("/api/v1/session/end", body, authorization=f"Bearer {access}")
    fresh = Tokens(engines, HERE)
    await fresh.read_keys()
    await fresh.look()
    with pytest.raises(Exception, match="session_ended"):
        await fresh.caller(access, "vi")


async def test_the_running_process_keeps_looking(shell: Shell, engines: Engines):
    access = f"Bearer {(await shell.sign_in())['access_token']}"
    await engines.pool.execute("update session set ended_at = $1", engines.clock.now())
    for _ in range(25):
        await asyncio.sleep(0.2)
        if (await shell.get(PROFILE, authorization=access)).status_code == 401:
            return
    pytest.fail("five seconds after its end the session is still served")


async def test_one_sees_and_ends_ones_own_devices(shell: Shell):
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    phone_session = await shell.sign_in(user_agent=agent)
    other = await shell.sign_in(user_agent="curl/8")
    access = {"authorization": f"Bearer {phone_session['access_token']}"}
    listed = (await shell.get("/api/v1/session/devices", **access)).json()
    assert {one["device_label"] for one in listed} == {"Chrome · Android", ""}
    screen = (await shell.get("/api/v1/screens/profile/devices", **access)).json()
    assert "Chrome · Android" in str(screen)
    lost = next(one["session_id"] for one in listed if one["device_label"] == "")
    path = f"/api/v1/session/devices/{lost}"
    ended = await shell.write(path, method="DELETE", **access)
    assert ended.json()["then"] == {"type": "refresh"}
    assert (await renew(shell, other["refresh_token"])).status_code == 401
    assert (await shell.write(path, method="DELETE", **access)).status_code == 404


async def test_nobody_ends_the_device_of_another(shell: Shell):
    mine, theirs = await shell.sign_in("0911111111"), await shell.sign_in("0922222222")
    access = {"authorization": f"Bearer {theirs['access_token']}"}
    listed = (await shell.get("/api/v1/session/devices", **access)).json()
    path = f"/api/v1/session/devices/{listed[0]['session_id']}"
    stranger = {"authorization": f"Bearer {mine['access_token']}"}
    assert (await shell.write(path, method="DELETE", **stranger)).status_code == 404
    assert (await renew(shell, theirs["refresh_token"])).status_code == 200


async def test_signing_out_everywhere_ends_all(shell: Shell):
    sessions = [await shell.sign_in() for _ in range(3)]
    access = {"authorization": f"Bearer {sessions[0]['access_token']}"}
    await shell.write("/api/v1/session/devices", method="DELETE", **access)
    for one in sessions:
        assert (await renew(shell, one["refresh_token"])).status_code == 401
        header = {"authorization": f"Bearer {one['access_token']}"}
        assert (await shell.get(PROFILE, **header)).status_code == 401


async def shared_sign_in(shell: Shell, phone: Phone) -> httpx.Response:
    """As a browser on a device of several people."""
    asked = await shell.write("/api/v1/session/otp", {"phone": NUMBER, "shared": True})
    return await shell.verify(asked, phone.code(NUMBER), origin=HERE)


async def test_a_shared_device_gets_no_cookie_and_loses_the_one_of_an_earlier_person(
    shell: Shell, phone: Phone
):
    await browser_sign_in(shell, phone)
    answer = await shared_sign_in(shell, phone)
    assert answer.json()["shared"] is True
    assert answer.json()["refresh_token"]
    parts = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"camaug_citizen=", "max-age=0"} <= parts or 'camaug_citizen=""' in parts
    assert not shell.client.cookies.get("camaug_citizen")


async def test_a_shared_session_is_over_after_ten_minutes_without_use(
    shell: Shell, phone: Phone, clock: HeldClock
):
    token = (await shared_sign_in(shell, phone)).json()["refresh_token"]
    body = {"audience": "citizen"}
    for _ in range(3):
        clock.move(timedelta(minutes=9))
        answer = await shell.write(REFRESH, body | {"refresh_token": token}, origin=HERE)
        assert answer.status_code == 200
        assert "camaug_citizen" not in shell.client.cookies
        token = answer.json()["refresh_token"]
    clock.move(timedelta(minutes=10))
    answer = await shell.write(REFRESH, body | {"refresh_token": token}, origin=HERE)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_a_token_in_the_body_is_taken_from_our_own_origin_only(shell: Shell, phone: Phone):
    token = (await shared_sign_in(shell, phone)).json()["refresh_token"]
    body = {"audience": "citizen", "refresh_token": token}
    answer = await shell.write(REFRESH, body, origin="https://evil.example")
    assert answer.status_code == 403
