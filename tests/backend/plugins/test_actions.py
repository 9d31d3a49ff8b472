"""Taking plugins in and what an operator does to them, with the history that this leaves."""

from datetime import timedelta
from typing import Any

import pytest

from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.web import Engines
from camaug.plugins import actions, queries
from camaug.plugins.schemas import Checked, Found, Row
from camaug_sdk.problems import NotFound

from .conftest import GOOD, Site, manifest

BAD = "raise RuntimeError('no library')"


async def synced(engines: Engines) -> dict[str, Row]:
    rows = await actions.sync(engines.pool, engines.clock.now())
    return {row.plugin_id: row for row in rows}


async def history(engines: Engines, plugin_id: str) -> list[tuple[Any, ...]]:
    rows = await engines.pool.fetch(
        "select from_state, to_state, reason, note from core.plugin_change where plugin_id = $1"
        " order by at, change_id",
        plugin_id,
    )
    return [tuple(row) for row in rows]


async def test_good_plugins_are_taken_in_and_bad_ones_refused_with_their_reason(
    site: Site, engines: Engines
):
    site.add("good-one")
    site.add("bad-one", BAD)
    site.add("worse-one", says=b"{")
    rows = await synced(engines)
    assert (rows["good-one"].state, rows["good-one"].reason) == ("active", None)
    assert (rows["bad-one"].state, rows["bad-one"].reason) == ("refused", "import_failed")
    assert rows["bad-one"].detail == "RuntimeError: no library"
    assert (rows["worse-one"].state, rows["worse-one"].reason) == ("refused", "manifest_invalid")
    assert await history(engines, "good-one") == [(None, "active", None, None)]
    assert await history(engines, "bad-one") == [(None, "refused", "import_failed", None)]


async def test_what_passed_is_not_probed_again_until_its_files_change(
    site: Site, engines: Engines, monkeypatch: pytest.MonkeyPatch
):
    probed: list[str] = []

    async def probe(found: list[Found]) -> list[Checked]:
        probed.extend(one.plugin_id for one in found)
        refused = Checked(finding="import_failed")
        return [refused if one.plugin_id == "bad-one" else Checked() for one in found]

    monkeypatch.setattr(actions, "probe", probe)
    package = site.add("good-one")
    site.add("bad-one")
    before = await synced(engines)
    probed.clear()
    assert await synced(engines) == before
    assert probed == ["bad-one"]
    assert len(await history(engines, "bad-one")) == 1
    (package / "more.py").write_text("")
    await synced(engines)
    assert probed == ["bad-one", "bad-one", "good-one"]


async def test_a_plugin_that_goes_is_uninstalled_and_comes_back(site: Site, engines: Engines):
    site.add("good-one")
    await synced(engines)
    info = site.folder / "camaug_good_one-1.0.dist-info"
    info.rename(site.folder / "gone")
    assert (await synced(engines))["good-one"].state == "uninstalled"
    (site.folder / "gone").rename(info)
    assert (await synced(engines))["good-one"].state == "active"
    states = [change[1] for change in await history(engines, "good-one")]
    assert states == ["active", "uninstalled", "active"]


async def test_disabled_stays_disabled_whatever_is_installed(
    site: Site, engines: Engines, clock: HeldClock
):
    package = site.add("good-one")
    await synced(engines)
    async with db.transaction(engines.pool) as conn:
        await actions.disable(conn, "good-one", SYSTEM, "leaks", clock.now())
    (package / "__init__.py").write_text(BAD)
    row = (await synced(engines))["good-one"]
    assert (row.state, row.reason, row.finding) == ("disabled", "operator", "import_failed")
    clock.move(timedelta(minutes=1))
    async with db.transaction(engines.pool) as conn:
        change = await actions.enable(conn, "good-one", SYSTEM, "try again", clock.now())
    assert (change.to_state, change.reason) == ("refused", "import_failed")
    assert await history(engines, "good-one") == [
        (None, "active", None, None),
        ("active", "disabled", "operator", "leaks"),
        ("disabled", "refused", "import_failed", "try again"),
    ]
    audited = await engines.pool.fetch(
        "select action from core.audit where object_kind = 'plugin' and object_id = 'good-one'"
    )
    assert {row["action"] for row in audited} == {
        "plugin.active",
        "plugin.disabled",
        "plugin.refused",
    }


async def test_what_an_operator_uninstalled_comes_back_by_an_operator_alone(
    site: Site, engines: Engines
):
    site.add("good-one")
    await synced(engines)
    async with db.transaction(engines.pool) as conn:
        await actions.uninstall(conn, "good-one", SYSTEM, "unused", engines.clock.now())
    assert (await synced(engines))["good-one"].state == "uninstalled"
    info = site.folder / "camaug_good_one-1.0.dist-info"
    info.rename(site.folder / "gone")
    row = (await synced(engines))["good-one"]
    assert (row.state, row.reason, row.finding) == ("uninstalled", "operator", "not_installed")
    (site.folder / "gone").rename(info)
    assert (await synced(engines))["good-one"].state == "uninstalled"
    async with db.transaction(engines.pool) as conn:
        back = await actions.enable(conn, "good-one", SYSTEM, "wanted", engines.clock.now())
    assert back.to_state == "active"
    assert [one[1] for one in await history(engines, "good-one")] == [
        "active", "uninstalled", "active",
    ]  # fmt: skip


async def test_an_unknown_plugin_cannot_be_disabled(engines: Engines):
    async with engines.pool.acquire() as conn:
        with pytest.raises(NotFound):
            await actions.disable(conn, "no-one", SYSTEM, "x", engines.clock.now())


async def test_a_newcomer_does_not_take_a_held_id(site: Site, engines: Engines):
    site.add("good-one")
    await synced(engines)
    site.describe("newcomer", "good-one", "camaug_good_one:plugin")
    row = (await synced(engines))["good-one"]
    assert (row.state, row.distribution) == ("active", "camaug_good_one")


async def test_active_utilities_and_desks_are_listed_in_the_language(site: Site, engines: Engines):
    title = {"vi": "Ánh sáng", "en": "Light"}
    role = {"role": "triage", "name": title}
    site.add("light", says=manifest("light", title=title, tile=title))
    site.add("zebra", says=manifest("zebra", title={"vi": "Cầu", "en": "Bridge"}))
    desk = manifest("desk-one", audience=["officer"], desk_roles=[role], title=title)
    site.add("desk-one", GOOD, says=desk)
    site.add("bad-one", BAD)
    await synced(engines)
    async with engines.pool.acquire() as conn:
        active = await queries.active(conn, "vi")
        english = await queries.active(conn, "en")
        desks = await queries.desks(conn, "en", ["triage"])
        none = await queries.desks(conn, "en", ["officer"])
    assert [one.title for one in active if one.category == "test"] == ["Ánh sáng", "Cầu"]
    assert [one.title for one in english if one.category == "test"] == ["Bridge", "Light"]
    assert [one.plugin_id for one in desks] == ["desk-one"]
    assert "desk-one" not in {one.plugin_id for one in none}
