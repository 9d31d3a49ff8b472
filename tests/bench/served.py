"""Benches over HTTP: the addresses that the shell calls, through every layer of production."""

import gzip
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
from tests.journeys.native import Json, Native
from tests.journeys.system import System

from . import load, report, rig

ROUNDS = 5
UTILITIES = 50
PEOPLE = 1000
REPEATS = 15
TRACKED = 8
PROCEDURE = "1.001193"
TRACK = "/api/v1/apps/track-dossier"
HOME = "/api/v1/screens/home"
Side = Callable[[], Awaitable[load.Round]]


async def in_turn(floor: Side, product: Side) -> tuple[list[load.Round], list[load.Round]]:
    """A B, B A, A B ...; the first of each is thrown away."""
    floors: list[load.Round] = []
    products: list[load.Round] = []
    await floor()
    await product()
    for number in range(ROUNDS):
        sides = [(floors, floor), (products, product)]
        for kept, side in sides if number % 2 == 0 else reversed(sides):
            kept.append(await side())
    return floors, products


async def shell(names: Sequence[str]) -> list[report.Result]:
    """The signed-in home of fifty utilities, and the same unchanged."""
    async with rig.system(UTILITIES - rig.INSTALLED) as made:
        people = await rig.citizens(made, PEOPLE)
        answer = await people[0].http.get(HOME, headers={"Accept-Language": "vi"})
        assert answer.status_code == 200
        tiles = answer.json()["blocks"][-1]["items"]
        assert len(tiles) == UTILITIES, f"{len(tiles)} tiles"
        results = [await _home(made, people, answer, name) for name in names]
        await rig.close(people)
    return results


async def _home(
    made: System, people: Sequence[Native], answer: httpx.Response, name: str
) -> report.Result:
    unchanged = name == "shell-304"
    etag = {"If-None-Match": answer.headers["etag"]} if unchanged else {}
    asked = [rig.request("GET", HOME, one, headers=etag) for one in people] * REPEATS
    port, group = int(made.url.rpartition(":")[2]), made.serve.group

    def judge(status: int, body: bytes) -> bool:
        if unchanged:
            return status == 304
        return status == 200 and gzip.decompress(body) == answer.content

    _, body = await load.once(port, asked[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer"
        path.write_bytes(body)
        env = dict(os.environ) | {"BENCH_ANSWER": str(path)}
        kind = "unchanged" if unchanged else "same_bytes"
        async with rig.floor(kind, env) as (floor_port, floor_group):
            floors, products = await in_turn(
                lambda: load.run(floor_port, floor_group, asked, judge),
                lambda: load.run(port, group, asked, judge),
            )
    return report.compare(name, 1.5 if unchanged else 1.6, floors, products)


async def dossiers(names: Sequence[str]) -> list[report.Result]:
    """Dossiers of a thousand people: each followed, and each filed once more."""
    async with rig.system(0) as made:
        people = await rig.citizens(made, PEOPLE)
        actions = await rig.filled(people, PROCEDURE)
        ids = await rig.filed(people, actions)
        results: list[report.Result] = []
        if "track" in names:
            results.append(await _track(made, people, ids))
        if "submit" in names:
            results.append(await _submit(made, people, actions))
        await rig.close(people)
    return results


async def _track(made: System, people: Sequence[Native], ids: Sequence[str]) -> report.Result:
    """One's own dossier with its timeline, as the shell shows it."""
    await rig.renewed(people)
    asked = [
        rig.request("GET", f"{TRACK}/{dossier_id}", person)
        for person, dossier_id in zip(people, ids, strict=True)
    ] * TRACKED
    port, group = int(made.url.rpartition(":")[2]), made.serve.group
    _, body = await load.once(port, asked[0])
    assert ids[0] in body.decode()

    def judge(status: int, shown: bytes) -> bool:
        return status == 200 and b"timeline" in shown

    async with _floor(made, "track", body) as (floor_port, floor_group):
        floors, products = await in_turn(
            lambda: load.run(floor_port, floor_group, asked, judge),
            lambda: load.run(port, group, asked, judge),
        )
    return report.compare("track", 1.6, floors, products)


async def _submit(made: System, people: Sequence[Native], actions: Sequence[Json]) -> report.Result:
    """The last tap of a filing: everything that the review has shown, under a new key."""
    await rig.renewed(people)
    bodies = [msgspec.json.encode(action["body"]) for action in actions]
    href = actions[0]["href"]
    port, group = int(made.url.rpartition(":")[2]), made.serve.group

    def asked() -> list[bytes]:
        return [
            rig.request("POST", href, person, headers={"Idempotency-Key": str(uuid4())}, body=body)
            for person, body in zip(people, bodies, strict=True)
        ]

    def judge(status: int, answer: bytes) -> bool:
        return status == 200 and b"/filed/" in answer

    _, answer = await load.once(port, asked()[0])
    async with _floor(made, "submit", answer) as (floor_port, floor_group):
        floors, products = await in_turn(
            lambda: load.run(floor_port, floor_group, asked(), judge),
            lambda: load.run(port, group, asked(), judge),
        )
    return report.compare("submit", 1.8, floors, products)


@asynccontextmanager
async def _floor(made: System, name: str, answer: bytes) -> AsyncIterator[tuple[int, int]]:
    """A floor on the system's database that gives this answer: its port and process group."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer"
        path.write_bytes(answer)
        async with rig.floor(name, made.env | {"BENCH_ANSWER": str(path)}) as found:
            yield found
