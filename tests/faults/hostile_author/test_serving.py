"""A hostile author against `serve`: who is hurt, for how long, and whether it is suspended.

    ./camaug test tests/faults/hostile_author/test_serving.py -s -k "stops-itself or collects"

runs these alone. Where the author is expected to win, the reason is in the table.
"""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest
from tests.backend.plugins.conftest import Site
from tests.bench import load, rig
from tests.faults.hostile_author import outcome
from tests.faults.hostile_author.attacks import SERVING
from tests.journeys.system import System

HOSTILE, GOOD = "hostile-author", "good-one"
ATTACK_S, QUIET_S = 13.0, 5.0
SUSPENDED_S, BACK_S, WAIT_S = 10.0, 3.0, 1.5
"""The promise: nobody waits longer, or it is suspended by then and others answered by then."""
PATIENCE_S, GIVEN_UP_S = 1.0, 12.0
GOOD_SOURCE = """
from litestar import get, post
from litestar.response import Response
from camaug_sdk import Plugin, Screen, Visitor

@get("/")
async def show_home(visitor: Visitor) -> Screen:
    return Screen(title="Good", lang=visitor.language, blocks=[])

@get("/thread", sync_to_thread=True)
def show_thread() -> Screen:
    return Screen(title="Good", lang="vi", blocks=[])

@post("/echo", status_code=200)
async def echo(data: dict[str, str]) -> Response[bytes]:
    return Response(b"{}")

plugin = Plugin(routes=[show_home, show_thread, echo])
"""
IMPORTS = """
import os, time
from litestar import get
from camaug_sdk import Plugin, Screen
if "CAMAUG_DATABASE_URL" in os.environ:  # never where it is tried out
    {bomb}

@get("/")
async def show_home() -> Screen:
    return Screen(title="x", lang="vi", blocks=[])

plugin = Plugin(routes=[show_home])
"""
BOMBS = {
    "import-computes": "sum(range(10**12))",
    "import-spins": "\n    while True: pass",
    "import-sleeps": "time.sleep(10**6)",
}
ASKED = (f"apps/{GOOD}/", f"apps/{GOOD}/thread", "communes")


@pytest.fixture(scope="module")
async def system(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    """Two API processes, the hostile utilities and a good one."""
    folder = tmp_path_factory.mktemp("hostile")
    plugins = folder / "plugins"
    plugins.mkdir()
    site = Site(plugins)
    site.add(HOSTILE, Path(__file__).with_name("serving_plugin.py").read_text())
    site.add(GOOD, GOOD_SOURCE)
    for name, bomb in BOMBS.items():
        site.add(name, IMPORTS.format(bomb=bomb))
    async with rig.database(environment) as own:
        env = own | rig.pythonpath(plugins)
        env |= {"CAMAUG_WORKERS": "2", "CAMAUG_TRUSTED_PROXIES": "127.0.0.1"}
        async with System(env, folder).running() as made:
            yield made


class Others:
    """People who use the core and a good utility, each time over a new connection."""

    def __init__(self, port: int) -> None:
        self.answered, self.wrong = 0, Counter[str]()
        self.waits: list[float] = []
        self.late: list[float] = []
        """When a call that had to be made again was answered at last, or given up."""
        self.over = False
        self._port, self._number = port, 0

    async def go_on(self) -> None:
        async with asyncio.TaskGroup() as group:
            while not self.over:
                group.create_task(self._ask(ASKED[self._number % len(ASKED)]))
                await asyncio.sleep(0.05)

    async def _ask(self, path: str) -> None:
        self._number += 1
        request, began, again = get(path, self._number), time.monotonic(), False
        while time.monotonic() < began + GIVEN_UP_S:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    status, body = await load.once(self._port, request)
            except (OSError, ConnectionError, TimeoutError):
                again = True
                await asyncio.sleep(0.05)
                continue
            if b"plugin_busy" in body:
                again = True
                await asyncio.sleep(1)  # as its Retry-After says
                continue
            if status != 200:
                self.wrong[f"{status} {path.rpartition('/')[2] or path} {_code(body)}"] += 1
            break
        else:
            self.wrong[f"no answer {path}"] += 1
        self.answered += 1
        now = time.monotonic()
        self.waits.append(now - began)
        if again:
            self.late.append(now)


def _code(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body).get("code", ""))
    except (msgspec.MsgspecError, AttributeError):
        return ""


