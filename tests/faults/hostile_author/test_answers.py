"""What a hostile author answers, byte by byte, and what outsiders do to a good utility."""

import asyncio
import re
import urllib.request
from typing import Any

import asyncpg
import pytest
from tests.faults.hostile_author import outcome
from tests.faults.hostile_author.attacks import ANSWERS
from tests.faults.hostile_author.test_serving import GOOD, HOSTILE, anew, get, system  # noqa: F401
from tests.journeys.system import System

Won = tuple[bool, str]


async def raw(port: int, request: bytes, seconds: float = 3) -> bytes:
    """All that comes back on one connection within the time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    writer.write(request)
    got = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while part := await reader.read(65536):
                got += part
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return bytes(got)


async def serves_still(port: int) -> bool:
    return all([b" 200 " in (await raw(port, get("communes", n), 1.0))[:20] for n in range(8)])


async def odd_status(port: int, _: Any) -> Won:
    said = []
    for status in (0, 99, 100, 101, 204, 304, 999, 1000, 70000):
        got = await raw(port, get(f"apps/{HOSTILE}/status/{status}", status), 1.0)
        said.append(f"{status}: {got[9:12].decode() or 'nothing'}")
    alive = await serves_still(port)
    return not alive, f"{', '.join(said)}; the core answers: {alive}"


async def splits(port: int, _: Any) -> Won:
    got = await raw(port, get(f"apps/{HOSTILE}/splits", 1))
    return b"\r\nset-cookie: session=mine" in got, f"{got[:60]!r}"


async def says_less(port: int, _: Any) -> Won:
    """The next answer on the connection, which may be another person's behind a proxy."""
    both = get(f"apps/{HOSTILE}/says-less", 1) + get("communes", 1)
    got = await raw(port, both)
    return (
        b"content-length: 1\r\n" in got.lower(),
        f"{len(re.findall(b'HTTP/1.1 ', got))} answers to 2 questions",
    )


async def long_header(port: int, _: Any) -> Won:
    got = await raw(port, get(f"apps/{HOSTILE}/long-header", 1))
    alive = await serves_still(port)
    return not alive or len(got) > 1_000_000, f"{len(got)} bytes of header were sent"


async def own_page(port: int, _: Any) -> Won:
    """A page with a script of the same origin, which has what the shell has there."""
    page = (await raw(port, get(f"apps/{HOSTILE}/page", 1), 1.0)).lower()
    script = (await raw(port, get(f"apps/{HOSTILE}/script", 2), 1.0)).lower()
    policy = re.search(rb"content-security-policy: (.*?)\r", page)
    lets = policy is not None and b"script-src 'self'" in policy[1] and b"sandbox" not in policy[1]
    won = lets and b"text/html" in page and b"content-type: text/javascript" in script
    return won, "a page and its script are served from the shell's own origin" if won else "not"


async def names_routes(port: int, system: System) -> Won:  # noqa: F811
    for number in range(300):
        await raw(port, get(f"apps/{HOSTILE}/names-routes", number), 0.05)
    with urllib.request.urlopen(system.metrics, timeout=10) as answer:  # noqa: ASYNC210, S310
        text = answer.read().decode()
    names = set(re.findall(r'route="(/[0-9a-f-]{36})"', text))
    return len(names) > 10, f"{len(names)} labels of its own in /metrics, {len(text)} bytes"


async def slow_bodies(port: int, system: System) -> Won:  # noqa: F811
    """No author at all: people who send half a body to a good utility."""
    head = (
        f"POST /api/v1/apps/{GOOD}/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 50\r\nX-Forwarded-For: 10.9.0.%d\r\n\r\n{"
    )
    await asyncio.gather(*(raw(port, (head % number).encode(), 12) for number in range(24)))
    await asyncio.sleep(1)
    admin = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    row = await admin.fetchrow("select state, reason from core.plugin where plugin_id = $1", GOOD)
    await admin.close()
    return row["state"] != "active", f"24 half bodies, 12 s later the good utility: {tuple(row)}"


TRIED: dict[str, Any] = {
    one.__name__.replace("_", "-"): one
    for one in (odd_status, splits, says_less, long_header, own_page, names_routes, slow_bodies)
}


@pytest.mark.parametrize("name", list(ANSWERS))
async def test_what_a_hostile_author_answers(system: System, name: str) -> None:  # noqa: F811
    admin = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    await anew(system, admin)
    await admin.close()
    won, figure = await TRIED[name](int(system.url.rpartition(":")[2]), system)
    outcome.say(name, "author" if won else "host", figure)
    assert won == bool(ANSWERS[name]), figure
