"""Rows of somebody else are not there, whichever way one asks."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from camaug.agencies.seed import agency_id
from camaug.documents import queries as documents
from camaug.documents.schemas import Row
from camaug.dossiers import holding, queries, whole
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices import desk_queries
from camaug.notices import queries as notices
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Person, QueueFilter, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, MakeFile, officer_of


async def test_nobody_sees_the_dossiers_of_another_person(
    engines: Engines,
    citizen: Person,
    make_citizen: Callable[[], Awaitable[Person]],
    file_dossier: Filer,
) -> None:
    other = await make_citizen()
    filed = await file_dossier(citizen)
    async with engines.pool.acquire() as conn:
        for who, seen in ((citizen, [filed.dossier_id]), (other, [])):
            found = await queries.open_of_citizen(conn, who.citizen_id, 10)
            assert [one.dossier_id for one in found] == seen
            listed = await queries.of_citizen(conn, who.citizen_id, None, 10)
            assert [one.dossier_id for one in listed] == seen
        assert (await whole.of_citizen(conn, citizen.citizen_id, filed.dossier_id)).code
        for read in (whole.of_citizen, holding.by_citizen):
            with pytest.raises(NotFound):
                await read(conn, other.citizen_id, filed.dossier_id)


async def test_a_line_is_there_for_who_receives_and_who_handles_only(
    engines: Engines, citizen: Person, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    receives, handles = (agency_id("people_committee", one) for one in (AN_XUYEN, GANH_HAO))
    moved = "update dossier set handling_agency_id = $2 where dossier_id = $1"
    await engines.pool.execute(moved, filed.dossier_id, handles)
    async with engines.pool.acquire() as conn:
        for own in (receives, handles):
            line = await queries.line_at_desk(conn, [own], filed.dossier_id)
            assert line.dossier_id == filed.dossier_id
        with pytest.raises(NotFound):
            await queries.line_at_desk(conn, [citizen.citizen_id], filed.dossier_id)


async def test_a_dossier_sent_on_is_in_the_queue_of_both_agencies_and_of_no_third(
    engines: Engines, dossiers: DossiersService, citizen: Person, officer: StaffMember,
    stranger: StaffMember, file_dossier: Filer,
) -> None:  # fmt: skip
    filed = await file_dossier(citizen)
    moved = "update dossier set handling_agency_id = $2 where dossier_id = $1"
    await engines.pool.execute(moved, filed.dossier_id, agency_id("people_committee", GANH_HAO))
    third = await officer_of(engines, "31975")
    for who, seen in ((officer, 1), (stranger, 1), (third, 0)):
        assert len((await dossiers.queue(who, QueueFilter(view="all"))).items) == seen
        counted = await dossiers.queue_procedures(who)
        assert sum(one.count for one in counted) == seen
        assert (await dossiers.queue_counts(who)).to_do == seen


async def without_utilities(conn: db.Conn, agencies: list[UUID], document_id: UUID) -> Row:
    """A document at a desk that no utility has given files to."""
    return await documents.at_desk(conn, agencies, [], document_id)


async def test_a_dossier_sent_on_is_opened_and_held_by_both_agencies_and_by_no_third(
    engines: Engines, citizen: Person, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    receives, handles, third = (
        agency_id("people_committee", one) for one in (AN_XUYEN, GANH_HAO, "31975")
    )
    moved = "update dossier set handling_agency_id = $2 where dossier_id = $1"
    await engines.pool.execute(moved, filed.dossier_id, handles)
    one_paper = "select document_id from dossier_document limit 1"
    async with engines.pool.acquire() as conn:
        paper = await conn.fetchval(one_paper)
        for own in (receives, handles):
            assert (await whole.at_desk(conn, [own], [], filed.dossier_id)).code == filed.code
            assert (await documents.at_desk(conn, [own], [], paper)).document_id == paper
            assert (await holding.by_officer(conn, [own], filed.dossier_id)).code == filed.code
        with pytest.raises(NotFound):
            await whole.at_desk(conn, [third], [third], filed.dossier_id)
        for read, what in (
            (holding.by_officer, filed.dossier_id),
            (without_utilities, paper),
        ):
            with pytest.raises(NotFound):
                await read(conn, [third], what)


async def test_the_files_and_results_of_a_person_are_no_other_persons(
    engines: Engines,
    citizen: Person,
    make_citizen: Callable[[], Awaitable[Person]],
    file_dossier: Filer,
    make_file: MakeFile,
) -> None:
    other, filed = await make_citizen(), await file_dossier(citizen)
    free, result = await make_file(citizen, "TP02"), await make_file(await make_citizen(), "result")
    async with db.transaction(engines.pool) as conn:
        await holding.attach(conn, filed.dossier_id, "result", [(result, "KQ")])
        await conn.execute("update dossier set status = 10, finished_at = submitted_at")
        assert (await documents.given(conn, citizen.citizen_id, result)).document_id == result
        assert (await documents.given(conn, citizen.citizen_id, free)).document_id == free
        for file in (free, result):
            with pytest.raises(NotFound):
                await documents.given(conn, other.citizen_id, file)
            with pytest.raises(NotFound):
                await documents.own(conn, other.citizen_id, file)
        assert await documents.own_many(conn, other.citizen_id, [free, result]) == []
        assert len(await documents.own_many(conn, citizen.citizen_id, [free, result])) == 1
        assert not await documents.delete_free(conn, other.citizen_id, free)
        assert await documents.delete_free(conn, citizen.citizen_id, free)


async def test_a_notice_of_a_desk_is_read_counted_and_marked_at_that_desk_only(
    engines: Engines, citizen: Person, officer: StaffMember, stranger: StaffMember,
    file_dossier: Filer,
) -> None:  # fmt: skip
    filed = await file_dossier(citizen)
    now = engines.clock.now()
    notice = uuid7()
    await engines.pool.execute(
        "insert into desk_notice (notice_id, event_id, agency_id, dossier_id, template, created_at)"
        " values ($1, $2, $3, $4, 'desk.due', $5)",
        notice, uuid7(), agency_id("people_committee", AN_XUYEN), filed.dossier_id, now,
    )  # fmt: skip
    async with engines.pool.acquire() as conn:
        for who, marked in ((stranger, 0), (officer, 1)):
            own, me = desk_queries.desks(who), who.staff_id
            assert len(await desk_queries.page(conn, me, own, None, 9)) == marked
            assert (await desk_queries.state(conn, me, own)).unread == marked
            assert await desk_queries.mark_read(conn, me, own, notice, now) == marked
        found = await desk_queries.get(conn, officer.staff_id, desk_queries.desks(officer), notice)
        assert found.notice_id == notice
        with pytest.raises(NotFound):
            await desk_queries.get(conn, stranger.staff_id, desk_queries.desks(stranger), notice)


async def test_an_inbox_counts_its_own_person_only(
    engines: Engines, citizen: Person, make_citizen: Callable[[], Awaitable[Person]]
) -> None:
    other = await make_citizen()
    for who, unread in ((citizen, 1), (other, 2)):
        row = "insert into inbox (citizen_id, last_seq, unread) values ($1, 9, $2)"
        await engines.pool.execute(row, who.citizen_id, unread)
    nobody = await make_citizen()
    async with engines.pool.acquire() as conn:
        for who, unread in ((citizen, 1), (other, 2), (nobody, 0)):
            assert (await notices.inbox(conn, who.citizen_id)).unread == unread
