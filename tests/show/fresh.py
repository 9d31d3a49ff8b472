"""A fresh clone of this repository, run as a newcomer would, as root or as an ordinary user."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

LONGEST_START = 600
BARE_PATH = "/usr/bin:/bin"
"""Only the machine's own programs: no toolchain of the person who runs this."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Clone:
    """One clone with caches, home and ports of its own; removed at the end."""

    def __init__(self, root: Path, user: str | None) -> None:
        self._user = user if user != "root" else None
        self._folder = Path(tempfile.mkdtemp(prefix="camaug-fresh-", dir="/tmp"))
        self.path = self._folder / "clone"
        self.port, self.simulators = free_port(), free_port()
        self._launcher: subprocess.Popen[bytes] | None = None
        self._log = self._folder / "launcher.log"
        (self._folder / "home").mkdir()
        subprocess.run(["git", "clone", "-q", str(root), str(self.path)], check=True)  # noqa: S603, S607
        if self._user:
            self._folder.chmod(0o755)
            subprocess.run(["chown", "-R", self._user, str(self._folder)], check=True)  # noqa: S603, S607

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, __: object, ___: TracebackType | None) -> None:
        self.stop(signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _argv(self, *argv: str) -> list[str]:
        if not self._user:
            return list(argv)
        return ["setpriv", f"--reuid={self._user}", "--regid=nogroup", "--clear-groups", *argv]

    def _env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if re.search("CERT|_CA_|PIP_|npm_", k)}
        return kept | {"PATH": BARE_PATH, "HOME": str(self._folder / "home"), "LANG": "C.UTF-8"}

    def run(self, *argv: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in the clone to its end."""
        return subprocess.run(  # noqa: S603
            self._argv(*argv),
            cwd=self.path,
            env=self._env(),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> float:
        """`./camaug dev` until home is served; seconds. Raises with the launcher's last lines."""
        started = time.monotonic()
        command = ("./camaug", "dev", "--port", str(self.port))
        with self._log.open("wb") as log:
            self._launcher = subprocess.Popen(  # noqa: S603
                self._argv(*command, "--simulators-port", str(self.simulators)),
                cwd=self.path,
                env=self._env(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        while time.monotonic() - started < LONGEST_START:
            if "is running" in self._log.read_text() and self._home_answers():
                return time.monotonic() - started
            if self._launcher.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError(f"dev did not start:\n{self._log.read_text()[-2000:]}")

    def _home_answers(self) -> bool:
        try:
            return "<html" in self.fetch("/")
        except OSError:
            return False

    def fetch(self, path: str) -> str:
        """GET an address of the running system."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return answer.read().decode()

    def stop(self, sent: int) -> None:
        """Send the launcher a signal and wait until it has ended."""
        launcher, self._launcher = self._launcher, None
        if launcher is not None and launcher.poll() is None:
            launcher.send_signal(sent)
            launcher.wait(30)

    def left(self) -> list[str]:
        """Processes of the clone and ports that are still there two seconds after the end."""
        time.sleep(2)
        return [*self._processes(), *self._ports()]

    def _processes(self) -> list[str]:
        found: list[str] = []
        for process in Path("/proc").iterdir():
            if not process.name.isdigit():
                continue
            try:
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self._folder) in line:
                found.append(line[:80])
        return found

    def _ports(self) -> list[str]:
        taken: list[str] = []
        for port in (self.port, self.simulators):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    taken.append(f"port {port}")
        return taken

    def megabytes(self) -> int:
        done = subprocess.run(  # noqa: S603
            ["du", "-sm", str(self.path)],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout.split()[0])

    def inside(self, *argv: str) -> str:
        """Run one of our commands with the settings of the running system; its output."""
        serve = self._serving()
        python = str(self.path / ".camaug/venv/bin/python")
        done = subprocess.run(  # noqa: S603
            self._argv(python, "-m", "camaug.cli", *argv),
            cwd=self.path,
            env=serve,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def _serving(self) -> dict[str, str]:
        """The environment of the running API launcher."""
        for process in Path("/proc").iterdir():
            try:
                line = (process / "cmdline").read_bytes().decode()
                if str(self.path) in line and "camaug.cli\0serve" in line:
                    pairs = (process / "environ").read_bytes().decode().split("\0")
                    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
            except OSError:
                continue
        raise RuntimeError("no API process")

    def leave_something(self) -> dict[str, str]:
        """Sign in, upload a file, have both acknowledged; what to look for afterwards."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=20) as http:
            token = self._sign_in(http)
            http.headers["Authorization"] = f"Bearer {token}"
            body = b"%PDF-1.7\n%" + os.urandom(40).hex().encode() + b"\n%%EOF\n"
            new = {"file_name": "a.pdf", "size": len(body), "media_type": "application/pdf",
                   "purpose": "kept"}  # fmt: skip
            begun = self._write(http, "/api/v1/documents", new)
            sent = httpx.post(begun["url"], data=begun["fields"], files={"file": ("a.pdf", body)})
            sent.raise_for_status()
            self._write(http, f"/api/v1/documents/{begun['document_id']}/complete", None)
        return {"document_id": begun["document_id"], "body": body.hex()}

    def still_there(self, kept: dict[str, str]) -> bool:
        """Whether the row and the object are what was acknowledged."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=20) as http:
            http.headers["Authorization"] = f"Bearer {self._sign_in(http)}"
            answer = http.get(f"/api/v1/documents/{kept['document_id']}/download")
            answer.raise_for_status()
            return httpx.get(answer.json()["url"]).content.hex() == kept["body"]

    def _sign_in(self, http: httpx.Client) -> str:
        phone = "0990000001"
        screen = self._write(http, "/api/v1/session/otp", {"phone": phone})
        challenge = re.search(r'"challenge_id": ?"([^"]+)"', str(screen).replace("'", '"'))
        address = f"http://127.0.0.1:{self.simulators}/sms/{phone}.json"
        message = httpx.get(address).json()["messages"][-1]["content"]
        code = re.search(r"\b\d{6}\b", message)
        assert challenge
        assert code
        tried = {"challenge_id": challenge[1], "code": code[0]}
        return self._write(http, "/api/v1/session/otp/verify", tried)["access_token"]

    def _write(self, http: httpx.Client, path: str, body: object) -> dict[str, str]:
        headers = {"Idempotency-Key": f"show-{time.time_ns()}"}
        answer = http.post(path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()
