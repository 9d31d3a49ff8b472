"""What is told to one person, desk or agency is there for no other one."""

from collections.abc import Awaitable, Callable

import pytest

from camaug.agencies.seed import agency_id
from camaug.kernel.web import Engines
from camaug.notices import actions, announcement_queries, jobs, queries
from camaug.notices.jobs import EventJob
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Person

from .announcing import AN_XUYEN as WARD_CODE
from .announcing import CENTRE, GANH_HAO, operator, written
from .conftest import AN_XUYEN, add_device, emit

OTHER = agency_id("people_committee", GANH_HAO)
MakeCitizen = Callable[[], Awaitable[Person]]


@pytest.fixture
async def neighbour(engines: Engines, make_citizen: MakeCitizen) -> Person:
    """Another person, who has two unread notices."""
    made = await make_citizen()
    for _ in range(2):
        job = EventJob(event_id=await emit(engines, made))
        await jobs.run_subscriber(engines, "inbox", job)
    return made


async def unread(engines: Engines, who: Person) -> int:
    async with engines.pool.acquire() as conn:
        return sum(one.read_at is None for one in await queries.page(conn, who.citizen_id, None, 9))


async def test_a_notice_stands_in_the_inbox_of_its_person_only(
    engines: Engines, citizen: Person, neighbour: Person
) -> None:
    assert (await unread(engines, citizen), await unread(engines, neighbour)) == (0, 2)
    async with engines.pool.acquire() as conn:
        assert (await queries.topics_after(conn, citizen.citizen_id, 0)).topics == []
        assert (await queries.topics_after(conn, neighbour.citizen_id, 0)).topics


async def test_who_reads_everything_reads_it_for_nobody_else(
    engines: Engines, citizen: Person, neighbour: Person
) -> None:
    await jobs.run_subscriber(engines, "inbox", EventJob(event_id=await emit(engines, citizen)))
    assert await actions.read_up_to(engines, citizen, 99) == 1
    assert (await unread(engines, citizen), await unread(engines, neighbour)) == (0, 2)
    async with engines.pool.acquire() as conn:
        counted = [await actions.unread(conn, one.citizen_id) for one in (citizen, neighbour)]
    assert counted == [0, 2]


async def test_a_push_goes_to_the_phones_of_its_person_only(
    engines: Engines, citizen: Person, neighbour: Person
) -> None:
    own = await add_device(engines, citizen.citizen_id, "token-of-mine")
    await add_device(engines, neighbour.citizen_id, "token-of-another")
    async with engines.pool.acquire() as conn:
        assert [one.id for one in await queries.devices(conn, citizen.citizen_id)] == [own]


async def test_who_follows_changes_follows_their_own_only(
    engines: Engines, citizen: Person, neighbour: Person
) -> None:
    event_id = await emit(engines, neighbour)
    for name in ("inbox", "desk"):
        await jobs.run_subscriber(engines, name, EventJob(event_id=event_id))
    async with engines.pool.acquire() as conn:
        assert await queries.citizen_positions(conn, [citizen.citizen_id]) == []
        (own,) = await queries.citizen_positions(conn, [neighbour.citizen_id])
        assert own.owner_id == neighbour.citizen_id
        assert await queries.desk_positions(conn, [OTHER]) == []
        (desk,) = await queries.desk_positions(conn, [AN_XUYEN])
        assert desk.owner_id == AN_XUYEN


async def test_an_announcement_is_there_for_the_agency_that_wrote_it_only(engines: Engines) -> None:
    made = await written(engines, await operator(engines))
    async with engines.pool.acquire() as conn:
        for read in (announcement_queries.get, announcement_queries.lock):
            assert (await read(conn, made, [CENTRE])).announcement_id == made
            with pytest.raises(NotFound):
                await read(conn, made, [OTHER])
        for agency, there in ((CENTRE, 1), (OTHER, 0)):
            assert len(await announcement_queries.page(conn, [agency], None, 9)) == there


async def test_a_commune_addresses_itself_and_the_province_everybody(engines: Engines) -> None:
    async with engines.pool.acquire() as conn:
        own = await announcement_queries.places(conn, [AN_XUYEN])
        assert [one.code for one in own] == [WARD_CODE]
        assert len(await announcement_queries.places(conn, [CENTRE])) > 1
        assert await announcement_queries.places(conn, []) == []
