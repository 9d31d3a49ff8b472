"""`growth`: what reads cost at five million dossiers, beside the same at fifty thousand."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from tests.plans import MOST_SORTED, Recorder, explained, pages, wrong

from camaug.kernel import db

from . import growth_reads, growth_targets, kept, report
from .growth_reads import Read
from .growth_targets import Target

SMALL, LARGE = 50_000, 5_000_000
BUDGET = 1.3
LARGE_SHARE = 120_000 / 5_000_000
CROWD_MS = 50.0
"""For one statement at the desk of a large commune: a rule of this project."""
TARGETS, ROUNDS, EXPLAINED = 40, 6, 5


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
        pairs = await growth_targets.pairs(small, large, TARGETS)
        results = [
            await _beside(name, read, (small, large), pairs)
            for name, read in growth_reads.READS.items()
        ]
        agency_id, own = await growth_targets.large_agency(large, LARGE_SHARE)
        crowd = await growth_targets.targets(large, TARGETS, agency_id)
        for name, read in growth_reads.DESK.items():
            results.append(await _crowded(name, read, large, crowd, own))
    return [report.sized(one, count) for one in results]


async def _beside(
    name: str, read: Read, conns: Sequence[db.Conn], pairs: list[tuple[Target, Target]]
) -> report.Result:
    """Warm times of a read in both databases, round by round in turn."""
    used, left_out = await _alike(read, conns, pairs)
    await _warm(read, conns, used)
    taken: list[list[float]] = [[], []]
    for number in range(ROUNDS):
        for pair in used:
            for side in (0, 1) if number % 2 == 0 else (1, 0):
                taken[side].append((await _asked(read, conns[side], pair[side]))[1])
    floor, product = map(statistics.median, taken)
    (_, few), (bad, many) = [
        await plans(name, read, conns[side], [pair[side] for pair in used[:EXPLAINED]])
        for side in (0, 1)
    ]
    note = f"p99 {_p99(taken[0]):.2f} and {_p99(taken[1]):.2f} ms"
    note += f", pages {few:.0f} and {many:.0f}, {len(used)} pairs, {left_out} empty{_told(bad)}"
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


async def _alike(
    read: Read, conns: Sequence[db.Conn], pairs: list[tuple[Target, Target]]
) -> tuple[list[tuple[Target, Target]], int]:
    """Those pairs that answer with as many rows at both sides, and how many answer with none.

    The small one says how long a page is; a longer one of the large one is cut to it, as a page
    is, and where the large one has less the small one is.
    """
    found: list[tuple[Target, Target]] = []
    for small, large in pairs:
        answers = [(await _asked(read, conns[side], (small, large)[side]))[0] for side in (0, 1)]
        if not isinstance(answers[0], list):
            found.append((small, large))
        elif rows := min(map(len, answers)):
            found.append((small.of(rows), large.of(rows)))
    empty = len(pairs) - len(found)
    return (found, empty) if found else (pairs, empty)


async def _crowded(
    name: str, read: Read, conn: db.Conn, targets: list[Target], own: int
) -> report.Result:
    """The same at an agency with very many dossiers: milliseconds, with no floor."""
    used = [(one,) for one in targets]
    await _warm(read, (conn,), used)
    taken = [(await _asked(read, conn, one))[1] for _ in range(ROUNDS) for (one,) in used]
    bad, looked = await plans(name, read, conn, targets[:EXPLAINED])
    note = f"p99 {_p99(taken):.2f} ms, {looked:.0f} pages, {own} dossiers of its own{_told(bad)}"
    budget = 0 if bad else CROWD_MS
    return report.absolute(
        f"growth-crowd {name}", budget, "ms", None, statistics.median(taken), note
    )


async def _warm(read: Read, conns: Sequence[db.Conn], used: Sequence[tuple[Target, ...]]) -> None:
    """Ask for every target twice, so that pages and plans are at hand."""
    for one in (*used, *used):
        for conn, target in zip(conns, one, strict=True):
            await _asked(read, conn, target)


async def _asked(read: Read, conn: db.Conn, target: Target) -> tuple[Any, float]:
    """The answer and milliseconds of the statement alone; what it writes is taken back."""
    tx = conn.transaction()
    await tx.start()
    try:
        began = time.perf_counter()
        answer = await read(conn, target)
        return answer, (time.perf_counter() - began) * 1000
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
