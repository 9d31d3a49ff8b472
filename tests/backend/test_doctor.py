import os
import sys
from datetime import UTC, datetime, timedelta
from subprocess import run

import pytest
from msgspec.structs import replace

from camaug import doctor as checks
from camaug import preflight, upkeep
from camaug.kernel.clock import SystemClock
from camaug.kernel.web import Engines
from camaug.settings import Settings, Wrong


class Wandered(SystemClock):
    """It goes on, so much beside the right time."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by


def doctor(**changed: str) -> tuple[int, str]:
    env = dict(os.environ) | changed
    done = run(
        [sys.executable, "-m", "camaug.cli", "doctor"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def here(database: str, engines: Engines) -> str:
    assert engines
    return database


def test_a_sound_database_cache_store_and_keyring_are_found_so(here: str) -> None:
    _, said = doctor(CAMAUG_DATABASE_URL=here)
    for part in ("database", "clocks", "schema", "keys", "cache", "store", "plugins"):
        assert f"{part:<11} ok" in said


@pytest.mark.parametrize(("seconds", "said"), [(300, "300 s ahead of"), (-300, "300 s behind")])
async def test_a_clock_that_goes_wrong_is_named(
    settings: Settings, here: str, seconds: int, said: str
) -> None:
    config = replace(settings, database_url=here)
    assert await preflight.clocks(config) == "within 30 s of the database"
    wrong = Wandered(timedelta(seconds=seconds))
    with pytest.raises(Wrong, match=said):
        await preflight.clocks(config, wrong)


def test_each_wrong_part_is_named_with_its_mend_and_the_others_are_still_looked_at(
    here: str, settings: Settings
) -> None:
    code, said = doctor(CAMAUG_DATABASE_URL=here, CAMAUG_REDIS_URL="unix:///nowhere")
    assert code == 1
    assert "cache       WRONG  the cache does not answer; check CAMAUG_REDIS_URL" in said
    assert "store       ok" in said
    code, said = doctor(CAMAUG_DATABASE_URL=os.environ["CAMAUG_TEST_ADMIN_URL"])
    assert "database    WRONG" in said
    assert "schema      WRONG  the schema is at None" in said
    assert "keys        WRONG" in said
    code, said = doctor(CAMAUG_DATABASE_URL=here, CAMAUG_KEYRING=f"{settings.keyring}.gone")
    assert "keys        WRONG  keyring" in said


async def test_partitions_that_nobody_made_are_named(
    engines: Engines, settings: Settings, here: str
) -> None:
    config = replace(settings, database_url=here)
    with pytest.raises(Wrong, match=r"missing: audit_\d{4}_\d\d, .*notice_\d{4}_\d\d") as wrong:
        await checks.partitions(config)
    assert "default" not in str(wrong.value)
    await upkeep.make_partitions(engines)
    assert await checks.partitions(config) == "there, two months ahead"
    async with engines.pool.acquire() as conn:
        made = await conn.fetchval(
            "select count(*) from pg_inherits where inhparent = 'core.audit'::regclass"
        )
    assert made == 1 + 1 + upkeep.MONTHS_AHEAD


def test_a_missing_setting_is_one_line() -> None:
    code, said = doctor(CAMAUG_DATABASE_URL="")
    assert (code, said.count("\n")) == (1, 1)
    assert "CAMAUG_DATABASE_URL" in said
