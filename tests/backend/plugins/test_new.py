"""`camaug plugins new`: what it writes is installed, taken in, called, and passes its own tests."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from camaug import app as application
from camaug import cli
from camaug.kernel.web import Engines
from camaug.plugins import actions, commands, discovery, new, trial
from camaug.settings import ROOT, Settings, Wrong

from .conftest import Site

pytestmark = pytest.mark.plugin
ID, PACKAGE = "ask-how-many", "camaug_ask_how_many"
VI, EN = 'Hỏi "bao nhiêu" người $ngay', 'How "many" people are $here'
HERE = f"/api/v1/apps/{ID}"


plain = pytest.mark.parametrize("source", [False], indirect=True)


@pytest.fixture(params=[False, True], ids=["plain", "with a table"])
def source(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder that was written, in a tree like that of a clone."""
    tree = tmp_path_factory.mktemp("clone")
    (tree / "plugins").mkdir()
    shutil.copy(ROOT / "plugins" / "conftest.py", tree / "plugins")
    (tree / "backend").symlink_to(ROOT / "backend")
    new.write(tree / "plugins", ID, VI, EN, with_table=request.param)
    return tree / "plugins" / ID


@pytest.fixture
def installed(source: Path, site: Site) -> Site:
    """As an editable install leaves it: a line on the path, and where the files come from."""
    site.describe(PACKAGE, ID, f"{PACKAGE}:plugin")
    info = site.folder / f"{PACKAGE}-1.0.dist-info"
    (info / "RECORD").write_text("")
    (info / "direct_url.json").write_text(json.dumps({"url": source.as_uri()}))
    sys.path.append(str(source))
    yield site
    sys.path.remove(str(source))
    for name in [one for one in sys.modules if one.startswith(PACKAGE)]:
        del sys.modules[name]


@pytest.fixture
async def client(
    installed: Site,  # noqa: ARG001  (before the application starts)
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


@plain
async def test_it_is_taken_in_and_answers_whoever_asks(client: httpx.AsyncClient):
    tiles = {one["plugin_id"]: one for one in (await client.get("/api/v1/plugins")).json()}
    assert (tiles[ID]["title"], tiles[ID]["tile"]) == (VI, 'Hỏi "bao')
    shown = (await client.get(f"{HERE}/", headers={"Accept-Language": "en"})).json()
    form = next(one for one in shown["blocks"] if one["type"] == "form")
    assert shown["title"] == EN
    send = form["submit"]["action"]["href"]
    some = await client.post(send, json={"people": 10})
    assert (some.status_code, some.json()["toast"]["text"]) == (200, "Đã nhận: 10 người.")
    many = await client.post(send, json={"people": 11})
    assert (many.status_code, many.json()["errors"][0]["message"]) == (
        422,
        "Nhiều nhất là 10 người",
    )


async def test_the_probe_finds_nothing_in_it(installed: Site):
    assert installed
    (found,) = [one for one in discovery.find() if one.plugin_id == ID]
    (checked,) = await trial.run([found])
    assert (found.finding, checked.finding, checked.detail) == (None, None, "")


@plain  # those of the other need engines: `show B2` runs them
def test_its_own_tests_pass(source: Path):
    argv, tree = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], source.parents[1]
    where = ["-c", ROOT / "pyproject.toml", "--rootdir", tree, "--confcutdir", tree, source]
    path = os.pathsep.join([str(source), *sys.path])
    done = subprocess.run(  # noqa: S603
        [*argv, *where],
        env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("..")


def test_its_code_is_written_as_ours_is(source: Path):
    ruff = str(Path(sys.executable).parent / "ruff")
    ours = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    ours += ["--config", f"src = ['{ROOT}/backend/sdk', '{source}']", f"plugins/{ID}"]
    for check in (["check"], ["format", "--check"]):
        done = subprocess.run(  # noqa: S603
            [ruff, *check, *ours],
            cwd=source.parents[1],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_its_project_names_the_entry_point(source: Path):
    project = tomllib.loads((source / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["camaug.plugins"] == {ID: f"{PACKAGE}:plugin"}
    assert project["description"] == EN


def test_without_titles_it_is_called_after_its_id(tmp_path: Path):
    new.write(tmp_path, ID, "", "")
    says = json.loads((tmp_path / ID / PACKAGE / "manifest.json").read_text())
    assert says["x_camaug"]["title"] == {"vi": "Ask how many", "en": "Ask how many"}
    assert says["x_camaug"]["tile"] == {"vi": "Ask how", "en": "Ask how"}


@pytest.mark.parametrize(
    "plugin_id", ["", "Boat", "boat_check", "1boat", "boat-", "../boat", "b" * 41, "thuyền"]
)
def test_what_is_no_id_is_refused(tmp_path: Path, plugin_id: str):
    with pytest.raises(Wrong, match="is no id of a utility"):
        new.write(tmp_path, plugin_id, "", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("title", ["x" * 81, "a {word}", "a\0b"])
def test_what_is_no_title_is_refused(tmp_path: Path, title: str):
    with pytest.raises(Wrong, match="--title-en"):
        new.write(tmp_path, ID, "Hỏi", title)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path):
    (tmp_path / ID).mkdir()
    with pytest.raises(Wrong, match="is there already"):
        new.write(tmp_path, ID, "", "")
    assert not list((tmp_path / ID).iterdir())


@pytest.mark.parametrize("plugin_id", ["track-dossier", "sdk", "good-one"])
def test_what_is_installed_keeps_its_id(tmp_path: Path, site: Site, plugin_id: str):
    site.add("good-one")
    (tmp_path / "clone").mkdir()
    with pytest.raises(Wrong, match="is installed already"):
        new.write(tmp_path / "clone", plugin_id, "", "")
    assert not list((tmp_path / "clone").iterdir())


def test_the_command_says_what_it_wrote_or_in_one_line_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "plugins").mkdir()
    monkeypatch.setattr(commands.settings, "ROOT", tmp_path)
    assert cli.main(["plugins", "new", ID, "--title-en", EN]) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"plugins/{ID}/{PACKAGE}/locales/vi.json" in said
    assert said[-1] == f"Next: ./camaug test plugins/{ID}, then ./camaug dev"
    assert all((tmp_path / line).is_file() for line in said[:-1])
    assert cli.main(["plugins", "new", ID]) == 1
    assert cli.main(["plugins", "new"]) == 2
    refused = capsys.readouterr()
    assert refused.out == ""
    assert len(refused.err.splitlines()) == 2
