"""A whole system for journeys: API processes, worker and simulators on a database of its own."""

import asyncio
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from camaug.kernel.blobs import Blobs
from camaug_simulators.harness import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS, STOP_SECONDS = 120, 30


class Process:
    """One of our programs as a child, in a group of its own, with its output in a file."""

    def __init__(self, name: str, argv: list[str], env: Mapping[str, str], folder: Path) -> None:
        self.name, self._argv, self._env = name, argv, env
        self.log = folder / f"{name}.log"
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._argv, env=dict(self._env), cwd=ROOT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    async def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """End it and wait; what is left of its group after that time is killed."""
        running, self._running = self._running, None
        if running is None:
            return 0
        if running.returncode is None:
            os.killpg(running.pid, sent)
        try:
            return await asyncio.wait_for(running.wait(), STOP_SECONDS)
        except TimeoutError:
            os.killpg(running.pid, signal.SIGKILL)
            return await running.wait()

    @property
    def group(self) -> int:
        """Its process group, and that of all its children."""
        assert self._running is not None, f"{self.name} does not run"
        return self._running.pid

    @property
    def ended(self) -> bool:
        return self._running is None or self._running.returncode is not None


class System:
    """Addresses, passwords and processes of a running system."""

    def __init__(self, env: Mapping[str, str], folder: Path) -> None:
        port, simulators_port, metrics_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.simulators = f"http://127.0.0.1:{simulators_port}"
        self.metrics = f"http://127.0.0.1:{metrics_port}/metrics"
        self.credentials = folder / "fcm.json"
        store = urlsplit(env["CAMAUG_S3_URL"])._replace(path=f"/camaug-{port}")
        self.env = dict(env) | {
            "CAMAUG_ENV": "development",
            "CAMAUG_S3_URL": urlunsplit(store),
            "CAMAUG_PUBLIC_URL": self.url,
            "CAMAUG_METRICS_LISTEN": f"127.0.0.1:{metrics_port}",
            "CAMAUG_SMS_URL": self.simulators,
            "CAMAUG_SMS_KEY": "simulated-key",
            "CAMAUG_SMS_SECRET": "simulated-secret",
            "CAMAUG_FCM_URL": self.simulators,
            "CAMAUG_FCM_CREDENTIALS": str(self.credentials),
            "CAMAUG_SIMULATORS_URL": self.simulators,
            "CAMAUG_ANNOUNCE_HOLD_SECONDS": "8",
            "CAMAUG_UNDO_SECONDS": "4",
            "CAMAUG_ANNOUNCE_QUIET_HOURS": "off",
        }
        outside = {name: value for name, value in env.items() if not name.startswith("CAMAUG_")}
        self.serve = self._own("serve", folder, "--listen", f"127.0.0.1:{port}")
        self.worker = self._own("worker", folder)
        self.outside = Process(
            "simulators",
            [sys.executable, "-m", "camaug_simulators", "--port", str(simulators_port),
             "--credentials", str(self.credentials)],
            outside,
            folder,
        )  # fmt: skip
        self._folder = folder
        self.migrate: tuple[str, ...] = ("camaug.cli", "migrate")
        """What brings the database up to date."""
        self.passwords: dict[str, str] = {}
        """Login of each demo person of staff to password."""

    def _own(self, name: str, folder: Path, *more: str) -> Process:
        argv = [sys.executable, "-m", "camaug.cli", name, *more]
        return Process(name, argv, self.env, folder)

    async def command(self, *argv: str) -> str:
        """Run one of our commands to its end; its output."""
        done = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *argv, env=self.env, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await done.communicate()
        assert done.returncode == 0, f"{argv}: {out.decode()}{err.decode()}"
        return out.decode()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["System"]:
        """Migrate, seed, start everything; stop in reverse order."""
        port = self.simulators.rpartition(":")[2]
        await self.command(
            "camaug_simulators", "--port", port, "--write-credentials", str(self.credentials)
        )
        await self._make_bucket()
        await self.command(*self.migrate)
        self._learn(await self.command("camaug.cli", "seed", "--demo"))
        started: list[Process] = []
        try:
            for process in (self.outside, self.serve, self.worker):
                await process.start()
                started.append(process)
            await self.ready()
            await self._ready(f"{self.simulators}/", self.outside)
            yield self
        finally:
            for process in reversed(started):
                await process.stop()

    async def _make_bucket(self) -> None:
        """A bucket of its own: browsers of one origin alone are let in (CORS)."""
        blobs = Blobs(self.env["CAMAUG_S3_URL"])
        client = await blobs.client()
        await client.create_bucket(Bucket=blobs.bucket)
        versions = {"Status": "Enabled"}
        await client.put_bucket_versioning(Bucket=blobs.bucket, VersioningConfiguration=versions)
        await blobs.close()

    async def ready(self) -> None:
        """Wait until the API answers."""
        await self._ready(f"{self.url}/health/ready", self.serve)

    def _learn(self, seeded: str) -> None:
        """Passwords of the demo staff, as the seed prints them: role, login, password, name."""
        for line in seeded.splitlines():
            _, login, secret, _ = line.split(maxsplit=3)
            self.passwords[login] = secret

    async def app_code(self, login: str) -> str:
        """What the authenticator app of one of the staff shows."""
        return (await self.command("camaug.cli", "staff", "code", login)).strip()

    async def _ready(self, address: str, process: Process) -> None:
        for _ in range(READY_SECONDS * 10):
            assert not process.ended, f"{process.name} ended:\n{process.log.read_text()[-2000:]}"
            if await asyncio.to_thread(_answers, address):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{process.name} not ready:\n{process.log.read_text()[-2000:]}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False
