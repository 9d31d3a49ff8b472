"""A utility is disabled, enabled, upgraded and rolled back while all are used (`-s` shows figures).

Two hundred requests a second go to another utility, forty to the one that changes.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from tests.backend.plugins.conftest import Site
from tests.bench import load, rig
from tests.journeys.system import System

SOURCE = """
import os
from litestar import get
from camaug_sdk import Plugin, Screen
from camaug_changing_one.words import TITLE

@get("/")
async def show_home() -> Screen:
    return Screen(title=f"{TITLE} {os.getpid()}", lang="vi", blocks=[])

plugin = Plugin(routes=[show_home])
"""
ID, OTHER = "changing-one", "good-one"
RATE, OWN_RATE = 200, 40
SOON_S = 5.0
"""From the end of the command until no process answers as before."""
CALM_S = 4.0
"""Watched before each step, and after its effect."""
PATIENCE_S = 5.0
CONNECTIONS = 17
"""At once, again and again until each process has one of them; then used in turn."""
DISABLED = "503 plugin_disabled"


def version(plugins: Path, title: str) -> None:
    """The module in which versions differ, of one size, as an installer replaces it."""
    place = plugins / "camaug_changing_one" / "words.py"
    new = place.with_name("words.new")
    new.write_text(f"TITLE = {title!r}\n")
    new.rename(place)


@pytest.fixture
async def system(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[System]:
    """Two API processes, and the two utilities beside the installed ones."""
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    site = Site(plugins)
    site.add(ID, SOURCE)
    version(plugins, "one")
    site.add(OTHER)
    async with rig.database(environment) as own:
        env = own | rig.pythonpath(plugins)
        env |= {"CAMAUG_WORKERS": "2", "CAMAUG_TRUSTED_PROXIES": "127.0.0.1"}
        async with System(env, tmp_path).running() as made:
            yield made


@dataclass
class Seen:
    """What came of the requests of one utility since the last look."""

    answers: list[tuple[float, str]] = field(default_factory=list)
    """When each was asked, and "<title> <process>", or "<status> <code>", or the error."""
    times: list[float] = field(default_factory=list)

    def count(self) -> Counter[str]:
        """Answers by what they said, without the process."""
        return Counter(said.partition(" ")[0] if _good(said) else said for _, said in self.answers)

    def processes(self, title: str, since: float) -> set[str]:
        """Which of them answered with this title."""
        return {said for at, said in self.answers if at >= since and said.startswith(f"{title} ")}

    def last(self, *but: str) -> float:
        """When the last request was asked that was answered as none of these says."""
        return max((at for at, said in self.answers if not said.startswith(but)), default=0.0)

    def p99_ms(self) -> float:
        """Of all answers."""
        return sorted(self.times)[len(self.times) * 99 // 100] * 1000


def _good(said: str) -> bool:
    return said[:1].isalpha() and said.count(" ") == 1


class People:
    """Use both utilities at a steady rate, each over kept connections as a proxy does."""

    def __init__(self, port: int) -> None:
        self.over = False
        self.processes: dict[str, set[str]] = {}
        """Which have ever answered with a title."""
        self.seen = {ID: Seen(), OTHER: Seen()}
        self._port = port
        self._idle: list[load.Connection] = []
        self._number = 0

    def look(self) -> dict[str, Seen]:
        """What was seen since the last look."""
        seen, self.seen = self.seen, {ID: Seen(), OTHER: Seen()}
        return seen

    async def go_on(self) -> None:
        """Until `over`; those under way are answered."""
        for _ in range(50):
            if len(self.processes.get("one", ())) == 2:
                break
            self._idle.clear()  # the system gives idle callers to whichever process is awake
            await asyncio.gather(*(self._ask(ID) for _ in range(CONNECTIONS)))
        self.look()
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(10**9):
                if self.over:
                    break
                group.create_task(self._ask(OTHER))
                if number % (RATE // OWN_RATE) == 0:
                    group.create_task(self._ask(ID))
                await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))

    async def _ask(self, plugin_id: str) -> None:
        """Once: what is not answered at the first try has failed."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, body = await self._answer(_request(plugin_id, self._next()))
        except (OSError, TimeoutError) as error:
            said = f"{type(error).__name__} {error}"
        else:
            told = msgspec.json.decode(body)
            said = str(told["title"]) if status == 200 else f"{status} {told['code']}"
            if said == DISABLED:
                assert told["title"], told["detail"]
        if plugin_id == ID and _good(said):
            title, _, process = said.partition(" ")
            self.processes.setdefault(title, set()).add(process)
        seen = self.seen[plugin_id]
        seen.answers.append((began, said))
        seen.times.append(time.monotonic() - began)

    def _next(self) -> int:
        self._number += 1
        return self._number

    async def _answer(self, request: bytes) -> tuple[int, bytes]:
        self._idle = [one for one in self._idle if one.kept]
        if self._idle:
            wire = self._idle.pop(0)  # in turn, so that both processes are asked
        else:
            wire = await self._connected()
        answer = await wire.ask(request)
        if wire.kept:
            self._idle.append(wire)
        return answer

    async def _connected(self) -> load.Connection:
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(load.Connection, "127.0.0.1", self._port)
        return wire


