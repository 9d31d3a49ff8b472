"""An offer waits for whoever has the number; whether somebody has it is not told."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock, local_date
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.notices.personal_events import COMPLAINTS, TURNS
from camaug_sdk.problems import Conflict, Invalid, NotFound, TooMany
from camaug_sdk.relatives import NewDelegation

from .conftest import Filer
from .kin import Kin, kin, let_in, number, offered, rows, tell

OTHER = "1.000656"


@pytest.fixture
async def owner(engines: Engines) -> Kin:
    return await kin(engines)


@pytest.fixture
async def relative(engines: Engines) -> Kin:
    return await kin(engines)


@pytest.fixture
async def dossier_id(file_dossier: Filer, owner: Kin) -> UUID:
    return (await file_dossier(owner.me, OTHER)).dossier_id


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("+1 202 555 0143", "phone_format"),
        ("+44 7911 123456", "phone_format"),
        ("02903831234", "phone_not_mobile"),
        ("091234567", "phone_format"),
        ("<b>0912345678</b>", "phone_format"),
        ("0912\u200b345678", "hidden_characters"),
        ("", "required"),
        ("9" * 4000, "too_long"),
    ],
)
async def test_a_number_that_cannot_be_is_told_at_its_field(
    dossiers: DossiersService, engines: Engines, owner: Kin, phone: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await offered(dossiers, engines, owner, phone)
    assert [(one.pointer, one.code) for one in caught.value.errors] == [("/phone", code)]
    assert not await rows(engines, "select from delegation")


@pytest.mark.parametrize(("days", "code"), [(-1, "until_past"), (366, "until_too_far")])
async def test_the_end_is_neither_past_nor_beyond_twelve_months(
    dossiers: DossiersService, engines: Engines, owner: Kin, days: int, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await offered(dossiers, engines, owner, "x", days=days)
    assert [(one.pointer, one.code) for one in caught.value.errors] == [
        ("/phone", "phone_format"),
        ("/until", code),
    ]
    assert await offered(dossiers, engines, owner, number(), days=365)
    assert await offered(dossiers, engines, owner, number(), days=0)


async def test_twelve_months_from_the_29th_of_february_end_on_the_28th(
    dossiers: DossiersService, engines: Engines, owner: Kin, clock: HeldClock
) -> None:
    while (local_date(clock.now()).month, local_date(clock.now()).day) != (2, 29):
        clock.move(timedelta(days=1))
    assert await offered(dossiers, engines, owner, number(), days=365)
    with pytest.raises(Invalid):
        await offered(dossiers, engines, owner, number(), days=366)


@pytest.mark.parametrize("written", ["{}", "+84{}", "0{}"])
async def test_not_to_oneself_however_the_number_is_written(
    dossiers: DossiersService, engines: Engines, owner: Kin, written: str
) -> None:
    bare = owner.phone if written == "{}" else owner.phone[1:]
    with pytest.raises(Invalid) as caught:
        await offered(dossiers, engines, owner, written.format(bare))
    assert [(one.pointer, one.code) for one in caught.value.errors] == [("/phone", "own_number")]


async def test_twice_is_refused_while_the_first_holds(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID
) -> None:
    made = await offered(dossiers, engines, owner, relative.phone)
    for what in (None, dossier_id):
        with pytest.raises(Conflict, match="delegation_twice"):
            await offered(dossiers, engines, owner, relative.phone, what)
    await dossiers.answer_offer(relative.me, made, accept=False, key="declined-1")
    assert await offered(dossiers, engines, owner, relative.phone, dossier_id)


async def test_a_sixth_relative_of_a_dossier_is_one_too_many(
    dossiers: DossiersService, engines: Engines, owner: Kin, dossier_id: UUID, file_dossier: Filer
) -> None:
    other = (await file_dossier(owner.me, OTHER)).dossier_id
    made = [await offered(dossiers, engines, owner, number(), dossier_id) for _ in range(3)]
    made += [await offered(dossiers, engines, owner, number()) for _ in range(2)]
    for what in (dossier_id, None):
        with pytest.raises(Conflict, match="too_many_relatives"):
            await offered(dossiers, engines, owner, number(), what)
    assert await offered(dossiers, engines, owner, number(), other)
    await dossiers.end_delegation(owner.me, made[0], key="the-end-1")
    assert await offered(dossiers, engines, owner, number(), dossier_id)


async def test_of_many_offers_at_once_five_are_kept(
    dossiers: DossiersService, engines: Engines, owner: Kin, dossier_id: UUID
) -> None:
    several = [offered(dossiers, engines, owner, number(), dossier_id) for _ in range(9)]
    done = await asyncio.gather(*several, return_exceptions=True)
    assert sum(isinstance(one, UUID) for one in done) == 5
    assert len(await rows(engines, "select from delegation")) == 5


async def test_ten_offers_a_day_are_enough(
    dossiers: DossiersService, engines: Engines, owner: Kin, clock: HeldClock
) -> None:
    for turn in range(10):
        made = await offered(dossiers, engines, owner, number())
        await dossiers.end_delegation(owner.me, made, key=f"the-end-{turn}")
    with pytest.raises(TooMany, match="too_many_offers"):
        await offered(dossiers, engines, owner, number())
    clock.move(timedelta(days=1))
    assert await offered(dossiers, engines, owner, number())


async def test_two_who_would_see_each_other_are_refused_even_at_once(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin
) -> None:
    there = await offered(dossiers, engines, owner, relative.phone)
    back = await offered(dossiers, engines, relative, owner.phone)
    done = await asyncio.gather(
        dossiers.answer_offer(relative.me, there, accept=True, key="accepted-1"),
        dossiers.answer_offer(owner.me, back, accept=True, key="accepted-2"),
        return_exceptions=True,
    )
    [refused] = [one for one in done if one is not None]
    assert isinstance(refused, Conflict)
    assert refused.code == "delegation_circular"


async def test_whether_a_number_has_an_account_is_not_told_and_the_offer_waits(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin
) -> None:
    later = number()
    await offered(dossiers, engines, owner, relative.phone)
    made = await offered(dossiers, engines, owner, later)
    shown = [
        (one.phone[:2], one.standing, one.code) for one in await dossiers.delegations(owner.me)
    ]
    assert shown == [("09", "offered", None)] * 2
    data = await rows(engines, "select data from event where name = 'delegation.offered'")
    assert [one["data"]["relative_id"] for one in data] == [None, None]
    newcomer = await kin(engines, later)
    [offer] = await dossiers.offers(newcomer.me)
    assert (offer.delegation_id, offer.all_dossiers) == (made, True)
    assert offer.owner == f"{owner.phone[:2]}•• ••• {owner.phone[-3:]}"
    [row] = await rows(engines, "select * from delegation where delegation_id = $1", made)
    assert later.encode() not in row["relative_phone_enc"]


async def test_only_whose_number_it_is_answers_and_only_once(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin
) -> None:
    made, stranger = await offered(dossiers, engines, owner, relative.phone), await kin(engines)
    for who in (stranger.me, owner.me):
        with pytest.raises(NotFound):
            await dossiers.answer_offer(who, made, accept=True, key=str(uuid7()))
        with pytest.raises(NotFound):
            await dossiers.return_right(who, made, key=str(uuid7()))
    for who in (stranger.me, relative.me):
        with pytest.raises(NotFound):
            await dossiers.end_delegation(who, made, key=str(uuid7()))
    for _ in range(2):
        await dossiers.answer_offer(relative.me, made, accept=True, key="accepted-1")
    with pytest.raises(Conflict, match="delegation_over"):
        await dossiers.answer_offer(relative.me, made, accept=False, key="declined-1")
    await dossiers.end_delegation(owner.me, made, key="the-end-1")
    with pytest.raises(Conflict, match="delegation_over"):
        await dossiers.end_delegation(owner.me, made, key="the-end-2")
    with pytest.raises(Conflict, match="delegation_over"):
        await dossiers.return_right(relative.me, made, key="returned-1")
    assert await dossiers.offers(relative.me) == []


async def test_an_offer_is_over_by_time_before_it_is_accepted(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, clock: HeldClock
) -> None:
    made = await offered(dossiers, engines, owner, relative.phone, days=0)
    clock.move(timedelta(days=1))
    assert await dossiers.offers(relative.me) == []
    with pytest.raises(NotFound):
        await dossiers.answer_offer(relative.me, made, accept=True, key="accepted-1")


async def test_a_foreign_dossier_cannot_be_offered(
    dossiers: DossiersService, engines: Engines, relative: Kin, dossier_id: UUID
) -> None:
    for wanted in (dossier_id, uuid7()):
        with pytest.raises(NotFound):
            await offered(dossiers, engines, relative, number(), wanted)
        with pytest.raises(NotFound):
            await dossiers.delegations(relative.me, wanted)


async def test_the_same_key_offers_once_and_takes_no_other_body(
    dossiers: DossiersService, engines: Engines, owner: Kin
) -> None:
    until = local_date(engines.clock.now())
    new = NewDelegation(phone=number(), scope="view", until=until)
    made = {await dossiers.offer_delegation(owner.me, new, key="the-key-1") for _ in range(2)}
    assert len(made) == 1
    other = NewDelegation(phone=number(), scope="view", until=until)
    with pytest.raises(Invalid, match="key_reused"):
        await dossiers.offer_delegation(owner.me, other, key="the-key-1")


@pytest.mark.parametrize("ending", ["declined", "ended", "returned"])
async def test_both_are_told_of_each_change_and_nothing_names_a_person(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, ending: str
) -> None:
    if ending == "declined":
        made = await offered(dossiers, engines, owner, relative.phone)
        await dossiers.answer_offer(relative.me, made, accept=False, key="declined-1")
    else:
        made = await let_in(dossiers, engines, (owner, relative))
        if ending == "ended":
            await dossiers.end_delegation(owner.me, made, key="the-end-1")
        else:
            await dossiers.return_right(relative.me, made, key="returned-1")
    await tell(engines, f"delegation.{ending}", "right")
    told = await rows(engines, "select citizen_id, template, args from notice order by template")
    assert [(one["citizen_id"], one["template"], one["args"]) for one in told] == [
        (owner.me.citizen_id, f"owner_{ending}", {}),
        (relative.me.citizen_id, f"relative_{ending}", {}),
    ]
    [audited] = await rows(engines, "select * from audit where action = $1", f"delegation.{ending}")
    assert audited["object_id"] == str(made)
    every = await rows(engines, "select data::text from event")
    every += await rows(engines, "select detail::text as data from audit")
    assert not any(one.phone[1:] in row["data"] for row in every for one in (owner, relative))


async def test_an_offer_to_a_number_without_account_tells_the_owner_alone(
    dossiers: DossiersService, engines: Engines, owner: Kin
) -> None:
    await offered(dossiers, engines, owner, number())
    await tell(engines, "delegation.offered", "right")
    told = await rows(engines, "select citizen_id, template from notice")
    assert told == [{"citizen_id": owner.me.citizen_id, "template": "owner_offered"}]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_has_its_words_and_the_lock_screen_names_nothing(
    engines: Engines, language: str
) -> None:
    told = [(f"{side}_{one.what}", side != one.by) for one in TURNS.values()
            for side in ("owner", "relative")]  # fmt: skip
    told += [("supplemented_by_relative", True), ("relative_news", True),
             ("relative_result", True), *COMPLAINTS.values()]  # fmt: skip
    given = {"code": "C", "procedure": "P", "agency": "A", "number": "N"}
    for template, push in told:
        for part in ("title", "body"):
            assert engines.texts.text(language, f"notice.{template}.{part}", **given)
            if push:
                assert "{" not in engines.texts.text(language, f"push.{template}.{part}")
