"""Who looked at a dossier: its owner sees the offices, nobody else sees anything."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from camaug.agencies.seed import agency_id
from camaug.documents import actions as documents
from camaug.documents.queries import AT_DESK
from camaug.dossiers import looks
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Act, Caller, Look, Person, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, officer_of
from .door import Door
from .test_queue_plans import LONG, WARD, conn, explained

__all__ = ["conn"]

OFFICER = "Trần Hoàng Dự"
OFFICE = "UBND phường An Xuyên"
TRACK = "/apps/track-dossier/"
OTHERS = """
    insert into audit (audit_id, at, actor_kind, action, object_kind, object_id, agency_id)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
           $1::timestamptz + (n - 25000) * interval '2 seconds', 'staff',
           case when n % 5 = 0 then 'document.opened' else 'dossier.opened' end,
           case when n % 5 = 0 then 'document' else 'dossier' end,
           md5((n % 9000)::text)::uuid::text, $2
    from generate_series(1, 50000) n
"""
OWN = """
    insert into audit (audit_id, at, actor_kind, action, object_kind, object_id, agency_id)
    select gen_random_uuid(), $1::timestamptz + n * interval '1 second', 'staff',
           'dossier.opened', 'dossier', $2, $3
    from generate_series(1, $4::int) n
"""

PAPERS = """
    with one as (select dossier_id, citizen_id, gen_random_uuid() as document_id from dossier),
    made as (
        insert into document (document_id, owner_id, purpose, object_key, file_name_enc, size,
                              media_type, state, created_at)
        select document_id, citizen_id, 'other', dossier_id::text, '', 1, 'image/png', 'checked',
               now()
        from one
    )
    insert into dossier_document (dossier_id, document_id, component_id)
    select dossier_id, document_id, 'other' from one
