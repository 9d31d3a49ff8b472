"""Processes that run take a new version into use; until it is checked the old one serves."""

import asyncio
import os
import py_compile
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.plugins import actions, importing

from .conftest import Served, Site

Start = Callable[[], Awaitable[Served]]
SOURCE = """
import asyncio
from pathlib import Path
from litestar import get
from camaug_sdk import Plugin, Screen
from camaug_first_one.words import TITLE

@get("/")
async def show_home() -> Screen:
    return Screen(title=TITLE, lang="vi", blocks=[])

@get("/slow")
async def show_slowly() -> Screen:
    here = Path(__file__).parent.parent
    (here / "begun").touch()
    while not (here / "goes-on").exists():
        await asyncio.sleep(0.02)
    return Screen(title=TITLE, lang="vi", blocks=[])

plugin = Plugin(routes=[show_home, show_slowly])
"""
ONLY_HERE = "import sys\nif 'pytest' in sys.modules:\n    raise RuntimeError\n"


def put(site: Site, title: str, before: str = "") -> Path:
    """Install a version, or replace the one that is installed; the module that differs."""
    package = site.folder / "camaug_first_one"
    if not package.exists():
        site.add("first-one", SOURCE)
    (package / "words.py").write_text(f"{before}TITLE = {title!r}\n")
    return package / "words.py"


async def check(served: Served) -> None:
    """What `camaug migrate` does, from another process."""
    await actions.sync(served.engines.pool, served.engines.clock.now())


async def title(served: Served, path: str = "") -> str:
    """What the screen is called, or the code of the problem."""
    shown = (await served.get(f"first-one/{path}")).json()
    return shown["code"] if "code" in shown else shown["title"]


async def becomes(served: Served, wanted: str) -> list[str]:
    """Every title on the way from a refresh to the wanted one."""
    seen: list[str] = []
    await served.host.refresh()
    for _ in range(1500):
        seen.append(await title(served))
        if seen[-1] == wanted:
            break
        await asyncio.sleep(0.02)
    return seen


async def test_a_checked_version_is_served_without_a_restart_and_so_is_the_one_before(
    site: Site, plugin_host: Start
):
    put(site, "one")
    served = await plugin_host()
    assert await title(served) == "one"
    put(site, "two")
    assert set(await becomes(served, "one")) == {"one"}
    await check(served)
    assert await title(served) == "one"
    seen = await becomes(served, "two")
    assert seen[-1] == "two"
    assert set(seen) <= {"one", "two"}
    put(site, "one")
    await check(served)
    assert (await becomes(served, "one"))[-1] == "one"


async def test_what_is_under_way_ends_on_the_version_that_began_it(site: Site, plugin_host: Start):
    put(site, "one")
    served = await plugin_host()
    assert await title(served) == "one"
    put(site, "two")
    await check(served)
    slow = asyncio.create_task(title(served, "slow"))
    async with asyncio.timeout(30):
        while not (site.folder / "begun").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert (await becomes(served, "two"))[-1] == "two"
    assert not slow.done()
    (site.folder / "goes-on").touch()
    assert await slow == "one"


async def test_a_version_is_told_from_another_of_the_same_size_and_second(
    site: Site, plugin_host: Start
):
    path = put(site, "one")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    py_compile.compile(str(path))
    served = await plugin_host()
    assert await title(served) == "one"
    path = put(site, "two")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    await check(served)
    assert (await becomes(served, "two"))[-1] == "two"


async def test_a_module_without_a_source_is_not_run(site: Site, plugin_host: Start):
    path = put(site, "one")
    served = await plugin_host()
    py_compile.compile(str(path), cfile=str(path.with_suffix(".pyc")))
    path.unlink()
    await check(served)
    await served.host.refresh()
    assert await title(served) == "plugin_refused"


