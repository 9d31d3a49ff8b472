"""Many people of each kind, so that no limit of one account is what answers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from camaug import app as application
from camaug.agencies.seed import agency_id
from camaug.audit.actions import SYSTEM
from camaug.identity import actions
from camaug.identity.schemas import SessionRow
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.plugins import actions as plugins
from camaug.settings import Settings
from tests.conftest import clone

from .asked import Asked, Who

EACH = 100
"""Requests of one account, well below what its limit lets through at once."""
WARD, CENTRE = agency_id("people_committee", "32002"), agency_id("one_stop_centre", "province")
Asks = Callable[..., Awaitable[httpx.Response]]


class People:
    """Gives a signed-in person of a kind, a new one after some requests."""

    def __init__(self, engines: Engines, tokens: Tokens) -> None:
        self._engines, self._tokens = engines, tokens
        self._used: dict[Who, tuple[int, str]] = {}
        self._number = count()

    async def token(self, who: Who) -> str:
        used, token = self._used.get(who, (EACH, ""))
        if used >= EACH:
            used, token = 0, await self._new(who)
        self._used[who] = (used + 1, token)
        return token

    async def _new(self, who: Who) -> str:
        async with db.transaction(self._engines.pool) as conn:
            if who == "citizen":
                person = uuid7()
                await conn.execute(
                    "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
                    " values ($1, $2, $3, now(), now())",
                    person,
                    self._engines.vault.seal_text("citizen|phone", person, "0912345678"),
                    person.bytes,
                )
                return self._issue(person, staff=False)
            login = f"{who}.{next(self._number)}"
            person = await actions.create_staff(
                self._engines, conn, login, "lúa chín bên sông", "Lê Mẫu", SYSTEM
            )
            place = CENTRE if who == "administrator" else WARD
            more = ("field_report_officer", "leader") if who == "officer" else ()
            for role in (who, *more):
                await actions.assign(self._engines, conn, person, role, place, SYSTEM)
            return self._issue(person, staff=True)

    def _issue(self, person: UUID, *, staff: bool) -> str:
        now = self._engines.clock.now()
        return self._tokens.issue(
            SessionRow(
                session_id=uuid7(),
                audience="staff" if staff else "citizen",
                subject_id=person,
                assurance=2 if staff else 1,
                counter=0,
                rotated_at=now,
                created_at=now,
                proved_at=now,
                expires_at=now + timedelta(days=1),
                ended_at=None,
            )
        )


@pytest.fixture(scope="session")
async def swept(
    template: str, environment: dict[str, str], settings: Settings
) -> AsyncIterator[Engines]:
    """One database for all that is refused; nothing of it may change."""
    async with clone(environment, template) as url:
        config = replace(settings, database_url=url)
        async with application.engines(config, process="swept") as made:
            await plugins.sync(made.pool, made.clock.now())
            yield made


@pytest.fixture(scope="session")
async def ask(swept: Engines, settings: Settings) -> AsyncIterator[Asks]:
    """Ask a route as whoever may, each time from another address."""
    tokens = Tokens(swept, settings.public_url)
    await tokens.read_keys()
    people = People(swept, tokens)
    served: Any = application.create(settings, swept)
    numbers = count()

    async def send(
        asked: Asked, body: bytes, headers: dict[str, str], at: str | None = None
    ) -> httpx.Response:
        number = next(numbers)
        client = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1)
        transport = httpx.ASGITransport(served, raise_app_exceptions=False, client=client)
        own = {
            "authorization": f"Bearer {await people.token(asked.who)}",
            "idempotency-key": str(uuid7()),
            "content-type": "application/json",
            "origin": settings.public_url,
            "x-camaug-client": "native",
        }
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as http:
            return await http.request(
                asked.method, at or asked.at(), content=body or None, headers=own | headers
            )

    async with served.running():
        yield send
