"""Who holds a dossier: claims that race, hand-overs, receipts, and the slip of them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers.service import DossiersService
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Act, DossierLine, Person, QueueFilter, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, officer_of

NOTE = "Đã gọi người nộp, chờ bản sao"
MakeOfficer = Callable[[], Awaitable[StaffMember]]


def new_key() -> str:
    return str(uuid7())


@pytest.fixture
def seat(engines: Engines) -> MakeOfficer:
    """An officer who is assigned to the ward's desk."""

    async def make() -> StaffMember:
        made = await officer_of(engines, AN_XUYEN)
        await assign(engines, made)
        return made

    return make


async def assign(engines: Engines, who: StaffMember) -> None:
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "insert into assignment (assignment_id, staff_id, agency_id, role, valid_from)"
            " values ($1, $2, $3, 'officer', $4)",
            *(uuid7(), who.staff_id, who.agencies["officer"][0], engines.clock.now()),
        )


@pytest.fixture
async def dossier_id(citizen: Person, file_dossier: Filer) -> UUID:
    return (await file_dossier(citizen)).dossier_id


async def count(engines: Engines, sql: str, *values: object) -> int:
    async with engines.pool.acquire() as conn:
        return int(await conn.fetchval(sql, *values))


async def line(service: DossiersService, who: StaffMember, dossier_id: UUID) -> DossierLine:
    return (await service.at_desk(who, dossier_id)).line


async def test_of_twenty_officers_who_claim_ten_dossiers_one_gets_each(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    file_dossier: Filer,
    seat: MakeOfficer,
) -> None:
    filed = [(await file_dossier(citizen)).dossier_id for _ in range(10)]
    officers = [await seat() for _ in range(20)]

    refused: list[tuple[str, str | int]] = []

    async def claim(who: StaffMember, one: UUID) -> tuple[UUID, StaffMember] | None:
        try:
            await dossiers.claim(who, one, key=new_key())
        except Conflict as conflict:
            refused.append((conflict.code, conflict.texts["name"]))
            return None
        return one, who

    tries = [claim(who, one) for one in filed for who in officers]
    won = [one for one in await asyncio.gather(*tries) if one is not None]
    assert sorted(one for one, _ in won) == sorted(filed)
    assert set(refused) == {("dossier_held", "Trần Hoàng Dự")}
    for one, who in won:
        assert (await line(dossiers, who, one)).handler_id == who.staff_id
    for table, column in (("audit", "action"), ("event", "name")):
        made = f"select count(*) from {table} where {column} = 'dossier.claimed'"  # noqa: S608
        assert await count(engines, made) == len(filed)
    told = "select count(*) from dossier_event where kind = 'claimed'"
    assert await count(engines, told) == len(filed)


async def test_a_claim_is_one_deed_however_often_it_is_sent(
    dossiers: DossiersService, engines: Engines, dossier_id: UUID, seat: MakeOfficer
) -> None:
    mine, key = await seat(), new_key()
    for given in (key, key, new_key()):
        await dossiers.claim(mine, dossier_id, key=given)
    assert await count(engines, "select count(*) from audit where action = 'dossier.claimed'") == 1


async def test_what_is_given_back_is_anybodys_again(
    dossiers: DossiersService, dossier_id: UUID, seat: MakeOfficer
) -> None:
    mine, other = await seat(), await seat()
    await dossiers.claim(mine, dossier_id, key=new_key())
    seen = await line(dossiers, mine, dossier_id)
    with pytest.raises(Conflict, match="dossier_held"):
        await dossiers.give_back(other, dossier_id, version=seen.version, key=new_key())
    with pytest.raises(Conflict, match=r"^conflict$"):
        await dossiers.give_back(mine, dossier_id, version=seen.version - 1, key=new_key())
    await dossiers.give_back(mine, dossier_id, version=seen.version, key=new_key())
    assert (await line(dossiers, mine, dossier_id)).handler_id is None
    with pytest.raises(Conflict, match="not_possible_now"):
        await dossiers.give_back(mine, dossier_id, version=seen.version + 1, key=new_key())
    await dossiers.claim(other, dossier_id, key=new_key())


async def test_an_act_takes_nothing_out_of_a_colleagues_hands(
    dossiers: DossiersService, dossier_id: UUID, seat: MakeOfficer
) -> None:
    mine, other = await seat(), await seat()
    await dossiers.claim(mine, dossier_id, key=new_key())
    seen = await line(dossiers, other, dossier_id)
    await dossiers.accept(other, dossier_id, version=seen.version, key=new_key())
    assert (await line(dossiers, mine, dossier_id)).handler_id == mine.staff_id


