"""The product's own utilities and a broken one, as distributions, through the whole application."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from camaug import app as application
from camaug.kernel.web import Engines
from camaug.plugins import actions, commands
from camaug.settings import ROOT, Settings

from .conftest import Site

pytestmark = pytest.mark.plugin
BROKEN = ROOT / "tests/plugins/broken/raises_at_import"
OWN = (
    "address-converter",
    "field-report",
    "procedure-search",
    "service-rating",
    "submit-dossier",
    "tide-calendar",
    "track-dossier",
)


@pytest.fixture
def broken(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Built to a wheel by its build backend and unpacked as an installer does."""
    source = tmp_path_factory.mktemp("source") / BROKEN.name
    shutil.copytree(BROKEN, source)
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    wheels = tmp_path_factory.mktemp("wheels")
    subprocess.run([sys.executable, "-c", build, str(wheels)], cwd=source, check=True)  # noqa: S603
    (wheel,) = wheels.glob("*.whl")
    shutil.unpack_archive(wheel, site.folder, "zip")


@pytest.fixture
async def client(
    broken: None,  # noqa: ARG001  (installed before the application starts)
    engines: Engines,
    settings: Settings,
) -> AsyncIterator[httpx.AsyncClient]:
    await actions.sync(engines.pool, engines.clock.now())
    made = application.create(settings, engines)
    transport = httpx.ASGITransport(made, raise_app_exceptions=False)
    async with (
        made.running(),
        httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client,
    ):
        yield client


async def test_the_own_utilities_are_active_and_the_broken_one_hurts_nobody(
    client: httpx.AsyncClient,
):
    tiles = (await client.get("/api/v1/plugins")).json()
    assert {one["plugin_id"] for one in tiles} == set(OWN)
    failed = await client.get("/api/v1/apps/raises-at-import/")
    assert (failed.status_code, failed.json()["code"]) == (503, "plugin_refused")
    assert failed.headers["content-type"] == "application/problem+json"
    search = await client.get("/api/v1/apps/procedure-search/?q=khai%20sinh")
    assert search.status_code == 200
    assert "khai sinh" in search.text.lower()
    for signed_in_only in (
        "field-report/",
        "field-report/desk/",
        "submit-dossier/",
        "track-dossier/",
        "track-dossier/desk/",
    ):
        assert (await client.get(f"/api/v1/apps/{signed_in_only}")).status_code == 401
    assert (await client.get("/api/v1/screens/home")).status_code == 200


async def test_the_commands_show_and_change_what_the_table_says(
    client: httpx.AsyncClient,
    database: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    config = replace(settings, database_url=database)
    monkeypatch.setattr(commands.settings, "load", lambda _: config)

    async def run(action: str, plugin_id: str | None = None, **given: object) -> tuple[int, str]:
        options = {"json": False, "strict": False, "why": ""} | given
        args = argparse.Namespace(action=action, plugin_id=plugin_id, **options)
        code = await commands.run(args, {})
        return code, capsys.readouterr().out

    code, shown = await run("list", json=True)
    states = {row["plugin_id"]: (row["state"], row["reason"]) for row in json.loads(shown)}
    assert code == 0
    assert states == dict.fromkeys(OWN, ("active", None)) | {
        "raises-at-import": ("refused", "import_failed")
    }
    code, shown = await run("list", strict=True)
    assert code == 1
    assert "raises-at-import         refused      camaug-raises-at-import 0.1.0" in shown
    assert "import_failed: RuntimeError: this plugin cannot be imported" in shown
    assert (await run("disable", "procedure-search"))[0] == 2
    code, shown = await run("disable", "procedure-search", why="a test")
    assert (code, shown) == (0, "procedure-search: active -> disabled (operator)\n")
    assert (await run("enable", "no-one", why="a test"))[0] == 1
    code, shown = await run("enable", "procedure-search", why="a test")
    assert (code, shown) == (0, "procedure-search: disabled -> active\n")
    assert (await client.get("/api/v1/apps/procedure-search/")).status_code == 200


def test_the_probe_can_be_run_by_hand(broken: None, site: Site, tmp_path: Path):  # noqa: ARG001
    done = subprocess.run(
        [sys.executable, "-m", "camaug.plugins.probe", "raises-at-import"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(site.folder), *sys.path])},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["finding"] == "import_failed"
