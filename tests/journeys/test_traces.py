"""A person is planted who must not be found again: logs, metrics, cache, names of objects, columns.

Looked for as written, in capitals, without marks, in an address, and as base64.
"""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from redis.asyncio import Redis

from camaug.kernel.blobs import Blobs
from camaug.kernel.text import fold

from .native import NO_TLS, Native, form_of
from .system import System

PHONE, LOGIN, BIRTH = "0990000077", "can-bo.an-xuyen", "1.001193"
PLANTED = {
    "name": "Trịnh Kiều Oanh Thử Dấu",
    "number": "096190777123",
    "phone": PHONE,
    "address": "số 77 hẻm Cây Bàng Thử Dấu",
    "reason": "lý do riêng tư Thử Dấu",
}
TRACK = "/api/v1/apps/track-dossier"
PLAIN = (
    "select data::text from core.event",
    "select detail::text from core.audit",
    "select encode(coalesce(payload, ''), 'escape') from queue.pgqueuer",
    "select coalesce(traceback::text, '') from queue.pgqueuer_log",
    "select encode(answer, 'escape') || scope || key from core.idempotency",
    "select args::text || coalesce(href, '') from core.notice",
    "select args::text from core.desk_notice",
    "select query from pg_stat_activity",
    "select key from core.rate_bucket",
    "select device_label from core.session",
)


async def test_nobody_is_found_where_nobody_should_be(system: System) -> None:
    await _live(system)
    await asyncio.sleep(2)  # the worker tells, the access log is written
    found = [
        f"{where}: {what}"
        async for where, text in _places(system)
        for what, form in _forms()
        if form in text
    ]
    assert not found, "\n".join(sorted(set(found)))


async def _live(system: System) -> None:
    """A planted person signs in, files, is asked for more, supplies, and is searched for."""
    me, officer = (Native(system.url, system.simulators) for _ in range(2))
    await me.sign_in(PHONE)
    await officer.sign_in_staff(system, LOGIN)
    await _introduce(me)
    action = await me.filled(BIRTH)
    action["body"] |= _planted(action["body"])
    filed = await me.send(action)
    dossier_id = filed["then"]["href"].rpartition("/")[2]
    await me.http.post(action["href"], json={"x": PLANTED["name"]})
    await me.http.post(action["href"], content=f'{{"{PLANTED["number"]}":')
    await me.http.put("/api/v1/me/profile", json={"version": 1, "full_name": PLANTED["name"] + "1"})
    await me.http.get(f"{TRACK}/lookup", headers={"User-Agent": "planted"})
    await officer.send({"href": f"{TRACK}/desk/find"}, {"q": PLANTED["name"]})
    await officer.get(f"{TRACK}/desk/{dossier_id}")
    await officer.send({"href": f"{TRACK}/desk/{dossier_id}/accept"}, {"version": 1})
    asked = {"kind": "ask_supplement", "version": 2, "reason": PLANTED["reason"]}
    await officer.send({"href": f"{TRACK}/desk/{dossier_id}/acts"}, asked)
    await asyncio.gather(me.close(), officer.close())


async def _introduce(me: Native) -> None:
    screen = await me.get("/api/v1/screens/profile/edit")
    change = form_of(screen)["submit"]["action"]["body"] | {
        "full_name": PLANTED["name"],
        "citizen_id": PLANTED["number"],
        "permanent_address": PLANTED["address"],
        "permanent_commune": "32002",
    }
    await me.send({"href": "/api/v1/me/profile", "method": "PUT"}, change)


def _planted(body: dict[str, Any]) -> dict[str, Any]:
    """The planted person in every field of the form that takes one."""
    by_end = {"full_name": "name", "_name": "name", "citizen_id": "number", "phone": "phone",
              "address": "address"}  # fmt: skip
    return {
        member: PLANTED[what]
        for member in body
        for end, what in by_end.items()
        if member.endswith(end) and isinstance(body[member], str)
    }


def _forms() -> Iterator[tuple[str, bytes]]:
    """What each planted value may look like."""
    for what, value in PLANTED.items():
        forms = {value, value.upper(), fold(value), fold(value).replace(" ", "-")}
        if what == "phone":
            forms |= {f"+84{value[1:]}", f"84{value[1:]}"}
        forms |= {str(httpx.QueryParams({"q": one}))[2:] for one in list(forms)}
        for form in forms:
            yield what, form.encode()
            yield what, base64.b64encode(form.encode()).rstrip(b"=")[:-1]


async def _places(system: System) -> Any:
    """Where nobody should be found, with what is written there."""
    for process in (system.serve, system.worker):
        log = await asyncio.to_thread(Path(process.log).read_bytes)
        assert b'"event":"request"' in log or process is system.worker
        yield process.name, log
    async with httpx.AsyncClient(verify=NO_TLS) as outside:
        metrics = (await outside.get(system.metrics)).content
    assert TRACK.encode() in metrics
    yield "metrics", metrics
    redis: Any = Redis.from_url(system.env["CAMAUG_REDIS_URL"])
    async for key in redis.scan_iter():
        yield "cache", key + b" " + (await redis.dump(key) or b"")
    await redis.aclose()
    blobs = Blobs(system.env["CAMAUG_S3_URL"])
    client = await blobs.client()
    async for page in client.get_paginator("list_objects_v2").paginate(Bucket=blobs.bucket):
        yield "objects", b"\n".join(one["Key"].encode() for one in page.get("Contents", ()))
    await blobs.close()
    conn = await asyncpg.connect(system.env["CAMAUG_DATABASE_URL"])
    for sql in PLAIN:
        yield sql, "\n".join(str(row[0]) for row in await conn.fetch(sql)).encode()
    await conn.close()
