"""The officer's queue through the plugin: finding by name or code, filters, pages, counts."""

import unicodedata
from typing import Any

import pytest

from camaug.dossiers.service import DossiersService
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.records import Act, Caller, Person, QueueFilter, StaffMember

from .conftest import Filer
from .door import Door

pytestmark = pytest.mark.plugin
DESK = "/apps/track-dossier/desk/"
NAME = "Nguyễn Thị Đăng Nguyệt"


def table(screen: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == "table")


def codes(screen: dict[str, Any]) -> list[str]:
    return [one["cells"]["code"]["text"] for one in table(screen)["rows"]]


def counts(screen: dict[str, Any]) -> dict[str, str | None]:
    chips = [one for one in screen["blocks"] if one["type"] == "chips"][-1]["items"]
    return {one["label"]: one.get("count") for one in chips}


async def find(door: Door, text: str, **more: str) -> dict[str, Any]:
    """Search as the search box does; the screen it leads to."""
    went = await door.ask("POST", f"{DESK}find", {"q": text} | more)
    return await door.ask("GET", went["then"]["href"])


def sign_in(door: Door, officer: StaffMember) -> None:
    door.caller = Caller(language="vi", officer=officer)


@pytest.mark.parametrize(
    "typed",
    [
        NAME,
        unicodedata.normalize("NFD", NAME),
        "nguyen thi dang nguyet",
        "NGUYỆT nguyen",
        "Đăng, Nguyệt",
    ],
)
async def test_whole_words_of_a_name_find_in_any_order_with_marks_or_without(
    door: Door, citizen: Person, officer: StaffMember, file_dossier: Filer, typed: str
) -> None:
    filed = await file_dossier(citizen)
    await file_dossier(citizen, applicant_name="Lê Văn Khởi")
    sign_in(door, officer)
    assert codes(await find(door, typed)) == [filed.code]


async def test_part_of_a_word_or_a_word_too_many_finds_nothing_and_says_so(
    door: Door, citizen: Person, officer: StaffMember, file_dossier: Filer
) -> None:
    await file_dossier(citizen)
    sign_in(door, officer)
    for typed in ("Nguy", "Nguyệt Hà", "!!!", "%"):
        screen = await find(door, typed)
        assert table(screen)["rows"] == []
        assert table(screen)["empty"]["title"] == f"Không tìm thấy “{typed}”"


async def test_a_code_finds_whole_in_small_letters_or_by_its_last_digits(
    door: Door, citizen: Person, officer: StaffMember, file_dossier: Filer
) -> None:
    filed = [(await file_dossier(citizen)).code for _ in range(12)]
    sign_in(door, officer)
    for typed in (filed[1], filed[1].lower(), filed[1][-4:], filed[1][-11:], f" {filed[1]} "):
        assert codes(await find(door, typed)) == [filed[1]], typed
    assert codes(await find(door, "2")) == [filed[11], filed[1]]
    assert codes(await find(door, filed[1][:-1])) == []


async def test_a_foreign_officer_finds_nothing_by_name_code_view_or_count(
    door: Door, citizen: Person, officer: StaffMember, stranger: StaffMember, file_dossier: Filer
) -> None:
    filed = await file_dossier(citizen)
    sign_in(door, stranger)
    for typed in (NAME, filed.code, filed.code[-4:]):
        assert codes(await find(door, typed)) == [], typed
    for view in ("to_do", "new", "in_process", "waiting", "mine", "done", "all"):
        screen = await door.ask("GET", f"{DESK}?view={view}")
        assert codes(screen) == []
        assert set(counts(screen).values()) == {"0", None}
        assert "khai sinh" not in str(screen)
    sign_in(door, officer)
    assert codes(await door.ask("GET", DESK)) == [filed.code]


async def test_the_name_stands_in_no_address_and_another_officer_cannot_open_it(
    door: Door, citizen: Person, officer: StaffMember, stranger: StaffMember, file_dossier: Filer
) -> None:
    await file_dossier(citizen)
    sign_in(door, officer)
    sent = [await door.ask("POST", f"{DESK}find", {"q": NAME}) for _ in range(2)]
    href, other = (one["then"]["href"] for one in sent)
    assert href != other
    screen = await door.ask("GET", href)
    assert screen["blocks"][0]["value"] == NAME
    for part in ("Nguy", "nguyet", "%E1"):
        assert part not in href
    sign_in(door, stranger)
    assert (await door.answer("GET", href)).status_code == 404
    assert (await door.answer("GET", f"{DESK}?find=abc")).status_code == 404
    assert (await door.answer("GET", f"{DESK}?find=%00%ff")).status_code in (400, 404)