async def test_files_that_come_after_the_check_are_waited_for(site: Site, plugin_host: Start):
    """As on the second of two machines, where the first one ran migrate."""
    put(site, "one")
    served = await plugin_host()
    assert await title(served) == "one"
    put(site, "two")
    await check(served)
    put(site, "one")
    for _ in range(3):
        await served.host.refresh()
        await asyncio.sleep(0.1)
        assert await title(served) == "one"
    put(site, "two")
    assert (await becomes(served, "two"))[-1] == "two"


async def test_a_process_that_has_no_version_yet_waits_for_the_files_as_well(
    site: Site, plugin_host: Start
):
    put(site, "two")
    served = await plugin_host()
    put(site, "one")
    assert await title(served) == "plugin_refused"
    put(site, "two")
    assert await title(served) == "plugin_refused"
    await served.host.refresh()
    assert await title(served) == "two"


async def test_a_version_that_fails_only_here_is_refused_until_another_is_checked(
    site: Site, plugin_host: Start
):
    put(site, "one")
    served = await plugin_host()
    assert await title(served) == "one"
    put(site, "two", ONLY_HERE)
    await check(served)
    assert (await becomes(served, "plugin_refused"))[-1] == "plugin_refused"
    put(site, "three")
    await check(served)
    await served.host.refresh()
    assert await title(served) == "three"


async def test_what_was_upgraded_while_it_was_disabled_is_never_served_old(
    site: Site, plugin_host: Start
):
    put(site, "one")
    served = await plugin_host()
    now, pool = served.engines.clock.now(), served.engines.pool
    assert await title(served) == "one"
    async with db.transaction(pool) as conn:
        await actions.disable(conn, "first-one", SYSTEM, "it shows too much", now)
    put(site, "two")
    await check(served)
    await served.host.refresh()
    assert await title(served) == "plugin_disabled"
    async with db.transaction(pool) as conn:
        await actions.enable(conn, "first-one", SYSTEM, "mended", now)
    await served.host.refresh()
    assert await title(served) == "two"


async def test_another_utility_is_not_imported_anew(site: Site, plugin_host: Start):
    put(site, "one")
    site.add("first-one-more")  # its package begins with the name of the other
    served = await plugin_host()
    assert await title(served) == "one"
    await served.get("first-one-more/")
    before = sys.modules["camaug_first_one_more"]
    put(site, "two")
    await check(served)
    assert (await becomes(served, "two"))[-1] == "two"
    assert sys.modules["camaug_first_one_more"] is before


async def test_what_runs_has_its_modules_again_when_the_new_ones_cannot_be_taken(
    site: Site, plugin_host: Start
):
    """A handler may import one of them only when it is called."""
    put(site, "one")
    served = await plugin_host()
    assert await title(served) == "one"
    before = sys.modules["camaug_first_one.words"]
    put(site, "two")
    await check(served)
    put(site, "three")
    await served.host.refresh()
    await asyncio.sleep(0.3)
    assert await title(served) == "one"
    assert sys.modules["camaug_first_one.words"] is before


async def test_files_that_are_replaced_while_they_are_imported_are_not_run(
    site: Site, plugin_host: Start
):
    replaces = "import pathlib, sys\nif 'pytest' in sys.modules:\n"
    replaces += "    pathlib.Path(__file__).write_text('')\n"
    put(site, "one", replaces)
    served = await plugin_host()
    assert await title(served) == "plugin_refused"


def test_many_utilities_are_upgraded_at_once(monkeypatch: pytest.MonkeyPatch):
    packages = [f"camaug_nowhere_{number}" for number in range(8)]
    cache = dict(sys.path_importer_cache)
    monkeypatch.setattr(sys, "path_importer_cache", cache)
    nothing = {f"/nowhere/{number}": None for number in range(5_000)}
    together = Barrier(len(packages), action=lambda: cache.update(nothing), timeout=60)

    def upgrade(package: str) -> None:
        for version in range(10):
            together.wait()
            with importing.of(package, str(version)):
                pass

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(packages)) as threads:
            list(threads.map(upgrade, packages))
    finally:
        sys.setswitchinterval(before)
