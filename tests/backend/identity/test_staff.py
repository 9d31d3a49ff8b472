"""Staff: passwords, blocking, roles that end within seconds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from camaug.audit.actions import SYSTEM
from camaug.identity import actions, passwords
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.db import Conn, Pool
from camaug.kernel.web import Engines
from camaug_sdk.problems import Unauthenticated, Unavailable

from .conftest import Shell
from .office import PASSWORD, WARD, Office

HERE = "http://127.0.0.1:8000"
Enter = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def office(engines: Engines, shell: Shell) -> Office:
    return Office(engines, shell)


@pytest.fixture
async def officer(office: Office) -> UUID:
    """`du`, officer of An Xuyên."""
    return await office.hire("du", name="Trần Hoàng Dự")


@pytest.fixture
def enter(office: Office, officer: UUID) -> Enter:
    """Sign in as staff from a native client, both steps."""
    assert officer

    async def go(login: str = "du", password: str = PASSWORD, **headers: str) -> httpx.Response:
        if login.lower() == "du":
            office.secrets[login] = office.secrets["du"]
        return await office.enter(login, password, **headers)

    return go


class Crossing:
    """A pool whose second user, the look, ends while the third one gives its connection back."""

    def __init__(self, inner: Pool) -> None:
        self._inner = inner
        self._users = 0
        self.read, self.looked = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Conn]:
        self._users += 1
        user = self._users
        async with self._inner.acquire() as conn:
            yield conn
        if user == 2:
            await self.read.wait()
        elif user == 3:
            self.read.set()
            await self.looked.wait()


async def fresh(engines: Engines) -> Tokens:
    tokens = Tokens(engines, HERE)
    await tokens.read_keys()
    await tokens.look()
    return tokens


async def test_the_screen_asks_for_login_and_password(shell: Shell):
    form = (await shell.get("/api/v1/screens/console/sign-in")).json()["blocks"][0]
    assert [one["autocomplete"] for one in form["blocks"]] == ["username", "current-password"]
    assert form["blocks"][1]["secret"] is True
    assert form["submit"]["action"]["body"] == {"next": "/console"}


async def test_the_right_password_gives_a_session_with_roles(
    enter: Enter, engines: Engines, officer: UUID
):
    answer = await enter(login="DU")
    assert answer.json()["then"]["href"] == "/console"
    caller = await (await fresh(engines)).caller(answer.json()["access_token"], "vi")
    assert caller.me is None
    assert caller.officer is not None
    assert caller.officer.staff_id == officer
    assert caller.officer.agencies == {"officer": (WARD,)}


async def test_the_cookie_of_staff_is_another_one(enter: Enter):
    answer = await enter(x_camaug_client="web", origin=HERE)
    assert answer.headers["set-cookie"].startswith("camaug_staff=")
    assert "Max-Age=43200" in answer.headers["set-cookie"]


async def test_the_password_is_kept_as_argon2id(enter: Enter, engines: Engines):
    assert enter
    stored = await engines.pool.fetchval("select password_hash from staff")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


WRONG: list[dict[str, Any]] = [
    {"password": "lúa chin bên sông"},
    {"login": "nobody"},
    {"login": ""},
    {"password": ""},
    {"password": "x" * 1000},
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_and_an_unknown_sign_in_get_the_same_answer(
    enter: Enter, wrong: dict[str, str]
):
    answer = await enter(**wrong)
    assert answer.status_code == 422
    body = answer.json()
    body.pop("request_id", None)
    expected = (await enter(password="also wrong")).json()
    expected.pop("request_id", None)
    assert body == expected
    assert body["code"] == "sign_in_failed"


async def test_ten_failures_block_for_a_quarter_of_an_hour(enter: Enter, clock: HeldClock):
    for _ in range(10):
        assert (await enter(password="wrong")).status_code == 422
    assert (await enter()).json()["code"] == "sign_in_failed"
    clock.move(timedelta(minutes=15))
    assert (await enter()).status_code == 200


async def test_a_whole_sign_in_forgets_the_failures_before_it(enter: Enter, clock: HeldClock):
    for _ in range(2):
        for _ in range(8):
            await enter(password="wrong")
        assert (await enter()).status_code == 200
        clock.move(timedelta(seconds=30))


async def test_parallel_guesses_get_ten_tries(
    enter: Enter, engines: Engines, monkeypatch: pytest.MonkeyPatch
):
    tried: list[str | None] = []

    def refuse(stored: str | None, _: str) -> bool:
        tried.append(stored)
        return False

    monkeypatch.setattr(passwords, "_matches", refuse)
    await asyncio.gather(*(enter(password=f"guess {n}") for n in range(40)))
    assert sum(stored is not None for stored in tried) == 10
    assert await engines.pool.fetchval("select blocked_until is not null from staff")


async def test_a_role_that_ends_is_gone_when_the_process_looks(
    enter: Enter, engines: Engines, clock: HeldClock
):
    tokens = await fresh(engines)
    access = (await enter()).json()["access_token"]
    assert (await tokens.caller(access, "vi")).officer
    await engines.pool.execute("update assignment set valid_until = $1", clock.now())
    clock.move(timedelta(seconds=2))
    await tokens.look()
    caller = await tokens.caller(access, "vi")
    assert caller.officer is not None
    assert caller.officer.agencies == {}


async def test_a_disabled_person_is_out_when_the_process_looks(
    enter: Enter, engines: Engines, clock: HeldClock
):
    tokens = await fresh(engines)
    access = (await enter()).json()["access_token"]
    assert (await tokens.caller(access, "vi")).officer
    await engines.pool.execute("update staff set disabled_at = $1", clock.now())
    await tokens.look()
    with pytest.raises(Unauthenticated):
        await tokens.caller(access, "vi")
    assert (await enter()).status_code == 422


async def test_roles_that_cannot_be_read_are_a_passing_trouble(enter: Enter, engines: Engines):
    access = (await enter()).json()["access_token"]
    tokens = await fresh(engines)
    await engines.pool.close()
    with pytest.raises(Unavailable):
        await tokens.caller(access, "vi")


async def test_a_role_is_held_once_and_audited(engines: Engines, officer: UUID):
    async with db.transaction(engines.pool) as conn:
        await actions.assign(engines, conn, officer, "officer", WARD, SYSTEM)
    assert await engines.pool.fetchval("select count(*) from assignment") == 1
    seen = await engines.pool.fetch(
        "select action from audit where object_kind = 'staff' order by at, audit_id"
    )
    actions_seen = [row["action"] for row in seen]
    assert actions_seen == ["staff.created", "factor.enrolled", "role.assigned"]


async def test_staff_and_citizens_are_kept_apart(shell: Shell, enter: Enter):
    staff = f"Bearer {(await enter()).json()['access_token']}"
    answer = await shell.get("/api/v1/screens/profile", authorization=staff)
    assert answer.status_code == 403


async def test_a_staff_session_ends_twelve_hours_after_the_sign_in(
    shell: Shell, enter: Enter, clock: HeldClock
):
    token = (await enter()).json()["refresh_token"]

    async def renew() -> httpx.Response:
        body = {"audience": "staff", "refresh_token": token}
        return await shell.write("/api/v1/session/refresh", body, x_camaug_client="native")

    clock.move(timedelta(hours=11))
    token = (await renew()).json()["refresh_token"]
    clock.move(timedelta(hours=1))
    assert (await renew()).status_code == 401


async def test_who_comes_while_roles_are_looked_at_is_let_in(enter: Enter, engines: Engines):
    access = (await enter()).json()["access_token"]
    crossing = Crossing(engines.pool)
    tokens = Tokens(replace(engines, pool=cast("Pool", crossing)), HERE)
    await tokens.read_keys()

    async def look() -> None:
        await tokens.look()
        crossing.looked.set()

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    caller = await asyncio.wait_for(tokens.caller(access, "vi"), 10)
    await looking
    assert caller.officer