"""


def later(engines: Engines, **span: int) -> None:
    cast("HeldClock", engines.clock).move(timedelta(**span))


def told(items: list[Look]) -> list[tuple[str, int]]:
    return [(one.kind, one.count) for one in items]


async def paper_of(engines: Engines, dossier_id: UUID) -> UUID:
    async with engines.pool.acquire() as held:
        found = await held.fetchval(
            "select document_id from dossier_document where dossier_id = $1 limit 1", dossier_id
        )
    return cast("UUID", found)


async def test_openings_files_and_acts_are_told_newest_first(
    engines: Engines,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    filed = await file_dossier(citizen)
    for _ in range(3):
        later(engines, minutes=1)
        await dossiers.at_desk(officer, filed.dossier_id)
    last = engines.clock.now()
    later(engines, minutes=1)
    paper = await paper_of(engines, filed.dossier_id)
    await documents.address_for_officer(engines, officer, paper)
    later(engines, minutes=1)
    await dossiers.accept(officer, filed.dossier_id, version=1, key=str(uuid7()))
    later(engines, minutes=1)
    await dossiers.at_desk(officer, filed.dossier_id)

    seen = await dossiers.looks(citizen, filed.dossier_id)
    assert told(seen.items) == [("opened", 1), ("accepted", 1), ("file", 1), ("opened", 3)]
    assert (seen.items[3].last_at, seen.items[3].first_at) == (last, last - timedelta(minutes=2))
    assert {(one.agency_name_vi, one.role) for one in seen.items} == {(OFFICE, "officer")}
    assert (seen.code, seen.next) == (filed.code, None)


async def test_another_day_or_another_agency_begins_a_line(
    engines: Engines, dossiers: DossiersService, citizen: Person, file_dossier: Filer
) -> None:
    ward, village = await officer_of(engines, AN_XUYEN), await officer_of(engines, GANH_HAO)
    filed = await file_dossier(citizen)
    async with db.transaction(engines.pool) as held:
        await held.execute(
            "update dossier set handling_agency_id = $2 where dossier_id = $1",
            filed.dossier_id,
            agency_id("people_committee", GANH_HAO),
        )
    for who in (ward, village, ward, ward):
        later(engines, minutes=1)
        await dossiers.at_desk(who, filed.dossier_id)
    later(engines, hours=15)  # midnight in Cà Mau, not yet in UTC
    await dossiers.at_desk(ward, filed.dossier_id)
    await dossiers.act_at_desk(
        village, filed.dossier_id, Act(kind="accept", version=1), key=str(uuid7())
    )

    seen = (await dossiers.looks(citizen, filed.dossier_id)).items
    assert sorted((one.kind, one.agency_name_vi, one.count) for one in seen[:2]) == [
        ("accepted", "UBND xã Gành Hào", 1),
        ("opened", OFFICE, 1),
    ]
    assert [(one.agency_name_vi, one.count) for one in seen[2:]] == [
        (OFFICE, 2),
        ("UBND xã Gành Hào", 1),
        (OFFICE, 1),
    ]


async def test_own_looks_and_those_of_the_machine_are_not_told(
    dossiers: DossiersService, citizen: Person, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    await dossiers.get(citizen, filed.dossier_id)
    await dossiers.act(citizen, filed.dossier_id, Act(kind="withdraw", version=1), key=str(uuid7()))
    assert (await dossiers.looks(citizen, filed.dossier_id)).items == []


async def test_nobody_else_sees_who_looked(
    dossiers: DossiersService,
    citizen: Person,
    make_citizen: Callable[[], Awaitable[Person]],
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    filed = await file_dossier(citizen)
    await dossiers.at_desk(officer, filed.dossier_id)
    with pytest.raises(NotFound):
        await dossiers.looks(await make_citizen(), filed.dossier_id)
    with pytest.raises(NotFound):
        await dossiers.looks(citizen, uuid7())


async def test_pages_follow_one_another_and_lose_nothing(
    engines: Engines,
    dossiers: DossiersService,
    citizen: Person,
    file_dossier: Filer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looks, "PAGE", 3)
    monkeypatch.setattr(looks, "MOST_ROWS", 7)
    ward, village = await officer_of(engines, AN_XUYEN), await officer_of(engines, GANH_HAO)
    filed = await file_dossier(citizen)
    async with db.transaction(engines.pool) as held:
        await held.execute(
            "update dossier set handling_agency_id = $2 where dossier_id = $1",
            filed.dossier_id,
            agency_id("people_committee", GANH_HAO),
        )
    for _ in range(4):
        for who in (ward, village, village):  # at one instant: the id decides
            await dossiers.at_desk(who, filed.dossier_id)
        later(engines, seconds=1)
    for _ in range(9):  # more than is read for a page: a line goes on on the next
        await dossiers.at_desk(ward, filed.dossier_id)

    counts: list[list[int]] = []
    after: str | None = None
    while True:
        page = await dossiers.looks(citizen, filed.dossier_id, after=after)
        counts.append([one.count for one in page.items])
        if (after := page.next) is None:
            break
    assert counts[0] == [7]
    assert counts[1][0] == 2
    assert sum(map(sum, counts)) == 4 * 3 + 9
    assert max(map(len, counts)) == 3


async def test_who_looked_is_read_by_indexes(
    engines: Engines, citizen: Person, file_dossier: Filer
) -> None:
    filed, now = await file_dossier(citizen), engines.clock.now()
    last = datetime(9999, 1, 1, tzinfo=UTC)
    arguments = (citizen.citizen_id, [filed.dossier_id], last, UUID(int=2**128 - 1), 500, now)
    async with engines.pool.acquire() as held:
        await held.execute("set statement_timeout = 0")
        await held.execute(OTHERS, now, WARD, timeout=LONG)
        await held.execute(OWN, now, str(filed.dossier_id), WARD, 40)
        await held.execute("analyze audit", timeout=LONG)
        for mode in ("force_custom_plan", "force_generic_plan"):
            await held.execute(f"set plan_cache_mode = {mode}")
            plan = await explained(held, looks.OF_DOSSIERS, arguments)
            assert not re.search(r"Seq Scan on (audit|dossier)", plan), plan
            read = [int(one) for one in re.findall(r"rows=(\d+)", plan)]
            read += [int(one) for one in re.findall(r"Rows Removed by Filter: (\d+)", plan)]
            assert 40 <= max(read) < 200, plan


async def test_a_file_is_found_at_a_desk_by_indexes(conn: db.Conn) -> None:
    await conn.execute(PAPERS, timeout=LONG)
    await conn.execute("analyze document, dossier_document", timeout=LONG)
    paper = await conn.fetchval(
        "select document_id from dossier_document join dossier using (dossier_id)"
        " where agency_id = $1 limit 1",
        WARD,
    )
    for mode in ("force_custom_plan", "force_generic_plan"):
        await conn.execute(f"set plan_cache_mode = {mode}")
        plan = await explained(conn, AT_DESK, (paper, [WARD], ["officer"], [WARD]))
        assert "rows=1 " in plan.partition("\n")[0], plan
        assert not re.search(r"Seq Scan on (dossier|document )", plan), plan
        assert "dossier_document_file" in plan, plan


@pytest.mark.plugin
async def test_the_page_names_offices_and_no_officer(
    door: Door, engines: Engines, citizen: Person, officer: StaffMember, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    here = f"{TRACK}{filed.dossier_id}"
    door.caller = Caller(language="vi", me=citizen)
    empty = items(await door.ask("GET", f"{here}/looks"))
    assert empty["items"] == []
    assert empty["empty"]["title"] == "Chưa có ai xem"

    door.caller = Caller(language="vi", officer=officer)
    for _ in range(2):
        await door.ask("GET", f"{TRACK}desk/{filed.dossier_id}")
        later(engines, minutes=5)
    await door.ask("POST", f"{TRACK}desk/{filed.dossier_id}/accept", {"version": 1})

    door.caller = Caller(language="vi", me=citizen)
    whole = await door.ask("GET", here)
    link = next(one for one in whole["blocks"] if one["type"] == "link")
    assert link["action"] == {"type": "go", "href": f"{here}/looks"}
    screen = await door.ask("GET", link["action"]["href"])
    assert [(one["title"], one["text"]) for one in items(screen)["items"]] == [
        ("Đã tiếp nhận", f"{OFFICE} · cán bộ một cửa\n09:10 thứ Ba 24/11"),
        (
            "Mở xem hồ sơ, 2 lần",
            f"{OFFICE} · cán bộ một cửa\ntừ 09:00 thứ Ba 24/11 đến 09:05 thứ Ba 24/11",
        ),
    ]
    assert "không ghi tên cán bộ" in str(screen)
    assert OFFICER not in str(screen)

    door.caller = Caller(language="en", me=citizen)
    english = items(await door.ask("GET", f"{here}/looks"))["items"]
    assert english[1]["title"] == "Opened the dossier, 2 times"


@pytest.mark.plugin
@pytest.mark.parametrize("after", ["x", "MjAyNi0xMS0yNHww"])
async def test_a_made_up_cursor_is_a_page_that_is_not_there(
    door: Door, citizen: Person, file_dossier: Filer, after: str
) -> None:
    filed = await file_dossier(citizen)
    door.caller = Caller(language="vi", me=citizen)
    answer = await door.answer("GET", f"{TRACK}{filed.dossier_id}/looks?after={after}")
    assert answer.status_code == 404


def items(screen: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == "list")
