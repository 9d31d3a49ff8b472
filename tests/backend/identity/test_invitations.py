"""One-time links: who gets in by them, once, and with which passwords."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from camaug.identity import passwords, values
from camaug.kernel.clock import HeldClock
from camaug.kernel.web import Engines

from .conftest import Shell
from .office import CENTRE, PASSWORD, WARD, Office, form_of, secret_of

NEW = {"full_name": "Trần Thị Mới", "login": "can-bo.moi", "role": "officer"}
GOOD = "thuyền về bến Đất Mũi"
ACCEPT = "/api/v1/session/invitation"


@pytest.fixture
async def office(engines: Engines, shell: Shell) -> Office:
    """With the administrator `qt` of the province."""
    made = Office(engines, shell)
    await made.hire("qt", "administrator", CENTRE, "Cao Quản Trị")
    return made


async def invite(office: Office, **changed: Any) -> dict[str, Any]:
    """The page with the link."""
    auth = await office.bearer("qt")
    body = NEW | {"agency_id": str(WARD)} | changed
    answer = await office.shell.write("/api/v1/people", body, authorization=auth)
    assert answer.status_code == 200, answer.text
    return answer.json()


def link_of(page: dict[str, Any]) -> str:
    pairs = next(block for block in page["blocks"] if block["type"] == "key-value")["items"]
    return pairs[1]["value"].rpartition("/")[2]


async def accept(shell: Shell, link: str, password: str = GOOD, **more: str) -> httpx.Response:
    body = {"link": link, "password": password, "again": more.pop("again", password)}
    return await shell.write(ACCEPT, body, **more)


async def test_an_invited_person_sets_password_and_app_and_is_in(office: Office, shell: Shell):
    link = link_of(await invite(office))
    page = (await shell.get(f"/api/v1/screens/console/invitation/{link}")).json()
    assert "Trần Thị Mới" in page["title"]
    step = await accept(shell, link)
    office.secrets["can-bo.moi"] = secret_of(step.json())
    action = form_of(step.json())
    body = action["body"] | {"code": await office.code("can-bo.moi")}
    signed = await shell.write(action["href"], body, x_camaug_client="native")
    auth = f"Bearer {signed.json()['access_token']}"
    summary = (await shell.get("/api/v1/staff/summary", authorization=auth)).json()
    assert summary["name"] == "Trần Thị Mới"
    assert (await office.enter("can-bo.moi", GOOD)).status_code == 200


async def test_nobody_signs_in_before_they_have_set_a_password(office: Office):
    await invite(office)
    assert (await office.first_step("can-bo.moi", "")).status_code == 422
    assert (await office.first_step("can-bo.moi", GOOD)).status_code == 422


async def test_a_link_works_once(office: Office, shell: Shell):
    link = link_of(await invite(office))
    assert (await accept(shell, link)).status_code == 200
    assert (await accept(shell, link)).json()["code"] == "link_over"
    seen = await shell.get(f"/api/v1/screens/console/invitation/{link}")
    assert (seen.status_code, seen.json()["code"]) == (422, "link_over")


async def test_parallel_uses_of_one_link_set_one_password(office: Office, shell: Shell):
    link = link_of(await invite(office))
    tries = [f"{GOOD} {n}" for n in range(5)]
    answers = await asyncio.gather(*(accept(shell, link, one) for one in tries))
    assert sorted(one.status_code for one in answers) == [200, 422, 422, 422, 422]
    won = tries[[one.status_code for one in answers].index(200)]
    assert (await office.first_step("can-bo.moi", won)).status_code == 200


async def test_the_same_request_is_answered_again(office: Office, shell: Shell, engines: Engines):
    link = link_of(await invite(office))
    for _ in range(2):
        answer = await accept(shell, link, idempotency_key="the-same-tap")
        assert answer.json()["type"] == "screen"
    seen = await engines.pool.fetch("select action from audit where action = 'password.set'")
    assert len(seen) == 1


async def test_a_link_ends_after_an_hour(office: Office, shell: Shell, clock: HeldClock):
    link = link_of(await invite(office))
    clock.move(timedelta(hours=1))
    assert (await accept(shell, link)).json()["code"] == "link_over"


async def test_a_newer_link_ends_the_one_before(office: Office, shell: Shell, engines: Engines):
    first = link_of(await invite(office))
    person = await engines.pool.fetchval("select staff_id from staff where login = 'can-bo.moi'")
    auth = await office.bearer("qt")
    page = await shell.write(f"/api/v1/people/{person}/link", authorization=auth)
    assert (await accept(shell, first)).json()["code"] == "link_over"
    assert (await accept(shell, link_of(page.json()))).status_code == 200


async def test_a_repeated_invitation_shows_the_same_link(office: Office, shell: Shell):
    auth = await office.bearer("qt")
    body = NEW | {"agency_id": str(WARD)}
    pages = [
        await shell.write("/api/v1/people", body, authorization=auth, idempotency_key="one-tap-1")
        for _ in range(2)
    ]
    assert link_of(pages[0].json()) == link_of(pages[1].json())


@pytest.mark.parametrize("made_up", ["x", "0" * 32, "0" * 32 + "." + "A" * 22, "é.é", "a.b.c"])
async def test_a_made_up_link_opens_nothing(shell: Shell, made_up: str):
    assert (await accept(shell, made_up)).json()["code"] == "link_over"
    page = await shell.get(f"/api/v1/screens/console/invitation/{made_up}")
    assert page.json()["code"] == "link_over"


async def test_the_database_holds_no_link_and_no_password(
    office: Office, shell: Shell, engines: Engines
):
    link = link_of(await invite(office))
    await accept(shell, link)
    for table in ("invitation", "idempotency", "audit", "staff"):
        rows = await engines.pool.fetch(f"select t::text from {table} t")  # noqa: S608
        text = "".join(row[0] for row in rows)
        assert link.partition(".")[2] not in text
        assert GOOD.encode().hex() not in text
        assert GOOD not in text


async def test_a_new_password_ends_every_session(office: Office, shell: Shell):
    person = await office.hire("du")
    mine = await office.bearer("du")
    auth = await office.bearer("qt")
    page = await shell.write(f"/api/v1/people/{person}/link", authorization=auth)
    assert (await shell.get("/api/v1/staff/summary", authorization=mine)).status_code == 200
    assert (await accept(shell, link_of(page.json()))).status_code == 200
    assert (await shell.get("/api/v1/staff/summary", authorization=mine)).status_code == 401


BAD = [
    ("ngắn quá", "password_short"),
    ("aaaaaaaaaaaaaaaa", "password_common"),
    ("matkhau123456", "password_common"),
    ("Mật khẩu 12345", "password_common"),
    ("can-bo.moi.1", "password_login"),
    ("a\u200bbcdefghijklmnop", "hidden_characters"),
]


@pytest.mark.parametrize(("typed", "code"), BAD)
async def test_a_weak_password_is_refused_and_the_link_kept(
    office: Office, shell: Shell, typed: str, code: str
):
    link = link_of(await invite(office))
    answer = await accept(shell, link, typed)
    assert answer.json()["errors"][0] | {"message": ""} == {
        "pointer": "/password", "code": code, "message": "",
    }  # fmt: skip
    assert (await accept(shell, link)).status_code == 200


async def test_both_passwords_must_be_the_same(office: Office, shell: Shell):
    answer = await accept(shell, link_of(await invite(office)), again=GOOD + "!")
    assert answer.json()["errors"][0]["code"] == "password_again"


def test_every_common_password_is_long_enough_to_need_the_list():
    assert all(len(one) >= passwords.LEAST for one in passwords.COMMON)


async def test_a_password_is_the_same_however_its_marks_are_typed():
    stored = await passwords.hash_password("lu\u0301a chi\u0301n")
    assert await passwords.matches(stored, "l\u00faa ch\u00edn")


@pytest.mark.parametrize("typed", ["ab", "1abc", "a..b", ".ab", "trần", "a b c", "a" * 41, "a/b"])
def test_a_login_is_of_plain_letters(typed: str):
    with pytest.raises(values.BadValue):
        values.login(typed)


async def test_own_password_is_changed_and_other_sessions_end(office: Office, shell: Shell):
    await office.hire("du")
    here, there = await office.bearer("du"), await office.bearer("du")

    async def change(present: str) -> httpx.Response:
        body = {"present": present, "password": GOOD, "again": GOOD}
        return await shell.write("/api/v1/staff/me/password", body, "PUT", authorization=here)

    wrong = await change("not this")
    assert wrong.json()["errors"][0]["code"] == "password_wrong"
    assert (await change(PASSWORD)).status_code == 200
    assert (await shell.get("/api/v1/staff/summary", authorization=here)).status_code == 200
    assert (await shell.get("/api/v1/staff/summary", authorization=there)).status_code == 401
    assert (await office.first_step("du", GOOD)).status_code == 200
    assert (await office.first_step("du", PASSWORD)).status_code == 422


async def test_own_profile_tells_roles_and_sessions(office: Office, shell: Shell):
    await office.hire("du", name="Trần Hoàng Dự")
    auth = await office.bearer("du")
    page = (await shell.get("/api/v1/screens/console/profile", authorization=auth)).json()
    assert page["title"] == "Trần Hoàng Dự"
    roles, sessions = [block for block in page["blocks"] if block["type"] == "table"]
    assert roles["rows"][0]["cells"]["role"]["text"] == "Cán bộ một cửa"
    assert sessions["rows"][0]["cells"]["used"]["badge"]["label"] == "Thiết bị này"
    form = await shell.get("/api/v1/screens/console/profile/password", authorization=auth)
    assert form.json()["blocks"][0]["submit"]["action"]["method"] == "PUT"
