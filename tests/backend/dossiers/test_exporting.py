"""All own dossiers as one file: whole, at most so big, three times an hour, nobody else's."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from camaug.dossiers import exporting
from camaug.dossiers.actions import ANSWERS, NAME, PIN
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import TooMany
from camaug_sdk.records import Act, Caller, Person, StaffMember, Status

from .conftest import AN_XUYEN, BIRTH, COMPANY, Filer
from .door import Door

EXPORT = "/apps/track-dossier/export"
BUSINESS = "1.013225"
OFFICER = "Trần Hoàng Dự"
MINE, THEIRS = "Lâm Thị Bần Chua", "Quách Văn Mắm Đen"
REASON = "Ảnh Giấy chứng sinh bị mờ, chụp lại bản chính."
SAID = "Cán bộ nói phí khác với phí trên trang."
COPY = """
    insert into dossier (dossier_id, code, citizen_id, agency_id, handling_agency_id,
        first_handling_agency_id, procedure_code, procedure_valid_from, status, submitted_at,
        answers_enc, applicant_name_enc, applicant_words, pin_enc)
    select $1, $6, citizen_id, agency_id, handling_agency_id, handling_agency_id, procedure_code,
        procedure_valid_from, 1, submitted_at, $3, $4, applicant_words, $5
    from dossier where dossier_id = $2
