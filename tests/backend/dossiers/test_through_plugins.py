"""The main job through the plugins as installed: file, queue, accept, follow, on real engines."""

from typing import Any
from uuid import UUID

import pytest

from camaug.kernel.web import Engines
from camaug_sdk.records import Caller, Person, StaffMember

from .conftest import AN_XUYEN, BIRTH, VALID, checked_file
from .door import Door

pytestmark = pytest.mark.plugin


def form_of(screen: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == "form")


async def answers(engines: Engines, me: Person, screen: dict[str, Any]) -> dict[str, Any]:
    """What a person puts into the form: no to every condition, a file for what is needed."""
    given: dict[str, Any] = {}
    for field in form_of(screen)["blocks"]:
        match field["type"]:
            case "choice-field":
                given[field["name"]] = field["choices"][-1]["value"]
            case "file-field" if field.get("required"):
                owned = await checked_file(engines, me.citizen_id, field["purpose"])
                given[field["name"]] = [str(owned)]
            case kind if kind.endswith("-field"):
                key = kind.removesuffix("-field").replace("-", "_")
                given[field["name"]] = VALID.get(key)
            case _:
                continue
    return {name: value for name, value in given.items() if value is not None}


async def file(door: Door, engines: Engines, me: Person) -> UUID:
    """Birth registration from its first screen to the receipt; the dossier's id."""
    screen = await door.ask("GET", f"/apps/submit-dossier/{BIRTH}")
    while "declaration" not in (body := await answers(engines, me, screen)):
        went = await door.ask("POST", form_of(screen)["submit"]["action"]["href"], body)
        screen = await door.ask("GET", went["then"]["href"])
    send = form_of(screen)["submit"]["action"]
    filed = await door.ask("POST", send["href"], send["body"] | {"declaration": True})
    receipt = await door.ask("GET", filed["then"]["href"])
    assert receipt["blocks"][0]["big"].endswith("-261124-0001")
    return UUID(filed["then"]["href"].rpartition("/")[2])


async def test_a_dossier_is_filed_accepted_and_followed(
    door: Door, engines: Engines, citizen: Person, officer: StaffMember
):
    door.caller = Caller(language="vi", me=citizen)
    dossier_id = await file(door, engines, citizen)
    mine = await door.ask("GET", "/apps/track-dossier/")
    assert [one["badge"]["label"] for one in mine["blocks"][0]["items"]] == [
        "Đã gửi, chờ tiếp nhận"
    ]

    door.caller = Caller(language="vi", officer=officer)
    queue = await door.ask("GET", "/apps/track-dossier/desk/?view=new")
    rows = next(one for one in queue["blocks"] if one["type"] == "table")["rows"]
    assert [one["key"] for one in rows] == [str(dossier_id)]
    assert rows[0]["cells"]["applicant"]["text"] == VALID["person_name"]
    send = rows[0]["buttons"][0]["action"]
    accepted = await door.ask("POST", send["href"], send["body"])
    assert accepted["then"] == {"type": "refresh"}
    desk = await door.ask("GET", f"/apps/track-dossier/desk/{dossier_id}")
    assert desk["primary"]["label"] == "Chuyển xử lý"

    door.caller = Caller(language="vi", me=citizen)
    followed = await door.ask("GET", f"/apps/track-dossier/{dossier_id}")
    card = followed["blocks"][0]
    assert card["big"] == "Hẹn trả 17:00 thứ Tư 25/11"
    told = next(one for one in followed["blocks"] if one["type"] == "timeline")["items"]
    assert [one["title"] for one in told[:2]] == ["Đã nộp trực tuyến", "Đã tiếp nhận"]


async def test_the_office_of_the_chosen_commune_is_shown_before_filing(door: Door, citizen: Person):
    door.caller = Caller(language="vi", me=citizen)
    await door.ask(
        "PUT", f"/apps/submit-dossier/{BIRTH}/steps/applicant", {"receiving_commune": AN_XUYEN}
    )
    review = await door.ask("GET", f"/apps/submit-dossier/{BIRTH}/review")
    assert "An Xuyên" in str(review["blocks"])


async def test_what_is_begun_is_listed_and_can_be_given_up(
    door: Door, engines: Engines, citizen: Person
):
    door.caller = Caller(language="vi", me=citizen)
    screen = await door.ask("GET", f"/apps/submit-dossier/{BIRTH}")
    body = await answers(engines, citizen, screen)
    await door.ask("POST", form_of(screen)["submit"]["action"]["href"], body)

    mine = await door.ask("GET", "/apps/track-dossier/")
    assert mine["blocks"][0]["items"][0]["title"] == "1 hồ sơ đang soạn, chưa nộp"
    start = await door.ask("GET", mine["blocks"][0]["items"][0]["action"]["href"])
    listed = next(one for one in start["blocks"] if one["type"] == "list")["items"]
    assert [(one["title"], one["text"]) for one in listed] == [
        ("Đăng ký khai sinh", "Lưu lúc 09:00 thứ Ba 24/11")
    ]
    resumed = await door.ask("GET", listed[0]["action"]["href"])
    assert resumed["step"]["number"] == 2

    give_up = next(one for one in start["blocks"] if one["type"] == "accordion")["blocks"][0]
    for _ in range(2):
        gone = await door.ask(give_up["action"]["method"], give_up["action"]["href"])
        assert gone["then"] == {"type": "refresh"}
    again = await door.ask("GET", "/apps/submit-dossier/")
    assert again["blocks"][0]["type"] == "search-box"
    assert (await door.ask("GET", f"/apps/submit-dossier/{BIRTH}"))["step"]["number"] == 1
