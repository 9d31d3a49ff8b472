"""Raw ASGI applications that answer the same bytes: what the product is compared with.

`python floors.py NAME PORT`. What a floor answers comes from a file named by BENCH_ANSWER.
"""

import asyncio
import os
import sys
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

from granian import Granian
from granian.constants import Interfaces
from msgspec.structs import replace

from camaug.audit.actions import Actor
from camaug.dossiers import filing
from camaug.dossiers.schemas import Filed
from camaug.dossiers.whole import OF_CITIZEN
from camaug.kernel import db
from camaug.kernel.ids import uuid7

BODY = Path(os.environ["BENCH_ANSWER"]).read_bytes() if "BENCH_ANSWER" in os.environ else b""
OK = {"type": "http.response.start", "status": 200}
UNCHANGED = {
    "type": "http.response.start",
    "status": 304,
    "headers": [(b"content-length", b"0")],
}


async def same_bytes(scope: Any, _: Any, send: Any) -> None:
    """The same answer to everything."""
    if scope["type"] == "lifespan":
        return
    length = str(len(BODY)).encode()
    await send(
        OK
        | {
            "headers": [
                (b"content-type", b"application/vnd.camaug.screen+json"),
                (b"content-length", length),
            ]
        }
    )
    await send({"type": "http.response.body", "body": BODY, "more_body": False})


async def unchanged(scope: Any, _: Any, send: Any) -> None:
    """304 to everything."""
    if scope["type"] == "lifespan":
        return
    await send(UNCHANGED)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class Stored:
    """Runs a statement of the product through a pool for each request."""

    def __init__(self) -> None:
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The same answer to everything, after the statement."""
        if scope["type"] == "lifespan":
            return
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await self._opened()
        if scope["method"] == "POST":
            await receive()
        async with self._pool.acquire() as conn:
            await self.work(conn, scope)
        await same_bytes(scope, receive, send)

    async def _opened(self) -> Any:
        pool = await db.open_pool(os.environ["CAMAUG_DATABASE_URL"], 8, name="floor")
        async with pool.acquire() as conn:
            await self.learn(conn)
        return pool

    async def learn(self, conn: Any) -> None:
        """Read what the statement's arguments are made of."""
        raise NotImplementedError

    async def work(self, conn: Any, scope: Any) -> None:
        """Run the statement."""
        raise NotImplementedError


class Track(Stored):
    """One's own dossier; the id is the last part of the path."""

    async def learn(self, conn: Any) -> None:
        rows = await conn.fetch("select dossier_id, citizen_id from dossier")
        self._owners = {row["dossier_id"]: row["citizen_id"] for row in rows}

    async def work(self, conn: Any, scope: Any) -> None:
        dossier_id = UUID(scope["path"].rpartition("/")[2])
        row = await conn.fetchrow(OF_CITIZEN, dossier_id, self._owners[dossier_id])
        assert row["events"]


class Submit(Stored):
    """A dossier like one that is there, of each of its owners in turn."""

    async def learn(self, conn: Any) -> None:
        row = await conn.fetchrow(
            "select d.*, a.code as agency_code from dossier d join agency a using (agency_id)"
            " limit 1"
        )
        self._owners = cycle([one[0] for one in await conn.fetch("select citizen_id from citizen")])
        papers = await conn.fetch(
            "select document_id, component_id from dossier_document where dossier_id = $1",
            row["dossier_id"],
        )
        self._papers = [tuple(one) for one in papers]
        event = await conn.fetchval(
            "select data from event where name = 'dossier.submitted' limit 1"
        )
        self._event = {name: value for name, value in event.items() if name != "code"}
        members = [one for one in Filed.__struct_fields__ if one != "day"]
        self._like = Filed(day=row["submitted_at"].date(), **{name: row[name] for name in members})

    async def work(self, conn: Any, _: Any) -> None:
        owner = next(self._owners)
        new = replace(self._like, dossier_id=uuid7(), citizen_id=owner)
        once = filing.Once(
            scope=f"dossier.submit|{owner}",
            key=str(new.dossier_id),
            body_hash=bytes(32),
            answer=BODY,
        )
        told = self._event | {"dossier_id": str(new.dossier_id), "citizen_id": str(owner)}
        me = Actor(kind="citizen", actor_id=owner)
        given = filing.arguments(new, self._papers, once, {"desk": "assumed"}, told, me)
        row = await conn.fetchrow(filing.STATEMENT, *given)
        assert row["code"]


track = Track()
submit = Submit()


if __name__ == "__main__":
    Granian(
        f"floors:{sys.argv[1]}",
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.ASGI,
        workers=1,
        log_access=False,
        websockets=False,
        working_dir=Path(__file__).parent,
    ).serve()