def get(path: str, number: int) -> bytes:
    source = f"10.3.{number // 250 % 250}.{number % 250}"
    return (f"GET /api/v1/{path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {source}\r\n\r\n").encode()


async def attack(port: int, path: str, until: float) -> None:
    """Call the address over and over."""
    number = 10_000
    while time.monotonic() < until:
        number += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                await load.once(port, get(path, number))
        except (OSError, ConnectionError, TimeoutError):
            continue
        await asyncio.sleep(0.05)


async def anew(system: System, admin: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Everything as at the beginning."""
    await system.serve.stop(signal.SIGKILL)
    await admin.execute(
        "update core.plugin set state = 'active', reason = null, resume_at = null"
        " where state = 'suspended'"
    )
    await system.serve.start()
    await system.ready()
    port = int(system.url.rpartition(":")[2])
    for number in range(40):
        for path in ASKED:
            await load.once(port, get(path, number))


@pytest.mark.parametrize("name", SERVING)
async def test_what_a_hostile_author_does_to_others(system: System, name: str) -> None:
    admin = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    try:
        await anew(system, admin)
        await one(system, admin, name)
    finally:
        await admin.close()
    why = SERVING[name]
    assert why or outcome.WINNERS[name] == "host"


async def one(system: System, admin: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    port = int(system.url.rpartition(":")[2])
    plugin_id = name if name in BOMBS else HOSTILE
    path = f"apps/{plugin_id}/" + ("" if name in BOMBS else name)
    others = Others(port)
    going = asyncio.create_task(others.go_on())
    await asyncio.sleep(1)
    began = time.monotonic()
    attacking = [asyncio.create_task(attack(port, path, began + ATTACK_S)) for _ in range(4)]
    suspended: float | None = None
    while time.monotonic() < began + ATTACK_S and suspended is None:
        state = await admin.fetchval(
            "select state from core.plugin where plugin_id = $1", plugin_id
        )
        if state == "suspended":
            suspended = time.monotonic()
        await asyncio.sleep(0.05)
    await asyncio.gather(*attacking)
    await asyncio.sleep(max(0.0, (suspended or time.monotonic()) + QUIET_S - time.monotonic()))
    others.over = True
    await going
    hurt = await admin.fetch(
        "select plugin_id, reason from core.plugin where state = 'suspended' and plugin_id <> $1",
        plugin_id,
    )
    judge(name, others, began, suspended, [f"{row['plugin_id']}: {row['reason']}" for row in hurt])


def judge(
    name: str, others: Others, began: float, suspended: float | None, framed: list[str]
) -> None:
    wrong, worst = sum(others.wrong.values()), max(others.waits)
    kept = worst <= WAIT_S
    if suspended is None:
        when = "never suspended"
    else:
        rest = max([0.0, *(at - suspended for at in others.late)])
        kept = kept or (suspended - began <= SUSPENDED_S and rest <= BACK_S)
        when = f"suspended after {suspended - began:.1f} s, last asked again {rest:.1f} s later"
    winner = "host" if kept and not wrong and not framed else "author"
    more = f"; wrong: {dict(others.wrong.most_common(4))}" if wrong else ""
    more += f"; suspended instead: {', '.join(framed)}" if framed else ""
    outcome.say(
        name,
        winner,
        f"{when}; others: {others.answered} asked, {wrong} wrong, {len(others.late)} asked again,"
        f" longest wait {worst:.1f} s{more}",
    )
