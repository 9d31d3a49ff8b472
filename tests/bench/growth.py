"""`growth`: what reads cost at five million dossiers, beside the same at fifty thousand."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from tests.plans import MOST_SORTED, Recorder, explained, pages, wrong

from camaug.kernel import db

from . import growth_reads, kept, report
from .growth_reads import Read, Target

SMALL, LARGE = 50_000, 5_000_000
BUDGET = 1.3
LARGE_SHARE = 120_000 / 5_000_000
CROWD_MS = 50.0
"""For one statement at the desk of a large commune: a rule of this project."""
TARGETS, ROUNDS, EXPLAINED = 40, 6, 5
SLOW_S = 0.3
"""What takes longer than this is measured on fewer targets."""


def measured(*, fresh: bool, wanted: int) -> list[report.Result]:
    """Make what is missing, measure every read, explain every read. In the main thread."""
    with kept.cluster(fresh=fresh) as cluster:
        return asyncio.run(_measured(cluster, wanted))


async def _measured(cluster: kept.Cluster, wanted: int) -> list[report.Result]:
    if await cluster.size("growth_small") != SMALL:
        await cluster.make("growth_small", SMALL)
    count = await cluster.size("growth_large")
    if count != wanted and (room := kept.room(wanted)) > count:
        if room < wanted:
            kept.say(f"growth: the disk has room for {room} dossiers, not {wanted}")
        await cluster.make("growth_large", count := room)
    async with AsyncExitStack() as stack:
        small = await stack.enter_async_context(cluster.connection("growth_small"))
        large = await stack.enter_async_context(cluster.connection("growth_large"))
        events = await large.fetchval(
            "select reltuples::bigint from pg_class where oid = 'dossier_event'::regclass"
        )
        kept.say(f"growth: {count} dossiers, {events} entries of timelines, beside {SMALL}")
        sides = [(conn, await growth_reads.targets(conn, TARGETS)) for conn in (small, large)]
        results = [await _beside(name, read, sides) for name, read in growth_reads.READS.items()]
        agency_id, own = await growth_reads.large_agency(large, LARGE_SHARE)
        crowd = await growth_reads.targets(large, TARGETS, agency_id)
        for name, read in growth_reads.DESK.items():
            results.append(await _crowded(name, read, large, crowd, own))
    return [report.sized(one, count) for one in results]


async def _beside(
    name: str, read: Read, sides: Sequence[tuple[db.Conn, list[Target]]]
) -> report.Result:
    """Warm times of a read in both databases, round by round in turn."""
    taken: list[list[float]] = [[], []]
    used = [await _warm(read, conn, targets) for conn, targets in sides]
    for number in range(ROUNDS):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            taken[side] += [await _timed(read, sides[side][0], one) for one in used[side]]
    floor, product = map(statistics.median, taken)
    (_, few), (bad, many) = [
        await plans(name, read, conn, targets[:EXPLAINED]) for conn, targets in sides
    ]
    note = f"p99 {_p99(taken[0]):.2f} and {_p99(taken[1]):.2f} ms"
    note += f", pages {few:.0f} and {many:.0f}{_told(bad)}"
    return report.Result(
        name=f"growth {name}",
        ratio=round(product / floor, 2),
        budget=0 if bad else BUDGET,
        unit="x ms of the small one",
        floor=round(floor, 3),
        product=round(product, 3),
        rounds=ROUNDS,
        note=note,
    )


async def _crowded(
    name: str, read: Read, conn: db.Conn, targets: list[Target], own: int
) -> report.Result:
    """The same at an agency with very many dossiers: milliseconds, with no floor."""
    used = await _warm(read, conn, targets)
    taken = [await _timed(read, conn, one) for _ in range(ROUNDS) for one in used]
    bad, looked = await plans(name, read, conn, targets[:EXPLAINED])
    note = f"p99 {_p99(taken):.2f} ms, {looked:.0f} pages, {own} dossiers of its own{_told(bad)}"
    budget = 0 if bad else CROWD_MS
    return report.absolute(
        f"growth-crowd {name}", budget, "ms", None, statistics.median(taken), note
    )


async def _warm(read: Read, conn: db.Conn, targets: list[Target]) -> list[Target]:
    """Ask for every target twice; those that are to be measured."""
    first = [await _timed(read, conn, one) for one in targets[:4]]
    used = targets[:4] if statistics.median(first) > SLOW_S * 1000 else targets
    for _ in range(2 if used is targets else 0):
        for one in used:
            await _timed(read, conn, one)
    return used


async def _timed(read: Read, conn: db.Conn, target: Target) -> float:
    """Milliseconds of the statement alone; what it writes is taken back."""
    tx = conn.transaction()
    await tx.start()
    try:
        began = time.perf_counter()
        await read(conn, target)
        return (time.perf_counter() - began) * 1000
    finally:
        await tx.rollback()


async def plans(
    name: str, read: Read, conn: db.Conn, targets: list[Target]
) -> tuple[list[str], float]:
    """What is wrong with the plans of the read's statements, and the pages it looks at."""
    found: set[str] = set()
    looked: list[int] = []
    for target in targets:
        async with Recorder.of(conn) as recorder:
            await read(recorder.conn, target)
        made = [await explained(conn, sql, given) for sql, given in recorder.asked]
        most = growth_reads.SORTED.get(name, MOST_SORTED)
        found.update(one for plan in made for one in wrong(plan, most))
        looked.append(sum(map(pages, made)))
    return sorted(found), statistics.median(looked)


def _p99(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[98]


def _told(wrong: list[str]) -> str:
    return "".join(f"; PLAN {one}" for one in wrong)
