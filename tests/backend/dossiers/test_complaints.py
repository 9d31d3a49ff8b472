"""The owner says what is wrong; leaders answer, never who worked on the dossier."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.complaints import Upheld
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Person, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, officer_of
from .kin import rows, tell

OTHER = "1.000656"
SAID = "Hẹn ngày 20/11, đến nay chưa có.\n<b>Chờ</b> lâu & không ai <script>báo</script>."
ANSWER = "Cơ quan xin lỗi; đã nhắc bộ phận."
CENTRE = agency_id("one_stop_centre", "province")


async def assigned(engines: Engines, commune: str, role: str = "leader", **at: Any) -> StaffMember:
    """Somebody new with a role at a ward, or at the centre."""
    made = await officer_of(engines, commune)
    place = at.get("place") or agency_id("people_committee", commune)
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into assignment (assignment_id, staff_id, agency_id, role, valid_from)"
            " values ($1, $2, $3, $4, $5)",
            *(uuid7(), made.staff_id, place, role, engines.clock.now() - timedelta(days=1)),
        )
    return msgspec.structs.replace(made, agencies={role: (place,)})


@pytest.fixture
async def leader(engines: Engines) -> StaffMember:
    return await assigned(engines, AN_XUYEN)


@pytest.fixture
async def centre(engines: Engines) -> StaffMember:
    return await assigned(engines, AN_XUYEN, "officer", place=CENTRE)


@pytest.fixture
async def dossier_id(file_dossier: Filer, citizen: Person) -> UUID:
    return (await file_dossier(citizen, OTHER)).dossier_id


async def complain(dossiers: DossiersService, me: Person, dossier_id: UUID) -> UUID:
    return await dossiers.complain(me, dossier_id, "late", SAID, key=str(uuid7()))


async def seen_by(dossiers: DossiersService, who: StaffMember, complaint_id: UUID) -> bool:
    """Whether this person gets to it; list, page and answer say the same."""
    listed = [
        one.complaint_id
        for view in ("open", "done")
        for one in (await dossiers.complaint_queue(who, cast("Any", view))).items
    ]
    try:
        await dossiers.complaint_at_desk(who, complaint_id)
    except NotFound:
        with pytest.raises(NotFound):
            await answer(dossiers, who, complaint_id)
        assert complaint_id not in listed
        return False
    assert complaint_id in listed
    return True


async def answer(
    dossiers: DossiersService,
    who: StaffMember,
    complaint_id: UUID,
    version: int = 1,
    upheld: Upheld = "partly",
) -> None:
    await dossiers.answer_complaint(
        who, complaint_id, ANSWER, upheld, version=version, key=str(uuid7())
    )


async def test_it_is_opened_answered_seen_and_closed(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    leader: StaffMember,
    dossier_id: UUID,
) -> None:
    made = await complain(dossiers, citizen, dossier_id)
    found = await dossiers.complaints(citizen, dossier_id)
    [one] = found.items
    assert (one.state, one.text, found.may_open) == ("open", SAID, False)
    assert one.number.startswith("PAHS-261124-")
    desk = await dossiers.complaint_at_desk(leader, made)
    assert (desk.complaint.text, desk.may_answer) == (SAID, True)
    await answer(dossiers, leader, made)
    [one] = (await dossiers.complaints(citizen, dossier_id)).items
    assert (one.state, one.answer, one.upheld) == ("answered", ANSWER, "partly")
    assert not (await dossiers.complaint_at_desk(leader, made)).may_answer
    there = await dossiers.end_complaint(citizen, made, "close", version=2, key="closing-1")
    assert there == dossier_id
    found = await dossiers.complaints(citizen, dossier_id)
    assert (found.items[0].state, found.may_open) == ("closed", True)
    [row] = await rows(engines, "select * from complaint")
    assert "lâu".encode() not in row["text_enc"]
    assert "lỗi".encode() not in row["answer_enc"]
    for event in ("opened", "answered", "closed"):
        await tell(engines, f"complaint.{event}", "complaint")
    told = await rows(engines, "select template, args from notice order by seq")
    assert [one["template"] for one in told] == [
        "complaint_opened", "complaint_answered", "complaint_closed",
    ]  # fmt: skip
    assert set(told[0]["args"]) == {"number", "code"}
    audited = await rows(engines, "select action, detail::text from audit where action"
                         " like 'complaint.%' order by audit_id")  # fmt: skip
    assert [one["action"] for one in audited] == [
        f"complaint.{what}" for what in ("opened", "read", "answered", "read", "closed")
    ]
    every = await rows(engines, "select data::text as told from event union all"
                       " select detail::text from audit")  # fmt: skip
    assert not any("Hẹn" in one["told"] or "xin" in one["told"] for one in every)


async def test_who_worked_on_the_dossier_does_not_get_to_it(
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    leader: StaffMember,
    centre: StaffMember,
    dossier_id: UUID,
) -> None:
    both = msgspec.structs.replace(
        officer, agencies=officer.agencies | {"leader": officer.agencies["officer"]}
    )
    await dossiers.accept(both, dossier_id, version=1, key="accepted-1")
    made = await complain(dossiers, citizen, dossier_id)
    assert not await seen_by(dossiers, officer, made)
    assert not await seen_by(dossiers, both, made)
    assert not await seen_by(dossiers, centre, made)
    assert await seen_by(dossiers, leader, made)


@pytest.mark.parametrize("why", ["none", "ended", "not yet", "disabled", "worked on it"])
async def test_without_a_leader_who_may_answer_it_goes_to_the_centre(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    centre: StaffMember,
    dossier_id: UUID,
    why: str,
) -> None:
    if why != "none":
        leader = await assigned(engines, AN_XUYEN)
        now = engines.clock.now()
        changes = {
            "ended": ("update assignment set valid_until = $2 where staff_id = $1", now),
            "not yet": (
                "update assignment set valid_from = $2 where staff_id = $1",
                now + timedelta(hours=1),
            ),
            "disabled": ("update staff set disabled_at = $2 where staff_id = $1", now),
        }
        if why == "worked on it":
            desk = msgspec.structs.replace(
                leader, agencies={"officer": (agency_id("people_committee", AN_XUYEN),)}
            )
            await dossiers.accept(desk, dossier_id, version=1, key="accepted-1")
        else:
            sql, value = changes[why]
            async with db.transaction(engines.pool) as conn:
                await conn.execute(sql, leader.staff_id, value)
    made = await complain(dossiers, citizen, dossier_id)
    assert await seen_by(dossiers, centre, made)
    ward = await assigned(engines, GANH_HAO, "officer")
    assert not await seen_by(dossiers, ward, made)
    assert not await seen_by(dossiers, await assigned(engines, GANH_HAO), made)
    await answer(dossiers, centre, made)


@pytest.mark.parametrize("led", [True, False])
async def test_who_may_answer_is_told_and_led_to_it(
    dossiers: DossiersService, engines: Engines, citizen: Person, dossier_id: UUID, *, led: bool
) -> None:
    if led:
        await assigned(engines, AN_XUYEN)
    made = await complain(dossiers, citizen, dossier_id)
    await tell(engines, "complaint.opened", "answering")
    [told] = await rows(engines, "select * from desk_notice where template = 'complaint_opened'")
    ward = agency_id("people_committee", AN_XUYEN)
    assert (told["agency_id"], told["role"]) == ((ward, "leader") if led else (CENTRE, None))
    assert (told["staff_id"], told["args"]["path"]) == (None, f"complaints/{made}")


async def test_a_foreign_dossier_is_not_there(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    make_citizen: Callable[[], Awaitable[Person]],
    dossier_id: UUID,
) -> None:
    made, other = await complain(dossiers, citizen, dossier_id), await make_citizen()
    for wanted in (dossier_id, uuid7()):
        with pytest.raises(NotFound) as caught:
            await complain(dossiers, other, wanted)
        assert caught.value.code == "not_found"
        with pytest.raises(NotFound):
            await dossiers.complaints(other, wanted)
    for wanted in (made, uuid7()):
        with pytest.raises(NotFound):
            await dossiers.end_complaint(other, wanted, "withdraw", version=1, key=str(uuid7()))
    assert len(await rows(engines, "select from complaint")) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        (" \r\n ", "required"),
        ("ă" * 2001, "too_long"),
        ("Chậm\u202e quá", "hidden_characters"),
        ("a\x00b", "hidden_characters"),
    ],
)
async def test_what_is_wrong_with_the_text_is_told_and_nothing_is_kept(
    dossiers: DossiersService,
    engines: Engines,
    citizen: Person,
    dossier_id: UUID,
    text: str,
    code: str,
) -> None:
    with pytest.raises(Invalid) as caught:
        await dossiers.complain(citizen, dossier_id, "fee", text, key="k")
    assert [(one.pointer, one.code) for one in caught.value.errors] == [("/text", code)]
    assert not await rows(engines, "select from complaint")


async def test_one_is_open_at_a_time_and_three_are_the_most(
    dossiers: DossiersService, citizen: Person, leader: StaffMember, dossier_id: UUID
) -> None:
    for turn in range(3):
        made = await complain(dossiers, citizen, dossier_id)
        with pytest.raises(Conflict, match="complaint_open"):
            await complain(dossiers, citizen, dossier_id)
        if turn:
            await answer(dossiers, leader, made)
        else:
            await dossiers.end_complaint(citizen, made, "withdraw", version=1, key="withdraw-1")
    with pytest.raises(Conflict, match="too_many_complaints"):
        await complain(dossiers, citizen, dossier_id)
    assert not (await dossiers.complaints(citizen, dossier_id)).may_open


async def test_of_many_at_once_one_is_kept(
    dossiers: DossiersService, engines: Engines, citizen: Person, dossier_id: UUID
) -> None:
    several = [complain(dossiers, citizen, dossier_id) for _ in range(8)]
    done = await asyncio.gather(*several, return_exceptions=True)
    assert sum(isinstance(one, UUID) for one in done) == 1
    assert len(await rows(engines, "select from event where name = 'complaint.opened'")) == 1


async def test_each_step_is_guarded_by_state_and_version(
    dossiers: DossiersService, citizen: Person, leader: StaffMember, dossier_id: UUID
) -> None:
    made = await complain(dossiers, citizen, dossier_id)

    async def end(how: Any, version: int) -> UUID:
        return await dossiers.end_complaint(citizen, made, how, version=version, key=str(uuid7()))

    with pytest.raises(Conflict, match="complaint_not_now"):
        await end("close", 1)
    with pytest.raises(Conflict, match="conflict"):
        await end("withdraw", 2)
    with pytest.raises(Conflict, match="conflict"):
        await answer(dossiers, leader, made, version=7)
    await answer(dossiers, leader, made)
    with pytest.raises(Conflict, match="conflict"):
        await answer(dossiers, leader, made)
    with pytest.raises(Conflict, match="complaint_not_now"):
        await answer(dossiers, leader, made, version=2)
    with pytest.raises(Conflict, match="complaint_not_now"):
        await end("withdraw", 2)
    await end("close", 2)
    with pytest.raises(Conflict, match="complaint_not_now"):
        await end("close", 3)


async def test_the_same_key_opens_and_answers_once(
    dossiers: DossiersService, engines: Engines, citizen: Person, leader: StaffMember,
    dossier_id: UUID,
) -> None:  # fmt: skip
    made = {
        await dossiers.complain(citizen, dossier_id, "fee", SAID, key="the-key-1") for _ in range(2)
    }
    with pytest.raises(Invalid, match="key_reused"):
        await dossiers.complain(citizen, dossier_id, "late", SAID, key="the-key-1")
    for _ in range(2):
        await dossiers.answer_complaint(leader, *made, ANSWER, "no", version=1, key="the-key-2")
    assert len(await rows(engines, "select from event where name = 'complaint.answered'")) == 1


async def test_the_desk_pages_the_oldest_open_one_first(
    dossiers: DossiersService, engines: Engines, citizen: Person, leader: StaffMember,
    file_dossier: Filer,
) -> None:  # fmt: skip
    made: list[UUID] = []
    for _ in range(23):
        made.append(
            await complain(dossiers, citizen, (await file_dossier(citizen, OTHER)).dossier_id)
        )
        cast("HeldClock", engines.clock).move(timedelta(minutes=1))
    first = await dossiers.complaint_queue(leader, "open")
    second = await dossiers.complaint_queue(leader, "open", after=first.next)
    assert [one.complaint_id for one in (*first.items, *second.items)] == made
    assert second.next is None
    for one in made[:22]:
        await answer(dossiers, leader, one)
    first = await dossiers.complaint_queue(leader, "done")
    second = await dossiers.complaint_queue(leader, "done", after=first.next)
    done = [one.complaint_id for one in (*first.items, *second.items)]
    assert done == made[21::-1]
