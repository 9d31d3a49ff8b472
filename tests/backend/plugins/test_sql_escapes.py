"""What a plugin's role tries beyond its own rows: each is refused (FAULTS 26)."""

import asyncio
import csv
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.backend.plugins.conftest import Site, manifest

from camaug import upkeep
from camaug.kernel import roles
from camaug.kernel.web import Engines
from camaug.plugins import actions
from camaug.plugins.migrating import Migrate
from camaug.settings import ROOT

with (ROOT / "tests" / "vectors" / "plugin_sql.tsv").open(newline="") as _file:
    CORPUS = {
        row["what"]: row["sql"]
        for row in csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE)
    }
DESK = [{"role": "escape_desk", "name": {"vi": "Bàn", "en": "Desk"}}]
HARMLESS = {"load a library"}
"""What everybody may do and nobody gains by."""
Own = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def own(site: Site, engines: Engines, migrate: Migrate) -> AsyncIterator[Own]:
    """A session of the plugin's role without the limits that the host gives it."""
    for plugin_id in ("escape-test", "other-test"):
        says = manifest(plugin_id, desk_roles=DESK)
        tables = "create table report (said text); insert into report values ('secret');"
        site.add(plugin_id, says=says, migrations={"0001_report.sql": tables})
    await actions.sync(engines.pool, engines.clock.now(), migrate=migrate)
    login = roles.login("escape-test")
    conn = await asyncpg.connect(
        engines.roles.url,
        user=login,
        password=engines.roles.password(login),
        server_settings={"search_path": "p_escape_test"},
    )
    yield conn
    conn.terminate()


async def test_every_escape_is_refused(own: Own, engines: Engines) -> None:
    """The successes are listed, so that a new one is seen by its name."""
    before = await _state(engines)
    won: dict[str, str] = {}
    for what, sql in CORPUS.items():
        tx = own.transaction()
        await tx.start()
        try:
            async with asyncio.timeout(60):
                await own.execute(sql)
        except (asyncpg.PostgresError, asyncpg.InternalClientError):
            pass
        else:
            won[what] = sql
        await tx.rollback()
    print(f"sql escapes: {len(CORPUS)} tried, {len(won)} won")  # noqa: T201  (a figure of `show B2`)
    # what it emits, enqueues and writes into the audit is under its own name, so these pass
    assert won.keys() <= HARMLESS, won
    assert await _state(engines) == before


async def _state(engines: Engines) -> list[tuple[object, ...]]:
    async with engines.pool.acquire() as conn:
        return [
            tuple(row)
            for row in await conn.fetch(
                "select rolname, rolsuper, rolcreaterole, rolcanlogin, rolconfig::text"
                " from pg_roles where rolname like 'camaug%'"
                # Tests beside this one take in other utilities, which have roles too.
                " and (rolname !~ '^camaug_[po]_' or rolname ~ '^camaug_[po]_(escape|other)_test$')"
                " order by rolname"
            )
        ]


async def test_its_own_rows_are_its_own(own: Own) -> None:
    assert await own.fetchval("select said from report") == "secret"
    await own.execute("update report set said = 'other'")


async def test_a_statement_without_end_is_cut_off(
    own: Own, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session lifts its own limits; the host ends it all the same."""
    monkeypatch.setattr(upkeep, "CUT_OFF_SECONDS", 0.5)
    await own.execute("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0")
    cutting = asyncio.create_task(upkeep.cut_off_plugins(engines))
    try:
        with pytest.raises((asyncpg.AdminShutdownError, asyncpg.ConnectionDoesNotExistError)):
            async with asyncio.timeout(60):
                await own.execute("select count(*) from generate_series(1, 1e12::bigint)")
    finally:
        cutting.cancel()
        await asyncio.gather(cutting, return_exceptions=True)


@pytest.mark.usefixtures("own")
async def test_a_role_opens_so_many_sessions_and_no_more(engines: Engines) -> None:
    login = roles.login("escape-test")
    password = engines.roles.password(login)
    asked = (asyncpg.connect(engines.roles.url, user=login, password=password) for _ in range(60))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    made = [one for one in answers if isinstance(one, asyncpg.Connection)]
    refused = [one for one in answers if isinstance(one, asyncpg.TooManyConnectionsError)]
    for one in made:
        one.terminate()
    assert len(made) < 40
    assert len(made) + len(refused) == 60
