"""Ended dossiers are erased by a rule alone: what tells of a person goes, what counts stays."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.conventions.test_personal_data import rows as map_rows

from camaug.documents import actions as documents
from camaug.dossiers import counting, forecasts
from camaug.dossiers.measuring import MeasuresService
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Act, Person, QueueFilter, StaffMember

from .conftest import AN_XUYEN, BIRTH, Filer, officer_of
from .erased import NEAR, OTHER, SAID, SOURCE, World
from .kin import kin, let_in, offered

BY_RULE = "by retention rule"
COUNTED = "stays, to be counted"
FIGURES = (
    "select * from core.dossier_count order by 1, 2, 3, 4",
    "select * from core.dossier_pending order by 1, 2, 3",
    "select * from core.rating_counter order by 1, 2, 3",
    "select * from core.dossier_tally order by 1, 2, 4",
)


@pytest.fixture
async def world(
    dossiers: DossiersService,
    file_dossier: Filer,
    officer: StaffMember,
    citizen: Person,
    migrator: Any,
    engines: Engines,
) -> World:
    return World(engines, dossiers, file_dossier, officer, citizen, migrator)


async def test_nothing_is_erased_without_a_rule(world: World) -> None:
    one = await world.ended(years=90)
    assert await world.erase() == 0
    async with world.engines.pool.acquire() as conn:
        assert await conn.fetchval("select erase_dossier($1)", one) is None
    assert not await world.is_erased(one)


@pytest.mark.parametrize(("period", "age"), [("400d", "400 days"), ("10y", "10 years")])
async def test_it_goes_on_the_day_after_its_period_and_not_before(
    world: World, period: str, age: str
) -> None:
    due, later = await world.ended(), await world.ended()
    await world.rule(period)
    await world.age(due, age, 0, "23:59:59")
    await world.age(later, age, 1, "00:00")
    assert await world.erase() == 1
    assert (await world.is_erased(due), await world.is_erased(later)) == (True, False)


async def test_the_period_begins_with_the_return_of_the_result(world: World) -> None:
    one = await world.ended()
    await world.rule("10y")
    await world.owner.execute(
        "update core.dossier_event set at = now() - interval '9 years'"
        " where dossier_id = $1 and kind = 'returned'",
        one,
    )
    assert await world.erase() == 0


async def test_the_rule_of_a_procedure_goes_before_the_one_of_all(world: World) -> None:
    birth, other = await world.ended(code=BIRTH), await world.ended()
    await world.rule("ever", procedure_code=BIRTH)
    await world.rule("10y")
    assert await world.erase() == 1
    assert (await world.is_erased(birth), await world.is_erased(other)) == (False, True)


async def test_the_rule_of_one_procedure_is_for_no_other(world: World) -> None:
    birth, other = await world.ended(code=BIRTH), await world.ended()
    await world.rule("10y", procedure_code=BIRTH)
    assert await world.erase() == 1
    assert (await world.is_erased(birth), await world.is_erased(other)) == (True, False)


async def test_a_rule_that_does_not_hold_today_erases_nothing(world: World) -> None:
    one = await world.ended()
    await world.rule("10y", valid_from=date(2019, 1, 1), valid_until=date(2020, 1, 1))
    await world.rule("10y", valid_from=date(2999, 1, 1))
    assert await world.erase() == 0
    assert not await world.is_erased(one)


WAITS: dict[str, str] = {
    "reopening": "update core.dossier set finished_at = now() - interval '29 days'",
    "result": "update core.dossier set status = 9",
    "work": "update core.dossier set status = 4",
    "complaint": """update core.complaint set state = 'open', answer_enc = null, upheld = null,
                    answered_at = null""",
    "offer": """update core.delegation set state = 'offered', until = now() + interval '1 day',
                relative_id = null, answered_at = null""",
    "right": "update core.delegation set state = 'accepted', until = now() + interval '1 day'",
    "proposal": """update core.proposal set state = 'open', decided_at = null,
                   decided_by = null""",
    "undo": "update core.dossier_undo set until = now() + interval '1 hour', undone_at = null",
}


@pytest.mark.parametrize("reason", WAITS)
async def test_what_still_waits_for_somebody_is_kept(
    world: World, make_citizen: Any, reason: str
) -> None:
    one = await world.ended()
    await world.fill(one, await make_citizen(), await officer_of(world.engines, AN_XUYEN))
    await world.rule("31d")
    await world.owner.execute("delete from core.dossier_event where kind = 'returned'")
    assert await world.owner.execute(f"{WAITS[reason]} where dossier_id = $1", one) == "UPDATE 1"
    assert await world.erase() == 0
    async with world.engines.pool.acquire() as conn:
        assert await conn.fetchval("select erase_dossier($1)", one) is None
    assert not await world.is_erased(one)


def by_rule() -> list[tuple[str, str]]:
    """Table and column of everything that the map says goes."""
    found = [
        (table, column)
        for table, columns, *more in map_rows()
        if more and BY_RULE in more[-1]
        for column in columns.split()
    ]
    assert len(found) > 80
    return found


PLACES = {
    "core.document": "document_id in (select l.document_id from core.dossier_document l"
    " where l.dossier_id = $1)",
    "core.notice": "href like '%' || $1::uuid || '%'",
}
"""How the rows of a dossier are found where they do not name it."""


async def filled(world: World, dossier_id: UUID) -> set[tuple[str, str]]:
    """Which of those columns have something of this dossier."""
    full = set[tuple[str, str]]()
    for table, column in by_rule():
        where = PLACES.get(table, "dossier_id = $1")
        sql = (
            f"select exists (select from {table} where {where} and {column} is not null"  # noqa: S608
            f" and {column}::text not in ('', '{{}}', '\\x')) as some"
        )
        [row] = await world.rows(sql, dossier_id)
        if row["some"]:
            full.add((table, column))
    return full


async def test_every_column_that_the_map_says_goes_is_empty_afterwards(
    world: World, make_citizen: Any
) -> None:
    one, other = await world.ended(), await world.ended(years=1)
    await world.dossiers.rate(world.citizen, one, 4, comment=SAID, key="k")
    relative = await make_citizen()
    await world.fill(one, relative, await officer_of(world.engines, AN_XUYEN))
    before = await filled(world, one)
    assert set(by_rule()) - before == set()
    kept = await filled(world, other)
    await world.rule()
    assert await world.erase() == 1
    assert await filled(world, one) == set()
    assert await filled(world, other) == kept
    # The inboxes count what is left: the owner's other notice is unread, the relative has none.
    left = await world.rows("select citizen_id, unread from core.inbox")
    assert {row["citizen_id"]: row["unread"] for row in left} == {
        world.citizen.citizen_id: 1,
        relative.citizen_id: 0,
    }


async def test_the_map_says_of_all_that_names_a_dossier_whether_it_goes(world: World) -> None:
    found = await world.rows(
        "select 'core.' || k.relname as name from pg_attribute a join pg_class k"
        " on k.oid = a.attrelid where k.relnamespace = 'core'::regnamespace and k.relkind = 'r'"
        " and a.attname = 'dossier_id' and not a.attisdropped"
    )
    for table in {row["name"] for row in found} - {"core.dossier_erasure"}:
        for _, columns, *more in [one for one in map_rows() if one[0] == table]:
            says = more[-1] if more else ""
            assert BY_RULE in says or says == COUNTED, f"{table} {columns}"
            if "_enc" in columns or "_words" in columns:
                assert BY_RULE in says, f"{table} {columns}"


async def test_the_tombstone_says_what_counts_and_the_audit_by_which_rule(world: World) -> None:
    one = await world.ended()
    sql = (
        "select code, procedure_code, status, channel, submitted_at, accepted_at, due_at,"
        " finished_at, first_handling_agency_id from core.dossier where dossier_id = $1"
    )
    story = (
        "select seq, kind, status, at, agency_id, actor_kind from core.dossier_event"
        " where dossier_id = $1 order by seq"
    )
    before = (await world.rows(sql, one), await world.rows(story, one))
    rule = await world.rule("10y")
    await world.erase()
    assert (await world.rows(sql, one), await world.rows(story, one)) == before
    [told] = await world.rows(
        "select actor_kind, actor_id, agency_id, detail from core.audit"
        " where action = 'dossier.erased' and object_id = $1",
        str(one),
    )
    assert (told["actor_kind"], told["actor_id"], told["agency_id"]) == ("system", None, NEAR)
    assert str(rule) in told["detail"]
    assert SOURCE in told["detail"]
    assert str(world.citizen.citizen_id) not in told["detail"]
    [event] = await world.rows("select data from core.event where name = 'dossier.erased'")
    assert str(world.citizen.citizen_id) not in event["data"]
    [job] = await world.rows(
        "select convert_from(payload, 'UTF8') as said from queue.pgqueuer"
        " where entrypoint = 'deliver' order by id desc limit 1"
    )
    assert '"house"' in job["said"]


async def test_figures_are_the_same_before_and_after(world: World) -> None:
    ended = [
        await world.ended(),
        await world.ended("accept", "process", "finish", "return"),
        await world.ended("accept", "stop"),
        await world.ended("refuse"),
    ]
    await world.dossiers.rate(world.citizen, ended[0], 5, comment=SAID, key="k")
    still = (await world.file(world.citizen)).dossier_id
    [agency] = await world.rows("select code from core.agency where agency_id = $1", NEAR)
    # What was finished lately enough tells how long an agency takes, whether it is erased or not.
    await world.rule("31d")
    for one in ended:
        await world.age(one, "60 days")

    long_ago = world.engines.clock.now() - timedelta(days=90)

    async def figures() -> list[Any]:
        async with world.engines.pool.acquire() as conn:
            assert await counting.differences(conn) == []
            taken = await forecasts.done(conn, (long_ago, UUID(int=0)))
        kept = [await world.rows(one) for one in FIGURES]
        return [kept, await MeasuresService(world.engines).kpi(agency["code"]), taken]

    before = await figures()
    assert len(before[2]) == 2
    assert await world.erase() == len(ended)
    assert await figures() == before
    assert not await world.is_erased(still)


async def test_nobody_finds_it_any_more(world: World) -> None:
    owner, relative = await kin(world.engines, "0912345678"), await kin(world.engines)
    me, dossiers, office = owner.me, world.dossiers, world.officer
    filed = await world.file(me, OTHER)
    one = filed.dossier_id
    papers = [file.document_id for file in (await dossiers.get(me, one)).documents]
    await world.do(one, "accept", "process", "finish", "return")
    await let_in(dossiers, world.engines, (owner, relative))
    # As long as it is not erased everybody finds it: the questions are the right ones.
    found = await everybody(world, filed, (me, relative.me), papers)
    assert all(found.values()), found
    await world.age(one, "20 years")
    await world.rule()
    assert await world.erase() == 1
    assert not any((left := await everybody(world, filed, (me, relative.me), papers)).values()), (
        left
    )
    leader = StaffMember(staff_id=office.staff_id, session_id=uuid7(), agencies={"leader": (NEAR,)})
    for who in (office, leader):
        with pytest.raises(NotFound):
            await dossiers.at_desk(who, one)
    with pytest.raises(NotFound):
        await dossiers.act_at_desk(office, one, Act(kind="return", version=6), key=str(uuid7()))
    with pytest.raises(NotFound):
        await dossiers.complain(me, one, "fee", SAID, key=str(uuid7()))
    await forecasts.refresh(world.engines)


async def everybody(
    world: World, filed: Any, people: tuple[Person, Person], papers: list[UUID]
) -> dict[str, bool]:
    """Who finds the dossier, by what they do."""
    (me, relative), one, d = people, filed.dossier_id, world.dossiers
    office, engines = world.officer, world.engines

    async def finds(asked: Any) -> bool:
        try:
            await asked
        except NotFound:
            return False
        return True

    async def listed(what: QueueFilter) -> bool:
        return one in {line.dossier_id for line in (await d.queue(office, what)).items}

    return {
        "list": one in {line.dossier_id for line in (await d.mine(me)).items},
        "page": await finds(d.get(me, one)),
        "looks": await finds(d.looks(me, one)),
        "pin": await finds(d.track(filed.code, filed.pin, source="s")),
        "export": filed.code in {line.code for line in (await d.export(me)).dossiers},
        "relatives": one
        in {held.line.dossier_id for held in (await d.of_relatives(relative)).items},
        "relative": await finds(d.of_relative(relative, one)),
        "complaints": await finds(d.complaints(me, one)),
        "desk": await finds(d.at_desk(office, one)),
        "all": await listed(QueueFilter(view="all")),
        "done": await listed(QueueFilter(view="done")),
        "hers": await listed(QueueFilter(view="done", handler_id=office.staff_id)),
        "name": await listed(QueueFilter(view="all", text="nguyệt")),
        "code": await listed(QueueFilter(view="all", text=filed.code[-6:])),
        "slip": await finds(d.slip(office, one)),
        "notes": await finds(d.notes(office, one)),
        "own file": await finds(documents.address_for_citizen(engines, me, papers[0])),
        "file": await finds(documents.address_for_officer(engines, office, papers[0])),
    }


async def test_two_workers_erase_each_dossier_once(world: World) -> None:
    ended = [await world.ended() for _ in range(6)]
    await world.rule()
    counts = await asyncio.gather(*(world.erase() for _ in range(3)))
    assert sum(counts) == len(ended)
    told = await world.rows("select object_id from core.audit where action = 'dossier.erased'")
    assert sorted(row["object_id"] for row in told) == sorted(map(str, ended))


async def test_what_somebody_has_in_hand_is_left_for_the_next_round(world: World) -> None:
    one = await world.ended()
    await world.rule()
    async with db.transaction(world.engines.pool) as conn:
        await conn.execute("select from dossier where dossier_id = $1 for update", one)
        assert await world.erase() == 0
    assert await world.erase() == 1


@pytest.mark.parametrize("what", ["offer", "complaint", "rating", "act"])
async def test_who_comes_while_it_is_erased_comes_too_late(world: World, what: str) -> None:
    owner, relative = await kin(world.engines), await kin(world.engines)
    one = (await world.file(owner.me, OTHER)).dossier_id
    await world.do(one, "accept", "process", "finish", "return")
    await world.age(one, "20 years")
    await world.rule()
    d, key = world.dossiers, str(uuid7())
    deeds: dict[str, Any] = {
        "offer": lambda: offered(d, world.engines, owner, relative.phone, one),
        "complaint": lambda: d.complain(owner.me, one, "fee", SAID, key=key),
        "rating": lambda: d.rate(owner.me, one, 3, comment=SAID, key=key),
        "act": lambda: world.do(one, "return"),
    }
    async with db.transaction(world.engines.pool) as conn:
        assert await conn.fetchval("select erase_dossier($1)", one) is not None
        late = asyncio.ensure_future(deeds[what]())
        await asyncio.sleep(0.3)
        assert not late.done()
    with pytest.raises(NotFound):
        await late
    for table in ("core.delegation", "core.complaint", "core.dossier_rating"):
        assert await world.rows(f"select from {table}") == []


async def test_nobody_else_may_erase_and_nobody_notes_an_erasure(world: World) -> None:
    may = "select has_function_privilege($1, 'core.erase_dossier(uuid)', 'execute') as may"
    for role, wanted in (("camaug_core", True), ("camaug_plugin", False), ("public", False)):
        [row] = await world.rows(may, role)
        assert row["may"] is wanted, role
    [row] = await world.rows(
        may.replace("erase_dossier(uuid)", "erase_notices(uuid,uuid)"), "camaug_core"
    )
    assert row["may"] is False
    async with world.engines.pool.acquire() as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("delete from dossier_erasure")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("delete from retention_rule")