async def test_what_cannot_be_seen_or_is_too_long_is_refused_at_the_field(
    door: Door, officer: StaffMember
) -> None:
    sign_in(door, officer)
    for typed, code in (("a\u200bb", "hidden_characters"), ("x" * 201, "too_long")):
        refused = await door.answer("POST", f"{DESK}find", {"q": typed})
        assert refused.status_code == 422
        assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/q", code)]
    empty = await door.ask("POST", f"{DESK}find", {"q": "  "})
    assert "find" not in empty["then"]["href"]


async def test_view_procedure_and_status_narrow_what_a_name_finds(
    door: Door,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    new, running = await file_dossier(citizen), await file_dossier(citizen)
    await dossiers.accept(officer, running.dossier_id, version=1, key=str(uuid7()))
    sign_in(door, officer)
    went = (await door.ask("POST", f"{DESK}find", {"q": NAME}))["then"]["href"]
    everything = await door.ask("GET", went)
    assert codes(everything) == [running.code, new.code]
    narrowed = went.replace("view=all", "view={}")
    assert codes(await door.ask("GET", narrowed.format("new"))) == [new.code]
    assert codes(await door.ask("GET", narrowed.format("to_do") + "&status=2")) == [running.code]
    assert codes(await door.ask("GET", went + "&procedure=1.001193")) == [running.code, new.code]
    assert codes(await door.ask("GET", went + "&procedure=2.000635")) == []
    done = await door.ask("GET", narrowed.format("done"))
    assert table(done)["empty"]["button"]["label"] == "Tìm trong mọi trạng thái"


async def test_pages_of_a_search_show_each_dossier_once(
    engines: Engines, officer: StaffMember, citizen: Person, file_dossier: Filer
) -> None:
    service = DossiersService(engines, plugin_id="track-dossier")
    filed = [(await file_dossier(citizen)).code for _ in range(7)]
    first = await service.queue(officer, QueueFilter(limit=1))
    await service.accept(
        officer, first.items[0].dossier_id, version=first.items[0].version, key=str(uuid7())
    )
    for view, text in (("to_do", None), ("all", "nguyệt"), ("all", None), ("to_do", "Nguyet")):
        seen: list[str] = []
        after = None
        for _ in range(10):
            what = QueueFilter(view=view, text=text, after=after, limit=2)  # type: ignore[arg-type]
            page = await service.queue(officer, what)
            seen += [one.code for one in page.items]
            after = page.next
            if after is None:
                break
        assert sorted(seen) == sorted(filed), (view, text)
        assert len(seen) == len(filed)


async def test_mine_is_what_i_handle_and_is_open(
    door: Door,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    taken, other, ended = [await file_dossier(citizen) for _ in range(3)]
    await dossiers.accept(officer, taken.dossier_id, version=1, key=str(uuid7()))
    refusal = Act(kind="refuse", version=1, reason="Không thuộc thẩm quyền")
    await dossiers.act_at_desk(officer, ended.dossier_id, refusal, key=str(uuid7()))
    sign_in(door, officer)
    screen = await door.ask("GET", f"{DESK}?view=mine")
    assert codes(screen) == [taken.code]
    assert counts(screen)["Của tôi"] == "1"
    assert counts(screen)["Cần làm"] == "2"
    assert counts(screen)["Đã xong"] is None
    assert codes(await door.ask("GET", f"{DESK}?view=done")) == [ended.code]
    assert codes(await door.ask("GET", f"{DESK}?view=new")) == [other.code]


async def test_what_is_late_comes_before_what_is_done_and_waits_to_be_returned(
    door: Door,
    engines: Engines,
    citizen: Person,
    officer: StaffMember,
    file_dossier: Filer,
) -> None:
    ready, late, new = [await file_dossier(citizen) for _ in range(3)]
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "update dossier set status = 9, due_at = now() - interval '9 days', finished_at = now()"
            " where dossier_id = $1",
            ready.dossier_id,
        )
        await conn.execute(
            "update dossier set status = 4, due_at = now() - interval '1 day'"
            " where dossier_id = $1",
            late.dossier_id,
        )
    sign_in(door, officer)
    assert codes(await door.ask("GET", DESK)) == [late.code, ready.code, new.code]
