"""What a leader must approve: proposed, taken back, sent back, approved, made void."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.documents import queries as documents
from camaug.dossiers import approval_rules
from camaug.dossiers.approval_rules import NewRule
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import local_date
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.approvals import Proposal
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Act, Person, QueueFilter, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, MakeFile, officer_of

WARD = agency_id("people_committee", AN_XUYEN)
WHY, AGAIN = "Không thuộc thẩm quyền của phường", "Nêu rõ căn cứ"
MakeLeader = Callable[[], Awaitable[StaffMember]]


def new_key() -> str:
    return str(uuid7())


async def leader_of(engines: Engines, commune: str) -> StaffMember:
    made = await officer_of(engines, commune)
    return msgspec.structs.replace(made, agencies={"leader": made.agencies["officer"]})


@pytest.fixture
async def leader(engines: Engines) -> StaffMember:
    return await leader_of(engines, AN_XUYEN)


async def bind(engines: Engines, *acts: str, procedure: str | None = None, first: int = 0) -> None:
    """The ward binds these acts; `first` is so many days from today."""
    today = local_date(engines.clock.now())
    async with db.transaction(engines.pool) as conn:
        code = await conn.fetchval("select code from agency where agency_id = $1", WARD)
        rule = NewRule(
            agency_code=code,
            acts=list(acts),
            valid_from=today.fromordinal(today.toordinal() + first),
            valid_until=None,
            source="Quy chế làm việc của phường (ví dụ)",
            procedure_code=procedure,
        )
        await approval_rules.add(conn, rule, "test", engines.clock.now())


@pytest.fixture
async def dossier_id(engines: Engines, citizen: Person, file_dossier: Filer) -> UUID:
    await bind(engines, "finish", "refuse", "stop")
    return (await file_dossier(citizen)).dossier_id


async def version(service: DossiersService, who: StaffMember, dossier_id: UUID) -> int:
    return (await service.at_desk(who, dossier_id)).line.version


async def proposed(
    service: DossiersService, who: StaffMember, dossier_id: UUID, *, reason: str = WHY
) -> Proposal:
    seen = await version(service, who, dossier_id)
    act = Act(kind="refuse", version=seen, reason=reason)
    await service.propose(who, dossier_id, act, key=new_key())
    waiting = (await service.approval(who, dossier_id)).waiting
    assert waiting is not None
    return waiting


async def count(engines: Engines, sql: str, *values: object) -> int:
    async with engines.pool.acquire() as conn:
        return int(await conn.fetchval(sql, *values))


async def test_what_needs_approval_is_not_done_without_it(
    dossiers: DossiersService, dossier_id: UUID, officer: StaffMember
) -> None:
    assert set((await dossiers.approval(officer, dossier_id)).needed) == {
        "finish", "refuse", "stop",
    }  # fmt: skip
    act = Act(kind="refuse", version=1, reason=WHY)
    with pytest.raises(Conflict, match="approval_needed"):
        await dossiers.act_at_desk(officer, dossier_id, act, key=new_key())
    for kind in ("accept", "ask_supplement"):
        other = msgspec.structs.replace(act, kind=kind)
        with pytest.raises(Conflict, match="approval_not_needed"):
            await dossiers.propose(officer, dossier_id, other, key=new_key())


async def test_the_rule_of_the_procedure_and_the_later_day_go_first(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, officer: StaffMember
) -> None:
    async def needed() -> set[str]:
        return set((await dossiers.approval(officer, dossier_id)).needed)

    await bind(engines, procedure="1.001193", first=1)
    assert await needed() == {"finish", "refuse", "stop"}
    await bind(engines, "stop", procedure="1.001193", first=-1)
    assert await needed() == {"stop"}
    await bind(engines, procedure="1.001193")
    assert await needed() == set()
    with pytest.raises(approval_rules.BadRule):
        await bind(engines, "accept")
    assert (
        await count(engines, "select count(*) from audit where action = 'approval_rule.set'") == 4
    )


async def test_an_approved_act_bears_both_names_and_the_owner_sees_the_act_alone(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, citizen: Person,
    officer: StaffMember, leader: StaffMember,
) -> None:  # fmt: skip
    waiting = await proposed(dossiers, officer, dossier_id)
    assert (waiting.reason, waiting.may_decide, waiting.may_take_back) == (WHY, False, True)
    mine = await dossiers.get(citizen, dossier_id)
    assert [one.kind for one in mine.events] == ["submitted"]
    assert (await dossiers.queue_counts(leader)).approval == 1
    [row] = (await dossiers.queue(leader, QueueFilter(view="approval"))).items
    assert row.dossier_id == dossier_id
    read = await dossiers.at_desk(leader, dossier_id)
    assert (read.acts, bool(read.answers), bool(read.documents)) == ([], True, True)

    await dossiers.approve(
        leader, dossier_id, waiting.proposal_id, version=row.version, key=new_key()
    )
    done = await dossiers.at_desk(officer, dossier_id)
    assert [one.kind for one in done.events] == ["submitted", "proposed", "approved", "refused"]
    assert (done.events[-1].note, done.line.handler_id) == (WHY, officer.staff_id)
    assert [one.kind for one in (await dossiers.get(citizen, dossier_id)).events] == [
        "submitted", "refused",
    ]  # fmt: skip
    kinds = {one.kind for one in (await dossiers.looks(citizen, dossier_id)).items}
    assert kinds == {"opened", "refused"}
    async with engines.pool.acquire() as conn:
        [act] = await conn.fetch("select * from audit where action = 'dossier.refused'")
        [said] = await conn.fetch("select * from audit where action = 'proposal.approved'")
    assert (act["actor_id"], act["detail"]["approved_by"]) == (
        officer.staff_id, str(leader.staff_id),
    )  # fmt: skip
    assert said["actor_id"] == leader.staff_id
    assert (await dossiers.queue_counts(leader)).approval == 0
    after = await dossiers.at_desk(leader, dossier_id)  # as what has ended, not as what waits
    assert (after.acts, after.answers, after.documents) == (["reopen"], {}, [])


async def test_the_draft_of_a_result_is_for_the_offices_until_it_is_approved(  # noqa: PLR0917
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, citizen: Person,
    officer: StaffMember, leader: StaffMember, make_file: MakeFile,
) -> None:  # fmt: skip
    await dossiers.accept(officer, dossier_id, version=1, key=new_key())
    me = Person(citizen_id=officer.staff_id, assurance=2, session_id=uuid7())
    file = await make_file(me, "result")
    seen = await version(dossiers, officer, dossier_id)
    act = Act(kind="finish", version=seen, documents={"result": [file]})
    bare = msgspec.structs.replace(act, documents={})
    with pytest.raises(Invalid):
        await dossiers.propose(officer, dossier_id, bare, key=new_key())
    await dossiers.propose(officer, dossier_id, act, key=new_key())
    waiting = (await dossiers.approval(leader, dossier_id)).waiting
    assert waiting is not None
    assert [one.document_id for one in waiting.results] == [file]
    led = [("leader", WARD)]
    async with engines.pool.acquire() as conn:
        assert (await documents.at_desk(conn, [], led, file)).agency_id == WARD
        other = [("leader", agency_id("people_committee", GANH_HAO))]
        with pytest.raises(NotFound):
            await documents.at_desk(conn, [], other, file)
        with pytest.raises(NotFound):
            await documents.given(conn, citizen.citizen_id, file)
        assert not await documents.delete_free(conn, officer.staff_id, file)
    assert (await dossiers.get(citizen, dossier_id)).results == []
    await dossiers.approve(leader, dossier_id, waiting.proposal_id, version=seen, key=new_key())
    shown = await dossiers.get(citizen, dossier_id)
    assert [one.document_id for one in shown.results] == [file]
    parts = "select count(*) from dossier_document where part = 'draft'"
    assert await count(engines, parts) == 0


async def test_what_is_sent_back_is_proposed_again(
    dossiers: DossiersService, dossier_id: UUID, officer: StaffMember, leader: StaffMember
) -> None:
    first = await proposed(dossiers, officer, dossier_id)
    for text, code in (("", "required"), ("x" * 2001, "too_long"), ("a\u202eb", "hidden")):
        with pytest.raises(Invalid) as wrong:
            await dossiers.send_back(leader, dossier_id, first.proposal_id, text, key=new_key())
        assert wrong.value.errors[0].code.startswith(code)
    await dossiers.send_back(leader, dossier_id, first.proposal_id, AGAIN, key=new_key())
    last = (await dossiers.at_desk(officer, dossier_id)).events[-1]
    assert (last.kind, last.note) == ("sent_back", AGAIN)
    second = await proposed(dossiers, officer, dossier_id, reason=f"{WHY}, Điều 5")
    with pytest.raises(Conflict, match="proposal_over"):
        await dossiers.approve(leader, dossier_id, first.proposal_id, version=1, key=new_key())
    with pytest.raises(Conflict, match=r"^conflict$"):
        await dossiers.approve(leader, dossier_id, second.proposal_id, version=9, key=new_key())
    await dossiers.approve(leader, dossier_id, second.proposal_id, version=1, key=new_key())


async def test_only_the_proposer_takes_back_and_never_approves(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, officer: StaffMember
) -> None:
    both = {"officer": (WARD,), "leader": (WARD,)}
    me = msgspec.structs.replace(officer, agencies=both)
    colleague = await officer_of(engines, AN_XUYEN)
    first = await proposed(dossiers, me, dossier_id)
    with pytest.raises(Conflict, match="own_proposal"):
        await dossiers.approve(me, dossier_id, first.proposal_id, version=1, key=new_key())
    act = Act(kind="refuse", version=1, reason=WHY)
    with pytest.raises(Conflict, match="proposal_waits"):
        await dossiers.propose(colleague, dossier_id, act, key=new_key())
    with pytest.raises(Conflict, match="proposal_over"):
        await dossiers.take_back(colleague, dossier_id, first.proposal_id, key=new_key())
    await dossiers.take_back(me, dossier_id, first.proposal_id, key=new_key())
    assert (await dossiers.approval(me, dossier_id)).waiting is None


async def test_leaders_of_other_agencies_and_officers_find_nothing_to_decide(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, officer: StaffMember,
    stranger: StaffMember,
) -> None:  # fmt: skip
    waiting = await proposed(dossiers, officer, dossier_id)
    far = await leader_of(engines, GANH_HAO)
    for who in (far, stranger, await officer_of(engines, AN_XUYEN)):
        with pytest.raises(NotFound):
            await dossiers.approve(who, dossier_id, waiting.proposal_id, version=1, key=new_key())
        with pytest.raises(NotFound):
            await dossiers.send_back(who, dossier_id, waiting.proposal_id, WHY, key=new_key())
    for read in (dossiers.approval, dossiers.at_desk):
        with pytest.raises(NotFound):
            await read(far, dossier_id)
    assert (await dossiers.queue_counts(far)).approval == 0
    assert (await dossiers.queue(far, QueueFilter(view="approval"))).items == []


async def test_of_twenty_leaders_and_a_withdrawing_citizen_one_decides(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, citizen: Person,
    officer: StaffMember,
) -> None:  # fmt: skip
    waiting = await proposed(dossiers, officer, dossier_id)
    leaders = [await leader_of(engines, AN_XUYEN) for _ in range(20)]
    refused: list[str] = []

    async def decide(who: StaffMember, number: int) -> str | None:
        try:
            if number % 2:
                await dossiers.send_back(who, dossier_id, waiting.proposal_id, AGAIN, key=new_key())
                return "sent_back"
            await dossiers.approve(who, dossier_id, waiting.proposal_id, version=1, key=new_key())
        except Conflict as conflict:
            refused.append(conflict.code)
            return None
        return "approved"

    async def withdraw() -> str | None:
        try:
            await dossiers.act(citizen, dossier_id, Act(kind="withdraw", version=1), key=new_key())
        except Conflict:
            return None
        return "withdrawn"

    tries = [decide(who, number) for number, who in enumerate(leaders)]
    done = [one for one in await asyncio.gather(*tries[:7], withdraw(), *tries[7:]) if one]
    ended = "select count(*) from proposal where state = $1"
    decided = [one for one in done if one != "withdrawn"]
    assert len(decided) + await count(engines, ended, "void") == 1
    assert set(refused) == {"proposal_over"}
    finals = "select count(*) from dossier_event where kind in ('refused', 'withdrawn')"
    assert await count(engines, finals) == len([one for one in done if one != "sent_back"]) <= 1


async def test_any_act_makes_what_waits_void_and_tells_its_officer(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, citizen: Person,
    officer: StaffMember, leader: StaffMember,
) -> None:  # fmt: skip
    waiting = await proposed(dossiers, officer, dossier_id)
    await dossiers.act(citizen, dossier_id, Act(kind="withdraw", version=1), key=new_key())
    assert (await dossiers.approval(officer, dossier_id)).waiting is None
    with pytest.raises(Conflict, match="proposal_over"):
        await dossiers.approve(leader, dossier_id, waiting.proposal_id, version=2, key=new_key())
    async with engines.pool.acquire() as conn:
        [event] = await conn.fetch("select data from event where name = 'proposal.void'")
    assert event["data"]["proposed_by"] == str(officer.staff_id)
    assert WHY not in str(event["data"])


async def test_a_claim_does_not_touch_what_waits(
    engines: Engines, dossiers: DossiersService, dossier_id: UUID, officer: StaffMember,
    leader: StaffMember,
) -> None:  # fmt: skip
    waiting = await proposed(dossiers, officer, dossier_id)
    await dossiers.claim(officer, dossier_id, key=new_key())
    with pytest.raises(Conflict, match=r"^conflict$"):
        await dossiers.approve(leader, dossier_id, waiting.proposal_id, version=1, key=new_key())
    key = new_key()
    for _ in range(2):
        await dossiers.approve(leader, dossier_id, waiting.proposal_id, version=2, key=key)
    assert await count(engines, "select count(*) from event where name = 'dossier.refused'") == 1
