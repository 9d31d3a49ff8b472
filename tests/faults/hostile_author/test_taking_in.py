"""A hostile author's package: what taking it in and loading it does to others."""

import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.backend.plugins.conftest import GOOD, Served, Site, manifest
from tests.faults.hostile_author import outcome
from tests.faults.hostile_author.attacks import TAKING_IN

from camaug.kernel.web import Engines
from camaug.plugins import actions, trial

pytest_plugins = ["tests.backend.plugins.conftest"]
Start = Callable[[], Awaitable[Served]]
ID = "hostile-two"
MODULE = "def title():\n    return 'checked'\n"
USES = GOOD.replace('title="Good"', "title=title()")


@pytest.fixture(autouse=True)
def good(site: Site, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    site.add("good-two")
    monkeypatch.setattr(actions, "probe", trial.run)
    yield  # noqa: PT022


async def taken(engines: Engines) -> dict[str, str]:
    """State by id."""
    rows = await actions.sync(engines.pool, engines.clock.now())
    return {row.plugin_id: row.state for row in rows}


async def others(engines: Engines) -> tuple[bool, str]:
    """Whether the others were kept from being taken in."""
    try:
        states = await taken(engines)
    except BaseException as error:  # noqa: BLE001  (what an operator would see)
        return True, f"camaug migrate ends for all: {type(error).__name__}: {error}"[:120]
    return states["good-two"] != "active", f"{states}"


async def nul_in_an_error(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID, "raise RuntimeError('a\\0b')")
    return await others(engines)


async def nul_in_a_title(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID, says=manifest(ID, title={"vi": "a\0", "en": "a"}))
    return await others(engines)


async def nul_in_an_id(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID)
    site.describe("camaug_hostile_two", "hostile\0two", "camaug_hostile_two:plugin")
    return await others(engines)


async def deep_manifest(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID, says=b"[" * 200_000)
    return await others(engines)


async def large_manifest(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID, says=b" " * 5_000_000 + b"{}")
    return await others(engines)


async def deep_origin(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID)
    info = site.folder / "camaug_hostile_two-1.0.dist-info"
    (info / "RECORD").write_text("")
    (info / "direct_url.json").write_text('{"url":"","x":' + "[" * 200_000)
    return await others(engines)


async def long_version(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID)
    info = site.folder / "camaug_hostile_two-1.0.dist-info"
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: camaug_hostile_two\nVersion: {'1' * 3_000_000}\n"
    )
    await taken(engines)
    async with engines.pool.acquire() as conn:
        size = await conn.fetchval("select max(length(version)) from plugin")
    return size > 1000, f"a version of {size} characters is written down and shown in the console"


