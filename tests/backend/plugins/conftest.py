"""Plugins as they are installed: a package and its dist-info in a folder on the path."""

import json
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import pytest
from litestar.types import Receive, Scope, Send

from camaug.kernel.problems import Problems
from camaug.kernel.web import Engines
from camaug.plugins import actions, migrating, trial
from camaug.plugins.mount import PluginHost
from camaug.plugins.schemas import Checked, Found
from camaug_sdk.records import Caller, Person, StaffMember

GOOD = """
from litestar import get
from camaug_sdk import Plugin, Screen, Visitor

@get("/")
async def show_home(visitor: Visitor) -> Screen:
    return Screen(title="Good", lang=visitor.language, blocks=[])

plugin = Plugin(routes=[show_home])
"""


def manifest(plugin_id: str, **own: Any) -> dict[str, Any]:
    """A good manifest; `own` changes members of `x_camaug`."""
    text = {"vi": plugin_id, "en": plugin_id}
    return {
        "app_id": plugin_id,
        "name": plugin_id,
        "short_name": plugin_id,
        "version": {"name": "1.0", "code": 1},
        "icons": [{"src": "icon:star"}],
        "pages": ["/"],
        "x_camaug": {
            "kind": "plugin",
            "api": ">=0.1,<1",
            "category": "test",
            "audience": ["citizen"],
            "title": text,
            "tile": text,
            "icon": "star",
            "sign_in": "optional",
        }
        | own,
    }


def asks(*services: str) -> list[dict[str, Any]]:
    """Permissions of a manifest."""
    return [{"service": one, "reason": {"vi": "thử", "en": "a test"}} for one in services]


class Site:
    """A folder of installed distributions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self,
        plugin_id: str,
        source: str = GOOD,
        *,
        says: dict[str, Any] | bytes | None = None,
        distribution: str | None = None,
        texts: dict[str, dict[str, str]] | None = None,
        migrations: dict[str, str] | None = None,
    ) -> Path:
        """Install one; the folder of its package. `says` is its manifest."""
        top = f"camaug_{plugin_id.replace('-', '_')}"
        package = self.folder / top
        (package / "locales").mkdir(parents=True, exist_ok=True)
        for language in ("vi", "en"):
            words = (texts or {}).get(language, {})
            (package / "locales" / f"{language}.json").write_text(json.dumps(words))
        (package / "__init__.py").write_text(source)
        if migrations is not None:
            shutil.rmtree(package / "migrations", ignore_errors=True)
            (package / "migrations").mkdir()
            for name, text in migrations.items():
                (package / "migrations" / name).write_text(text)
        says = manifest(plugin_id) if says is None else says
        raw = says if isinstance(says, bytes) else json.dumps(says).encode()
        (package / "manifest.json").write_bytes(raw)
        self.describe(distribution or top, plugin_id, f"{top}:plugin")
        return package

    def describe(self, distribution: str, plugin_id: str, entry_point: str) -> None:
        """Write the dist-info, as an installer does."""
        info = self.folder / f"{distribution}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(f"[camaug.plugins]\n{plugin_id} = {entry_point}\n")
        top = entry_point.partition(":")[0]
        (info / "RECORD").write_text(f"{top}/__init__.py,,\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """An empty folder on the path; what was imported from it is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Site(tmp_path)
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


async def nowhere(scope: Scope, _: Receive, __: Send) -> None:
    """What stands behind the plugins."""
    raise AssertionError(scope)


class Served:
    """The mount in an application of its own, asked by whoever `caller` says."""

    def __init__(self, host: PluginHost, engines: Engines) -> None:
        self.host = host
        self.engines = engines
        self.caller = Caller(language="vi")
        self.state: dict[str, Any] = {}
        self._app = host.in_front_of(nowhere, Problems(engines.texts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        self.state = {"caller": self.caller, "request_id": "r"}
        await self._app({**scope, "state": self.state}, receive, send)  # type: ignore[typeddict-item]

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """GET below the mount."""
        return await self.ask("GET", path, **headers)

    async def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> httpx.Response:
        """A request below the mount; `_` in the names of headers is `-`."""
        named = {"content-type": "application/json"} if body is not None else {}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        transport = httpx.ASGITransport(self)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            address = f"/api/v1/apps/{path}"
            return await client.request(method, address, content=body, headers=named)


@pytest.fixture(scope="session")
def reports() -> dict[str, Checked]:
    """What the probe said, by fingerprint: the same files are probed once a run."""
    return {}


@pytest.fixture(autouse=True)
def probed_once(reports: dict[str, Checked], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only taking in (`sync`) goes through it; tests of the probe itself call it directly."""

    async def run(found: list[Found]) -> list[Checked]:
        new = [one for one in found if one.fingerprint not in reports]
        made = await trial.run(new)
        reports.update((one.fingerprint, report) for one, report in zip(new, made, strict=True))
        return [reports[one.fingerprint] for one in found]

    monkeypatch.setattr(actions, "probe", run)


@pytest.fixture
def migrate(environment: dict[str, str], database: str, engines: Engines) -> migrating.Migrate:
    """What `camaug migrate` does to the tables of a plugin, in the test's database."""
    name = urlsplit(database).path
    url = urlunsplit(urlsplit(environment["CAMAUG_MIGRATOR_URL"])._replace(path=name))
    return migrating.by_migrator(url, engines.roles)


@pytest.fixture
async def plugin_host(engines: Engines) -> AsyncIterator[Callable[[], Awaitable[Served]]]:
    """Takes in what is installed, and serves it."""
    running = []

    async def start() -> Served:
        await actions.sync(engines.pool, engines.clock.now())
        host = PluginHost()
        context = host.running(engines)
        await context.__aenter__()
        running.append(context)
        return Served(host, engines)

    yield start
    for context in running:
        await context.__aexit__(None, None, None)


def citizen() -> Caller:
    me = Person(citizen_id=uuid4(), assurance=1, session_id=uuid4())
    return Caller(language="vi", me=me)


def officer(*roles: str) -> Caller:
    held = {role: (uuid4(),) for role in roles}
    staff = StaffMember(staff_id=uuid4(), session_id=uuid4(), agencies=held)
    return Caller(language="vi", officer=staff)
