"""People of staff in tests: hired with a password and an app, and signing in with both."""

import base64
from typing import Any
from uuid import UUID

import httpx

from camaug.agencies.seed import agency_id
from camaug.audit.actions import SYSTEM
from camaug.identity import actions, staff_queries, staff_sign_in, totp
from camaug.kernel import db
from camaug.kernel.web import Engines

from .conftest import Shell

WARD = agency_id("people_committee", "32002")
COMMUNE = agency_id("people_committee", "31972")
CENTRE = agency_id("one_stop_centre", "province")
PASSWORD = "lúa chín bên sông"
SIGN_IN = "/api/v1/session/staff"


def form_of(screen: dict[str, Any]) -> dict[str, Any]:
    """The body that the form of a screen sends beside its fields, and the address."""
    form = next(block for block in screen["blocks"] if block["type"] == "form")
    return form["submit"]["action"]


def secret_of(screen: dict[str, Any]) -> bytes:
    """The secret that an enrolment shows, as somebody types it into an app."""
    pairs = next(block for block in screen["blocks"] if block["type"] == "key-value")["items"]
    return base64.b32decode(pairs[1]["value"].replace(" ", ""))


class Office:
    """Hires people and signs them in."""

    def __init__(self, engines: Engines, shell: Shell) -> None:
        self.engines, self.shell = engines, shell
        self.secrets: dict[str, bytes] = {}

    async def hire(
        self, login: str, role: str | None = "officer", agency: UUID = WARD, name: str = "Lê Mẫu"
    ) -> UUID:
        """A member of staff with the usual password and an app."""
        self.secrets[login] = totp.new_secret()
        async with db.transaction(self.engines.pool) as conn:
            made = await actions.create_staff(self.engines, conn, login, PASSWORD, name, SYSTEM)
            await staff_sign_in.keep_factor(self.engines, conn, made, self.secrets[login], None)
            if role is not None:
                await actions.assign(self.engines, conn, made, role, agency, SYSTEM)
        return made

    async def code(self, login: str) -> str:
        """What the person's app shows: the next code when the present one has been used."""
        async with self.engines.pool.acquire() as conn:
            staff_id = await staff_queries.of_login(conn, login)
            assert staff_id
            known = await staff_queries.signing_in(conn, staff_id)
        step = totp.step_at(self.engines.clock.now())
        if known and known.totp_step is not None:
            step = max(step, known.totp_step + 1)
        return totp.code(self.secrets[login], step)

    async def first_step(self, login: str, password: str = PASSWORD) -> httpx.Response:
        """Login and password."""
        body = {"login": login, "password": password}
        return await self.shell.write(SIGN_IN, body, x_camaug_client="native")

    async def second_step(self, first: httpx.Response, code: str, **headers: str) -> httpx.Response:
        """The code, in the form that the first step answered."""
        action = form_of(first.json())
        headers = {"x_camaug_client": "native"} | headers
        return await self.shell.write(action["href"], action["body"] | {"code": code}, **headers)

    async def enter(self, login: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
        """Both steps; the answer of the first one that fails."""
        first = await self.first_step(login, password)
        if first.status_code != 200:
            return first
        return await self.second_step(first, await self.code(login), **headers)

    async def bearer(self, login: str) -> str:
        """The `Authorization` header of somebody signed in."""
        answer = await self.enter(login)
        assert answer.status_code == 200, answer.text
        return f"Bearer {answer.json()['access_token']}"
