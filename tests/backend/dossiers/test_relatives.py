"""A relative sees and does what the owner allows, and nothing from the instant on when it ends."""

import asyncio
from datetime import timedelta
from typing import cast
from uuid import UUID

import pytest

from camaug.documents import actions as documents
from camaug.dossiers import relative_queries as queries
from camaug.dossiers.relatives import hidden
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Act, Person, StaffMember

from .conftest import Filer, checked_file
from .kin import Kin, kin, let_in, offered, rows, tell

OTHER = "1.000656"
NUMBER = "096190999910"
OWNER = "Nguyễn Thị Đăng Nguyệt"


@pytest.fixture
async def owner(engines: Engines) -> Kin:
    return await kin(engines, name=OWNER)


@pytest.fixture
async def relative(engines: Engines) -> Kin:
    return await kin(engines)


@pytest.fixture
async def dossier_id(file_dossier: Filer, owner: Kin) -> UUID:
    return (await file_dossier(owner.me, OTHER)).dossier_id


@pytest.fixture
async def pair(owner: Kin, relative: Kin) -> tuple[Kin, Kin]:
    return owner, relative


async def ask(dossiers: DossiersService, officer: StaffMember, dossier_id: UUID) -> None:
    seen = await dossiers.at_desk(officer, dossier_id)
    act = Act(kind="ask_supplement", version=seen.line.version, reason=f"Thiếu bản sao {NUMBER}")
    await dossiers.act_at_desk(officer, dossier_id, act, key=str(uuid7()))


async def supply(dossiers: DossiersService, who: Person, dossier_id: UUID, *files: UUID) -> None:
    line = (await dossiers.of_relative(who, dossier_id)).line
    act = Act(kind="supply", version=line.version, documents={"other": list(files)})
    await dossiers.act_for_relative(who, dossier_id, act, key=str(uuid7()))


async def reached(
    dossiers: DossiersService, engines: Engines, who: Person, dossier_id: UUID, result: UUID
) -> set[str]:
    """All ways by which a relative may come to a dossier that let this person in."""
    found: set[str] = set()
    if (await dossiers.of_relatives(who)).items:
        found.add("list")
    if any(one.dossier_id == dossier_id for one in (await dossiers.mine(who)).items):
        found.add("mine")
    if (await dossiers.export(who)).dossiers:
        found.add("export")
    act = Act(kind="supply", version=1, reason="Tôi gửi.")
    ways = {
        "page": lambda: dossiers.of_relative(who, dossier_id),
        "own page": lambda: dossiers.get(who, dossier_id),
        "looks": lambda: dossiers.looks(who, dossier_id),
        "rights": lambda: dossiers.delegations(who, dossier_id),
        "complaints": lambda: dossiers.complaints(who, dossier_id),
        "complain": lambda: dossiers.complain(who, dossier_id, "late", "Trễ", key=str(uuid7())),
        "download": lambda: documents.address_for_citizen(engines, who, result),
        "act": lambda: dossiers.act_for_relative(who, dossier_id, act, key=str(uuid7())),
        "own act": lambda: dossiers.act(who, dossier_id, act, key=str(uuid7())),
        "rate": lambda: dossiers.rate(who, dossier_id, 5, key=str(uuid7())),
    }
    for name, way in ways.items():
        try:
            await way()
        except NotFound:
            continue
        except Conflict:
            pass
        found.add(name)
    return found


async def finished(
    dossiers: DossiersService, engines: Engines, officer: StaffMember, dossier_id: UUID
) -> UUID:
    """Bring a dossier to its end; the file of its result."""
    result = await checked_file(engines, officer.staff_id, "result")
    for kind in ("accept", "process", "finish"):
        seen = await dossiers.at_desk(officer, dossier_id)
        act = Act(kind=kind, version=seen.line.version, documents={"result": [result]})
        await dossiers.act_at_desk(officer, dossier_id, act, key=str(uuid7()))
    return result


async def test_with_view_a_result_stays_closed(
    dossiers: DossiersService, engines: Engines, pair: tuple[Kin, Kin], dossier_id: UUID,
    officer: StaffMember,
) -> None:  # fmt: skip
    result = await finished(dossiers, engines, officer, dossier_id)
    await let_in(dossiers, engines, pair, dossier_id, "view")
    found = await reached(dossiers, engines, pair[1].me, dossier_id, result)
    assert found == {"list", "page"}


@pytest.mark.parametrize("of_all", [False, True])
async def test_with_act_a_relative_reaches_what_is_allowed_until_the_owner_ends_it(
    dossiers: DossiersService, engines: Engines, pair: tuple[Kin, Kin], dossier_id: UUID,
    officer: StaffMember, of_all: bool,
) -> None:  # fmt: skip
    owner, relative = pair
    result = await finished(dossiers, engines, officer, dossier_id)
    what = None if of_all else dossier_id
    made = await let_in(dossiers, engines, (owner, relative), what)
    who = relative.me
    allowed = {"list", "page", "download", "act"}
    assert await reached(dossiers, engines, who, dossier_id, result) == allowed
    await dossiers.end_delegation(owner.me, made, key="the-end-1")
    assert await reached(dossiers, engines, who, dossier_id, result) == set()


