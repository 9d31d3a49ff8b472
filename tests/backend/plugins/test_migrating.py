"""Tables of plugins: roles, schema, migrations."""

import csv
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from tests.backend.plugins.conftest import GOOD, Site

from camaug.kernel import db, roles
from camaug.kernel.web import Engines
from camaug.plugins import actions, exporting
from camaug.plugins.migrating import Migrate
from camaug.plugins.schemas import Row

FIRST = "create table report (report_id uuid primary key, said text not null);"


async def taken(engines: Engines, migrate: Migrate, plugin_id: str = "table-test") -> Row:
    rows = await actions.sync(engines.pool, engines.clock.now(), migrate=migrate)
    return next(row for row in rows if row.plugin_id == plugin_id)


async def test_tables_are_made_as_the_owner_and_served_by_the_login(
    site: Site, engines: Engines, migrate: Migrate
) -> None:
    site.add("table-test", migrations={"0001_report.sql": FIRST})
    assert (await taken(engines, migrate)).state == "active"
    pool = await engines.roles.pool("table-test")
    async with pool.acquire() as conn:
        assert await conn.fetchval("select session_user") == "camaug_p_table_test"
        await conn.execute("insert into report values (gen_random_uuid(), 'lamp')")
        assert await conn.fetchval("select count(*) from p_table_test.report") == 1
        owner = "select tableowner from pg_tables where schemaname = 'p_table_test' limit 1"
        assert await conn.fetchval(owner) == roles.owner("table-test")
        logins = "select rolcanlogin from pg_roles where rolname = 'camaug_o_table_test'"
        assert await conn.fetchval(logins) is False
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("alter table report add column more text")


async def test_a_migration_runs_once_and_the_next_after_it(
    site: Site, engines: Engines, migrate: Migrate
) -> None:
    site.add("table-test", migrations={"0001_report.sql": FIRST})
    await taken(engines, migrate)
    more = {"0001_report.sql": FIRST, "0002_more.sql": "alter table report add column more text;"}
    site.add("table-test", migrations=more)
    assert (await taken(engines, migrate)).state == "active"
    async with (await engines.roles.pool("table-test")).acquire() as conn:
        assert await conn.fetch("select more from report") == []
        assert await conn.fetchval("select max(number) from schema_version") == 2
    # the older code again: what the database has more is no obstacle
    site.add("table-test", source=GOOD + "\n", migrations={"0001_report.sql": FIRST})
    assert (await taken(engines, migrate)).state == "active"


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"0001_report.sql": FIRST + "select 1/0;"}, "division by zero"),
        ({"0001_report.sql": FIRST + "commit; create table b ();"}, "ends its transaction"),
        ({"0002_report.sql": FIRST}, "numbered"),
        ({"tables.sql": FIRST}, "not named like"),
        ({"0001_report.sql": "create table core.mine (a int);"}, "permission denied"),
        ({"0001_report.sql": "reset role; create schema other;"}, "permission denied"),
        ({"0001_report.sql": "alter role camaug_core superuser;"}, "permission denied"),
    ],
)
async def test_a_failed_migration_stops_that_plugin_alone(
    site: Site, engines: Engines, migrate: Migrate, files: dict[str, str], word: str
) -> None:
    site.add("table-test", migrations=files)
    site.add("other-test")
    row = await taken(engines, migrate)
    assert (row.state, row.reason) == ("refused", "migration_failed")
    assert word in (row.detail or "")
    assert (await taken(engines, migrate, "other-test")).state == "active"
    async with engines.pool.acquire() as conn:
        logins = "select rolcanlogin from pg_roles where rolname = 'camaug_o_table_test'"
        assert not await conn.fetchval(logins)


async def test_a_file_that_was_applied_never_changes(
    site: Site, engines: Engines, migrate: Migrate
) -> None:
    site.add("table-test", migrations={"0001_report.sql": FIRST})
    await taken(engines, migrate)
    site.add("table-test", migrations={"0001_report.sql": FIRST + "-- other"})
    assert "was changed" in str((await taken(engines, migrate)).detail)
    site.add("table-test", migrations={"0001_report.sql": FIRST})
    assert (await taken(engines, migrate)).state == "active"


async def test_who_is_not_the_migrator_leaves_it_waiting(site: Site, engines: Engines) -> None:
    site.add("table-test", migrations={"0001_report.sql": FIRST})
    rows = await actions.sync(engines.pool, engines.clock.now())
    assert {row.reason for row in rows if row.plugin_id == "table-test"} == {"not_migrated"}


async def test_an_idle_plugin_holds_no_connection(
    site: Site, engines: Engines, migrate: Migrate
) -> None:
    site.add("table-test", migrations={"0001_report.sql": FIRST})
    await taken(engines, migrate)
    pool = await engines.roles.pool("table-test")
    assert pool.get_size() == 0


async def test_a_password_is_nowhere_in_the_database(
    site: Site, engines: Engines, migrate: Migrate
) -> None:
    """It is derived, and another secret derives another one."""
    site.add("table-test", migrations={"0001_report.sql": FIRST})
    await taken(engines, migrate)
    login = roles.login("table-test")
    other = roles.Roles("", b"another secret")
    assert other.password(login) != engines.roles.password(login)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(engines.roles.url, user=login, password=other.password(login))
    async with db.transaction(engines.pool) as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.fetch("select rolpassword from pg_authid")


async def test_what_it_has_kept_is_exported_when_it_is_gone(
    site: Site, engines: Engines, environment: dict[str, str], migrate: Migrate, tmp_path: Path
) -> None:
    package = site.add("table-test", migrations={"0001_report.sql": FIRST})
    await taken(engines, migrate)
    async with (await engines.roles.pool("table-test")).acquire() as conn:
        await conn.execute("insert into report values (gen_random_uuid(), 'đèn \n \"hỏng\"')")
    shutil.rmtree(package)
    shutil.rmtree(next(site.folder.glob("camaug_table_test-*.dist-info")))
    assert (await taken(engines, migrate)).state == "uninstalled"
    url = urlunsplit(
        urlsplit(environment["CAMAUG_MIGRATOR_URL"])._replace(path=urlsplit(engines.roles.url).path)
    )
    assert await exporting.export(url, "table-test", tmp_path / "out") == {
        "report.csv": 1,
        "schema_version.csv": 1,
    }
    with (tmp_path / "out" / "report.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["said"] == 'đèn \n "hỏng"'
    with pytest.raises(FileExistsError):
        await exporting.export(url, "table-test", tmp_path / "out")
    with pytest.raises(exporting.NoTables):
        await exporting.export(url, "other-test", tmp_path / "other")
