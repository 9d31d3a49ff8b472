"""A plugin that keeps failing rests, comes back, and takes nobody with it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from camaug.audit.actions import SYSTEM
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.plugins import actions, breaker

from .conftest import Served, Site

Start = Callable[[], Awaitable[Served]]
SOURCE = """
from litestar import get
from camaug_sdk import Plugin, Screen, Visitor

@get("/")
async def show_home(visitor: Visitor) -> Screen:
    return Screen(title="x", lang="vi", blocks=[])

@get("/raises")
async def fail() -> Screen:
    raise RuntimeError

@get("/away")
async def wait_for_a_store() -> Screen:
    raise ConnectionError

@get("/late")
async def wait_in_vain() -> Screen:
    raise TimeoutError

plugin = Plugin(routes=[show_home, fail, wait_for_a_store, wait_in_vain])
"""


async def changes(served: Served, plugin_id: str) -> list[tuple[str, str | None, str | None]]:
    """State, reason and note of every change, the oldest first."""
    async with served.engines.pool.acquire() as conn:
        rows = await conn.fetch(
            "select to_state, reason, note from plugin_change where plugin_id = $1"
            " order by change_id",
            plugin_id,
        )
    return [(row["to_state"], row["reason"], row["note"]) for row in rows]


async def until(served: Served, plugin_id: str, state: str) -> None:
    """Wait until that is written."""
    for _ in range(1500):
        if (await changes(served, plugin_id))[-1][0] == state:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await changes(served, plugin_id))


async def fail(served: Served, path: str = "raises", times: int = breaker.LEAST_CALLS) -> list[int]:
    return [(await served.get(f"first-one/{path}")).status_code for _ in range(times)]


@pytest.fixture
async def served(site: Site, plugin_host: Start) -> Served:
    """Two plugins, the first of which can fail."""
    site.add("first-one", SOURCE)
    site.add("good-one")
    return await plugin_host()


async def test_a_plugin_that_only_fails_is_suspended_and_the_others_serve(served: Served):
    assert await fail(served) == [500] * breaker.LEAST_CALLS
    answer = await served.get("first-one/")
    assert (answer.status_code, answer.json()["code"]) == (503, "plugin_suspended")
    await until(served, "first-one", "suspended")
    assert (await changes(served, "first-one"))[-1][1:] == ("failing", "10/10")
    assert (await served.get("good-one/")).status_code == 200
    async with served.engines.pool.acquire() as conn:
        audited = await conn.fetchval(
            "select action from audit where object_id = 'first-one' order by audit_id desc limit 1"
        )
    assert audited == "plugin.suspended"


async def test_some_failures_among_many_good_calls_suspend_nothing(served: Served):
    for _ in range(40):
        assert (await served.get("first-one/")).status_code == 200
        assert (await served.get("first-one/")).status_code == 200
        assert (await served.get("first-one/raises")).status_code == 500
    assert (await changes(served, "first-one"))[-1][0] == "active"


@pytest.mark.parametrize("path", ["away", "late"])
async def test_a_store_that_is_away_is_no_fault_of_the_plugin(served: Served, path: str):
    assert await fail(served, path, 30) == [503] * 30
    assert (await served.get("first-one/")).status_code == 200


async def test_it_rests_longer_each_time_and_comes_back_by_itself(served: Served):
    clock = served.engines.clock
    assert isinstance(clock, HeldClock)
    for rest in (30, 120, 600, 600):
        await fail(served)
        await until(served, "first-one", "suspended")
        await served.host.refresh()
        answer = await served.get("first-one/")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, str(rest))
        clock.move(timedelta(seconds=rest - 1))
        await served.host.refresh()
        assert (await served.get("first-one/")).status_code == 503
        clock.move(timedelta(seconds=1))
        await served.host.refresh()
        assert (await served.get("first-one/")).status_code == 200
        assert (await changes(served, "first-one"))[-1][0] == "active"


async def test_what_takes_processes_with_it_waits_for_an_operator(served: Served):
    clock, pool = served.engines.clock, served.engines.pool
    assert isinstance(clock, HeldClock)
    async with db.transaction(pool) as conn:
        await actions.suspend(conn, "first-one", "blocked", "held the loop", clock.now())
    clock.move(timedelta(days=30))
    await served.host.refresh()
    assert (await served.get("first-one/")).status_code == 503
    async with db.transaction(pool) as conn:
        await actions.enable(conn, "first-one", SYSTEM, "mended", clock.now())
    await served.host.refresh()
    assert (await served.get("first-one/")).status_code == 200


async def test_an_operators_word_is_not_undone_by_a_late_suspension(served: Served):
    clock, pool = served.engines.clock, served.engines.pool
    async with db.transaction(pool) as conn:
        await actions.disable(conn, "first-one", SYSTEM, "being mended", clock.now())
        assert await actions.suspend(conn, "first-one", "failing", "x", clock.now()) is None
    assert (await changes(served, "first-one"))[-1][0] == "disabled"


async def test_enabling_by_hand_ends_the_rest_for_good(served: Served):
    clock, pool = served.engines.clock, served.engines.pool
    assert isinstance(clock, HeldClock)
    await fail(served)
    await until(served, "first-one", "suspended")
    async with db.transaction(pool) as conn:
        await actions.enable(conn, "first-one", SYSTEM, "mended", clock.now())
        await actions.disable(conn, "first-one", SYSTEM, "not yet", clock.now())
    clock.move(timedelta(hours=1))
    await served.host.refresh()
    assert (await changes(served, "first-one"))[-1][0] == "disabled"


async def test_while_the_database_is_away_it_is_suspended_here(
    served: Served, monkeypatch: pytest.MonkeyPatch
):
    async def away(*_: object) -> None:
        raise asyncpg.CannotConnectNowError

    monkeypatch.setattr(actions, "suspend", away)
    await fail(served)
    assert (await served.get("first-one/")).status_code == 503
    await asyncio.sleep(0.1)
    await served.host.refresh()
    assert (await served.get("first-one/")).status_code == 200


async def test_failures_before_a_rest_that_another_process_began_do_not_count_after_it(
    served: Served,
):
    clock, pool = served.engines.clock, served.engines.pool
    assert isinstance(clock, HeldClock)
    await fail(served, times=breaker.LEAST_CALLS - 1)
    async with db.transaction(pool) as conn:
        await actions.suspend(conn, "first-one", "failing", "10/10", clock.now())
    await served.host.refresh()
    clock.move(timedelta(seconds=30))
    await served.host.refresh()
    await fail(served, times=breaker.LEAST_CALLS - 1)
    assert (await served.get("first-one/")).status_code == 200