async def test_with_view_no_paper_no_word_and_no_act_is_reached(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID,
    officer: StaffMember,
) -> None:  # fmt: skip
    await ask(dossiers, officer, dossier_id)
    await let_in(dossiers, engines, (owner, relative), dossier_id, "view")
    seen = await dossiers.of_relative(relative.me, dossier_id)
    assert (seen.owner, seen.scope) == (OWNER, "view")
    assert [one.kind for one in seen.events] == ["submitted", "supplement_requested"]
    assert (seen.supplements, seen.results, seen.acts) == ([], [], [])
    assert [one.note for one in seen.events] == [None, None]
    assert seen.line.applicant_name is None
    with pytest.raises(NotFound):
        await supply(dossiers, relative.me, dossier_id)


async def test_a_right_that_is_over_by_time_is_none_at_that_instant(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID,
    officer: StaffMember,
) -> None:  # fmt: skip
    result = await finished(dossiers, engines, officer, dossier_id)
    await let_in(dossiers, engines, (owner, relative), dossier_id, days=0)
    until = (await dossiers.of_relative(relative.me, dossier_id)).until
    clock = cast("HeldClock", engines.clock)
    clock.move(until - clock.now() - timedelta(microseconds=1))
    assert "page" in await reached(dossiers, engines, relative.me, dossier_id, result)
    clock.move(timedelta(microseconds=1))
    assert await reached(dossiers, engines, relative.me, dossier_id, result) == set()
    [row] = await dossiers.delegations(owner.me, dossier_id)
    assert row.standing == "expired"


async def test_before_the_offer_is_accepted_and_after_it_is_given_back_nothing_is_reached(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID
) -> None:
    made = await offered(dossiers, engines, owner, relative.phone, dossier_id)
    nowhere = uuid7()
    assert await reached(dossiers, engines, relative.me, dossier_id, nowhere) == set()
    await dossiers.answer_offer(relative.me, made, accept=True, key="accepted-1")
    assert await reached(dossiers, engines, relative.me, dossier_id, nowhere) == {
        "list", "page", "act",
    }  # fmt: skip
    await dossiers.return_right(relative.me, made, key="returned-1")
    assert await reached(dossiers, engines, relative.me, dossier_id, nowhere) == set()


async def test_a_right_to_one_dossier_opens_no_other(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID,
    file_dossier: Filer,
) -> None:  # fmt: skip
    other = (await file_dossier(owner.me, OTHER)).dossier_id
    await let_in(dossiers, engines, (owner, relative), dossier_id)
    with pytest.raises(NotFound):
        await dossiers.of_relative(relative.me, other)
    assert [one.line.dossier_id for one in (await dossiers.of_relatives(relative.me)).items] == [
        dossier_id
    ]
    await let_in(dossiers, engines, (owner, relative), None, "view")
    scopes = {one.line.dossier_id: one.scope
              for one in (await dossiers.of_relatives(relative.me)).items}  # fmt: skip
    assert scopes == {dossier_id: "act", other: "view"}


async def test_there_are_no_chains(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID
) -> None:
    await let_in(dossiers, engines, (owner, relative))
    third = await kin(engines)
    with pytest.raises(NotFound):
        await offered(dossiers, engines, relative, third.phone, dossier_id)
    await let_in(dossiers, engines, (relative, third))  # own dossiers only
    assert (await dossiers.of_relatives(third.me)).items == []
    with pytest.raises(NotFound):
        await dossiers.of_relative(third.me, dossier_id)


async def test_a_relative_supplies_and_the_files_and_the_story_are_the_owners(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID,
    officer: StaffMember,
) -> None:  # fmt: skip
    await ask(dossiers, officer, dossier_id)
    made = await let_in(dossiers, engines, (owner, relative), dossier_id)
    seen = await dossiers.of_relative(relative.me, dossier_id)
    assert seen.acts == ["supply"]
    assert seen.supplements[0].reason == "Thiếu bản sao •••••••••910"
    paper = await checked_file(engines, relative.me.citizen_id, "other")
    await supply(dossiers, relative.me, dossier_id, paper)
    whole = await dossiers.get(owner.me, dossier_id)
    assert [(one.kind, one.by_relative) for one in whole.events][-1] == ("supplemented", True)
    assert not any(one.by_relative for one in whole.events[:-1])
    assert paper in [one.document_id for one in whole.documents]
    assert await documents.address_for_citizen(engines, owner.me, paper)
    with pytest.raises(NotFound):
        await documents.address_for_citizen(engines, relative.me, paper)
    looks = (await dossiers.looks(owner.me, dossier_id)).items
    mine = [(one.kind, one.agency_name_vi) for one in looks if one.role == "relative"]
    assert mine == [("supplemented", None), ("opened", None)]
    assert {one.relative for one in looks if one.role == "relative"} == {
        f"{relative.phone[:2]}•• ••• {relative.phone[-3:]}"
    }
    [audited] = await rows(engines, "select * from audit where action = 'dossier.supplemented'")
    assert audited["actor_id"] == relative.me.citizen_id
    assert audited["detail"]["delegation_id"] == str(made)
    await tell(engines, "dossier.supplemented", "inbox")
    [notice] = await rows(engines, "select template from notice")
    assert notice["template"] == "supplemented_by_relative"


