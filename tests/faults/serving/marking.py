"""Officers who mark rows of the queue and accept or claim them all by one button."""

import asyncio
from uuid import UUID, uuid4

from tests.journeys.native import Json, blocks_of

from .client import send
from .crowd import API, DONE, WORDS, Journal
from .staff import Member

VIEWS = ("new", "to_do")
AT_ONCE = 5
"""So many at most are marked; the first twenty, among which everybody chooses, are contested."""
RUNNING, UNKNOWN = WORDS["many.why.still_running"], WORDS["many.why.other"]


async def at_desk(officer: Member, journal: Journal) -> None:
    """Mark some rows, press a button, and note what became of each."""
    page = await send(officer, "GET", f"{API}/desk/?view={journal.choose(VIEWS)}", journal.told)
    table = _table(page.json())
    marks = [row["mark"] for row in table["rows"] if "mark" in row]
    if not marks:
        return
    button = journal.choose(table["marks"]["buttons"])
    wanted = sorted({journal.choose(marks) for _ in range(AT_ONCE)})
    way = button["action"]["href"].rpartition("/")[2]
    body = {table["marks"]["name"]: wanted}
    for row in await _pressed(officer, button["action"]["href"], body, journal):
        badge, why = row["cells"]["result"]["badge"], row["cells"]["why"].get("text", "")
        assert why != UNKNOWN, row
        if badge["label"] == WORDS["many.bad"]:
            journal.refused[f"{way}: {why}"] += 1
            continue
        journal.done[row["key"], way] += 1
        journal.done[row["key"], way.removesuffix("-many")] += 1
        if way == "claim-many":
            journal.claimed[UUID(row["key"]), officer.staff_id] += 1


async def _pressed(officer: Member, href: str, body: Json, journal: Journal) -> list[Json]:
    """What became of each. While an earlier copy of the request runs it is asked again, as told."""
    key = str(uuid4())
    while True:
        answer = await send(officer, "POST", href, journal.told, key=key, body=body)
        assert answer.status_code == DONE, (answer.status_code, answer.text)
        rows: list[Json] = _table(answer.json())["rows"]
        if all(row["cells"]["why"].get("text") != RUNNING for row in rows):
            return rows
        journal.told.why["a copy of a request for many runs"] += 1
        await asyncio.sleep(1)


def _table(screen: Json) -> Json:
    return next(block for block in blocks_of(screen) if block["type"] == "table")
