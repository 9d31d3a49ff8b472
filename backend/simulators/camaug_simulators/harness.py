"""Runs the simulators as a process of their own, for the tests of whoever talks to them.

Needs the extra ``harness`` (httpx).
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import jwt

from camaug_simulators.fcm.oauth import GRANT_TYPE
from camaug_simulators.fcm.service_account import DEFAULT_PROJECT, read_key_file

MESSAGING_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
SMS_KEYS = {"ApiKey": "simulated-key", "SecretKey": "simulated-secret"}
SMS_PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
SEND_PATH = f"/v1/projects/{DEFAULT_PROJECT}/messages:send"

_START_S = 60
_PORTS = range(10_000, 20_000)  # below those that systems give to outgoing connections
_PROGRAM = (sys.executable, "-m", "camaug_simulators")


def free_port() -> int:
    """A port of this machine that stays free until its server starts, some seconds later.

    The system would name one of those from which it takes ports for outgoing connections: one of
    them may have it by then.
    """
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


class Simulators:
    """A running server with a key file and kept registrations, all in ``folder``."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        port = str(free_port())
        self.url = f"http://127.0.0.1:{port}"
        self.credentials = folder / "fcm.json"
        self.client = httpx.Client(base_url=self.url, timeout=10)
        write = [*_PROGRAM, "--port", port, "--write-credentials", str(self.credentials)]
        subprocess.run(write, check=True)  # noqa: S603 - our own program
        keep = ("--credentials", str(self.credentials), "--state", str(folder / "state.db"))
        self._command = [*_PROGRAM, "--port", port, *keep, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            RuntimeError: it ended, or did not answer within a minute.
        """
        env = {key: value for key, value in os.environ.items() if not key.startswith("CAMAUG_")}
        process = subprocess.Popen(self._command, env=env, stdout=subprocess.DEVNULL)  # noqa: S603
        self._process = process
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the simulators did not start")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return self.client.get("/health").is_success
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        """End the server and return its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_START_S)

    def reset(self) -> None:
        """Behave well, with an empty journal."""
        self.client.post("/switches/reset").raise_for_status()
        self.client.delete("/journal").raise_for_status()

    def register(self, platform: str = "web", **more: str) -> dict[str, str]:
        """Register a device and return its ``token``, ``fid`` and short ``id``."""
        body = {"app": "vn.gov.camau.app", "platform": platform, "label": "máy thử", **more}
        return self.client.post("/registrations", json=body).raise_for_status().json()

    def switch(self, name: str, **members: object) -> None:
        """Set a switch to misbehave."""
        self.client.put(f"/switches/{name}", json=members).raise_for_status()

    def counts(self, kind: str = "push") -> dict[str, int]:
        """Return how many messages each token ("push") or phone ("sms") has got."""
        return self.client.get("/journal/counts.json").json()[kind]

    def entries(self) -> list[dict[str, object]]:
        """Return the whole journal."""
        return self.client.get("/journal.json").json()["entries"]

    def bearer(self, scope: str = MESSAGING_SCOPE) -> dict[str, str]:
        """Return the header of an authorised caller."""
        key_file, now = read_key_file(self.credentials), int(time.time())
        claims = {
            "iss": key_file.client_email,
            "aud": key_file.token_uri,
            "scope": scope,
            "iat": now,
            "exp": now + 3600,
        }
        assertion = jwt.encode(claims, key_file.private_key, algorithm="RS256")
        form = {"grant_type": GRANT_TYPE, "assertion": assertion}
        answer = self.client.post("/token", data=form).raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def send(self, message: dict[str, object]) -> httpx.Response:
        """Send one message as an authorised caller."""
        return self.client.post(SEND_PATH, json={"message": message}, headers=self.bearer())


@contextmanager
def running(folder: Path, *arguments: str) -> Generator[Simulators, None, None]:
    """Run the simulators with more ``arguments`` of their command line, until the block ends."""
    simulators = Simulators(folder, *arguments)
    simulators.start()
    try:
        yield simulators
    finally:
        simulators.stop()
        simulators.client.close()
