"""Benches inside one process: what the layers around a handler cost."""

import asyncio
import os
import statistics
import time
from datetime import timedelta
from typing import Any

from camaug import app as application
from camaug import migrate
from camaug.identity.schemas import SessionRow
from camaug.identity.tokens import Tokens
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.settings import Settings
from camaug.settings import load as load_settings

from . import report, rig

CALLS, PEOPLE, ROUNDS = 10_000, 1000, 9
STACK_US, TOKEN_US = 25.0, 10.0
HEADERS = [
    (name.lower().encode(), value.encode())
    for name, _, value in (line.partition(": ") for line in rig.BROWSER.strip().split("\r\n"))
]


async def _receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_: Any) -> None:
    return


async def _bare(_: Any, __: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok", "more_body": False})


def _scopes(tokens: list[str]) -> list[dict[str, Any]]:
    """Requests of different people from different addresses."""
    return [
        {
            "type": "http",
            "method": "GET",
            "path": "/api/v1/inbox",
            "query_string": b"",
            "client": (f"10.0.{number // 250}.{number % 250}", 40_000),
            "headers": [
                *HEADERS,
                (b"accept-language", b"vi"),
                *([(b"authorization", f"Bearer {token}".encode())] if token else []),
            ],
        }
        for number, token in enumerate(tokens)
    ]


async def _round(app: Any, scopes: list[dict[str, Any]]) -> float:
    """Microseconds of processor time a call."""
    began = time.process_time()
    for number in range(CALLS):
        await app(dict(scopes[number % len(scopes)]), _receive, _send)
    return (time.process_time() - began) / CALLS * 1e6


async def layers() -> list[report.Result]:
    """`stack`: everything around a handler; `token`: the sign-in check in it."""
    async with rig.database(dict(os.environ)) as env:
        settings = load_settings(env)
        await asyncio.to_thread(migrate.upgrade, env["CAMAUG_MIGRATOR_URL"])
        async with application.engines(settings, process="bench") as made:
            await application.prepare(made, settings, env["CAMAUG_MIGRATOR_URL"])
            tokens = Tokens(made, settings.public_url)
            async with tokens.serving():
                return await _measured(made, tokens, settings)


async def _measured(made: Engines, tokens: Tokens, settings: Settings) -> list[report.Result]:
    signed = _scopes([tokens.issue(_session(made)) for _ in range(PEOPLE)])
    unsigned = _scopes([""] * PEOPLE)
    whole: Any = application.layers(_bare, made, tokens, settings)
    bare: list[float] = []
    nobody: list[float] = []
    everything: list[float] = []
    await _round(whole, signed)
    await _round(whole, unsigned)
    for _ in range(ROUNDS):
        bare.append(await _round(_bare, signed))
        nobody.append(await _round(whole, unsigned))
        everything.append(await _round(whole, signed))
    floor, without, cost = (statistics.median(one) for one in (bare, nobody, everything))
    return [
        _result("stack", cost - floor, STACK_US, floor, cost, everything),
        _result("token", cost - without, TOKEN_US, without, cost, everything),
    ]


def _result(
    name: str, us: float, budget: float, floor: float, product: float, rounds: list[float]
) -> report.Result:
    return report.Result(
        name=name,
        ratio=round(us, 1),
        budget=budget,
        unit="us",
        floor=round(floor, 1),
        product=round(product, 1),
        rounds=len(rounds),
        note=f"{min(rounds):.1f}-{max(rounds):.1f} us, {PEOPLE} people",
    )


def _session(made: Engines) -> SessionRow:
    now = made.clock.now()
    return SessionRow(
        session_id=uuid7(),
        audience="citizen",
        subject_id=uuid7(),
        assurance=1,
        counter=0,
        rotated_at=now,
        created_at=now,
        proved_at=now,
        expires_at=now + timedelta(days=1),
        ended_at=None,
    )
