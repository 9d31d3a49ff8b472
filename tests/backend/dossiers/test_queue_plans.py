"""How the queue is read among 50,000 dossiers: by its indexes, never the whole table."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from tests.plans import Recorder, nodes, pages
from tests.plans import explained as planned

from camaug.agencies.seed import agency_id
from camaug.dossiers import complaint_desk, escalation_queries, proposals, queue, seats
from camaug.dossiers.actions import NAME
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines

from .conftest import AN_XUYEN, BIRTH

ROWS, LONG = 50_000, 300
"""Dossiers, and seconds that a busy machine may need to make them."""
WARD = agency_id("people_committee", AN_XUYEN)
"""It handles some for all others."""
GENERATE = """
    insert into dossier (dossier_id, code, citizen_id, agency_id, handling_agency_id,
        first_handling_agency_id, procedure_code, procedure_valid_from, status, submitted_at,
        accepted_at, due_at, finished_at, handler_id, answers_enc, applicant_name_enc,
        applicant_words, pin_enc)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'P-' || n, $1,
        office.agency_id, case when n % 50 = 0 then $3 else office.agency_id end, office.agency_id,
        p.code, p.valid_from, status, at, at, at + interval '9 days',
        case when status in (3, 7, 8, 10) then at + interval '5 days' end,
        case when n % 4 > 0
             then (select staff_id from staff order by staff_id limit 1 offset n % 7) end,
        '', '', array[$4::bytea, decode(md5((n % 900)::text), 'hex')], ''
    from (select n, $5::timestamptz - n * interval '9 minutes' as at,
                 (case when n < 6000 then (array[1, 2, 4, 5, 9])[1 + n % 5]
                       else (array[3, 7, 10, 10, 10])[1 + n % 5] end)::smallint as status
          from generate_series(1, $2::int) n) made
    join (select agency_id, row_number() over (order by code) as place, count(*) over () as places
          from agency where kind = 'people_committee') office
        on office.place = 1 + made.n % office.places
    cross join (select code, valid_from from procedure where code = $6 limit 1) p
"""


PROPOSALS = """
    insert into proposal (proposal_id, dossier_id, agency_id, from_agency_id, kind, state, results,
        proposed_by, proposed_at, decided_by, decided_at)
    select gen_random_uuid(), dossier_id, handling_agency_id, agency_id, 'refuse',
        case when status in (2, 4) then 'open' else 'void' end, '{}',
        (select staff_id from staff limit 1), submitted_at, null,
        case when status not in (2, 4) then submitted_at end
    from dossier where right(code, 1) in ('1', '2', '3')
"""
# The desks' leaders were told of all that is late, those above them of all but thirty.
STEPS = """
    with late as (
        select dossier_id, handling_agency_id, greatest(due_at, appointed_at) as promised_at,
               row_number() over (order by due_at) > 30 as twice
        from dossier where status in (2, 4) and due_at < $1::timestamptz - interval '3 days'
    ), steps as (
        insert into dossier_escalation (dossier_id, promised_at, level, agency_id, at)
        select dossier_id, promised_at, level, handling_agency_id,
               promised_at + level * interval '1 day'
        from late cross join generate_series(1, 2) level where level = 1 or twice
    )
    update dossier d set told = array[late.handling_agency_id], told_for = promised_at,
        told_level = case when twice then 2 else 1 end
    from late where late.dossier_id = d.dossier_id
"""
COMPLAINTS = """
    insert into complaint (complaint_id, number, dossier_id, citizen_id, agency_id, kind, state,
        text_enc, opened_at)
    select gen_random_uuid(), 'P-' || code, dossier_id, citizen_id, agency_id, 'late',
        case when status in (2, 4) then 'open' else 'withdrawn' end, '', submitted_at
    from dossier where status in (2, 4, 7)
"""
OFFICERS = """
    with made as (
        insert into staff (staff_id, login, password_hash, full_name, created_at)
        select gen_random_uuid(), 'plan.' || n, 'none', 'Người ' || n, $2
        from generate_series(0, 6) n returning staff_id
    )
    insert into assignment (assignment_id, staff_id, agency_id, role, valid_from)
    select gen_random_uuid(), staff_id, $1, 'officer', $2 from made