async def test_a_colleague_gets_it_confirms_it_and_the_slip_says_so(
    dossiers: DossiersService, engines: Engines, dossier_id: UUID, seat: MakeOfficer
) -> None:
    mine, other, third = await seat(), await seat(), await seat()
    await dossiers.accept(mine, dossier_id, version=1, key=new_key())
    seen = await line(dossiers, mine, dossier_id)
    await dossiers.hand_over(
        mine, dossier_id, other.staff_id, version=seen.version, note=NOTE, key=new_key()
    )
    assert (await line(dossiers, mine, dossier_id)).handler_id == other.staff_id
    assert not (await dossiers.slip(third, dossier_id)).to_receive
    with pytest.raises(Conflict, match="nothing_to_receive"):
        await dossiers.receive(third, dossier_id, key=new_key())
    assert (await dossiers.slip(other, dossier_id)).to_receive
    await dossiers.receive(other, dossier_id, key=new_key())
    slip = await dossiers.slip(mine, dossier_id)
    [handed] = slip.handovers
    assert (handed.note, handed.due_at, handed.closed_at) == (NOTE, seen.due_at, None)
    assert handed.received_at is not None
    assert handed.received_at >= handed.handed_at
    assert handed.received_by == handed.to_name == "Trần Hoàng Dự"
    assert not slip.to_receive
    with pytest.raises(Conflict, match="nothing_to_receive"):
        await dossiers.receive(other, dossier_id, key=new_key())
    kept = "select count(*) from handover where position($1::bytea in note_enc) > 0"
    assert await count(engines, kept, NOTE.encode()) == 0


async def test_the_owner_reads_nothing_of_what_officers_do_among_themselves(
    dossiers: DossiersService, dossier_id: UUID, seat: MakeOfficer, citizen: Person
) -> None:
    mine, other = await seat(), await seat()
    await dossiers.claim(mine, dossier_id, key=new_key())
    seen = await line(dossiers, mine, dossier_id)
    await dossiers.hand_over(
        mine, dossier_id, other.staff_id, version=seen.version, note=NOTE, key=new_key()
    )
    own = await dossiers.get(citizen, dossier_id)
    assert [one.kind for one in own.events] == ["submitted"]
    desk = await dossiers.at_desk(mine, dossier_id)
    assert [one.kind for one in desk.events] == ["submitted", "claimed", "handed_over"]
    assert all(one.note is None for one in desk.events)


async def test_it_goes_to_nobody_but_a_colleague(
    dossiers: DossiersService,
    engines: Engines,
    dossier_id: UUID,
    seat: MakeOfficer,
    stranger: StaffMember,
    citizen: Person,
) -> None:
    mine = await seat()
    await assign(engines, stranger)
    await dossiers.claim(mine, dossier_id, key=new_key())
    for to in (stranger.staff_id, mine.staff_id, citizen.citizen_id, uuid7()):
        with pytest.raises(Invalid) as caught:
            await dossiers.hand_over(mine, dossier_id, to, version=2, key=new_key())
        assert caught.value.errors[0].pointer == "/to"
    other = await seat()
    for note in ("a\u202eb", "a" * 2001):
        with pytest.raises(Invalid) as caught:
            await dossiers.hand_over(
                mine, dossier_id, other.staff_id, version=2, note=note, key=new_key()
            )
        assert caught.value.errors[0].pointer == "/note"
    assert await count(engines, "select count(*) from handover") == 0


async def test_another_agency_can_neither_take_it_nor_read_its_slip(
    dossiers: DossiersService, engines: Engines, dossier_id: UUID, stranger: StaffMember
) -> None:
    await assign(engines, stranger)
    to = stranger.staff_id
    for refused in (
        dossiers.claim(stranger, dossier_id, key=new_key()),
        dossiers.give_back(stranger, dossier_id, version=1, key=new_key()),
        dossiers.hand_over(stranger, dossier_id, to, version=1, key=new_key()),
        dossiers.receive(stranger, dossier_id, key=new_key()),
        dossiers.slip(stranger, dossier_id),
    ):
        with pytest.raises(NotFound):
            await refused
    [done] = await dossiers.claim_many(stranger, [dossier_id], key=new_key())
    assert (done.code, done.problem) == (None, "not_found")
    assert {one.agency_id for one in await dossiers.colleagues(stranger)} == {
        agency_id("people_committee", GANH_HAO)
    }


