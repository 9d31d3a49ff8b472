"""Benches of a whole API process: what its start costs, and how much memory it holds."""

import gzip
from collections.abc import Sequence

from tests.journeys.system import System

from . import load, report, rig

UTILITIES = 50
ROUNDS = 5
START, MEMORY_MIB = 2.5, 120.0
PEOPLE = 100
HOME, SEARCH = "/api/v1/screens/home", "/api/v1/apps/procedure-search/?q=khai+sinh"


async def measured(names: Sequence[str]) -> list[report.Result]:
    """`start` and `memory`, each with fifty utilities beside the few that are installed."""
    results: list[report.Result] = []
    async with rig.system(UTILITIES - rig.INSTALLED) as many, rig.system(0) as few:
        if "start" in names:
            results.append(await _start(few, many))
        if "memory" in names:
            results.append(await _memory(few, many))
    return results


async def _start(few: System, many: System) -> report.Result:
    """Processor time of all processes of `serve` until it is ready."""
    floors: list[float] = []
    products: list[float] = []
    for number in range(ROUNDS):
        sides = [(floors, few), (products, many)]
        for kept, made in sides if number % 2 == 0 else reversed(sides):
            await made.serve.stop()
            await made.serve.start()
            await made.ready()
            kept.append(load.cpu_seconds(made.serve.group) * 1000)
    return report.beside("start", START, "x of few plugins, CPU ms", floors, products)


async def _memory(few: System, many: System) -> report.Result:
    """Resident memory of the API process after its people have used every utility."""
    floor, product = [await _after_load(made) for made in (few, many)]
    return report.absolute("memory", MEMORY_MIB, "MiB", floor, product)


async def _after_load(made: System) -> float:
    people = await rig.citizens(made, PEOPLE)
    shown = await people[0].get(HOME)
    tiles = [item["action"]["href"] for item in shown["blocks"][-1]["items"]]
    pages = [HOME, SEARCH, *(f"/api/v1{href}" for href in tiles)]
    asked = [rig.request("GET", page, one) for page in pages for one in people] * 2
    port, group = int(made.url.rpartition(":")[2]), made.serve.group

    def judge(status: int, body: bytes) -> bool:
        return status == 200 and b"title" in (body if body[:1] == b"{" else gzip.decompress(body))

    await load.run(port, group, asked, judge)
    await rig.close(people)
    children = [pid for pid in load.members(group) if pid != group and load.parent(pid) == group]
    return max(load.resident_mib(pid) for pid in children)  # the other one sums up metrics
