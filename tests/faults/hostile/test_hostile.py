"""A utility that hurts its process is suspended, and the others go on (`-s` shows figures)."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest
from tests.backend.plugins.conftest import Site
from tests.bench import load, rig
from tests.journeys.system import System

HOSTILE = """
import asyncio, ctypes, os, time
from litestar import get
from camaug_sdk import Plugin, Screen, Visitor

KEPT = []

def page():
    return Screen(title="x", lang="vi", blocks=[])

@get("/")
async def show_home(visitor: Visitor) -> Screen:
    return page()

@get("/raises")
async def fail() -> Screen:
    raise RuntimeError

@get("/spins")
async def spin() -> Screen:
    while True:
        pass

@get("/sleeps")
async def sleep() -> Screen:
    time.sleep(600)
    return page()

@get("/counts")
async def count() -> Screen:
    sum(range(10**12))  # in C, which lets no other thread run
    return page()

async def later() -> None:
    await asyncio.sleep(0.1)
    while True:
        pass

@get("/leaves-a-task")
async def leave() -> Screen:
    KEPT.append(asyncio.create_task(later()))
    return page()

@get("/exits")
async def end() -> Screen:
    os._exit(3)

@get("/faults")
async def fault() -> Screen:
    ctypes.string_at(0)
    return page()

@get("/grows")
async def grow() -> Screen:
    KEPT.append(bytearray(os.urandom(1024)) * 20480)
    await asyncio.sleep(0.02)
    return page()

@get("/swallows")
async def swallow() -> Screen:
    KEPT.append(bytearray(2**40))
    return page()

HURTS = [fail, spin, sleep, count, leave, end, fault, grow, swallow]
plugin = Plugin(routes=[show_home, *HURTS])
"""
SECONDS = {
    "raises": (5, 3), "spins": (5, 3), "sleeps": (5, 3), "leaves-a-task": (5, 3),
    "counts": (10, 3), "exits": (10, 3), "faults": (10, 3), "grows": (10, 3), "swallows": (5, 3),
}  # fmt: skip
"""Until it is suspended at the latest, and from then until the core answers everybody."""
HOSTILE_ID, GOOD_ID = "hostile-one", "good-one"
PATIENCE_S = 1.0
BUSY = 503


@pytest.fixture
async def system(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[System]:
    """Two API processes, a hostile utility and a good one beside the installed ones."""
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    site = Site(plugins)
    site.add(HOSTILE_ID, HOSTILE)
    site.add(GOOD_ID)
    async with rig.database(environment) as own:
        env = own | rig.pythonpath(plugins)
        env |= {"CAMAUG_WORKERS": "2", "CAMAUG_TRUSTED_PROXIES": "127.0.0.1"}
        async with System(env, tmp_path).running() as made:
            yield made


class Others:
    """People who use the good utility all the while, each time over a new connection."""

    def __init__(self, port: int) -> None:
        self.answers = Counter[str]()
        self.waited: list[float] = []
        """When each call that had to be made again was answered at last."""
        self._port = port
        self._number = 0

    async def ask(self) -> None:
        """Until it is answered, as a shell and a proxy would."""
        self._number += 1
        request = get(GOOD_ID, self._number)
        while True:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    status, body = await load.once(self._port, request)
                if status != BUSY:
                    break
                self.waited.append(time.monotonic())
                await asyncio.sleep(1)  # as its Retry-After says
            except (OSError, ConnectionError, TimeoutError):
                self.waited.append(time.monotonic())
                await asyncio.sleep(0.05)
        code = "" if status == 200 else f" {msgspec.json.decode(body)['code']}"
        self.answers[f"{status}{code}"] += 1

    async def go_on(self) -> None:
        """Twenty times a second until cancelled; those under way are answered."""
        async with asyncio.TaskGroup() as group:
            while not self.over:
                group.create_task(self.ask())
                await asyncio.sleep(0.05)

    over = False


def get(plugin_id: str, number: int, path: str = "") -> bytes:
    source = f"10.2.{number // 250 % 250}.{number % 250}"
    return (
        f"GET /api/v1/apps/{plugin_id}/{path} HTTP/1.1\r\nHost: x\r\n"
        f"X-Forwarded-For: {source}\r\n\r\n"
    ).encode()


async def hurt(port: int, path: str) -> None:
    """Call the hostile address until it is suspended."""
    for number in range(1, 200):
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, body = await load.once(port, get(HOSTILE_ID, number, path))
        except (OSError, ConnectionError, TimeoutError):
            continue
        if status == 503 and b"plugin_suspended" in body:
            return
        await asyncio.sleep(0.05)


async def test_a_hostile_utility_hurts_nobody_else(system: System) -> None:
    port = int(system.url.rpartition(":")[2])
    admin = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    failures: list[str] = []
    for path, (soon, back) in SECONDS.items():
        others = Others(port)
        going = asyncio.create_task(others.go_on())
        await asyncio.sleep(1)
        began = time.monotonic()
        hurting = asyncio.create_task(hurt(port, path))
        suspended = await until_suspended(admin, began + 40)
        await hurting
        await asyncio.sleep(4)
        others.over = True
        await going
        reason = await admin.fetchval(
            "select reason || ': ' || note from core.plugin_change where plugin_id = $1"
            " order by change_id desc limit 1",
            HOSTILE_ID,
        )
        took = suspended - began
        rest = max([0.0, *(at - suspended for at in others.waited)])
        wrong = sum(n for status, n in others.answers.items() if status != "200")
        sys.stdout.write(
            f"\nhostile {path}: suspended after {took:.1f} s ({reason}); others:"
            f" {others.answers.total()} answered, wrong {wrong}, asked again {len(others.waited)},"
            f" last {rest:.1f} s after the suspension\n"
        )
        if took > soon or rest > back or wrong:
            failures.append(f"{path}: {took:.1f} s, {rest:.1f} s, {others.answers}")
        await system.command("camaug.cli", "plugins", "enable", HOSTILE_ID, "--why", "next")
        await asyncio.sleep(3)
    await admin.close()
    assert not failures


async def until_suspended(admin: asyncpg.Connection, at_most: float) -> float:
    while time.monotonic() < at_most:
        if await admin.fetchval(
            "select state from core.plugin where plugin_id = $1", HOSTILE_ID
        ) == ("suspended"):
            break
        await asyncio.sleep(0.05)
    return time.monotonic()
