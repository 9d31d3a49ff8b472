"""Citizens, officers and leaders who do at random what their screens offer, and note it."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar
from uuid import UUID, uuid4

import httpx
from tests.journeys.native import Json, Native, blocks_of, form_of
from tests.journeys.system import ROOT

from camaug.dossiers.transitions import UNDOABLE
from camaug_sdk.approvals import APPROVABLE

from .client import Told, send, upload
from .staff import WARDS, Member

API = "/api/v1/apps/track-dossier"
WITH_FORM = (
    "acts/ask_supplement", "acts/send_on", "acts/refuse", "acts/finish", "acts/stop",
    "acts/ask_payment", "acts/paid", "correct", "reopen", "hand-over",
    "send-back",
)  # fmt: skip
"""Acts whose forms the crowd can fill."""
AT_ONCE = ("accept", "acts", "undo", "claim", "give-back", "receive", "approve", "take-back")
"""Acts that are one button."""
ASIDE = ("/correct", "/claim", "/give-back", "/hand-over", "/receive")
"""Acts that bring a dossier no further; of what a page offers one of three is such a one."""
HOLDING = ("/hand-over", "/give-back")
"""What is done with what one holds and has received."""
FOLLOWS: dict[str, tuple[tuple[str, ...], int]] = {
    "ask_payment": (("/acts/paid",), 1),
    "accept": (("/acts/finish", "/acts/stop", "/acts/ask_payment"), 1),
    "propose": (("/take-back",), 4),
}
"""What few would come upon, or a slow machine would see none of it: one act after another, once in
so many times."""
LONGEST_DOUBT = 5.0
"""Seconds until somebody presses "undo" at the latest, which is after its time."""
WORDS: dict[str, str] = json.loads(
    (ROOT / "plugins/track-dossier/camaug_track_dossier/locales/vi.json").read_text()
)
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
        self.claimed: Counter[tuple[UUID, UUID]] = Counter()
        """Acknowledged claims by dossier and officer: of what one holds a claim does nothing."""
        self.complained: set[str] = set()
        """The dossiers about which something was said."""
        self._dossiers = dossiers
        self._random = random.Random(11)  # noqa: S311

    def pick(self, among: list[str] | None = None) -> str:
        """A dossier."""
        dossiers = among or self._dossiers
        some = dossiers[:HOT] if self._random.randrange(OFTEN) == 0 else dossiers
        return self._random.choice(some)

    def choose(self, offered: Sequence[T]) -> T:
        """One of what a page offers."""
        return self._random.choice(offered)

    def rarely(self, often: int) -> bool:
        """Once in so many times."""
        return self._random.randrange(often) == 0

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


async def at_desk(officer: Member, journal: Journal) -> None:
    """Do one of the acts that a dossier's page offers, and perhaps what follows from it.

    Now and then it is one of those that the officer holds.
    """
    if journal.rarely(5):
        await at_own(officer, journal)
        return
    dossier = journal.pick()
    done = await act(officer, dossier, journal)
    while done and (follows := _following(done, journal)):
        done = await act(officer, dossier, journal, follows)


def _following(done: str, journal: Journal) -> tuple[str, ...]:
    """Half of what can be undone is undone; of the rest some goes on, so that it happens at all."""
    if done in UNDOABLE and journal.rarely(2):
        return ("/undo",)
    follows, often = FOLLOWS.get(done, ((), 1))
    return follows if journal.rarely(often) else ()


async def at_own(officer: Member, journal: Journal) -> None:
    """Open one of those that one holds: say that it has come, hand it on or give it back."""
    page = await send(officer, "GET", f"{API}/desk/?view=mine", journal.told)
    if own := listed(page.json()):
        dossier = journal.choose(own)
        if not await act(officer, dossier, journal, ("/receive",)):
            await act(officer, dossier, journal, HOLDING)


async def in_charge(leader: Member, journal: Journal) -> None:
    """Take up again what has ended lately, or decide on what waits; half of it goes back."""
    view = journal.choose(["ended", "approval", "approval"])
    page = await send(leader, "GET", f"{API}/desk/?view={view}", journal.told)
    only = ("/reopen",) if view == "ended" else (journal.choose(["/send-back", "/approve"]),)
    if dossiers := listed(page.json()):
        await act(leader, journal.choose(dossiers), journal, only)


def listed(page: Json) -> list[str]:
    """The dossiers of a queue."""
    return [
        found.group(1)
        for act in actions(page)
        if (found := re.fullmatch(r"/console/apps/track-dossier/([0-9a-f-]{36})", act["href"]))
    ]


async def offered(
    officer: Member, dossier: str, journal: Journal, only: tuple[str, ...] = ("",)
) -> list[Json]:
    """What the page of a dossier offers of the acts that the crowd can do; `only` ends theirs."""
    page = await send(officer, "GET", f"{API}/desk/{dossier}", journal.told)
    if page.status_code == GONE:
        return []
    return [
        act for act in actions(page.json()) if _is_act(act, dossier) and act["href"].endswith(only)
    ]


async def act(
    officer: Member, dossier: str, journal: Journal, only: tuple[str, ...] = ("",)
) -> str | None:
    """One of the acts that the page of the dossier offers; its kind if it was done."""
    acts = await offered(officer, dossier, journal, only)
    aside = [one for one in acts if one["href"].endswith(ASIDE)]
    forward = [one for one in acts if one not in aside]
    if not acts:
        return None
    if forward and aside:
        acts = aside if journal.rarely(3) else forward
    entered = await _entered(officer, journal.choose(acts), journal)
    if entered is None:
        return None
    chosen, fields = entered
    kind = _kind(chosen, fields)
    if kind == "undo" and journal.choose([True, False]):
        await asyncio.sleep(random.uniform(0, LONGEST_DOUBT))  # noqa: S311
    body, key = {**chosen.get("body", {}), **fields}, str(uuid4())
    answer = await send(officer, "POST", chosen["href"], journal.told, key=key, body=body)
    journal.note(dossier, kind, answer)
    if answer.status_code != DONE:
        return None
    if kind == "approve":
        journal.done[dossier, _let(chosen)] += 1
    if kind == "claim":
        journal.claimed[UUID(dossier), officer.staff_id] += 1
    return kind


async def _entered(officer: Member, chosen: Json, journal: Journal) -> tuple[Json, Json] | None:
    """What is sent and with which values; nothing when its form is not there any more."""
    if chosen["type"] == "send":
        return chosen, {}
    path = chosen["href"].replace("/console/apps/track-dossier", f"{API}/desk")
    shown = await send(officer, "GET", path, journal.told)
    if shown.status_code == GONE:
        return None
    form = journal.choose([one for one in blocks_of(shown.json()) if one["type"] == "form"])
    return form["submit"]["action"], await filled(officer, form, journal)


def _kind(act: Json, fields: Json) -> str:
    if "channel" in fields:
        return "correct_channel"
    way = act["href"].rpartition("/")[2]
    return str(act["body"]["kind"]) if way == "acts" else way


def _let(approve: Json) -> str:
    """The act that a leader lets happen, as the question before it names it."""
    asked = approve["confirm"]["title"]
    return next(kind for kind in APPROVABLE if WORDS[f"act.{kind}"] in asked)


async def at_home(citizen: Native, own: list[str], journal: Journal) -> None:
    """Open one own dossier and take it back, supply or rate, if its page offers that.

    Who looks, at it or at the list, has been told: then nothing is undone any more.
    """
    if random.randrange(20) == 0:  # noqa: S311
        await send(citizen, "GET", f"{API}/", journal.told)
    dossier = journal.pick(own)
    page = (await send(citizen, "GET", f"{API}/{dossier}", journal.told)).json()
    links = [act["href"].rpartition("/")[2] for act in actions(page) if act["type"] == "go"]
    sends = [act for act in actions(page) if act.get("href", "").endswith("/withdraw")]
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


async def filled(officer: Native, form: Json, journal: Journal) -> Json:
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


def actions(shown: object) -> Iterator[Json]:
    """Every action of a screen, wherever it stands."""
    if isinstance(shown, list):
        for one in shown:
            yield from actions(one)
    elif isinstance(shown, dict):
        if shown.get("type") in ("go", "send") and "href" in shown:
            yield shown
        for one in shown.values():
            yield from actions(one)


def _is_act(action: Json, dossier: str) -> bool:
    _, found, way = action.get("href", "").rpartition(f"/{dossier}/")
    return bool(found) and way in (AT_ONCE if action["type"] == "send" else WITH_FORM)
