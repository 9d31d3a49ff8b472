"""One API process on an empty database of its own, and one citizen who asks it: for vectors."""

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import msgspec

from camaug import app, migrate, settings
from camaug.agencies import seed as agencies
from camaug.identity.schemas import SessionRow
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.plugins import actions as plugins
from camaug.procedures import seed as procedures

Json = dict[str, Any]
START_SECONDS = 60


class Api:
    """One citizen at a running API, and a look into what it has stored."""

    def __init__(self, config: settings.Settings) -> None:
        self.port = 0
        self._asked = count(1)
        self._config = config
        self.person = uuid7()
        self._token = asyncio.run(_sign_in(config, self.person))

    def stored(self, look: Callable[[Engines], Coroutine[Any, Any, object]]) -> object:
        """What `look` finds in the database."""

        async def run() -> object:
            async with app.engines(self._config, process="vectors") as made:
                async with made.pool.acquire() as conn:
                    await made.vault.load(conn)
                return await look(made)

        return asyncio.run(run())

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Json]:
        """Status and JSON of an answer; each request comes from an address of its own."""
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        number = next(self._asked)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
        }
        try:
            conn.request(method, path, body, headers)
            answer = conn.getresponse()
            read = answer.read()
        except BrokenPipeError:  # refused before the whole body was sent
            return 413, {}
        finally:
            conn.close()
        return answer.status, msgspec.json.decode(read) if read[:1] == b"{" else {}

    def send(self, method: str, path: str, body: object) -> tuple[int, Json]:
        """The same with a body made of values."""
        return self.ask(method, path, msgspec.json.encode(body))


@contextmanager
def running() -> Generator[Api]:
    """An API process on an empty database of its own."""
    name = f"vectors_{uuid4().hex[:8]}"
    env = dict(os.environ)
    for setting in ("CAMAUG_DATABASE_URL", "CAMAUG_MIGRATOR_URL"):
        env[setting] = urlunsplit(urlsplit(env[setting])._replace(path=f"/{name}"))
    admin = env["CAMAUG_TEST_ADMIN_URL"]
    create = f"create database {name} template camaug_empty owner camaug_migrator"
    asyncio.run(_execute(admin, create))
    try:
        migrate.upgrade(env["CAMAUG_MIGRATOR_URL"])
        config = settings.load(env)
        api = Api(config)
        with _served(env) as api.port:
            yield api
    finally:
        asyncio.run(_execute(admin, f"drop database {name} with (force)"))


async def _execute(url: str, sql: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        await conn.execute(sql)
    finally:
        await conn.close()


async def _sign_in(config: settings.Settings, person: UUID) -> str:
    """Seed the catalogue, take the utilities in, and sign a new person in; the access token."""
    async with app.engines(config, process="vectors") as made:
        await app.prepare(made, config, None)
        async with db.transaction(made.pool) as conn:
            await agencies.seed(conn)
            await procedures.seed(conn)
            await conn.execute(
                "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
                " values ($1, $2, $3, now(), now())",
                person,
                made.vault.seal_text("citizen|phone", person, "0990000000"),
                person.bytes,
            )
        now = made.clock.now()
        await plugins.sync(made.pool, now)
        tokens = Tokens(made, config.public_url)
        await tokens.read_keys()
        row = SessionRow(
            session_id=uuid7(),
            audience="citizen",
            subject_id=person,
            assurance=1,
            counter=0,
            rotated_at=now,
            created_at=now,
            proved_at=now,
            expires_at=now,
            ended_at=None,
        )
        return tokens.issue(row)


@contextmanager
def _served(env: dict[str, str]) -> Generator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "camaug.cli", "serve", "--listen", f"127.0.0.1:{port}"],
        env=env | {"CAMAUG_WORKERS": "1", "CAMAUG_TRUSTED_PROXIES": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the API did not start") from None
                time.sleep(0.1)
            else:
                break
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
