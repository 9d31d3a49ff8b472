"""Who is there: officers and leaders of two wards, and citizens with phones."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import httpx
from tests.journeys.native import NO_TLS, Native
from tests.journeys.system import System

from camaug import app, settings
from camaug.agencies.seed import agency_id
from camaug.audit.actions import SYSTEM
from camaug.identity import actions
from camaug.identity.schemas import SessionRow
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines

WARDS = [agency_id("people_committee", code) for code in ("32002", "31825")]


class Member(Native):
    """One of the staff, who has an id in the histories."""

    staff_id: UUID


async def with_phone(citizen: Native, simulators: str) -> None:
    """Let the person be pushed to."""
    async with httpx.AsyncClient(base_url=simulators, verify=NO_TLS) as outside:
        new = {"app": "camaug", "platform": "android"}
        token = (await outside.post("/registrations", json=new)).json()["token"]
    device = {"provider": "fcm", "token": token, "platform": "android"}
    await citizen.send({"href": "/api/v1/devices"}, device)


@asynccontextmanager
async def staff(made: System, role: str, count: int) -> AsyncIterator[list[Member]]:
    """So many, half of them of one ward and half of two; signed in without the ceremony."""
    config = settings.load(made.env)
    async with app.engines(config, process="crowd") as engines:
        tokens = Tokens(engines, config.public_url)
        await tokens.read_keys()
        people = [
            await _member(made, engines, tokens, (role, number), WARDS[: 1 + number % 2])
            for number in range(count)
        ]
    try:
        yield people
    finally:
        for one in people:
            await one.close()


async def _member(
    made: System, engines: Engines, tokens: Tokens, what: tuple[str, int], wards: list[UUID]
) -> Member:
    role, number = what
    async with db.transaction(engines.pool) as conn:
        staff_id = await actions.create_staff(
            engines, conn, f"crowd.{role}.{number}", "lúa chín bên sông", "Lê Mẫu", SYSTEM
        )
        for ward in wards:
            await actions.assign(engines, conn, staff_id, role, ward, SYSTEM)
    now = engines.clock.now()
    session = SessionRow(
        session_id=uuid7(),
        audience="staff",
        subject_id=staff_id,
        assurance=2,
        counter=0,
        rotated_at=now,
        created_at=now,
        proved_at=now,
        expires_at=now + timedelta(days=1),
        ended_at=None,
    )
    person = Member(made.url, made.simulators)
    person.staff_id = staff_id
    person.http.headers["X-Forwarded-For"] = f"10.9.{number // 250}.{number % 250}"
    person.http.headers["Authorization"] = f"Bearer {tokens.issue(session)}"
    return person
