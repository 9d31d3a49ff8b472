"""The live stream through the real server: headers, no buffering, the session, a quick stop."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from msgspec.structs import replace

from camaug import app as application
from camaug.identity import sessions
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug.settings import ROOT, Settings
from camaug_sdk.records import Person
from camaug_simulators.harness import free_port

from .conftest import emit, working

READY_SECONDS = 90
DRAIN_SECONDS = 5


class Api:
    """A running server, and the engines of somebody else on the same stores, by the real clock."""

    def __init__(self, engines: Engines, url: str, process: asyncio.subprocess.Process) -> None:
        self.engines, self.url, self.process = engines, url, process

    async def sign_in(self, citizen: Person) -> tuple[str, Person]:
        """An access token, and the person with the session that it belongs to."""
        tokens = Tokens(self.engines, self.url)
        await tokens.read_keys()
        async with db.transaction(self.engines.pool) as conn:
            session = await sessions.begin(
                conn,
                ("citizen", citizen.citizen_id),
                assurance=1,
                device_label="test",
                now=self.engines.clock.now(),
            )
        return tokens.issue(session), replace(citizen, session_id=session.session_id)

    async def stop(self) -> float:
        """Seconds from SIGTERM to the end of the process."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            await self.process.wait()
        return time.monotonic() - began


@pytest.fixture
async def api(config: Settings, environment: dict[str, str]) -> AsyncGenerator[Api]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment | {
        "CAMAUG_DATABASE_URL": config.database_url,
        "CAMAUG_PUBLIC_URL": url,
        "CAMAUG_WORKERS": "1",
        "CAMAUG_WEB_DIR": "",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "camaug.cli", "serve", "--listen", f"127.0.0.1:{port}"),
        env=env,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with application.engines(config, process="test") as engines:
            await _ready(url, process)
            yield Api(engines, url, process)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(READY_SECONDS):
        while True:
            assert process.returncode is None
            try:
                (await client.get("/health/ready")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                return


@asynccontextmanager
async def reading(api: Api, token: str) -> AsyncGenerator[httpx.Response]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(base_url=api.url, timeout=20) as client,
        client.stream("GET", "/api/v1/live", headers=headers) as answer,
    ):
        yield answer


async def _has(answer_lines: AsyncGenerator[str], text: str) -> None:
    async with asyncio.timeout(30):
        async for line in answer_lines:
            if text in line:
                return
    raise AssertionError(f"the stream ended without {text}")


async def test_an_event_travels_through_worker_and_server_to_an_open_stream_and_stopping_is_quick(
    api: Api, citizen: Person, config: Settings
) -> None:
    token, _ = await api.sign_in(citizen)
    async with working(config, api.engines), reading(api, token) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        lines = answer.aiter_lines()
        await _has(lines, "event: open")
        await emit(api.engines, citizen)
        await _has(lines, "event: change")
        stopping = asyncio.create_task(api.stop())
        async with asyncio.timeout(10):
            assert [line async for line in lines if line.startswith("data")] != ["never"]
        assert await stopping < DRAIN_SECONDS


async def test_the_stream_of_a_session_that_was_ended_closes_within_five_seconds(
    api: Api, citizen: Person
) -> None:
    token, person = await api.sign_in(citizen)
    async with reading(api, token) as answer:
        lines = answer.aiter_lines()
        await _has(lines, "event: open")
        await sessions.end(api.engines, ("citizen", person.citizen_id), person.session_id)
        async with asyncio.timeout(5):
            assert [line async for line in lines if line.startswith('data: {"topics":["')] == []


async def test_nobody_has_no_stream(api: Api) -> None:
    async with httpx.AsyncClient(base_url=api.url) as client:
        assert (await client.get("/api/v1/live")).status_code == 401
