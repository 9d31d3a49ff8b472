"""Every write of core and plugins, given every bad body: refused by name, and nothing is stored."""

import pytest

from camaug.kernel.web import Engines

from .asked import Asked, published
from .conftest import Asks
from .corpus import bodies, odd

WRITES = [one for one in published() if one.body is not None]
LEAST_WRITES = 30
LEAST_TABLES = 20
MAY_GROW = {
    "rate_bucket", "staff", "assignment", "audit", "audit_pending", "citizen", "event",
    "desk_change", "plugin_use",
}  # fmt: skip
"""What the sweep's own people are made of, and how often utilities were asked."""


async def rows(engines: Engines) -> dict[str, int]:
    """Rows of every table that a bad request must not touch."""
    names = await engines.pool.fetch(
        "select relname, oid::regclass::text from pg_class where relkind in ('r', 'p')"
        " and not relispartition and relnamespace::regnamespace::text in ('core', 'queue')"
        " and has_table_privilege(oid, 'select')"
    )
    found: dict[str, int] = {}
    for name, table in names:
        if name not in MAY_GROW:
            found[name] = await engines.pool.fetchval(f"select count(*) from {table}")  # noqa: S608
    assert len(found) >= LEAST_TABLES
    return found


def test_every_write_is_swept() -> None:
    assert len(WRITES) >= LEAST_WRITES


@pytest.mark.parametrize("asked", WRITES, ids=lambda one: one.name)
async def test_a_bad_body_is_refused_by_name_and_changes_nothing(
    asked: Asked, ask: Asks, swept: Engines
) -> None:
    assert asked.body is not None
    before = await rows(swept)
    wrong: list[str] = []
    for case in bodies(asked.body):
        answer = await ask(asked, case.body, case.headers)
        told = answer.json() if "problem" in answer.headers.get("content-type", "") else {}
        named = [one["pointer"] for one in told.get("errors", [])]
        if answer.status_code not in (400, 413, 422) or not told.get("code"):
            wrong.append(f"{case.name}: {answer.status_code} {answer.text[:90]}")
        elif case.pointer and not any(one.startswith(case.pointer) for one in named):
            wrong.append(f"{case.name}: {answer.status_code} {told['code']} names {named}")
    assert not wrong, f"{len(wrong)} cases:\n" + "\n".join(wrong[:40])
    assert await rows(swept) == before


@pytest.mark.parametrize("asked", WRITES, ids=lambda one: one.name)
async def test_odd_values_never_break_it(asked: Asked, ask: Asks) -> None:
    assert asked.body is not None
    broken: list[str] = []
    for case in odd(asked.body):
        answer = await ask(asked, case.body, case.headers)
        if answer.status_code >= 500:
            broken.append(f"{case.name}: {answer.status_code}")
    assert not broken, "\n".join(broken[:40])
