"""Citizens, officers and leaders who do at random what their screens offer, and note it."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from tests.journeys.native import NO_TLS, Json, Native, blocks_of, form_of
from tests.journeys.system import System

from camaug import app, settings
from camaug.agencies.seed import agency_id
from camaug.audit.actions import SYSTEM
from camaug.dossiers.transitions import UNDOABLE
from camaug.identity import actions
from camaug.identity.schemas import SessionRow
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines

from .client import Told, send, upload

WARDS = [agency_id("people_committee", code) for code in ("32002", "31825")]
API = "/api/v1/apps/track-dossier"
WITH_FORM = (
    "acts/ask_supplement", "acts/send_on", "acts/refuse", "acts/finish", "acts/stop",
    "acts/ask_payment", "acts/paid", "correct", "reopen",
)  # fmt: skip
"""Acts whose forms the crowd can fill."""
AT_ONCE = ("accept", "acts", "undo")
"""Acts that are one button."""
LONGEST_DOUBT = 5.0
"""Seconds until somebody presses "undo" at the latest, which is after its time."""
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

    def kinds(self) -> Counter[str]:
        """How many of each kind were acknowledged."""
        found: Counter[str] = Counter()
        for (_, kind), count in self.done.items():
            found[kind] += count
        return found

    def note(self, dossier: str, kind: str, answer: httpx.Response) -> None:
        """An answer to an act. Whatever is neither done nor too late fails the test."""
        if answer.status_code == DONE:
            self.done[dossier, kind] += 1
            return
        assert answer.status_code in (CONFLICT, GONE), (kind, answer.status_code, answer.text)
        self.refused[answer.json()["code"]] += 1


async def at_desk(officer: Native, journal: Journal) -> None:
    """Do one of the acts that a dossier's page offers; half of what can be undone is undone.

    Of the few payments asked for half are paid at once, or a slow machine would see none paid.
    """
    dossier = journal.pick()
    done = await _act(officer, dossier, journal)
    if done in UNDOABLE and journal.choose([True, False]):
        await _act(officer, dossier, journal, only="undo")
    elif done == "ask_payment":
        await _act(officer, dossier, journal, only="acts/paid")


async def in_charge(leader: Native, journal: Journal) -> None:
    """Open one of what has ended lately and take it up again."""
    page = await send(leader, "GET", f"{API}/desk/?view=ended", journal.told)
    ended = [
        found.group(1)
        for act in _acts(page.json())
        if (found := re.fullmatch(r"/console/apps/track-dossier/([0-9a-f-]{36})", act["href"]))
    ]
    if ended:
        await _act(leader, journal.choose(ended), journal)


async def _act(
    officer: Native, dossier: str, journal: Journal, only: str | None = None
) -> str | None:
    """One of the acts that the page of the dossier offers; its kind if it was done."""
    page = await send(officer, "GET", f"{API}/desk/{dossier}", journal.told)
    if page.status_code == GONE:
        return None
    offered = [
        act
        for act in _acts(page.json())
        if _is_act(act, dossier) and (only is None or act["href"].endswith(only))
    ]
    if not offered:
        return None
    forward = [act for act in offered if not act["href"].endswith("/correct")]
    if forward and journal.choose([True, False]):
        offered = forward
    act, fields = journal.choose(offered), dict[str, Any]()
    if act["type"] == "go":
        path = act["href"].replace("/console/apps/track-dossier", f"{API}/desk")
        shown = await send(officer, "GET", path, journal.told)
        if shown.status_code == GONE:
            return None
        form = journal.choose([one for one in blocks_of(shown.json()) if one["type"] == "form"])
        act, fields = form["submit"]["action"], await _filled(officer, form, journal)
    kind = _kind(act, fields)
    if kind == "undo" and journal.choose([True, False]):
        await asyncio.sleep(random.uniform(0, LONGEST_DOUBT))  # noqa: S311
    body, key = {**act.get("body", {}), **fields}, str(uuid4())
    answer = await send(officer, "POST", act["href"], journal.told, key=key, body=body)
    journal.note(dossier, kind, answer)
    return kind if answer.status_code == DONE else None


def _kind(act: Json, fields: Json) -> str:
    if "channel" in fields:
        return "correct_channel"
    return act.get("body", {}).get("kind") or act["href"].rpartition("/")[2]


async def at_home(citizen: Native, own: list[str], journal: Journal) -> None:
    """Open one own dossier and take it back, supply or rate, if its page offers that.

    Who looks, at it or at the list, has been told: then nothing is undone any more.
    """
    if random.randrange(20) == 0:  # noqa: S311
        await send(citizen, "GET", f"{API}/", journal.told)
    dossier = journal.pick(own)
    page = (await send(citizen, "GET", f"{API}/{dossier}", journal.told)).json()
    links = [act["href"].rpartition("/")[2] for act in _acts(page) if act["type"] == "go"]
    sends = [act for act in _acts(page) if act.get("href", "").endswith("/withdraw")]
    if "supply" in links:
        kind, body = "supply", {"reason": "Đã bổ sung đủ, xin cán bộ xem giúp"}
    elif "rate" in links:
        kind, body = "rate", {"rating": random.choice("12345")}  # noqa: S311
    elif sends and random.randrange(30) == 0:  # noqa: S311
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


async def _filled(officer: Native, form: Json, journal: Journal) -> Json:
    """Values for every field that is asked for."""
    values: Json = {}
    for field in (one for one in blocks_of(form) if one.get("required")):
        name, kind = field["name"], field["type"]
        if kind == "file-field":
            values[name] = [await upload(officer, journal.told, field["purpose"])]
        elif kind == "money-field":
            values[name] = random.randrange(1, 500) * 1000  # noqa: S311
        elif kind == "choice-field":
            choices = [one["value"] for one in field["choices"]]
            ours = [one for one in choices if one in map(str, WARDS)]
            values[name] = journal.choose(ours if name == "agency_id" else choices)
        else:
            values[name] = f"Cần bản chụp rõ hơn của giấy chứng sinh, lần {uuid4().hex[:6]}"
    return values


def _acts(shown: object) -> Iterator[Json]:
    """Every action of a screen, wherever it stands."""
    if isinstance(shown, list):
        for one in shown:
            yield from _acts(one)
    elif isinstance(shown, dict):
        if shown.get("type") in ("go", "send") and "href" in shown:
            yield shown
        for one in shown.values():
            yield from _acts(one)


def _is_act(action: Json, dossier: str) -> bool:
    _, found, way = action.get("href", "").rpartition(f"/{dossier}/")
    return bool(found) and way in (AT_ONCE if action["type"] == "send" else WITH_FORM)


async def with_phone(citizen: Native, simulators: str) -> None:
    """Let the person be pushed to."""
    async with httpx.AsyncClient(base_url=simulators, verify=NO_TLS) as outside:
        new = {"app": "camaug", "platform": "android"}
        token = (await outside.post("/registrations", json=new)).json()["token"]
    device = {"provider": "fcm", "token": token, "platform": "android"}
    await citizen.send({"href": "/api/v1/devices"}, device)


@asynccontextmanager
async def staff(made: System, role: str, count: int) -> AsyncIterator[list[Native]]:
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
) -> Native:
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
    person = Native(made.url, made.simulators)
    person.http.headers["X-Forwarded-For"] = f"10.9.{number // 250}.{number % 250}"
    person.http.headers["Authorization"] = f"Bearer {tokens.issue(session)}"
    return person
