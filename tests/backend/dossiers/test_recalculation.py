"""A decree that arrives late: dates as if it had always been known, each dossier moved once."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camaug import holidays
from camaug.agencies import seed
from camaug.agencies.seed import read
from camaug.dossiers import recalculation
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import LOCAL
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.notices import queries as notices
from camaug.notices.jobs import EventJob
from camaug.notices.screens import words
from camaug.procedures import deadlines, decrees, queries
from camaug.procedures.deadlines import WorkCalendar
from camaug.procedures.decrees import BadDecree
from camaug_sdk.records import Act, Person, ProcedureTime, StaffMember

from .conftest import Filer, copied

HEAD = "date\tkind\tname_vi"
DECREE = [
    HEAD,
    "2026-12-02\tholiday\tNghỉ bù",
    "2026-12-03\tholiday\tNghỉ bù",
    "2026-12-05\tmakeup_workday\tLàm bù thứ Bảy",
    "2027-01-01\tordinary\tKhông nghỉ",
]
SOURCE = "Công văn thử nghiệm số 1"
ROWS = list(read("holidays.tsv"))
OLD = WorkCalendar(
    holidays=frozenset(date.fromisoformat(r["date"]) for r in ROWS if r["kind"] == "holiday"),
    worked=frozenset(date.fromisoformat(r["date"]) for r in ROWS if r["kind"] != "holiday"),
)
START = datetime(2026, 11, 2, tzinfo=UTC)


async def many(engines: Engines, model: UUID, count: int) -> None:
    """Copies of a dossier, accepted at any time, paused or not, each promised by the old days."""
    made = random.Random(20)  # noqa: S311  (the same dossiers each time)
    async with db.transaction(engines.pool) as conn:
        work = await queries.work_calendar(conn)
        staff = await conn.fetchval("select staff_id from staff limit 1")
        catalogue = {
            one.procedure.code: one for one in await queries.valid(conn, date(2026, 11, 24))
        }
        timed = [one for one in catalogue.values() if one.procedure.time.value]
        for number in range(count):
            dated, dossier_id = made.choice(timed), uuid7()
            accepted = START + timedelta(minutes=made.randrange(60 * 24 * 60))
            ended = accepted + timedelta(minutes=made.randrange(60 * 24 * 20))
            pauses = [(accepted + (ended - accepted) / 3, ended)] if number % 3 == 0 else []
            due = deadlines.due(dated.procedure.time, accepted, work, pauses)
            await copied(
                conn,
                model,
                {
                    "dossier_id": str(dossier_id),
                    "code": f"H12.33-261102-{number:04}",
                    "status": made.choice((2, 4, 5, 9, 10, 3)),
                    "accepted_at": accepted.isoformat(),
                    "due_at": due and due.isoformat(),
                    "procedure_code": dated.procedure.code,
                    "procedure_valid_from": str(dated.valid_from),
                },
            )
            for begin, end in pauses:
                await conn.execute(
                    "insert into supplement values ($1, $2, $3, $4, 'x', $5, $5)",
                    uuid7(), dossier_id, begin, staff, end,
                )  # fmt: skip


async def state(engines: Engines) -> dict[UUID, Any]:
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch(
            "select d.*, array(select row(requested_at, ended_at) from supplement s"
            " where s.dossier_id = d.dossier_id) as pauses from dossier d"
        )
    return {row["dossier_id"]: row for row in rows}


async def told(engines: Engines) -> list[UUID]:
    """The dossiers of the events, one each; timeline and audit have the same."""
    async with engines.pool.acquire() as conn:
        events = await conn.fetch("select data from event where name = 'dossier.due_moved'")
        entries = await conn.fetch("select dossier_id from dossier_event where kind = 'due_moved'")
        audits = await conn.fetch("select object_id from audit where action = 'dossier.due_moved'")
    found = sorted(UUID(row["data"]["dossier_id"]) for row in events)
    assert sorted(row["dossier_id"] for row in entries) == found
    assert sorted(UUID(row["object_id"]) for row in audits) == found
    return found


@pytest.fixture
async def model(
    dossiers: DossiersService, officer: StaffMember, citizen: Person, file_dossier: Filer
) -> UUID:
    made = await file_dossier(citizen)
    await dossiers.accept(officer, made.dossier_id, version=1, key=str(uuid7()))
    return made.dossier_id


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize("killed_at", [None, 1, 4])
async def test_every_date_is_as_computed_from_scratch_even_when_killed_in_the_middle(
    engines: Engines, model: UUID, monkeypatch: pytest.MonkeyPatch, killed_at: int | None
) -> None:
    await many(engines, model, 120)
    before = await state(engines)
    monkeypatch.setattr(recalculation, "BATCH", 7)
    rounds, advance = 0, decrees.advance

    async def dies(*given: Any) -> None:
        nonlocal rounds
        rounds += 1
        await advance(*given)
        if rounds == killed_at:
            raise Killed

    monkeypatch.setattr(decrees, "advance", dies)
    if killed_at is not None:
        with pytest.raises(Killed):
            await holidays.add(engines, DECREE, SOURCE, "thử")
        assert len(await told(engines)) < 40
    await holidays.add(engines, DECREE, SOURCE, "thử")
    moved = await as_from_scratch(engines, before)
    found = await told(engines)
    assert len(found) == len(set(found)) > 10
    assert set(found) == moved
    assert await recalculation.finish(engines) == 0
    async with engines.pool.acquire() as conn:
        (decree,) = await decrees.known(conn)
    assert (decree.done_at is None, decree.moved) == (False, len(moved))


async def as_from_scratch(engines: Engines, before: dict[UUID, Any]) -> set[UUID]:
    """What has moved, after every date was compared with one computed by all days and pauses."""
    moved: set[UUID] = set()
    async with engines.pool.acquire() as conn:
        work = await queries.work_calendar(conn)
        for dossier_id, row in (await state(engines)).items():
            if row["status"] not in (2, 4, 5):
                assert row == before[dossier_id]
                continue
            dated = await queries.get(conn, row["procedure_code"], row["procedure_valid_from"])
            pauses = [tuple(one) for one in row["pauses"]]
            due = deadlines.due(dated.procedure.time, row["accepted_at"], work, pauses)
            assert row["due_at"] == due, row["code"]
            if due != before[dossier_id]["due_at"]:
                moved.add(dossier_id)
    return moved


async def test_the_citizen_is_told_both_dates_and_the_source(
    engines: Engines, dossiers: DossiersService, citizen: Person, model: UUID
) -> None:
    was = (await dossiers.get(citizen, model)).line.due_at
    await holidays.add(engines, [HEAD, "2026-11-25\tholiday\tNghỉ bão"], SOURCE, "thử")
    seen = await dossiers.get(citizen, model)
    assert was is not None
    assert seen.line.due_at == was + timedelta(days=1)
    last = seen.events[-1]
    assert (last.kind, last.note, last.actor_kind) == ("due_moved", SOURCE, "system")
    async with engines.pool.acquire() as conn:
        event = await conn.fetchval("select event_id from event where name = 'dossier.due_moved'")
    await jobs.run_subscriber(engines, "inbox", EventJob(event_id=event))
    async with engines.pool.acquire() as conn:
        (notice,) = await notices.page(conn, citizen.citizen_id, None, 10)
        detail = await conn.fetchval("select detail from audit where action = 'dossier.due_moved'")
    assert (detail["source"], datetime.fromisoformat(detail["was_due_at"])) == (SOURCE, was)
    for language in ("vi", "en"):
        said = words(engines.texts, language, notice)[1]
        assert engines.texts.moment(language, was) in said
        assert engines.texts.moment(language, seen.line.due_at) in said


async def test_the_day_of_an_apology_moves_to_a_working_day(
    engines: Engines,
    dossiers: DossiersService,
    officer: StaffMember,
    citizen: Person,
    model: UUID,
) -> None:
    act = Act(kind="apologise", version=2, reason="Muộn", appointed_on=date(2026, 12, 2))
    await dossiers.act_at_desk(officer, model, act, key=str(uuid7()))
    due = (await dossiers.get(citizen, model)).line.due_at
    await holidays.add(engines, DECREE, SOURCE, "thử")
    line = (await dossiers.get(citizen, model)).line
    assert line.due_at == due
    assert line.appointed_at == datetime(2026, 12, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [HEAD],
        ["date\tname_vi", "2026-12-02\tNghỉ"],
        [HEAD, "2026-13-02\tholiday\tNghỉ"],
        [HEAD, "2026-12-02\tfeast\tNghỉ"],
        [HEAD, "2026-12-02\tholiday\t"],
        [HEAD, "9999-12-02\tholiday\tNghỉ"],
        [HEAD, "2026-12-02\tholiday\tA", "2026-12-02\tholiday\tB"],
    ],
)
def test_a_file_that_is_no_decree_is_refused(lines: list[str]) -> None:
    with pytest.raises(BadDecree):
        decrees.parsed(lines)


async def test_one_source_has_one_set_of_days_and_a_later_seed_changes_none(
    engines: Engines,
) -> None:
    await holidays.add(engines, DECREE, SOURCE, "thử")
    with pytest.raises(BadDecree):
        await holidays.add(engines, DECREE[:2], SOURCE, "thử")
    async with db.transaction(engines.pool) as conn:
        await seed.seed(conn)
        work = await queries.work_calendar(conn)
        rows = await conn.fetch("select from audit where action = 'calendar.decreed'")
    assert len(rows) == 1
    assert work.is_working(date(2027, 1, 1))
    assert work.is_working(date(2026, 12, 5))
    assert not work.is_working(date(2026, 12, 2))


instants = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    datetime(2027, 3, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
changes = st.sets(st.dates(date(2026, 1, 1), date(2027, 6, 1)), min_size=1, max_size=4)
units = st.sampled_from(["working_day", "day", "month", "same_day", "hour"])


@given(instants, st.integers(1, 30), units, st.lists(st.integers(0, 20_000), max_size=4), changes)
def test_what_the_changed_days_do_not_meet_keeps_its_date(
    accepted: datetime, value: int, unit: Any, marks: list[int], changed: set[date]
) -> None:
    """The narrowing that the statement does is safe: outside of it nothing can move."""
    moments = [accepted + timedelta(minutes=one) for one in sorted(marks)]
    pauses = list(zip(moments[::2], moments[1::2], strict=False))
    time = ProcedureTime(value=value, unit=unit)
    new = WorkCalendar(holidays=OLD.holidays ^ changed, worked=OLD.worked - changed)
    due = deadlines.due(time, accepted, OLD, pauses)
    assert due is not None
    last = max([due, *(end for _, end in pauses)])
    first_on, last_on = accepted.astimezone(LOCAL).date(), last.astimezone(LOCAL).date()
    if max(changed) < first_on or min(changed) > last_on:
        assert deadlines.due(time, accepted, new, pauses) == due
