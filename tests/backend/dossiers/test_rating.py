"""A finished dossier is rated once, by its owner; counters say what a full recount says."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers.rating import FINISHED
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import jobs
from camaug.notices.jobs import EventJob
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import LONGEST_COMMENT, Act, Person, StaffMember, Status

from .conftest import AN_XUYEN, GANH_HAO, Filer, checked_file

SAID = "Cán bộ hướng dẫn tận tình,\nnhưng chờ hơi lâu."
BIRTH, OTHER = "1.001193", "1.000656"
RECOUNT = """
    select date_trunc('month', r.rated_at at time zone 'Asia/Ho_Chi_Minh')::date as month,
           d.handling_agency_id as agency_id, d.procedure_code, count(*) as rated,
           count(*) filter (where r.rating in (4, 5)) as satisfied
    from dossier_rating r join dossier d using (dossier_id) group by 1, 2, 3 order by 1, 2, 3
"""
COUNTED = """
    select month, agency_id, procedure_code, rated, satisfied from rating_counter
    order by 1, 2, 3
"""
Finish = Callable[..., Awaitable[UUID]]


async def rows(engines: Engines, sql: str, *values: Any) -> list[Mapping[str, Any]]:
    async with engines.pool.acquire() as conn:
        return [dict(row) for row in await conn.fetch(sql, *values)]


async def put(engines: Engines, dossier_id: UUID, status: Status) -> None:
    """In that status, however it came there."""
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "update dossier set status = $2 where dossier_id = $1", dossier_id, status
        )


@pytest.fixture
def finish(engines: Engines, file_dossier: Filer, citizen: Person) -> Finish:
    """A new dossier that has come to its end."""

    async def make(status: Status = Status.RETURNED, **more: Any) -> UUID:
        filed = await file_dossier(citizen, more.pop("code", OTHER), **more)
        await put(engines, filed.dossier_id, status)
        return filed.dossier_id

    return make


async def test_owner_and_desk_see_what_was_said(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    dossier_id = (await file_dossier(citizen, OTHER)).dossier_id
    for kind in ("accept", "process", "finish"):
        seen = await dossiers.at_desk(officer, dossier_id)
        papers = {"result": [await checked_file(engines, officer.staff_id, "result")]}
        act = Act(kind=kind, version=seen.line.version, documents=papers)
        await dossiers.act_at_desk(officer, dossier_id, act, key=str(uuid7()))
    before = await dossiers.get(citizen, dossier_id)
    assert (before.rating, before.may_rate) == (None, True)
    await dossiers.rate(citizen, dossier_id, 4, comment=f"  {SAID}\r\n ", key="k")
    after = await dossiers.get(citizen, dossier_id)
    assert after.rating is not None
    assert (after.rating.rating, after.rating.comment, after.may_rate) == (4, SAID, False)
    assert after.rating.rated_at == engines.clock.now()
    desk = await dossiers.at_desk(officer, dossier_id)
    assert (desk.rating, desk.may_rate) == (after.rating, False)
    [row] = await rows(engines, "select * from dossier_rating")
    assert "tình".encode() not in row["comment_enc"]


@pytest.mark.parametrize("status", list(Status))
async def test_only_what_an_agency_has_ended_is_rated(
    dossiers: DossiersService, citizen: Person, finish: Finish, engines: Engines, status: Status
) -> None:
    dossier_id = await finish(status)
    may = status in (3, 8, 9, 10)
    assert (await dossiers.get(citizen, dossier_id)).may_rate is may
    if may:
        await dossiers.rate(citizen, dossier_id, 5, key="k")
    else:
        with pytest.raises(Conflict, match="not_to_be_rated"):
            await dossiers.rate(citizen, dossier_id, 5, key="k")
    assert len(await rows(engines, "select from dossier_rating")) == may
    assert len(await rows(engines, COUNTED)) == may


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ((0, None), {("/rating", "not_a_choice")}),
        ((6, None), {("/rating", "not_a_choice")}),
        ((-1, "x"), {("/rating", "not_a_choice")}),
        ((5, "ă" * (LONGEST_COMMENT + 1)), {("/comment", "too_long")}),
        ((5, "Tốt\u202e lắm"), {("/comment", "hidden_characters")}),
        ((5, "a\x00b"), {("/comment", "hidden_characters")}),
        ((9, "\u200b" * 1001), {("/rating", "not_a_choice"), ("/comment", "hidden_characters"),
                                 ("/comment", "too_long")}),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    dossiers: DossiersService,
    citizen: Person,
    finish: Finish,
    engines: Engines,
    sent: tuple[int, str | None],
    wrong: set[tuple[str, str]],
) -> None:
    dossier_id = await finish()
    with pytest.raises(Invalid) as caught:
        await dossiers.rate(citizen, dossier_id, sent[0], comment=sent[1], key="k")
    assert {(one.pointer, one.code) for one in caught.value.errors} == wrong
    assert not await rows(engines, "select from dossier_rating")
    assert (await dossiers.get(citizen, dossier_id)).may_rate


@pytest.mark.parametrize("comment", [None, "", " \n ", "ă" * LONGEST_COMMENT])
async def test_a_comment_is_not_needed_and_may_be_long(
    dossiers: DossiersService, citizen: Person, finish: Finish, comment: str | None
) -> None:
    dossier_id = await finish()
    await dossiers.rate(citizen, dossier_id, 1, comment=comment, key="k")
    seen = (await dossiers.get(citizen, dossier_id)).rating
    assert seen is not None
    assert seen.comment == ((comment or "").strip() or None)


async def test_a_foreign_dossier_is_not_there(
    dossiers: DossiersService,
    finish: Finish,
    make_citizen: Callable[[], Awaitable[Person]],
    engines: Engines,
) -> None:
    dossier_id, other = await finish(), await make_citizen()
    for wanted in (dossier_id, uuid7()):
        with pytest.raises(NotFound) as caught:
            await dossiers.rate(other, wanted, 1, key=str(uuid7()))
        assert caught.value.code == "not_found"
    assert not await rows(engines, "select from dossier_rating")


async def test_desks_that_do_not_handle_it_do_not_read_the_rating(
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    stranger: StaffMember,
    finish: Finish,
    engines: Engines,
) -> None:
    dossier_id = await finish()
    async with db.transaction(engines.pool) as conn:
        elsewhere = agency_id("people_committee", GANH_HAO)
        await conn.execute(
            "update dossier set handling_agency_id = $2 where dossier_id = $1",
            *(dossier_id, elsewhere),
        )
    await dossiers.rate(citizen, dossier_id, 2, comment=SAID, key="k")
    handling = (await dossiers.at_desk(stranger, dossier_id)).rating
    assert handling is not None
    assert handling.comment == SAID
    assert (await dossiers.at_desk(officer, dossier_id)).rating is None
    [counted] = await rows(engines, COUNTED)
    assert counted["agency_id"] == elsewhere


async def test_a_second_rating_is_refused_and_says_why(
    dossiers: DossiersService, citizen: Person, finish: Finish, engines: Engines
) -> None:
    dossier_id = await finish()
    await dossiers.rate(citizen, dossier_id, 5, comment="Tốt", key="first")
    with pytest.raises(Conflict, match="dossier_rated"):
        await dossiers.rate(citizen, dossier_id, 1, comment="Kém", key="second")
    seen = (await dossiers.get(citizen, dossier_id)).rating
    assert seen is not None
    assert (seen.rating, seen.comment) == (5, "Tốt")
    for code in ("dossier_rated", "not_to_be_rated"):
        for language in ("vi", "en"):
            for part in ("title", "detail"):
                assert engines.texts.text(language, f"problem.{code}.{part}")


async def test_the_same_key_counts_once_and_takes_no_other_body(
    dossiers: DossiersService, citizen: Person, finish: Finish, engines: Engines
) -> None:
    dossier_id = await finish()
    for _ in range(2):
        await dossiers.rate(citizen, dossier_id, 5, comment="Tốt", key="k")
    with pytest.raises(Invalid, match="key_reused"):
        await dossiers.rate(citizen, dossier_id, 4, comment="Tốt", key="k")
    [counted] = await rows(engines, COUNTED)
    assert (counted["rated"], counted["satisfied"]) == (1, 1)
    assert len(await rows(engines, "select from event where name = 'dossier.rated'")) == 1


async def test_of_twenty_at_once_one_is_kept(
    dossiers: DossiersService, citizen: Person, finish: Finish, engines: Engines
) -> None:
    dossier_id = await finish()

    async def rate(number: int) -> str:
        try:
            await dossiers.rate(citizen, dossier_id, number % 5 + 1, key=f"k{number}")
        except Conflict as refused:
            return refused.code
        return "kept"

    async with db.transaction(engines.pool) as conn:  # so that none is done before others begin
        await conn.execute("select from dossier where dossier_id = $1 for update", dossier_id)
        tried = [asyncio.create_task(rate(number)) for number in range(20)]
        await asyncio.sleep(0.5)
        assert not any(one.done() for one in tried)
    outcome = await asyncio.gather(*tried)
    assert sorted(outcome) == ["dossier_rated"] * 19 + ["kept"]
    [counted] = await rows(engines, COUNTED)
    assert counted["rated"] == 1
    assert await rows(engines, RECOUNT) == await rows(engines, COUNTED)
    assert len(await rows(engines, "select from audit where action = 'dossier.rated'")) == 1


async def test_audit_and_event_hold_ids_and_numbers_only(
    dossiers: DossiersService, citizen: Person, finish: Finish, engines: Engines
) -> None:
    dossier_id = await finish()
    await dossiers.rate(citizen, dossier_id, 3, comment=SAID, key="k")
    code = (await dossiers.get(citizen, dossier_id)).line.code
    [audited] = await rows(engines, "select * from audit where action = 'dossier.rated'")
    assert (audited["actor_kind"], audited["actor_id"]) == ("citizen", citizen.citizen_id)
    assert (audited["object_id"], audited["at"]) == (str(dossier_id), engines.clock.now())
    assert audited["detail"] == {"code": code, "rating": 3}
    [told] = await rows(engines, "select * from event where name = 'dossier.rated'")
    assert told["data"] == {
        "dossier_id": str(dossier_id),
        "citizen_id": str(citizen.citizen_id),
        "agency_id": str(agency_id("people_committee", AN_XUYEN)),
        "code": code,
        "procedure_code": OTHER,
        "rating": 3,
    }
    await jobs.run_subscriber(engines, "desk", EventJob(event_id=told["event_id"]))
    changes = await rows(engines, "select agency_id::text from desk_change")
    assert [one["agency_id"] for one in changes] == [told["data"]["agency_id"]]


async def test_what_is_kept_cannot_be_changed_by_the_run_time_role(
    dossiers: DossiersService, citizen: Person, finish: Finish, engines: Engines
) -> None:
    await dossiers.rate(citizen, await finish(), 1, key="k")
    for sql in ("update dossier_rating set rating = 5", "delete from dossier_rating"):
        with pytest.raises(Exception, match="permission denied"):
            await rows(engines, sql)


@pytest.mark.parametrize("seed", range(3))
async def test_counters_are_what_a_full_recount_gives(
    dossiers: DossiersService,
    citizen: Person,
    finish: Finish,
    engines: Engines,
    clock: HeldClock,
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311
    clock.move(timedelta(days=6, hours=14))  # 23:00 on the last day of November
    made: list[UUID] = []
    for _ in range(14):
        status = chance.choice([*FINISHED, *FINISHED, Status.IN_PROCESS, Status.WITHDRAWN])
        commune = chance.choice([AN_XUYEN, GANH_HAO])
        made.append(await finish(status, code=BIRTH, receiving_commune=commune))

    async def rate(dossier_id: UUID, number: int) -> None:
        try:
            await dossiers.rate(citizen, dossier_id, chance.randint(0, 6), key=f"k{number}")
        except (Conflict, Invalid):
            return

    for step in range(4):
        tried = chance.choices(made, k=8)
        await asyncio.gather(*(rate(one, step * 100 + at) for at, one in enumerate(tried)))
        clock.move(timedelta(minutes=40))
    counted = await rows(engines, COUNTED)
    assert counted == await rows(engines, RECOUNT)
    assert sum(one["rated"] for one in counted) > 3
    assert len({one["month"] for one in counted}) == 2
    assert len({one["agency_id"] for one in counted}) == 2
