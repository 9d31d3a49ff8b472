"""Search, the lists and the page of each procedure, over HTTP."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

import camaug_procedure_search
from camaug_sdk import NotFound
from camaug_sdk.records import Agency, Hit, Person, Procedure, Profile, SearchAnswer


class Procedures:
    """The catalogue; its search finds by a word of the name."""

    def __init__(self, known: dict[str, Procedure]) -> None:
        self._known = known

    async def get(self, code: str) -> Procedure:
        if code not in self._known:
            raise NotFound
        return self._known[code]

    async def fields(self) -> list[tuple[str, str, int]]:
        return [("ho-tich", "Hộ tịch", 9), ("dat-dai", "Đất đai", 8)]

    async def in_field(self, field_id: str) -> list[Hit]:
        return [self._hit(one) for one in self._known.values() if one.field_id == field_id]

    async def answer(self, text: str, *, limit: int = 10) -> SearchAnswer:
        if text == "cháy nhà":
            return SearchAnswer(kind="emergency", numbers=["114", "115"])
        if text == "vé số":
            return SearchAnswer(kind="out_of_scope", advice_vi="Hỏi đại lý", advice_en="Ask a shop")
        found = [self._hit(one) for one in self._known.values() if text in one.short_name]
        if "có người té" in text:
            return SearchAnswer(kind="out_of_scope", numbers=["115", "114", "113", "112"])
        kind = "clarify" if text == "khai" else "hits"
        return SearchAnswer(kind=kind, hits=found[:limit])

    def _hit(self, one: Procedure) -> Hit:
        return Hit(
            code=one.code,
            short_name=one.short_name,
            name_en=one.name_en,
            field=one.field,
            online=one.channel("online") is not None,
            score=1.0,
        )


class Agencies:
    async def receiving(self, procedure_code: str, commune_code: str | None) -> Agency:
        if commune_code is None:
            raise NotFound
        return Agency(
            agency_id=UUID(int=9),
            kind="people_committee",
            name_vi="UBND phường An Xuyên",
            name_en="People's Committee of An Xuyên ward",
        )


class People:
    def __init__(self, commune: str | None) -> None:
        self._commune = commune

    async def profile(self, me: Person) -> Profile:
        return Profile(permanent_commune=self._commune)


@pytest.fixture
def visitor(
    host: Callable[..., httpx.AsyncClient], by_code: dict[str, Procedure]
) -> httpx.AsyncClient:
    return host(
        camaug_procedure_search.plugin,
        "procedure-search",
        procedures=Procedures(by_code),
        agencies=Agencies(),
        people=People("31999"),
    )


def block(screen: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == kind)


def facts(screen: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["label"]: one for one in block(screen, "key-value")["items"]}


async def test_the_first_page_has_the_fields_with_their_counts(visitor: httpx.AsyncClient) -> None:
    screen = (await visitor.get("/")).json()
    assert block(screen, "search-box")["href"] == "/apps/procedure-search/"
    rows = block(screen, "list")["items"]
    assert [(one["title"], one["text"]) for one in rows] == [
        ("Hộ tịch", "9 thủ tục"),
        ("Đất đai", "8 thủ tục"),
    ]
    assert rows[0]["action"]["href"] == "/apps/procedure-search/?field=ho-tich"


async def test_a_hit_says_whether_it_can_be_filed_from_here(visitor: httpx.AsyncClient) -> None:
    online = (await visitor.get("/", params={"q": "khai sinh"})).json()
    badges = {one["badge"]["label"] for one in block(online, "list")["items"]}
    assert badges == {"Nộp trực tuyến"}
    counter = (await visitor.get("/", params={"q": "Chứng thực chữ ký"})).json()
    assert block(counter, "list")["items"][0]["badge"]["label"] == "Nộp tại quầy"


async def test_nothing_found_offers_the_first_step(visitor: httpx.AsyncClient) -> None:
    screen = (await visitor.get("/", params={"q": "phi thuyền"})).json()
    empty = block(screen, "list")["empty"]
    assert "phi thuyền" in empty["title"]
    assert empty["button"]["action"]["href"] == "/apps/procedure-search/"


async def test_an_emergency_shows_the_numbers_to_call_and_no_procedures(
    visitor: httpx.AsyncClient,
) -> None:
    screen = (await visitor.get("/", params={"q": "cháy nhà"})).json()
    shown = block(screen, "callout")
    assert shown["tone"] == "bad"
    assert [(one["action"]["href"], one["label"]) for one in shown["buttons"]] == [
        ("tel:114", "Gọi 114 · Chữa cháy, cứu hộ"),
        ("tel:115", "Gọi 115 · Cấp cứu y tế"),
    ]
    assert [one["type"] for one in screen["blocks"]] == ["search-box", "callout", "text", "button"]


async def test_a_doubtful_cry_gets_numbers_above_the_answer(visitor: httpx.AsyncClient) -> None:
    screen = (await visitor.get("/", params={"q": "khai báo có người té"})).json()
    shown = block(screen, "callout")
    assert (shown["tone"], len(shown["buttons"])) == ("warn", 4)
    types = [one["type"] for one in screen["blocks"]]
    assert types.index("callout") < types.index("list")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("number", ["111", "112", "113", "114", "115"])
def test_every_number_to_call_has_a_name(number: str, language: str) -> None:
    folder = Path(camaug_procedure_search.__file__).parent / "locales"
    words = json.loads((folder / f"{language}.json").read_text())
    assert words[f"search.call.{number}"]


async def test_when_several_fit_the_person_is_asked_which(visitor: httpx.AsyncClient) -> None:
    screen = (await visitor.get("/", params={"q": "khai"})).json()
    assert block(screen, "heading")["text"] == "Bạn muốn làm việc nào?"
    rows = block(screen, "list")["items"]
    assert len(rows) > 1
    assert all(one["action"]["type"] == "go" for one in rows)


async def test_what_is_not_ours_comes_with_advice(visitor: httpx.AsyncClient) -> None:
    screen = (await visitor.get("/", params={"q": "vé số"})).json()
    assert block(screen, "list")["empty"]["text"] == "Hỏi đại lý"
    english = await visitor.get("/", params={"q": "vé số"}, headers={"Accept-Language": "en"})
    assert block(english.json(), "list")["empty"]["text"] == "Ask a shop"


async def test_a_field_that_does_not_exist_is_not_found(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/", params={"field": "thien-van"})).status_code == 404
    screen = (await visitor.get("/", params={"field": "ho-tich"})).json()
    assert block(screen, "heading")["text"] == "Hộ tịch"


async def test_the_page_of_birth_registration_is_that_of_the_picture(
    visitor: httpx.AsyncClient,
) -> None:
    screen = (await visitor.get("/procedures/1.001193")).json()
    assert screen["kicker"] == "Hộ tịch · 1.001193"
    known = facts(screen)
    assert known["Thời gian"]["value"] == "Trong ngày"
    assert "15 giờ" in known["Thời gian"]["hint"]
    assert (known["Phí nộp trực tuyến"]["value"], known["Phí nộp trực tuyến"]["hint"]) == (
        "0 đ",
        "Nguồn ghi miễn phí",
    )
    assert known["Nơi nhận"]["value"] == "UBND phường An Xuyên"
    assert known["Kết quả"]["value"] == "Giấy khai sinh"
    assert screen["primary"]["action"]["href"] == "/apps/submit-dossier/1.001193"


async def test_a_fee_is_free_only_where_the_source_says_zero(
    visitor: httpx.AsyncClient, procedures: list[Procedure]
) -> None:
    unknown = 0
    for procedure in procedures:
        screen = (await visitor.get(f"/procedures/{procedure.code}")).json()
        lists = [one for one in screen["blocks"] if one.get("label") == "Cách nộp và phí"]
        rows = lists[0]["items"]
        for channel, row in zip(procedure.channels, rows, strict=True):
            if channel.fee_vnd is None:
                unknown += 1
                assert row["trailing"] == "Chưa rõ mức phí"
            else:
                assert row["trailing"] == f"{channel.fee_vnd:,} đ".replace(",", ".")
    assert unknown > 50


async def test_every_procedure_is_filed_online_or_says_where_its_counter_is(
    visitor: httpx.AsyncClient, procedures: list[Procedure]
) -> None:
    filed = counters = 0
    for procedure in procedures:
        screen = (await visitor.get(f"/procedures/{procedure.code}")).json()
        first = screen["blocks"][0]
        if "primary" in screen:
            filed += 1
        else:
            counters += 1
            assert first["title"] == "Nộp tại quầy"
            assert "UBND phường An Xuyên" in first["text"]
    assert (filed, counters) == (63, 6)


async def test_a_doubtful_source_says_so_and_why(
    visitor: httpx.AsyncClient, procedures: list[Procedure]
) -> None:
    for procedure in procedures:
        screen = (await visitor.get(f"/procedures/{procedure.code}")).json()
        doubts = [
            one
            for one in screen["blocks"]
            if one["type"] == "callout" and one.get("tone") == "warn"
        ]
        sure = procedure.source_confidence == "verified-secondary"
        assert len(doubts) == (0 if sure else 1), procedure.code
        if procedure.source_note and not sure:
            assert doubts[0]["text"] == procedure.source_note
        assert screen["blocks"][-1]["text"].startswith("Nguồn: bản chép Cổng DVCQG 07/2026")


async def test_papers_come_with_their_condition_and_forms_are_filled_in_here(
    visitor: httpx.AsyncClient,
) -> None:
    screen = (await visitor.get("/procedures/1.001193")).json()
    always = next(one for one in screen["blocks"] if one.get("label") == "Giấy tờ cần có")
    assert [one["text"] for one in always["items"]] == [
        "Điền trên ứng dụng",
        "Chụp hoặc quét · 1 bản chính",
        "Chụp hoặc quét · 1 bản chính",
    ]
    others = block(screen, "accordion")
    assert others["title"] == "Tùy trường hợp (5)"
    assert others["blocks"][0]["items"][0]["text"].startswith("Khi: không có giấy chứng sinh")


async def test_a_paper_that_the_source_does_not_name_is_marked(
    visitor: httpx.AsyncClient, procedures: list[Procedure]
) -> None:
    marked = added = 0
    for procedure in procedures:
        added += sum(not one.in_source for one in procedure.components)
        text = (await visitor.get(f"/procedures/{procedure.code}")).text
        marked += text.count("Bổ sung thêm: không có trong nguồn")
    assert marked == added > 0


async def test_vietnamese_texts_are_marked_on_an_english_page(visitor: httpx.AsyncClient) -> None:
    headers = {"Accept-Language": "en"}
    screen = (await visitor.get("/procedures/1.001193", headers=headers)).json()
    assert screen["title"] == "Birth registration"
    known = facts(screen)
    assert known["Result"]["lang"] == "vi"
    assert known["Official name"]["lang"] == "vi"
    papers = next(one for one in screen["blocks"] if one.get("label") == "Papers needed")
    assert {one["lang"] for one in papers["items"]} == {"vi"}


async def test_an_unknown_commune_leaves_the_agency_of_the_catalogue(
    host: Callable[..., httpx.AsyncClient], by_code: dict[str, Procedure]
) -> None:
    stranger = host(
        camaug_procedure_search.plugin,
        "procedure-search",
        procedures=Procedures(by_code),
        agencies=Agencies(),
        people=People(None),
    )
    place = facts((await stranger.get("/procedures/1.001193")).json())["Nơi nhận"]
    assert place["value"] == "Ủy ban nhân dân cấp xã"
    assert place["hint"] == "tùy xã, phường của bạn"


async def test_an_unknown_procedure_is_not_found(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/procedures/9.999999")).status_code == 404
