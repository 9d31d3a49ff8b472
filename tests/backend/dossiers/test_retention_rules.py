"""`camaug retention`: how long dossiers are kept, with days and a source, each change audited."""

from argparse import Namespace
from datetime import timedelta
from typing import Any

import pytest

from camaug import retention
from camaug.dossiers import retention_rules
from camaug.dossiers.retention_rules import BadRule, NewRule
from camaug.kernel import db
from camaug.kernel.clock import SystemClock, local_date
from camaug.kernel.web import Engines

from .conftest import BIRTH
from .erased import LONG_AGO, SOURCE

TODAY = local_date(SystemClock().now())
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def given(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works on the test's own database."""
    monkeypatch.setenv("CAMAUG_DATABASE_URL", database)


async def run(*words: str, **options: str) -> int:
    named = dict(zip(("action", "what", "period"), (*words, None, None), strict=False))
    empty = dict.fromkeys(("procedure", "first", "last", "source"), "")
    return await retention.run(Namespace(**{**named, **empty, **options}))


async def audits(engines: Engines) -> list[tuple[str, dict[str, Any]]]:
    sql = "select action, detail from audit where object_kind = 'retention_rule' order by audit_id"
    return [(row["action"], row["detail"]) for row in await engines.pool.fetch(sql)]


async def test_a_rule_is_set_listed_and_ended(
    engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("list") == 0
    assert capsys.readouterr().out == "no rule: nothing is erased\n"
    assert await run("set", "dossier", "10y", source=f"  {SOURCE} ", first="2020-01-01") == 0
    assert await run("set", "dossier", "ever", source=SOURCE, procedure=BIRTH) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        f"dossier of every procedure: 10y, 2020-01-01 to further notice, {SOURCE}",
        f"dossier {BIRTH}: ever, {TODAY} to further notice, {SOURCE}",
        "the next night erases 0",
    ]
    assert await run("end", "dossier") == 0
    line = f"dossier of every procedure: 10y, 2020-01-01 to {TODAY - DAY}, {SOURCE}"
    assert capsys.readouterr().out.splitlines()[0] == line
    told = await audits(engines)
    assert [action for action, _ in told] == [*["retention_rule.set"] * 2, "retention_rule.ended"]
    assert told[0][1]["source"] == SOURCE
    assert told[2][1]["valid_until"] == (TODAY - DAY).isoformat()
    assert all(detail["account"] for _, detail in told)


async def test_what_begins_today_or_later_is_ended_before_it_holds(engines: Engines) -> None:
    assert await run("set", "dossier", "31d", source=SOURCE) == 0
    later = (TODAY + 30 * DAY).isoformat()
    assert await run("set", "dossier", "1y", source=SOURCE, first=later) == 0
    assert await run("end", "dossier") == 0
    rows = await engines.pool.fetch("select valid_from, valid_until from retention_rule")
    assert all(row["valid_until"] == row["valid_from"] - DAY for row in rows)
    assert await run("end", "dossier") == 1


async def test_a_rule_of_the_same_day_takes_the_place_of_the_other(engines: Engines) -> None:
    for period in ("10y", "400d"):
        assert await run("set", "dossier", period, source=SOURCE) == 0
    async with engines.pool.acquire() as conn:
        [rule] = await retention_rules.known(conn)
    assert rule.period == "400d"
    assert len(await audits(engines)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"source": " "},
        {"source": "x" * 301},
        {"what": "citizen"},
        {"period": "10"},
        {"period": "0y"},
        {"period": "201y"},
        {"period": "30d"},
        {"period": "-5y"},
        {"period": "٣y"},
        {"period": "9999999999d"},
        {"procedure_code": "9.999999"},
        {"valid_until": LONG_AGO - DAY},
    ],
)
async def test_what_is_no_rule_is_said_and_written_nowhere(
    engines: Engines, change: dict[str, Any]
) -> None:
    good: dict[str, Any] = {"what": "dossier", "period": "10y", "source": SOURCE}
    dates = {"valid_from": LONG_AGO, "valid_until": None}
    with pytest.raises(BadRule):
        async with db.transaction(engines.pool) as conn:
            await retention_rules.add(
                conn, NewRule(**(good | dates | change)), "test", engines.clock.now()
            )
    assert await engines.pool.fetchval("select count(*) from retention_rule") == 0
    assert await audits(engines) == []


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (("set", "dossier"), {"source": SOURCE}),
        (("set",), {"source": SOURCE}),
        (("end", "dossier", "10y"), {}),
        (("end", "dossier"), {}),
        (("set", "dossier", "10y"), {"source": SOURCE, "first": "tomorrow"}),
        (("set", "dossier", "10y"), {}),
    ],
)
async def test_a_command_that_says_too_little_is_one_line_and_code_one(
    words: tuple[str, ...], options: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(*words, **options) == 1
    said = capsys.readouterr()
    assert said.err.startswith("camaug: ")
    assert said.err.count("\n") == 1
    assert said.out == ""
