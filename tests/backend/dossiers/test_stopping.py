"""A dossier that is stopped, through the plugin: what officer, citizen and public then see."""

from typing import Any

import pytest

from camaug.dossiers.service import DossiersService
from camaug.kernel.ids import uuid7
from camaug_sdk.records import Caller, Person, StaffMember, Submission

from .conftest import Filer
from .door import Door

pytestmark = pytest.mark.plugin
HOME, API = "/apps/track-dossier/", "/api/v1/apps/track-dossier/"
DESK = f"{HOME}desk/"
GROUND = "Thửa đất của bà Nguyệt đang có tranh chấp"


def blocks(screen: Any, kind: str) -> list[dict[str, Any]]:
    """All blocks of a kind, at any depth."""
    inner = screen.values() if isinstance(screen, dict) else screen
    found = [one for part in inner if isinstance(part, dict | list) for one in blocks(part, kind)]
    return [screen, *found] if isinstance(screen, dict) and screen.get("type") == kind else found


def codes(screen: dict[str, Any]) -> list[str]:
    return [row["cells"]["code"]["text"] for row in blocks(screen, "table")[0]["rows"]]


def counts(screen: dict[str, Any]) -> dict[str, str | None]:
    return {one["label"]: one.get("count") for one in blocks(screen, "chips")[-1]["items"]}


@pytest.fixture
async def filed(
    door: Door,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> Submission:
    """An accepted dossier; its officer stands at the door."""
    made = await file_dossier(citizen)
    await dossiers.accept(officer, made.dossier_id, version=1, key=str(uuid7()))
    door.caller = Caller(language="vi", officer=officer)
    return made


async def stop(door: Door, filed: Submission) -> dict[str, Any]:
    """As the desk's page offers it: the button, the form, the reason."""
    page = await door.ask("GET", f"{DESK}{filed.dossier_id}")
    (button,) = [one for one in blocks(page, "button") if one["label"] == "Dừng xử lý"]
    assert (button["style"], button["icon"]) == ("danger", "octagon-x")
    form = await door.ask("GET", button["action"]["href"])
    assert blocks(form, "form")[0]["submit"]["style"] == "danger"
    send = blocks(form, "form")[0]["submit"]["action"]
    empty = await door.answer("POST", send["href"], send["body"] | {"reason": ""})
    assert empty.status_code == 422
    assert [one["pointer"] for one in empty.json()["errors"]] == ["/reason"]
    went = await door.ask("POST", send["href"], send["body"] | {"reason": GROUND})
    assert went["toast"]["text"] == "Đã xong: Dừng xử lý"
    return await door.ask("GET", went["then"]["href"])


async def test_the_desk_shows_it_among_what_is_done_with_its_reason_and_no_button(
    door: Door, filed: Submission
) -> None:
    assert counts(await door.ask("GET", DESK))["Cần làm"] == "1"
    page = await stop(door, filed)
    card = blocks(page, "card")[0]
    assert (card["badge"]["label"], card["big"]) == ("Dừng xử lý", "đã dừng")
    assert card["text"] == "Lý do ghi ở diễn biến bên dưới."
    assert GROUND in blocks(page, "timeline")[0]["items"][-1]["text"]
    assert "primary" not in page
    icons = [one["icon"] for one in blocks(page, "button")]
    # Slip, correction, note, receipt: none is an act.
    assert icons == ["clipboard-list", "pencil", "pencil", "printer"]
    queue = await door.ask("GET", DESK)
    assert codes(queue) == []
    assert {counts(queue)[view] for view in ("Cần làm", "Của tôi", "Đang xử lý")} == {"0"}
    for status, found in ((8, [filed.code]), (3, []), (7, [])):
        assert codes(await door.ask("GET", f"{DESK}?view=done&status={status}")) == found


async def test_the_citizen_reads_the_reason_and_can_rate_but_do_nothing_more(
    door: Door, filed: Submission, citizen: Person
) -> None:
    await stop(door, filed)
    door.caller = Caller(language="vi", me=citizen)
    mine = await door.ask("GET", HOME)
    assert blocks(mine, "list")[0]["items"][0]["badge"]["label"] == "Đã dừng xử lý"
    page = await door.ask("GET", f"{HOME}{filed.dossier_id}")
    card, last = blocks(page, "card")[0], blocks(page, "timeline")[0]["items"][-1]
    assert (card["big"], "button" in card) == ("Đã dừng xử lý", False)
    assert (last["title"], last["tone"], last["icon"]) == ("Dừng xử lý", "warn", "octagon-x")
    assert last["text"].endswith(GROUND)
    assert [one["label"] for one in blocks(page, "button")] == ["Đánh giá việc giải quyết"]
    for act in ("withdraw", "supply"):
        body = {"version": 3, "reason": "Tôi xin"} if act == "supply" else {"version": 3}
        late = await door.answer("POST", f"{API}{filed.dossier_id}/{act}", body)
        assert (late.status_code, late.json()["code"]) == (409, "not_possible_now")


async def test_code_and_pin_show_that_it_is_stopped_and_where_the_reason_is(
    door: Door, filed: Submission
) -> None:
    await stop(door, filed)
    door.caller = Caller(language="vi")
    shown = await door.ask("POST", f"{API}lookup", {"code": filed.code, "pin": filed.pin})
    card = blocks(shown, "card")[0]
    assert (card["big"], card["badge"]["icon"]) == ("Đã dừng xử lý", "octagon-x")
    assert "người nộp đăng nhập" in card["text"]
    assert "Hẹn trả" not in str(shown)
    assert "tranh chấp" not in str(shown)
