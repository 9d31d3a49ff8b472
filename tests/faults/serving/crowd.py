"""Citizens and officers who do at random what their screens offer, and note what came of it."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import httpx
from tests.journeys.native import Json, Native, blocks_of, form_of
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

from .client import Told, send, upload

WARDS = [agency_id("people_committee", code) for code in ("32002", "31825")]
API = "/api/v1/apps/track-dossier"
WITH_FORM = ("ask_supplement", "send_on", "refuse", "finish", "stop")
"""Acts whose forms the crowd can fill."""
HOT = 20
"""So many dossiers get a third of all that is done: there people meet."""
OFTEN = 3
DONE, CONFLICT, GONE, WRONG = 200, 409, 404, 422


T = TypeVar("T")


class Journal:
    """What the crowd was told."""

    def __init__(self, dossiers: list[str]) -> None:
        self.told = Told()
        self.done: Counter[tuple[str, str]] = Counter()
        """Acknowledged acts by dossier and kind."""
        self.refused: Counter[str] = Counter()
        """Acts that came too late, by code."""
        self._dossiers = dossiers
        self._random = random.Random(11)  # noqa: S311

    def pick(self, among: list[str] | None = None) -> str:
        """A dossier."""
        dossiers = among or self._dossiers
        some = dossiers[:HOT] if self._random.randrange(OFTEN) == 0 else dossiers
        return self._random.choice(some)

    def choose(self, offered: list[T]) -> T:
        """One of what a page offers."""
        return self._random.choice(offered)

    def note(self, dossier: str, kind: str, answer: httpx.Response) -> None:
        """An answer to an act. Whatever is neither done nor too late fails the test."""
        if answer.status_code == DONE:
            self.done[dossier, kind] += 1
            return
        assert answer.status_code in (CONFLICT, GONE), (kind, answer.status_code, answer.text)
        self.refused[answer.json()["code"]] += 1


async def at_desk(officer: Native, journal: Journal) -> None:
    """Open one dossier and do one of the acts that its page offers."""
    dossier = journal.pick()
    page = await send(officer, "GET", f"{API}/desk/{dossier}", journal.told)
    if page.status_code == GONE:
        return
    offered = [act for act in _acts(page.json()) if _is_act(act, dossier)]
    if not offered:
        return
    act = journal.choose(offered)
    shown: Json = {}
    if act["type"] == "go":
        path = act["href"].replace("/console/apps/track-dossier", f"{API}/desk")
        form = await send(officer, "GET", path, journal.told)
        if form.status_code == GONE:
            return
        shown = form_of(form.json())
        act = shown["submit"]["action"]
    kind = act["body"].get("kind", "accept")
    body = {**act["body"], **await _more(officer, kind, shown, journal)}
    key = str(uuid4())
    answer = await send(officer, "POST", act["href"], journal.told, key=key, body=body)
    journal.note(dossier, kind, answer)


async def at_home(citizen: Native, own: list[str], journal: Journal) -> None:
    """Open one own dossier and take it back, supply or rate, if its page offers that."""
    dossier = journal.pick(own)
    page = (await send(citizen, "GET", f"{API}/{dossier}", journal.told)).json()
    links = [act["href"].rpartition("/")[2] for act in _acts(page) if act["type"] == "go"]
    sends = [act for act in _acts(page) if act.get("href", "").endswith("/withdraw")]
    if "supply" in links:
        kind, body = "supply", {"reason": "Đã bổ sung đủ, xin cán bộ xem giúp"}
    elif "rate" in links:
        kind, body = "rate", {"rating": random.choice("12345")}  # noqa: S311
    elif sends and random.randrange(8) == 0:  # noqa: S311
        kind, body = "withdraw", sends[0]["body"]
    else:
        return
    path = f"{API}/{dossier}/{kind}"
    if kind != "withdraw":
        form = await send(citizen, "GET", path, journal.told)
        if form.status_code == GONE:
            return
        body = {**form_of(form.json())["submit"]["action"].get("body", {}), **body}
    answer = await send(citizen, "POST", path, journal.told, key=str(uuid4()), body=body)
    journal.note(dossier, kind, answer)


async def _more(officer: Native, kind: str, form: Json, journal: Journal) -> Json:
    if kind == "finish":
        return {"result": [await upload(officer, journal.told, "result")]}
    if kind == "send_on":
        choices = next(one["choices"] for one in blocks_of(form) if one.get("name") == "agency_id")
        ours = [one["value"] for one in choices if one["value"] in map(str, WARDS)]
        return {"reason": "Thuộc thẩm quyền của nơi nhận", "agency_id": journal.choose(ours)}
    if kind in ("refuse", "stop", "ask_supplement"):
        return {"reason": "Cần bản chụp rõ hơn của giấy chứng sinh"}
    return {}


def _acts(page: Json) -> list[Json]:
    """Every action of a screen, also of its foot."""
    found = [one["action"] for one in blocks_of(page) if isinstance(one.get("action"), dict)]
    foot = page.get("primary") or {}
    return [*found, *([foot["action"]] if foot.get("action") else [])]


def _is_act(action: Json, dossier: str) -> bool:
    href = action.get("href", "")
    if dossier not in href:
        return False
    done = href.endswith(("/accept", "/acts"))
    return done or ("/acts/" in href and href.rpartition("/")[2] in WITH_FORM)


@asynccontextmanager
async def officers(made: System, count: int) -> AsyncIterator[list[Native]]:
    """So many, half of them of one ward and half of two; signed in without the ceremony."""
    config = settings.load(made.env)
    async with app.engines(config, process="crowd") as engines:
        tokens = Tokens(engines, config.public_url)
        await tokens.read_keys()
        people = [
            await _officer(made, engines, tokens, number, WARDS[: 1 + number % 2])
            for number in range(count)
        ]
    try:
        yield people
    finally:
        for one in people:
            await one.close()


async def _officer(
    made: System, engines: Engines, tokens: Tokens, number: int, wards: list[UUID]
) -> Native:
    async with db.transaction(engines.pool) as conn:
        staff = await actions.create_staff(
            engines, conn, f"crowd.{number}", "lúa chín bên sông", "Lê Mẫu", SYSTEM
        )
        for ward in wards:
            await actions.assign(engines, conn, staff, "officer", ward, SYSTEM)
    now = engines.clock.now()
    session = SessionRow(
        session_id=uuid7(),
        audience="staff",
        subject_id=staff,
        assurance=2,
        counter=0,
        rotated_at=now,
        created_at=now,
        proved_at=now,
        expires_at=now + timedelta(days=1),
        ended_at=None,
    )
    person = Native(made.url, made.simulators)
    person.http.headers["X-Forwarded-For"] = f"10.9.{number // 250}.{number % 250}"
    person.http.headers["Authorization"] = f"Bearer {tokens.issue(session)}"
    return person