"""


MOST_POSTINGS = 20
"""Pages of the index of words for one word that all rows have."""


@pytest.fixture
async def conn(engines: Engines) -> AsyncIterator[db.Conn]:
    """A connection to a database with 50,000 dossiers of all communes, most of them done."""
    citizen_id = uuid7()
    surname = engines.vault.words(NAME, "Nguyễn")[0]
    async with engines.pool.acquire() as made:
        await made.execute(
            "insert into citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)"
            " values ($1, '', $2, now(), now())",
            citizen_id,
            citizen_id.bytes,
        )
        now = engines.clock.now()
        await made.execute(OFFICERS, WARD, now)
        await made.execute("set statement_timeout = 0")  # till the connection is given back
        made_of = (citizen_id, ROWS, WARD, surname, now, BIRTH)
        await made.execute(GENERATE, *made_of, timeout=LONG)
        await made.execute(PROPOSALS, timeout=LONG)
        await made.execute("vacuum analyze dossier", timeout=LONG)
        await made.execute("vacuum analyze proposal", timeout=LONG)
        yield made


def reads(engines: Engines, me: UUID, at: UUID = WARD) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """Every read of the queue, with arguments as an officer's shell sends them."""
    now, own = engines.clock.now(), [at]
    rare = engines.vault.words(NAME, "Nguyễn")

    def page(view: str, **more: Any) -> tuple[str, tuple[Any, ...]]:
        what = queue.Wanted(statuses=queue.VIEWS[view], **more)
        by_age = view in queue.BY_AGE
        sql = queue.statement(what, by_age=by_age, following=False)
        return (sql, (own, list(what.statuses), what.procedure_code, what.handler_id, what.words,
                      what.ending, None, None, 51, what.unheld, what.ended_since))  # fmt: skip

    return {
        "counts": (queue.COUNTS, (own, me, now, now + timedelta(hours=9))),
        "procedures": (queue.PROCEDURES, (own, 12)),
        "to_do": page("to_do"),
        "new": page("new"),
        "mine": page("mine", handler_id=me),
        "one procedure": page("to_do", procedure_code=BIRTH),
        "name among open": page("to_do", words=rare),
        "one officer's": page("open", handler_id=me),
        "nobody's": page("open", unheld=True),
        "one officer's done": page("done", handler_id=me),
        "nobody's done": page("done", unheld=True),
        "done": page("done"),
        "ended": page("ended", ended_since=now - timedelta(days=30)),
        "name among all": page("all", words=rare),
        "end of a code": page("all", ending="42"),
        "colleagues": (seats.COLLEAGUES, (own, ["officer"], now)),
        "workload": (
            seats.WORKLOAD,
            (own, ["officer"], now, now + timedelta(hours=9), now - timedelta(days=5)),
        ),
        "waits for approval": (
            proposals.WAITING,
            (own, list(queue.OPEN), None, None, None, None, None, 51),
        ),
        "next that waits": (
            proposals.WAITING,
            (own, list(queue.OPEN), None, None, None, now, uuid7(), 51),
        ),
        "count that waits": (proposals.COUNT, (own,)),
    }


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_no_read_of_the_queue_scans_the_whole_table(
    conn: db.Conn, engines: Engines, mode: str
) -> None:
    await conn.execute(f"set plan_cache_mode = {mode}")
    me = await conn.fetchval("select staff_id from staff where login = 'plan.3'")
    for name, (sql, arguments) in reads(engines, me).items():
        plan = await explained(conn, sql, arguments)
        assert "Seq Scan on dossier" not in plan, f"{name}\n{plan}"
        read = [
            int(one) for one in re.findall(r"(?:rows=|Rows Removed by Filter: )(\d+)", _heap(plan))
        ]
        assert max(read) < ROWS / 20, f"{name}\n{plan}"