async def test_what_is_sent_on_is_received_by_whoever_claims_it_there(
    dossiers: DossiersService,
    dossier_id: UUID,
    seat: MakeOfficer,
    stranger: StaffMember,
) -> None:
    mine = await seat()
    there = agency_id("people_committee", GANH_HAO)
    act = Act(kind="send_on", version=1, reason="Thuộc nơi khác", agency_id=there)
    await dossiers.act_at_desk(mine, dossier_id, act, key=new_key())
    slip = await dossiers.slip(stranger, dossier_id)
    assert slip.to_receive
    assert slip.handovers[0].to_name is None
    await dossiers.claim(stranger, dossier_id, key=new_key())
    [handed] = (await dossiers.slip(stranger, dossier_id)).handovers
    assert handed.received_at is not None
    assert handed.from_agency_vi != handed.to_agency_vi
    with pytest.raises(NotFound):
        await dossiers.slip(mine, dossier_id)


async def test_a_hand_over_that_is_not_received_is_closed_by_the_next(
    dossiers: DossiersService, dossier_id: UUID, seat: MakeOfficer
) -> None:
    mine, other, third = await seat(), await seat(), await seat()
    await dossiers.hand_over(mine, dossier_id, other.staff_id, version=1, key=new_key())
    await dossiers.hand_over(mine, dossier_id, third.staff_id, version=2, key=new_key())
    first, second = (await dossiers.slip(mine, dossier_id)).handovers
    assert first.closed_at is not None
    assert second.closed_at is None
    with pytest.raises(Conflict, match="nothing_to_receive"):
        await dossiers.receive(other, dossier_id, key=new_key())


async def test_the_queue_shows_one_officers_and_nobodys(
    dossiers: DossiersService, citizen: Person, file_dossier: Filer, seat: MakeOfficer
) -> None:
    mine, other = await seat(), await seat()
    taken, free = [(await file_dossier(citizen)).dossier_id for _ in range(2)]
    await dossiers.claim(other, taken, key=new_key())

    async def found(**asked: object) -> set[UUID]:
        page = await dossiers.queue(mine, QueueFilter(view="open", **asked))  # type: ignore[arg-type]
        return {one.dossier_id for one in page.items}

    assert taken in await found(handler_id=other.staff_id)
    assert free not in await found(handler_id=other.staff_id)
    nobodys = await found(unheld=True)
    assert free in nobodys
    assert taken not in nobodys


async def test_nothing_is_to_be_received_of_what_has_ended(
    engines: Engines, dossier_id: UUID, seat: MakeOfficer
) -> None:
    undoes = msgspec.structs.replace(engines, undo=timedelta(minutes=1))
    dossiers = DossiersService(undoes, plugin_id="submit-dossier")
    giver, taker = await seat(), await seat()
    await dossiers.hand_over(giver, dossier_id, taker.staff_id, version=1, key=new_key())
    refuse = Act(kind="refuse", version=2, reason="Không thuộc thẩm quyền")
    await dossiers.act_at_desk(giver, dossier_id, refuse, key=new_key())
    slip = await dossiers.slip(taker, dossier_id)
    assert [one.received_at for one in slip.handovers] == [None]
    assert not slip.to_receive
    await dossiers.undo(giver, dossier_id, version=3, key=new_key())
    assert (await dossiers.slip(taker, dossier_id)).to_receive


async def test_who_sits_at_two_desks_is_offered_colleagues_of_the_one_that_has_the_dossier(
    dossiers: DossiersService,
    engines: Engines,
    dossier_id: UUID,
    seat: MakeOfficer,
    stranger: StaffMember,
) -> None:
    mine = await seat()
    await assign(engines, stranger)
    both = StaffMember(
        staff_id=mine.staff_id,
        session_id=mine.session_id,
        agencies={"officer": mine.agencies["officer"] + stranger.agencies["officer"]},
    )
    everybody = {one.staff_id for one in await dossiers.colleagues(both)}
    assert stranger.staff_id in everybody
    offered = {one.staff_id for one in await dossiers.colleagues(both, dossier_id)}
    assert offered == everybody - {stranger.staff_id}
    with pytest.raises(NotFound):
        await dossiers.colleagues(stranger, dossier_id)
