"""Benches of a whole API process: its start, its memory, and what many utilities cost a request."""

import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

from tests.journeys.system import System

from . import generated, load, report, rig
from .served import in_turn

UTILITIES, MOST = 50, 500
ROUNDS = 5
START, START_MOST, MEMORY_MIB, PLUGINS = 2.5, 3.0, 120.0, 1.2
PEOPLE = 100
REQUESTS = 6_000
"""A round of `plugins`: every utility is asked in turn."""
VISITS = 10_000
"""Requests before memory is read; every page is asked in turn."""
HOME, SEARCH = "/api/v1/screens/home", "/api/v1/apps/procedure-search/?q=khai+sinh"


async def measured(names: Sequence[str]) -> AsyncIterator[report.Result]:
    """`plugins`, `start` and `memory`, with the few installed utilities, with 50, and with 500."""
    async with AsyncExitStack() as stack:
        few, many, most = [
            await stack.enter_async_context(rig.system(count))
            for count in (0, UTILITIES - rig.INSTALLED, MOST - rig.INSTALLED)
        ]
        if "plugins" in names:
            yield await _plugins(many, most)
        if "start" in names:
            for result in await _start(few, many, most):
                yield result
        if "memory" in names:
            yield await _memory(few, many, most)


async def _plugins(many: System, most: System) -> report.Result:
    """Processor time of a page, when 500 utilities are in use beside when 50 are."""
    sides = [
        (made, await _asked(made, generated.pages(count - rig.INSTALLED)))
        for made, count in ((many, UTILITIES), (most, MOST))
    ]

    async def round_of(made: System, asked: list[bytes]) -> load.Round:
        return await load.run(_port(made), made.serve.group, asked, _is_screen)

    floors, products = await in_turn(lambda: round_of(*sides[0]), lambda: round_of(*sides[1]))
    return report.compare("plugins", PLUGINS, floors, products)


async def _asked(made: System, pages: list[str]) -> list[bytes]:
    """Signed-in requests, of all people for all pages."""
    people = await rig.citizens(made, PEOPLE)
    asked = [
        rig.request("GET", pages[number % len(pages)], people[number % PEOPLE])
        for number in range(REQUESTS)
    ]
    await rig.close(people)
    return asked


async def _start(few: System, many: System, most: System) -> list[report.Result]:
    """Processor time of all processes of `serve` until it is ready."""
    sides: list[tuple[System, list[float]]] = [(few, []), (many, []), (most, [])]
    for number in range(ROUNDS):
        for made, kept in sides if number % 2 == 0 else reversed(sides):
            await made.serve.stop()
            await made.serve.start()
            await made.ready()
            kept.append(load.cpu_seconds(made.serve.group) * 1000)
    none, fifty, all_of_them = [kept for _, kept in sides]
    unit = "x of {} utilities, CPU ms"
    return [
        report.beside("start", START, unit.format(rig.INSTALLED), none, fifty),
        report.beside(f"start-{MOST}", START_MOST, unit.format(UTILITIES), fifty, all_of_them),
    ]


async def _memory(few: System, many: System, most: System) -> report.Result:
    """Resident memory of the API process after its people have used every utility."""
    floor, product, more = [await _after_load(made) for made in (few, many, most)]
    note = f"{rig.INSTALLED}, {UTILITIES} and {MOST} utilities: "
    note += f"{floor:.0f}, {product:.0f} and {more:.0f} MiB"
    return report.absolute("memory", MEMORY_MIB, "MiB", floor, product, note)


async def _after_load(made: System) -> float:
    people = await rig.citizens(made, PEOPLE)
    shown = await people[0].get(HOME)
    tiles = [item["action"]["href"] for item in shown["blocks"][-1]["items"]]
    pages = [HOME, SEARCH, *(f"/api/v1{href}" for href in tiles)]
    asked = [
        rig.request("GET", pages[number % len(pages)], people[number % PEOPLE])
        for number in range(VISITS)
    ]
    await load.run(_port(made), made.serve.group, asked, _is_screen)
    await rig.close(people)
    group = made.serve.group
    children = [pid for pid in load.members(group) if pid != group and load.parent(pid) == group]
    return max(load.resident_mib(pid) for pid in children)  # the other one sums up metrics


def _port(made: System) -> int:
    return int(made.url.rpartition(":")[2])


def _is_screen(status: int, body: bytes) -> bool:
    return status == 200 and b"title" in (body if body[:1] == b"{" else gzip.decompress(body))
