"""The plugin author's quick start: its files are made, installed, served and tested as it says."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest

from camaug import app as application
from camaug.kernel.web import Engines
from camaug.plugins import actions, build, fingerprint, gate, probe, trial
from camaug.plugins.schemas import Finding
from camaug.settings import ROOT, Settings
from camaug_sdk.actions import Action
from camaug_sdk.manifest import Service
from camaug_sdk.screens import AnyBlock, Screen

from .conftest import Site

pytestmark = pytest.mark.plugin
PAGE = (ROOT / "docs" / "plugin-quick-start.md").read_text()
FILE = re.compile(r"`boat-check/([\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HERE = "/api/v1/apps/boat-check"


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def named(text: str) -> set[str]:
    """What stands between back quotes."""
    return set(re.findall(r"`([^`\n]+)`", text))


@pytest.fixture
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the page, in a tree like that of a clone."""
    tree = tmp_path_factory.mktemp("clone")
    for name, text in FILE.findall(PAGE):
        path = tree / "plugins" / "boat-check" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copy(ROOT / "plugins" / "conftest.py", tree / "plugins")
    (tree / "backend").symlink_to(ROOT / "backend")
    return tree / "plugins" / "boat-check"


@pytest.fixture
def installed(source: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Built to a wheel by its build backend and unpacked as an installer does."""
    made = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    wheels = tmp_path_factory.mktemp("wheels")
    subprocess.run([sys.executable, "-c", made, str(wheels)], cwd=source, check=True)  # noqa: S603
    (wheel,) = wheels.glob("*.whl")
    shutil.unpack_archive(wheel, site.folder, "zip")
    return site


@pytest.fixture
async def client(
    installed: Site,  # noqa: ARG001  (before the application starts)
    engines: Engines,
    settings: Settings,
) -> Iterator[httpx.AsyncClient]:
    await actions.sync(engines.pool, engines.clock.now())
    made = application.create(settings, engines)
    transport = httpx.ASGITransport(made, raise_app_exceptions=False)
    async with (
        made.running(),
        httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client,
    ):
        yield client


def of_type(screen: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(block for block in screen["blocks"] if block["type"] == kind)


async def test_the_tile_is_on_the_home_screen_and_the_screen_answers(client: httpx.AsyncClient):
    home = (await client.get("/api/v1/screens/home")).json()
    tiles = {one["label"]: one["action"]["href"] for one in of_type(home, "tiles")["items"]}
    assert tiles["Ra khơi"] == "/apps/boat-check/"

    shown = (await client.get(f"{HERE}/")).json()
    msgspec.convert(shown, Screen)
    assert shown["title"] == "Kiểm tra trước khi ra khơi"
    assert of_type(shown, "list")["items"]
    english = await client.get(f"{HERE}/", headers={"Accept-Language": "en"})
    assert english.json()["title"] == "Before going out to sea"

    send = of_type(shown, "form")["submit"]["action"]["href"]
    ready = await client.post(send, json={"people": 2, "vests": 2})
    assert ready.json()["toast"]["text"] == "Đủ áo phao. Chúc chuyến đi an toàn."
    few = await client.post(send, json={"people": 3, "vests": 1})
    assert few.status_code == 422
    assert few.json()["errors"][0]["message"] == "Còn thiếu 2 áo phao"


def test_its_own_test_passes(source: Path, installed: Site):
    argv, tree = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], source.parents[1]
    where = ["-c", ROOT / "pyproject.toml", "--rootdir", tree, "--confcutdir", tree, source]
    env = {"PYTHONPATH": f"{installed.folder}:{':'.join(sys.path)}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(  # noqa: S603
        [*argv, *where], env=env, cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("..")


def test_its_code_is_written_as_ours_is(source: Path):
    ruff = str(Path(sys.executable).parent / "ruff")
    ours = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    ours += ["--config", f"src = ['{ROOT}/backend/sdk', '{source}']", "plugins/boat-check"]
    for check in (["check"], ["format", "--check"]):
        done = subprocess.run(  # noqa: S603
            [ruff, *check, *ours],
            cwd=source.parents[1],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_it_names_every_block_service_and_refusal_and_no_other():
    tags = {one.__struct_config__.tag for one in get_args(AnyBlock)}
    taps = {one.__struct_config__.tag for one in get_args(Action)}
    vocabulary = section("What a screen is made of").split("The classes")[0]
    assert named(vocabulary) == tags | taps
    asked = section("What it may touch").split("A method")[0]
    assert named(asked) - {"app.clock", "app.i18n"} == set(get_args(Service))
    table = section("What the host refuses").split("|---|---|\n")[1].split("\n\n")[0]
    codes = [row.split("|")[1] for row in table.splitlines()]
    assert named(" ".join(codes)) == set(get_args(Finding))


def test_its_limits_are_those_of_the_host():
    said = section("What the host refuses").replace("\n", " ")
    for limit in (
        f"for {trial.SECONDS} s, {probe.CPU_SECONDS} s of CPU",
        f"{probe.MEMORY_BYTES // 1024**3} GiB at most",
        f"{fingerprint.MOST_FILES} files and {fingerprint.MOST_BYTES // 1024**2} MiB",
        f"{gate.DEADLINE_SECONDS:.0f} s and {gate.MOST_AT_ONCE} may",
        f"{gate.MOST_WAITING} more wait for up to {gate.WAIT_SECONDS:.0f} s",
        f"a body has {build.MOST_BODY // 1024**2} MiB",
    ):
        assert limit in said


def test_its_manifest_is_what_the_published_schema_describes(source: Path):
    schema = json.loads((ROOT / "openapi" / "manifest.schema.json").read_text())
    written = json.loads((source / "camaug_boat_check" / "manifest.json").read_text())
    assert written.keys() <= schema["$defs"]["Manifest"]["properties"].keys()
    assert written["x_camaug"].keys() <= schema["$defs"]["Camaug"]["properties"].keys()