async def test_a_file_of_the_relative_that_stands_elsewhere_is_not_taken(
    dossiers: DossiersService, engines: Engines, pair: tuple[Kin, Kin], dossier_id: UUID,
    officer: StaffMember, file_dossier: Filer,
) -> None:  # fmt: skip
    owner, relative = pair
    await ask(dossiers, officer, dossier_id)
    await let_in(dossiers, engines, (owner, relative), dossier_id)
    own = (await file_dossier(relative.me, OTHER)).dossier_id
    held = (await dossiers.get(relative.me, own)).documents[0].document_id
    with pytest.raises(Invalid):
        await supply(dossiers, relative.me, dossier_id, held)
    foreign = await checked_file(engines, owner.me.citizen_id, "other")
    with pytest.raises(Invalid):
        await supply(dossiers, relative.me, dossier_id, foreign)
    assert await documents.address_for_citizen(engines, relative.me, held)


@pytest.mark.parametrize("kind", ["withdraw", "accept", "finish", "", "SUPPLY"])
async def test_a_relative_does_nothing_but_supply(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID,
    kind: str,
) -> None:  # fmt: skip
    await let_in(dossiers, engines, (owner, relative), dossier_id)
    act = Act(kind=kind, version=1, reason="x")
    with pytest.raises(Invalid):
        await dossiers.act_for_relative(relative.me, dossier_id, act, key=str(uuid7()))
    assert (await dossiers.get(owner.me, dossier_id)).line.status == 1


async def test_the_list_is_paged_and_each_dossier_is_in_it_once(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, file_dossier: Filer
) -> None:
    filed = {(await file_dossier(owner.me, OTHER)).dossier_id for _ in range(23)}
    await let_in(dossiers, engines, (owner, relative))
    await let_in(dossiers, engines, (await kin(engines), relative))
    first = await dossiers.of_relatives(relative.me)
    second = await dossiers.of_relatives(relative.me, after=first.next)
    found = [one.line.dossier_id for one in (*first.items, *second.items)]
    assert (len(first.items), second.next, len(found), set(found)) == (20, None, 23, filed)


async def test_notices_go_to_the_relative_if_the_owner_ticks_it_and_while_the_right_lasts(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID,
    officer: StaffMember,
) -> None:  # fmt: skip
    quiet = await kin(engines)
    made = await let_in(dossiers, engines, (owner, relative), dossier_id, "view", tells=True)
    await let_in(dossiers, engines, (owner, quiet), dossier_id, "view")
    await tell(engines, "dossier.submitted", "inbox")
    told = await rows(engines, "select citizen_id, template, href from notice order by template")
    assert [(one["citizen_id"], one["template"]) for one in told] == [
        (relative.me.citizen_id, "relative_news"),
        (owner.me.citizen_id, "submitted"),
    ]
    assert told[0]["href"] == f"/apps/track-dossier/relatives/{dossier_id}"
    await dossiers.end_delegation(owner.me, made, key="the-end-1")
    await dossiers.accept(officer, dossier_id, version=1, key="accepted-1")
    await tell(engines, "dossier.accepted", "inbox")
    assert len(await rows(engines, "select from notice")) == 3


async def test_ending_waits_for_an_act_under_way(
    dossiers: DossiersService, engines: Engines, pair: tuple[Kin, Kin], dossier_id: UUID
) -> None:
    owner, relative = pair
    made = await let_in(dossiers, engines, pair, dossier_id)
    async with db.transaction(engines.pool) as conn:
        await queries.right_to_act(conn, relative.me.citizen_id, dossier_id, engines.clock.now())
        ending = asyncio.create_task(dossiers.end_delegation(owner.me, made, key="the-end-2"))
        await asyncio.sleep(0.3)
        assert not ending.done()
    await ending


async def test_no_act_slips_in_behind_the_end(
    dossiers: DossiersService, engines: Engines, owner: Kin, relative: Kin, dossier_id: UUID
) -> None:
    made = await let_in(dossiers, engines, (owner, relative), dossier_id)
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "update delegation set state = 'ended', ended_at = now() where delegation_id = $1", made
        )
    act = Act(kind="supply", version=1, reason="x")
    with pytest.raises(NotFound):
        await dossiers.act_for_relative(relative.me, dossier_id, act, key=str(uuid7()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("số 096190999910.", "số •••••••••910."),
        ("0912345678", "0912345678"),
        ("1234567890123", "1234567890123"),
        ("096190999910 và 001185012345", "•••••••••910 và •••••••••345"),
    ],
)
def test_citizen_numbers_are_hidden_but_for_their_end(text: str, shown: str) -> None:
    assert hidden(text) == shown
