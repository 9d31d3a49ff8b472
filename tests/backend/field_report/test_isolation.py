"""Nobody reaches what is not theirs: not by id, not in lists, not in counts."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from camaug.agencies.actions import AgenciesService
from camaug.documents import actions as documents
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Person, StaffMember

from .conftest import DESK, FAR, HOME, WARD, Office, blocks, officer_at

ACTS = ("taken", "answered", "refused", "duplicate", "sent_on")
OWN: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    ("GET", "/remark", None),
    ("GET", "/rate", None),
    ("POST", "/withdraw", {"version": 1}),
    ("POST", "/remark", {"text": "x"}),
    ("POST", "/rate", {"rating": "5"}),
]
AT_DESK: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    *(("GET", f"/acts/{kind}", None) for kind in ACTS),
    *(
        ("POST", "/acts", {"kind": kind, "version": 1, "text": "x", "agency_id": str(FAR)})
        for kind in ACTS
    ),
]
TRACES = (
    "select (select count(*) from audit where action like 'field-report.%')"
    " + (select count(*) from event where name like 'field-report.%' or name like 'plugin.%')"
)


@pytest.mark.parametrize(("method", "path", "body"), OWN)
async def test_another_citizen_gets_the_answer_for_what_is_not_there(
    office: Office, me: Person, stranger: Person, method: str, path: str, body: Any
) -> None:
    report = await office.file(me)
    before = await office.count(TRACES)
    foreign = await office.ask(stranger, method, f"{HOME}{report}{path}", body)
    nothing = await office.ask(stranger, method, f"{HOME}{uuid4()}{path}", body)
    assert foreign.status_code == nothing.status_code == 404
    assert foreign.content == nothing.content
    assert await office.count(TRACES) == before


@pytest.mark.parametrize(("method", "path", "body"), AT_DESK)
async def test_another_commune_gets_the_answer_for_what_is_not_there(
    office: Office, me: Person, far: StaffMember, method: str, path: str, body: Any
) -> None:
    report = await office.file(me)
    before = await office.count(TRACES)
    foreign = await office.ask(far, method, f"{DESK}{report}{path}", body)
    nothing = await office.ask(far, method, f"{DESK}{uuid4()}{path}", body)
    assert foreign.status_code == nothing.status_code == 404
    assert foreign.content == nothing.content
    assert await office.count(TRACES) == before


async def test_lists_and_counts_hold_the_own_only(
    office: Office, me: Person, stranger: Person, near: StaffMember, far: StaffMember
) -> None:
    report = await office.file(me)
    await office.act(near, await office.file(me), "refused", 1, text="x")
    await office.tables_run("update report set waiting_long = true where report_id = $1", report)
    assert len(blocks(await office.shown(me, HOME), "list")[0]["items"]) == 2
    assert blocks(await office.shown(stranger, HOME), "list")[0]["items"] == []
    for view in ("open", "fresh", "handling", "closed"):
        screen = await office.shown(far, f"{DESK}?view={view}")
        assert blocks(screen, "table")[0]["rows"] == []
        assert [one["value"] for one in blocks(screen, "stats")[0]["items"]] == ["0", "0"]
        counts = [one.get("count") for one in blocks(screen, "chips")[-1]["items"]]
        assert counts == ["0", "0", "0", None]
    stats = blocks(await office.shown(near, DESK), "stats")[0]["items"]
    assert [one["value"] for one in stats] == ["1", "1"]


async def test_the_desk_is_for_the_role_of_this_utility(office: Office, me: Person) -> None:
    report = await office.file(me)
    for who in (officer_at(WARD, "officer"), officer_at(WARD, "administrator"), me):
        for method, path, body in (*AT_DESK, ("GET", "", None)):
            answer = await office.ask(who, method, f"{DESK}{report}{path}", body)
            assert answer.status_code == 403
        assert (await office.ask(who, "GET", DESK)).status_code == 403


@pytest.mark.parametrize("open_to", ["near", "far", "clerk"])
async def test_photos_are_opened_by_the_desk_that_has_the_report(
    office: Office, me: Person, near: StaffMember, far: StaffMember, open_to: str
) -> None:
    report = await office.file(me)
    photo = (await office.body(me))["photos"]
    async with office.engines.pool.acquire() as conn:
        held = await conn.fetchval("select document_id from document_use")
    assert str(held) not in photo
    opens: Callable[[StaffMember], Any] = lambda who: documents.address_for_officer(  # noqa: E731
        office.engines, who, held
    )
    who = {"near": near, "far": far, "clerk": officer_at(WARD, "officer")}[open_to]
    if open_to == "near":
        assert await opens(who)
        await office.act(near, report, "sent_on", 1, text="x", agency_id=str(FAR))
        assert await opens(far)
        who = near
    with pytest.raises(NotFound):
        await opens(who)


async def test_the_desk_does_not_learn_who_reported(
    office: Office, me: Person, near: StaffMember
) -> None:
    report = await office.file(me)
    for path in (DESK, f"{DESK}{report}", f"{DESK}{report}/acts/answered"):
        answer = await office.ask(near, "GET", path)
        assert str(me.citizen_id) not in answer.text


async def test_every_commune_has_one_committee_and_no_other_place_has(office: Office) -> None:
    service = AgenciesService(office.engines)
    offices = {one.agency_id for one in await service.offices()}
    for commune in await service.communes():
        found = await service.of_commune(commune.code)
        assert (found.kind, found.commune_code) == ("people_committee", commune.code)
        assert found.agency_id in offices
    for code in ("", "00000", "?"):
        with pytest.raises(NotFound):
            await service.of_commune(code)