async def pipe_among_files(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    """Reading it waits for a writer; here one comes after five seconds."""
    import threading  # noqa: PLC0415

    pipe = site.add(ID) / "pipe"
    os.mkfifo(pipe)
    threading.Timer(5, lambda: os.close(os.open(pipe, os.O_RDWR))).start()
    began = time.monotonic()
    lost, said = await others(engines)
    took = time.monotonic() - began
    return lost or took > 4.5, f"camaug migrate stood still for {took:.1f} s; {said}"


async def record_beside_package(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    """What Python runs at every start of every process of the host."""
    site.add(ID)
    (site.folder / "hostile.pth").write_text("import os\n")
    record = site.folder / "camaug_hostile_two-1.0.dist-info" / "RECORD"
    record.write_text("camaug_hostile_two/__init__.py,,\nhostile.pth,,\nsitecustomize.py,,\n")
    states = await taken(engines)
    return states[ID] == "active", f"a distribution with a .pth and sitecustomize.py: {states[ID]}"


async def core_by_name(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID, "import importlib\nimportlib.import_module('camaug.kernel.db')\n" + GOOD)
    states = await taken(engines)
    return states[ID] == "active", f"imports the host by importlib: {states[ID]}"


async def another_by_name(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    site.add(ID, "import importlib\nimportlib.import_module('camaug_good_two')\n" + GOOD)
    states = await taken(engines)
    return states[ID] == "active", f"imports another plugin by importlib: {states[ID]}"


async def core_role(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    name = {"vi": "Quản trị", "en": "Administrator"}
    site.add(ID, says=manifest(ID, desk_roles=[{"role": "admin", "name": name}]))
    states = await taken(engines)
    return states[ID] == "active", f"a desk role called as one of the core's: {states[ID]}"


async def swapped(engines: Engines, start: Start, site: Site, file: Path) -> tuple[bool, str]:  # noqa: ARG001
    """Served after its file has changed since the check."""
    served = await start()
    file.write_text(MODULE.replace("checked", "swapped"))  # noqa: ASYNC240
    answer = await served.get(f"{ID}/")
    return b"swapped" in answer.content, f"{answer.status_code}: serves what was put there later"


async def helper_outside(site: Site, engines: Engines, start: Start) -> tuple[bool, str]:
    helper = site.folder / "hostile_helper.py"
    helper.write_text(MODULE)
    site.add(ID, "from hostile_helper import title\n" + USES)
    return await swapped(engines, start, site, helper)


async def linked_file(site: Site, engines: Engines, start: Start) -> tuple[bool, str]:
    target = site.folder / "elsewhere.txt"
    target.write_text(MODULE)
    folder = site.add(ID, "from camaug_hostile_two.pages import title\n" + USES)
    (folder / "pages.py").symlink_to(target)
    return await swapped(engines, start, site, target)


async def linked_folder(site: Site, engines: Engines, start: Start) -> tuple[bool, str]:
    target = site.folder / "elsewhere"
    target.mkdir()
    (target / "pages.py").write_text(MODULE)
    folder = site.add(ID, "from camaug_hostile_two.sub.pages import title\n" + USES)
    (folder / "sub").symlink_to(target, target_is_directory=True)
    return await swapped(engines, start, site, target / "pages.py")


async def compiled_only(site: Site, engines: Engines, start: Start) -> tuple[bool, str]:  # noqa: ARG001
    import py_compile  # noqa: PLC0415

    folder = site.add(ID, "from camaug_hostile_two.pages import title\n" + USES)
    source = site.folder / "pages.txt"
    source.write_text(MODULE)
    py_compile.compile(str(source), cfile=str(folder / "pages.pyc"))
    states = await taken(engines)
    return states[ID] == "active", f"a module without source: {states[ID]}"


async def leaves_a_process(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    """In a session of its own, which the end of the group does not reach."""
    told = site.folder / "pid.txt"
    site.add(
        ID,
        "import subprocess\nfrom pathlib import Path\n"
        "made = subprocess.Popen(['/bin/sleep', '30'], start_new_session=True)\n"
        f"Path({str(told)!r}).write_text(str(made.pid))\n" + GOOD,
    )
    await taken(engines)
    pid = int(told.read_text())
    lives = Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()  # noqa: ASYNC240
    if lives:
        os.kill(pid, signal.SIGKILL)
    return lives, "a process that the check started goes on after it" if lives else "ended with it"


async def writes_to_another(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    """Limited to the host's rights: where packages belong to another user it cannot."""
    other = site.folder / "camaug_good_two" / "__init__.py"
    site.add(ID, f"open({str(other)!r}, 'a').write('# mine')\n" + GOOD)
    await taken(engines)
    won = other.read_text().endswith("# mine")
    return won, "the check wrote into the package of another plugin" if won else "it could not"


async def reads_parent(site: Site, engines: Engines, _: Start) -> tuple[bool, str]:
    """The settings that the check's own environment does not hold."""
    told = site.folder / "told.txt"
    site.add(
        ID,
        "import os\nfrom pathlib import Path\n"
        "said = Path(f'/proc/{os.getppid()}/environ').read_bytes()\n"
        f"Path({str(told)!r}).write_text(str(b'CAMAUG_MIGRATOR_URL' in said))\n" + GOOD,
    )
    await taken(engines)
    won = told.exists() and told.read_text() == "True"
    return won, "the check read the migrator's password from its parent" if won else "it could not"


TRIED: dict[str, Any] = {
    one.__name__.replace("_", "-"): one
    for one in (
        nul_in_an_error, nul_in_a_title, nul_in_an_id, deep_manifest, large_manifest, deep_origin,
        long_version, pipe_among_files, record_beside_package, core_by_name, another_by_name,
        core_role, helper_outside, linked_file, linked_folder, compiled_only, leaves_a_process,
        writes_to_another, reads_parent,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", list(TAKING_IN))
async def test_what_a_hostile_package_does(
    site: Site, engines: Engines, plugin_host: Start, name: str
) -> None:
    won, figure = await TRIED[name](site, engines, plugin_host)
    outcome.say(name, "author" if won else "host", figure)
    assert won == bool(TAKING_IN[name]), figure
