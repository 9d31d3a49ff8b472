"""What each plugin is asked is added up over processes, and shown at the console."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tests.backend.plugins.conftest import GOOD, Served, Site

from camaug.kernel import db
from camaug.kernel.web import Engines
from camaug.plugins import accounting

Start = Callable[[], Awaitable[Served]]
SOURCE = GOOD.replace(
    "plugin = Plugin(routes=[show_home])",
    """
@get("/raises")
async def fail() -> Screen:
    raise RuntimeError

plugin = Plugin(routes=[show_home, fail])
""",
)


async def used(engines: Engines, plugin_id: str) -> accounting.Use:
    async with engines.pool.acquire() as conn:
        return await accounting.since(conn, plugin_id, engines.clock.now() - timedelta(days=1))


async def test_calls_of_two_processes_are_added_up(
    site: Site, plugin_host: Start, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounting, "EVERY_SECONDS", 3600)
    site.add("count-test", SOURCE)
    one, other = await plugin_host(), await plugin_host()
    for served in (one, other):
        await served.get("count-test/")
        await served.get("count-test/raises")
        await accounting.write(engines, served.host._uses)  # noqa: SLF001
        await accounting.write(engines, served.host._uses)  # noqa: SLF001  (nothing twice)
    use = await used(engines, "count-test")
    assert (use.calls, use.failed, use.late, use.turned_away) == (4, 2, 0, 0)
    assert 0 < use.seconds < 30
    assert (await used(engines, "tide-calendar")).calls == 0


async def test_what_cannot_be_written_counts_later(
    site: Site, plugin_host: Start, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounting, "EVERY_SECONDS", 3600)
    site.add("count-test", SOURCE)
    served = await plugin_host()
    await served.get("count-test/")

    async def away(*_: object) -> None:
        raise OSError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounting, "_add", away)
        await accounting.write(engines, served.host._uses)  # noqa: SLF001
    assert (await used(engines, "count-test")).calls == 0
    await accounting.write(engines, served.host._uses)  # noqa: SLF001
    assert (await used(engines, "count-test")).calls == 1


async def test_jobs_that_wait_and_dead_letters_are_told_apart(engines: Engines) -> None:
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into pgqueuer (priority, entrypoint, payload, status) values"
            " (0, 'plugin:count-test', null, 'queued'), (0, 'plugin:count-test', null, 'failed'),"
            " (0, 'plugin:other-test', null, 'queued')"
        )
        found = await accounting.jobs(conn, "count-test")
    assert (found.waiting, found.dead) == (1, 1)
