"""What the container file runs: installed into an empty folder, it serves without its sources."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest
from tests.journeys.system import Process, free_port

from camaug.settings import ROOT

COMMAND = Path("venv/bin/camaug")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation from a copy of the committed sources, which is then taken away."""
    base = tmp_path_factory.mktemp("install")
    source, target = base / "source", base / "app"
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    for name in filter(None, (one.decode() for one in listed)):
        if (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    done = subprocess.run(  # noqa: S603
        [str(source / "deploy/install.sh"), str(target)],
        env=dict(os.environ) | {"UV_CACHE_DIR": str(ROOT / ".camaug/uv-cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(source)
    return target


@pytest.fixture
async def settings_of_production(
    environment: dict[str, str], tmp_path: Path, installed: Path
) -> dict[str, str]:
    """Every setting over TCP or its own socket, with a database and a keyring of its own."""
    name = f"install_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(environment["CAMAUG_TEST_ADMIN_URL"])
    await admin.execute(f"create database {name} template camaug_empty owner camaug_migrator")
    await admin.close()
    env = {one: value for one, value in environment.items() if one.startswith("CAMAUG_")} | {
        "PATH": os.environ["PATH"],
        "PYTHONUTF8": "1",
    }
    for setting in ("CAMAUG_DATABASE_URL", "CAMAUG_MIGRATOR_URL"):
        env[setting] = urlunsplit(urlsplit(env[setting])._replace(path=f"/{name}"))
    keyring = tmp_path / "keyring.json"
    run(installed, env, "keyring", "--ensure", str(keyring))
    _same_roles(keyring)
    port = free_port()
    return env | {
        "CAMAUG_KEYRING": str(keyring),
        "CAMAUG_LISTEN": f"127.0.0.1:{port}",
        "CAMAUG_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CAMAUG_WEB_DIR": str(installed / "web"),
        "CAMAUG_WORKERS": "2",
    }


def _same_roles(keyring: Path) -> None:
    """Roles of plugins belong to the whole server, which the other tests share with this one."""
    made, ours = json.loads(keyring.read_text()), Path(os.environ["CAMAUG_KEYRING"])
    made["secrets"]["roles"] = json.loads(ours.read_text())["secrets"]["roles"]
    keyring.write_text(json.dumps(made))


def run(installed: Path, env: Mapping[str, str], *argv: str) -> str:
    """One command of the installation to its end; its output."""
    done = subprocess.run(  # noqa: S603
        [str(installed / COMMAND), *argv],
        env=dict(env), cwd=installed, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
    return done.stdout


def test_nothing_of_the_sources_is_left_on_its_path(installed: Path) -> None:
    code = "import sys, camaug, camaug_sdk; print(camaug.__file__, camaug_sdk.__file__, *sys.path)"
    done = subprocess.run(  # noqa: S603
        [str(installed / "venv/bin/python"), "-c", code],
        cwd=installed, env={}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(ROOT) not in done.stdout
    assert done.stdout.startswith(str(installed))


async def test_the_installation_migrates_serves_home_and_ends_when_it_is_told(
    installed: Path, settings_of_production: dict[str, str], tmp_path: Path
) -> None:
    env = settings_of_production
    run(installed, env, "migrate")
    run(installed, env, "seed")
    listed = run(installed, env, "plugins", "list")
    assert listed.count("active") == len(list((ROOT / "plugins").glob("*/pyproject.toml"))), listed
    serve = Process("serve", [str(installed / COMMAND), "serve"], env, tmp_path)
    await serve.start()
    try:
        async with httpx.AsyncClient(base_url=env["CAMAUG_PUBLIC_URL"]) as client:
            home = await answered(client, serve)
            assert "procedure-search" in home
            shell = await client.get("/")
            assert "<html" in shell.text
    finally:
        assert await serve.stop() == 0
    assert "Traceback" not in serve.log.read_text()


async def answered(client: httpx.AsyncClient, serve: Process) -> str:
    """Home, as soon as it is served."""
    for _ in range(900):
        assert not serve.ended, serve.log.read_text()
        try:
            answer = await client.get("/api/v1/screens/home")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        assert answer.status_code == 200
        return answer.text
    raise AssertionError(serve.log.read_text())