def _request(plugin_id: str, number: int) -> bytes:
    source = f"10.3.{number // 250 % 250}.{number % 250}"
    return (
        f"GET /api/v1/apps/{plugin_id}/ HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {source}\r\n\r\n"
    ).encode()


async def step(people: People, name: str, system: System, *command: str, to: str) -> list[str]:
    """Give a command, wait until everybody is answered `to`, print; what was wrong."""
    people.look()
    await asyncio.sleep(CALM_S)
    before = set(people.seen[ID].count())
    await system.command("camaug.cli", *command)
    done = time.monotonic()
    await asyncio.sleep(SOON_S + CALM_S)
    seen = people.look()
    own, other = seen[ID], seen[OTHER]
    took = max(0.0, own.last(to) - done)
    failed = other.count().total() - other.count()["Good"]
    wrong = [said for said in own.count() if said not in {*before, to}]
    processes = len(own.processes(to, done)) if to != DISABLED else 2
    sys.stdout.write(
        f"\nlifecycle {name}: in every process {took:.1f} s after the command; other utility:"
        f" {len(other.times)} answered, failed {failed}, p99 {other.p99_ms():.0f} ms; this one:"
        f" {dict(own.count())}, p99 {own.p99_ms():.0f} ms\n"
    )
    if took > SOON_S or failed or wrong or processes != 2 or not own.count()[to]:
        return [f"{name}: {took:.1f} s, {other.count()}, {own.count()}, {processes} processes"]
    return []


async def unchecked(people: People, name: str, title: str) -> list[str]:
    """Files were replaced and nobody has checked them: what is loaded goes on."""
    people.look()
    await asyncio.sleep(CALM_S)
    seen = people.look()
    own, other = seen[ID].count(), seen[OTHER].count()
    failed = other.total() - other["Good"]
    sys.stdout.write(f"\nlifecycle {name}: failed {failed}; this one: {dict(own)}\n")
    return [f"{name}: {own}, {other}"] if failed or set(own) != {title} else []


async def test_a_utility_changes_and_nobody_elses_request_fails(system: System) -> None:
    plugins = Path(system.env["PYTHONPATH"].partition(":")[0])
    people = People(int(system.url.rpartition(":")[2]))
    going = asyncio.create_task(people.go_on())
    await asyncio.sleep(CALM_S)
    move = ("--why", "lifecycle")
    wrong = await step(people, "disable", system, "plugins", "disable", ID, *move, to=DISABLED)
    wrong += await step(people, "enable", system, "plugins", "enable", ID, *move, to="one")
    version(plugins, "two")
    wrong += await unchecked(people, "new files, before migrate", "one")
    wrong += await step(people, "upgrade", system, "migrate", to="two")
    version(plugins, "one")
    wrong += await unchecked(people, "old files, before migrate", "two")
    wrong += await step(people, "roll back", system, "migrate", to="one")
    people.over = True
    await going
    started = len(people.processes["one"] | people.processes["two"])
    sys.stdout.write(f"\nlifecycle processes: {started} of 2 that were started\n")
    log = [line for line in system.serve.log.read_text().splitlines() if '"info"' not in line]
    assert not wrong, "\n".join([*wrong, *log[-20:]])
    assert started == 2  # none was started anew
