"""What the probe's child process finds, each with its reason."""

import time
from pathlib import Path

import pytest

from camaug.plugins import discovery, trial
from camaug.plugins.schemas import Checked
from camaug.processes import lives

from .conftest import GOOD, Site, asks, manifest

pytestmark = pytest.mark.plugin
HEAD = """
from litestar import Response, get, post
from camaug_sdk import AppContext, Officer, Outcome, Plugin, Screen, Visitor
"""
BAD = [
    ("raise RuntimeError('no library')", "import_failed", "RuntimeError: no library"),
    ("raise SystemExit(3)", "import_failed", "SystemExit: 3"),
    ("raise KeyboardInterrupt", "import_failed", "KeyboardInterrupt"),
    ("import os; os._exit(0)", "probe_died", "exit code 0"),
    ("import os; os.kill(os.getpid(), 11)", "probe_died", "exit code -11"),
    ("x = bytearray(2 * 1024**3)", "import_failed", "MemoryError"),
    ("plugin = 'routes'", "not_a_plugin", "str"),
    ("other = 1", "not_a_plugin", "NoneType"),
    (HEAD + "plugin = Plugin(routes=[print])", "bad_handler", "print"),
    (
        HEAD + "@get('/', sync_to_thread=False)\ndef home() -> Screen: ...\n"
        "plugin = Plugin(routes=[home])",
        "bad_handler",
        "neither async",
    ),
    (
        HEAD + "@get('/')\nasync def home() -> 'Nowhere': ...\nplugin = Plugin(routes=[home])",
        "app_failed",
        "Nowhere",
    ),
    (
        HEAD + "@get('/')\nasync def home(x: 'Nowhere') -> Screen: ...\n"
        "plugin = Plugin(routes=[home])",
        "app_failed",
        "Nowhere",
    ),
    (
        HEAD + "@get('/')\nasync def home() -> dict: ...\nplugin = Plugin(routes=[home])",
        "bad_answer",
        "home",
    ),
    (
        HEAD + "@get('/a')\nasync def one() -> Screen: ...\n@get('/a')\n"
        "async def two() -> Screen: ...\nplugin = Plugin(routes=[one, two])",
        "duplicate_route",
        "GET /a",
    ),
    (
        HEAD + "@get('/desk/x')\nasync def one() -> Screen: ...\nplugin = Plugin(routes=[one])",
        "bad_path",
        "/desk/x",
    ),
    (
        HEAD + "@get('/')\nasync def home(app: AppContext) -> Screen:\n"
        "    await app.people.profile(None)\nplugin = Plugin(routes=[home])",
        "service_not_asked",
        "people",
    ),
    (
        HEAD + "@get('/')\nasync def desk(app: AppContext, officer: Officer) -> Screen:\n"
        "    await app.dossiers.queue(officer, None)\nplugin = Plugin(desk=[desk])",
        "service_not_asked",
        "dossiers.desk",
    ),
    ("from camaug.kernel import db", "foreign_import", "camaug.kernel"),
    ("import camaug_good_one", "foreign_import", "camaug_good_one"),
    ("def x(:", "source_unreadable", "__init__.py"),
]


async def probed(plugin_id: str) -> Checked:
    found = [one for one in discovery.find() if one.plugin_id == plugin_id]
    (checked,) = await trial.run(found)
    return checked


async def test_a_good_plugin_passes(site: Site):
    site.add("good-one")
    assert await probed("good-one") == Checked()


async def test_a_plugin_that_asks_for_its_services_passes(site: Site):
    source = (
        HEAD + "@get('/')\nasync def home(app: AppContext) -> Screen | Outcome:\n"
        "    await app.people.profile(None)\n"
        "@get('/file')\nasync def file() -> Response[bytes]: ...\n"
        "@post('/')\nasync def save() -> Outcome: ...\n"
        "plugin = Plugin(routes=[home, file, save])"
    )
    site.add("good-one", source, says=manifest("good-one", permissions=asks("people")))
    assert await probed("good-one") == Checked()


async def test_bad_plugins_are_refused_each_with_its_reason_beside_a_good_one(site: Site):
    site.add("good-one")
    for number, (source, _, _) in enumerate(BAD):
        site.add(f"bad-{number:02}", source)
    found = discovery.find()
    checked = dict(zip((one.plugin_id for one in found), await trial.run(found), strict=True))
    for number, (source, finding, words) in enumerate(BAD):
        report = checked[f"bad-{number:02}"]
        assert report.finding == finding, (source, report)
        assert words in report.detail, (source, report)
    assert checked["good-one"] == Checked()


async def test_catalogues_with_other_ids_are_refused(site: Site):
    site.add("bad-one", texts={"vi": {"a": "A"}, "en": {"b": "B"}})
    checked = await probed("bad-one")
    assert checked == Checked(finding="locales_invalid", detail="in one language only: a, b")


async def test_an_import_that_hangs_is_ended_with_everything_it_started(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    note = tmp_path / "pid"
    source = (
        "import os, subprocess, time\n"
        f"open({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '60']).pid))\n"
        "time.sleep(60)"
    )
    site.add("bad-one", source)
    for seconds in (5, 30):  # a slow machine needs more for our own imports
        monkeypatch.setattr(trial, "SECONDS", seconds)
        started = time.monotonic()
        checked = await probed("bad-one")
        assert checked.finding == "probe_timeout"
        assert time.monotonic() - started < seconds + 20
        if note.exists():
            break
    assert not lives(int(note.read_text()))


async def test_a_child_sees_none_of_our_environment(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CAMAUG_DATABASE_URL", "postgresql://secret")
    source = "import os\nassert 'CAMAUG_DATABASE_URL' not in os.environ, 'seen'\n" + GOOD
    site.add("good-one", source)
    assert await probed("good-one") == Checked()