"""
Maker = Callable[[], Awaitable[Person]]


@pytest.mark.plugin
async def test_the_file_holds_everything_of_oneself_and_nothing_of_others(
    door: Door,
    dossiers: DossiersService,
    citizen: Person,
    make_citizen: Maker,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    other = await make_citizen()
    filed = await file_dossier(citizen, applicant_name=MINE)
    theirs = await file_dossier(other, applicant_name=THEIRS, organisation=None)
    for one in (filed, theirs):
        await dossiers.at_desk(officer, one.dossier_id)
        act = Act(kind="ask_supplement", version=1, reason=REASON)
        await dossiers.act_at_desk(officer, one.dossier_id, act, key=str(uuid7()))
    await dossiers.complain(citizen, filed.dossier_id, "fee", SAID, key=str(uuid7()))
    await dossiers.complain(other, theirs.dossier_id, "other", THEIRS, key=str(uuid7()))

    door.caller = Caller(language="en", me=citizen)
    answer = await door.answer("GET", EXPORT)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    assert (
        answer.headers["content-disposition"]
        == 'attachment; filename="ho-so-cua-toi-2026-11-24.json"'
    )
    for foreign in (THEIRS, OFFICER, theirs.code, str(other.citizen_id), filed.pin):
        assert foreign not in answer.text
    found = answer.json()
    assert (found["format"], found["more"]) == ("camaug-dossiers-1", None)
    assert found["labels"]["due_at"] == "Hẹn trả"
    [mine] = found["dossiers"]
    whole(mine, found)
    assert (mine["code"], mine["procedure_code"], mine["status"]) == (filed.code, BIRTH, 5)
    given = {one["key"]: one for one in mine["answers"]}
    assert given["applicant_name"]["value"] == MINE
    assert given["applicant_name"]["label"] != "applicant_name"
    communes = [one for one in given.values() if one["value"] == AN_XUYEN]
    assert communes[0]["text"] == "An Xuyên"
    assert {one["name"] for one in mine["files"]} == {"a.jpg"}
    assert [one["reason"] for one in mine["statuses"]] == [None, REASON]
    beside(mine)
    assert {one["kind"] for one in mine["looks"]} == {"opened", "supplement_requested"}


def beside(mine: dict[str, Any]) -> None:
    """What the owner has said, and what was never asked for."""
    [said] = mine["complaints"]
    assert (said["about"], said["state"], said["said"]) == ("fee", "open", SAID)
    assert (mine["payments"], mine["apology"], mine["rating"]) == ([], None, None)


def whole(dossier: dict[str, Any], found: dict[str, Any]) -> None:
    """Every key of a dossier and of what is inside it has a label."""
    keys = set(dossier)
    for name in ("statuses", "answers", "files", "looks", "payments", "complaints"):
        keys |= {key for one in dossier[name] for key in one}
    assert keys <= set(found["labels"])
    assert all(found["labels"].values())
    assert set(found["status_labels"]) == {str(int(one)) for one in Status}


async def test_an_organisation_is_taken_along(
    dossiers: DossiersService, citizen: Person, file_dossier: Filer
) -> None:
    await file_dossier(citizen, BUSINESS, organisation=COMPANY)
    [one] = (await dossiers.export(citizen)).dossiers
    assert one.organisation == COMPANY


@pytest.mark.plugin
async def test_three_an_hour_and_no_fourth(
    door: Door, engines: Engines, citizen: Person, make_citizen: Maker, file_dossier: Filer
) -> None:
    await file_dossier(citizen)
    clock = cast("HeldClock", engines.clock)
    door.caller = Caller(language="vi", me=citizen)
    for _ in range(3):
        await door.ask("GET", EXPORT)
        clock.move(timedelta(minutes=10))
    refused = await door.answer("GET", EXPORT)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1800")
    assert refused.json()["detail"] == "Mỗi giờ tải được ba lần. Hãy thử lại sau 30 phút."

    door.caller = Caller(language="vi", me=await make_citizen())
    assert (await door.ask("GET", EXPORT))["dossiers"] == []
    door.caller = Caller(language="vi", me=citizen)
    clock.move(timedelta(minutes=30))
    assert len((await door.ask("GET", EXPORT))["dossiers"]) == 1
    assert (await door.answer("GET", EXPORT)).headers["retry-after"] == "600"


async def test_exports_at_once_are_counted_one_after_the_other(
    dossiers: DossiersService, citizen: Person, engines: Engines
) -> None:
    asked = [dossiers.export(citizen) for _ in range(8)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, TooMany) for one in found) == 5
    async with engines.pool.acquire() as conn:
        rows = await conn.fetch(
            "select actor_kind, actor_id, object_kind, detail from audit"
            " where action = 'dossier.exported' and object_id = $1",
            str(citizen.citizen_id),
        )
    assert [tuple(one) for one in rows] == [("citizen", citizen.citizen_id, "citizen", {})] * 3


@pytest.mark.plugin
async def test_what_is_too_much_leaves_the_oldest_out_and_says_so(
    door: Door,
    engines: Engines,
    citizen: Person,
    file_dossier: Filer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes: list[str] = []
    for _ in range(5):
        codes.insert(0, (await file_dossier(citizen)).code)
        cast("HeldClock", engines.clock).move(timedelta(minutes=1))
    monkeypatch.setattr(exporting, "BATCH", 2)
    door.caller = Caller(language="vi", me=citizen)
    everything = await door.ask("GET", EXPORT)
    assert [one["code"] for one in everything["dossiers"]] == codes
    assert everything["more"] is None

    one = len(json.dumps(everything["dossiers"][0], ensure_ascii=False).encode())
    monkeypatch.setattr(exporting, "MOST_BYTES", exporting.ROOM + 3 * one)
    found = await door.ask("GET", EXPORT)
    assert [one["code"] for one in found["dossiers"]] == codes[:3]
    assert "không vừa" in found["more"]


@pytest.mark.plugin
async def test_the_largest_file_gets_through_the_gate(
    door: Door, engines: Engines, citizen: Person, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    answers = {"note": "Đước " * 8000, "other": 1}
    async with engines.pool.acquire() as conn:
        for number in range(220):
            made = uuid7()
            sealed = engines.vault.seal_json(ANSWERS, made, answers)
            name, pin = (engines.vault.seal_text(one, made, "A") for one in (NAME, PIN))
            await conn.execute(COPY, made, filed.dossier_id, sealed, name, pin, f"L-{number}")
    door.caller = Caller(language="vi", me=citizen)
    answer = await door.answer("GET", EXPORT)
    assert answer.status_code == 200
    found = answer.json()
    assert "không vừa" in found["more"]
    assert 7.8 < len(answer.content) / 2**20 <= 8
    assert len(found["dossiers"]) > 100