def _heap(plan: str) -> str:
    """Without the postings of a word, if they are few pages: here everybody has the name."""
    buffers = re.findall(r"Index Scan on dossier_words.*\n.*Index Cond.*\n.*Buffers: (.*)", plan)
    assert len(buffers) == plan.count("Index Scan on dossier_words"), plan
    for one in buffers:
        assert sum(map(int, re.findall(r"(?:hit|read)=(\d+)", one))) <= MOST_POSTINGS, plan
    return "\n".join(one for one in plan.split("\n") if "Index Scan on dossier_words" not in one)


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_a_page_with_an_index_of_its_own_reads_no_more_than_it_shows(
    conn: db.Conn, engines: Engines, mode: str
) -> None:
    await conn.execute(f"set plan_cache_mode = {mode}")
    me = await conn.fetchval("select staff_id from staff where login = 'plan.3'")
    other = await conn.fetchval("select agency_id from dossier where agency_id <> $1 limit 1", WARD)
    for name, index in (
        ("new", "dossier_new"),
        ("nobody's", "dossier_nobody"),
        ("one officer's done", "dossier_done_by"),
    ):
        plan = await explained(conn, *reads(engines, me, other)[name])
        assert index in plan, f"{name}\n{plan}"
        removed = [int(one) for one in re.findall(r"Rows Removed by Filter: (\d+)", plan)]
        assert max(removed, default=0) < 51, f"{name}\n{plan}"


async def test_leaders_and_worker_read_what_they_show(conn: db.Conn, engines: Engines) -> None:
    now = engines.clock.now()
    leader = await conn.fetchval("select staff_id from staff where login = 'plan.3'")
    await conn.execute(STEPS, now, timeout=LONG)
    await conn.execute(COMPLAINTS, timeout=LONG)
    await conn.execute("vacuum analyze dossier, dossier_escalation, complaint", timeout=LONG)
    who = complaint_desk.Reader(leads=[WARD], officer_at=[], staff_id=leader, now=now)
    async with Recorder.of(conn) as recorder:
        asked = recorder.conn
        found = [
            await complaint_desk.open_page(asked, who, None, 21),
            await complaint_desk.done_page(asked, who, None, 21),
            await escalation_queries.page(asked, [WARD], queue.Wanted(statuses=(2, 4)), None, 5),
            await escalation_queries.silent(asked, now - timedelta(days=3), 2, 100),
        ]
    assert [len(one) for one in found] == [21, 21, 5, 30]
    plans = [await planned(conn, sql, given) for sql, given in recorder.asked]
    big = {"dossier", "dossier_event", "dossier_escalation", "complaint"}
    for number, plan in enumerate(plans):
        for one in nodes(plan):
            scanned = one["Node Type"] == "Seq Scan" and one["Relation Name"] in big
            assert not scanned or one["Actual Rows"] < 100, (number, plan)
    # The leaders' view puts in order all that they were told of. Silence asks of each dossier for
    # what was done and undone there, too.
    for number, each in ((0, 20), (1, 20), (3, 26)):
        assert pages(plans[number]) < 60 + each * len(found[number]), plans[number]


async def test_counts_read_open_rows_only(conn: db.Conn, engines: Engines) -> None:
    sql, arguments = reads(engines, uuid7())["counts"]
    plan = await explained(conn, sql, arguments)
    assert "dossier_open" in plan, plan
    heap = re.search(r"Bitmap Heap Scan on dossier .*rows=(\d+)", plan)
    assert heap
    assert int(heap.group(1)) < 400, plan
    counted = await queue.counts(conn, *arguments)
    assert counted.to_do > 50


async def explained(conn: db.Conn, sql: str, arguments: tuple[Any, ...]) -> str:
    """The plan as it ran, in the plan mode of the connection."""
    await conn.execute(f"prepare asked as {sql}")
    given = ", ".join(map(_literal, arguments))
    lines = await conn.fetch(f"explain (analyze, buffers, costs off) execute asked ({given})")
    await conn.execute("deallocate asked")
    return "\n".join(one[0] for one in lines)


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return "'{" + ", ".join(map(_element, cast("list[Any]", value))) + "}'"
    return str(value) if isinstance(value, int) else f"'{value}'"


def _element(value: Any) -> str:
    return f'"\\\\x{value.hex()}"' if isinstance(value, bytes) else str(value)
