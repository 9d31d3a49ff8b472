"""Raw ASGI applications that answer the same bytes: what the product is compared with.

`python floors.py NAME PORT`. What a floor answers comes from a file named by BENCH_ANSWER.
"""

import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from granian import Granian
from granian.constants import Interfaces

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


TRACKED = """
select d.dossier_id, d.code, d.status, d.submitted_at, d.accepted_at, d.due_at, d.version,
       d.answers_enc, d.pin_enc, p.body ->> 'short_name' as procedure_name, a.name_vi,
       (select jsonb_agg(to_jsonb(e) order by e.seq) from dossier_event e
        where e.dossier_id = d.dossier_id) as events,
       (select jsonb_agg(to_jsonb(s)) from dossier_supplement s
        where s.dossier_id = d.dossier_id) as supplements,
       (select jsonb_agg(to_jsonb(f)) from dossier_document f
        where f.dossier_id = d.dossier_id) as documents
from dossier d
join procedure p on p.code = d.procedure_code and p.valid_from = d.procedure_valid_from
join agency a on a.agency_id = d.agency_id
where d.dossier_id = $1
"""


class Stored:
    """Runs a statement through a pool for each request."""

    def __init__(self, statement: str) -> None:
        self._statement = statement
        self._pool: Any = None

    async def __call__(self, scope: Any, _: Any, send: Any) -> None:
        """The id is the last part of the path."""
        if scope["type"] == "lifespan":
            return
        if self._pool is None:
            self._pool = await asyncpg.create_pool(
                os.environ["CAMAUG_DATABASE_URL"],
                min_size=8,
                max_size=8,
                server_settings={"search_path": "core,public"},
            )
        dossier_id = UUID(scope["path"].rpartition("/")[2])
        async with self._pool.acquire() as conn:
            row = await conn.fetchrow(self._statement, dossier_id)
        assert row["events"]
        await same_bytes(scope, None, send)


track = Stored(TRACKED)


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
