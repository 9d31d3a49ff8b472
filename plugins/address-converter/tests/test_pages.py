"""The converter over HTTP: the answer, the question back, many lines, and the other way round."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

import camaug_address_converter
from camaug_address_converter import many_pages
from camaug_address_converter.units import NewUnit
from camaug_sdk.records import Agency, Commune

Host = Callable[..., httpx.AsyncClient]
ENGLISH = {"Accept-Language": "en"}


class Agencies:
    """The communes of the core, a committee for each, and the provincial centre."""

    def __init__(self, communes: list[NewUnit]) -> None:
        self._communes = communes

    async def communes(self) -> list[Commune]:
        return [
            Commune(code=one.code, name=one.name, kind="ward" if one.kind == "ward" else "commune")
            for one in self._communes
        ]

    async def offices(self) -> list[Agency]:
        own = [
            Agency(
                agency_id=UUID(int=int(one.code)),
                kind="people_committee",
                name_vi=f"UBND {one.title}",
                name_en=f"People's Committee of {one.name}",
                commune_code=one.code,
            )
            for one in self._communes
        ]
        police = Agency(
            agency_id=UUID(int=2),
            kind="police",
            name_vi="Công an",
            name_en="Police",
            commune_code=self._communes[0].code,
        )
        centre = Agency(
            agency_id=UUID(int=1), kind="one_stop_centre", name_vi="Trung tâm", name_en="Centre"
        )
        return [centre, *own, police]


@pytest.fixture
def visitor(host: Host, communes: list[NewUnit]) -> httpx.AsyncClient:
    plugin = camaug_address_converter.plugin
    return host(plugin, "address-converter", agencies=Agencies(communes))


async def convert(visitor: httpx.AsyncClient, typed: str, **more: str) -> dict[str, Any]:
    answer = await visitor.post("/convert", json={"q": typed, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def block(screen: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in screen["blocks"] if one["type"] == kind)


def kinds(screen: dict[str, Any]) -> list[str]:
    return [one["type"] for one in screen["blocks"]]


async def test_the_first_page_takes_the_address_in_a_body_and_names_its_gaps(
    visitor: httpx.AsyncClient,
) -> None:
    screen = (await visitor.get("/")).json()
    assert block(screen, "search-box")["send"]["href"] == "/api/v1/apps/address-converter/convert"
    said = [one["text"] for one in block(screen, "accordion")["blocks"]]
    assert said[0].startswith("16 đơn vị cũ bị chia")
    assert "Xã Nguyễn Phích, Xã Lợi An, Xã Hoà Mỹ" in said[1]
    assert "Xã Hồ Thị Kỷ" in said[2]


async def test_an_old_address_becomes_a_new_one_with_codes_and_office(
    visitor: httpx.AsyncClient,
) -> None:
    screen = await convert(visitor, "12 Trần Huỳnh, P.5, TP. Bạc Liêu")
    card = block(screen, "card")
    assert card["big"] == "Phường Vĩnh Trạch"
    assert card["text"] == "12 Trần Huỳnh, phường Vĩnh Trạch, tỉnh Cà Mau"
    facts = block(screen, "key-value")["items"]
    assert facts[0]["value"] == "Phường 5, thành phố Bạc Liêu, tỉnh Bạc Liêu"
    assert facts[0]["hint"] == "Mã cũ 31819"
    assert [one["value"] for one in facts[1:]] == ["31834", "UBND Phường Vĩnh Trạch"]
    assert block(screen, "link")["action"]["href"] == "/apps/address-converter/communes/31834"


async def test_every_page_says_its_source_its_date_and_that_it_is_unchecked(
    visitor: httpx.AsyncClient,
) -> None:
    pages = [(await visitor.get(path)).json() for path in ("/", "/many", "/communes")]
    pages.append((await visitor.get("/communes/32047")).json())
    typed = ("p5 bạc liêu", "phường 1", "xã Khánh Lâm", "xã Lợi An", "xyzzy", "Đầm Dơi")
    pages.extend([await convert(visitor, one) for one in typed])
    pages.append((await visitor.post("/many", json={"addresses": "xyzzy"})).json())
    for screen in pages:
        last = screen["blocks"][-1]
        assert "01/07/2025" in last["text"], screen["title"]
        assert "Chưa đối chiếu" in last["text"]


async def test_a_split_unit_asks_back_with_the_hamlet_and_whom_to_ask(
    visitor: httpx.AsyncClient,
) -> None:
    screen = await convert(visitor, "12 ấp 3, xã Khánh Lâm, huyện U Minh")
    said = block(screen, "callout")
    assert (said["tone"], said["title"]) == ("warn", "Xã Khánh Lâm bị chia")
    assert "ấp, khóm" in said["text"]
    rows = block(screen, "list")["items"]
    assert [one["title"] for one in rows] == ["Xã U Minh", "Xã Khánh Lâm"]
    assert rows[0]["text"] == "12 ấp 3, xã U Minh, tỉnh Cà Mau\nHỏi tại: UBND Xã U Minh"
    assert "card" not in kinds(screen)


async def test_a_part_without_its_rest_says_what_the_table_lacks(
    visitor: httpx.AsyncClient,
) -> None:
    half = block(await convert(visitor, "xã Hồ Thị Kỷ, huyện Thới Bình"), "callout")
    assert "không ghi phần kia về đâu" in half["text"]
    gap = block(await convert(visitor, "xã Nguyễn Phích, U Minh"), "callout")
    assert gap["title"] == "Chưa rõ Xã Nguyễn Phích nay thuộc đâu"
    assert "Trung tâm" in gap["text"]


async def test_a_namesake_is_chosen_and_keeps_the_street(visitor: httpx.AsyncClient) -> None:
    screen = await convert(visitor, "8 Lý Bôn, phường 1")
    assert block(screen, "heading")["text"] == "Bạn muốn nói nơi nào?"
    rows = block(screen, "list")["items"]
    assert [one["text"] for one in rows] == [
        "Thành phố Bạc Liêu, tỉnh Bạc Liêu",
        "Thị xã Giá Rai, tỉnh Bạc Liêu",
        "Thành phố Cà Mau, tỉnh Cà Mau",
    ]
    chosen = rows[2]["action"]["body"]
    found = await convert(visitor, chosen["q"], code=chosen["code"])
    assert block(found, "card")["text"] == "8 Lý Bôn, phường An Xuyên, tỉnh Cà Mau"


async def test_a_name_that_is_also_new_is_pointed_out(visitor: httpx.AsyncClient) -> None:
    screen = await convert(visitor, "xã Phước Long")
    assert block(screen, "card")["big"] == "Xã Vĩnh Phước"
    assert block(screen, "callout")["title"] == "Xã Phước Long cũng là tên mới"
    assert kinds(screen)[:3] == ["search-box", "callout", "card"]
    new = await convert(visitor, "phường An Xuyên, tỉnh Cà Mau")
    assert block(new, "callout")["title"] == "Phường An Xuyên đã là tên mới"


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("phường 1, Sóc Trăng", "Bảng không biết “Sóc Trăng”"),
        ("xã Không Có", "Không có xã, phường cũ nào như vậy trong bảng"),
    ],
)
async def test_what_is_not_known_is_said_plainly_with_a_way_on(
    visitor: httpx.AsyncClient, typed: str, title: str
) -> None:
    empty = block(await convert(visitor, typed), "list")["empty"]
    assert empty["title"] == title
    assert empty["button"]["action"]["href"] == "/apps/address-converter/communes"


async def test_a_district_alone_is_asked_for_its_unit(visitor: httpx.AsyncClient) -> None:
    screen = await convert(visitor, "Đầm Dơi")
    assert block(screen, "callout")["title"] == "Còn thiếu xã, phường cũ"
    assert [one["title"] for one in block(screen, "list")["items"]] == ["Thị trấn Đầm Dơi"]
    assert "list" not in kinds(await convert(visitor, "TP Cà Mau"))


async def test_no_text_leads_to_the_start(visitor: httpx.AsyncClient) -> None:
    assert "accordion" in kinds(await convert(visitor, "  "))


async def test_every_line_of_a_list_gets_its_row_in_order(visitor: httpx.AsyncClient) -> None:
    typed = ["P5, TP Bạc Liêu", "", "phường 1", "xã Khánh Lâm", "xã Hồ Thị Kỷ", "xã Lợi An",
             "xã Phước Long", "phường An Xuyên", "Đầm Dơi", "quận 3", "phường 1, Huế",
             "xã Hộ Phòng", "x" * 250]  # fmt: skip
    answer = await visitor.post("/many", json={"addresses": "\r\n".join(typed)})
    screen = answer.json()
    rows = [
        (one["cells"]["state"]["badge"]["label"], one["cells"]["became"]["text"])
        for one in block(screen, "table")["rows"]
    ]
    both = (
        "xã Vĩnh Phước, tỉnh Cà Mau (mã 31876). Nếu ghi từ 01/07/2025 thì giữ nguyên:"
        " Xã Phước Long cũng là tên mới"
    )
    first = "Phường 1, thành phố Bạc Liêu; Phường 1, thị xã Giá Rai; Phường 1, thành phố Cà Mau"
    assert rows == [
        ("Đã đổi", "phường Vĩnh Trạch, tỉnh Cà Mau (mã 31834)"),
        ("Cần xem lại", f"Trùng tên: {first}"),
        ("Cần xem lại", "Tùy ấp, khóm: Xã U Minh, Xã Khánh Lâm"),
        ("Cần xem lại", "Một phần về Xã Hồ Thị Kỷ; không rõ phần kia"),
        ("Không biết", "Bảng không ghi nơi nhận của Xã Lợi An, huyện Trần Văn Thời"),
        ("Cần xem lại", both),
        ("Đã là mới", "phường An Xuyên, tỉnh Cà Mau (mã 32002)"),
        ("Cần xem lại", "Thiếu xã, phường cũ"),
        ("Không biết", "Không có trong bảng"),
        ("Không biết", "Ngoài bảng: Huế"),
        ("Cần xem lại", "Không khớp; có: Phường Hộ Phòng, thị xã Giá Rai"),
        ("Không biết", "Dòng dài quá 200 ký tự"),
    ]  # fmt: skip
    counts = {one["label"]: one["value"] for one in block(screen, "stats")["items"]}
    assert counts == {"Đã đổi": "1", "Đã là mới": "1", "Cần xem lại": "6", "Không biết": "4"}


async def test_some_hundred_lines_are_answered_and_more_are_refused(
    visitor: httpx.AsyncClient,
) -> None:
    most = "\n".join(["12 Trần Huỳnh, P5, TP Bạc Liêu"] * many_pages.MOST_LINES)
    full = await visitor.post("/many", json={"addresses": most})
    assert len(block(full.json(), "table")["rows"]) == many_pages.MOST_LINES
    over = await visitor.post("/many", json={"addresses": f"{most}\nphường 1"})
    assert (over.status_code, over.json()["errors"]) == (
        422,
        [{"pointer": "/addresses", "code": "too_many_lines"}],
    )
    none = await visitor.post("/many", json={"addresses": " \n\n"})
    assert none.json()["errors"] == [{"pointer": "/addresses", "code": "no_lines"}]


async def test_the_communes_of_today_and_what_each_is_made_of(
    visitor: httpx.AsyncClient, communes: list[NewUnit]
) -> None:
    rows = block((await visitor.get("/communes")).json(), "list")["items"]
    assert len(rows) == len(communes) == 64
    total = 0
    for row in rows:
        path = row["action"]["href"].removeprefix("/apps/address-converter")
        screen = (await visitor.get(path)).json()
        assert screen["title"] == row["title"]
        total += len(block(screen, "list")["items"])
    assert total == 177


async def test_a_commune_marks_its_parts_and_where_the_rest_went(
    visitor: httpx.AsyncClient,
) -> None:
    screen = (await visitor.get("/communes/32047")).json()
    rows = {one["title"]: one for one in block(screen, "list")["items"]}
    assert rows["Xã Khánh Hòa"]["badge"]["label"] == "Toàn bộ"
    assert rows["Xã Khánh Lâm"]["badge"]["label"] == "Một phần"
    assert rows["Xã Khánh Lâm"]["text"].endswith("Phần còn lại: Xã Khánh Lâm")
    ask = block(screen, "key-value")["items"][1]
    assert (ask["label"], ask["value"]) == ("Hỏi tại", "UBND Xã U Minh")
    alone = (await visitor.get("/communes/32092")).json()
    assert "không ghi phần còn lại" in block(alone, "list")["items"][0]["text"]


@pytest.mark.parametrize("code", ["31843x", "99999", "%00", "31819"])
async def test_a_commune_that_is_not_there_is_not_found(
    visitor: httpx.AsyncClient, code: str
) -> None:
    assert (await visitor.get(f"/communes/{code}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/convert", {"q": "a" * 201}),
        ("/convert", {"q": 5}),
        ("/convert", {}),
        ("/convert", {"q": "a", "more": 1}),
        ("/convert", {"q": "a", "code": "x"}),
        ("/convert", {"q": "a", "code": "99999"}),
        ("/many", {"addresses": "a" * 1_000_000}),
        ("/many", {"addresses": ["a"]}),
        ("/many", {"addresses": "a", "more": 1}),
    ],
)
async def test_what_is_not_asked_for_is_refused(
    visitor: httpx.AsyncClient, path: str, body: dict[str, object]
) -> None:
    assert (await visitor.post(path, json=body)).status_code in (400, 422)


async def test_in_english_the_words_are_english_and_the_address_stays(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.post("/convert", json={"q": "p5 bac lieu"}, headers=ENGLISH)
    card = block(answer.json(), "card")
    assert (card["title"], card["big"]) == ("Today in", "Vĩnh Trạch Ward")
    assert card["text"] == "phường Vĩnh Trạch, tỉnh Cà Mau"
    assert "1 July 2025" in answer.json()["blocks"][-1]["text"]
