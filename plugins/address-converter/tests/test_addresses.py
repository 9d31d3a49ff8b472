"""What people type, what it became, and when the answer must be a question."""

import csv
import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camaug.settings import ROOT
from camaug_address_converter.addresses import Answer, Reader
from camaug_address_converter.spelling import clean, key, words
from camaug_address_converter.units import KINDS, Kind, NewUnit, OldUnit, Table, known

SHORT: dict[Kind, list[str]] = {
    "ward": ["Phường ", "phuong ", "P. ", "P.", "p "],
    "commune": ["Xã ", "xa ", "X. ", "X.", "x "],
    "township": ["Thị trấn ", "thi tran ", "TT. ", "TT ", "tt."],
}
DISTRICTS = {
    "Huyện": ["Huyện ", "huyen ", "H. ", "H.", ""],
    "Thị xã": ["Thị xã ", "thi xa ", "TX. ", "tx ", ""],
    "Thành phố": ["Thành phố ", "thanh pho ", "TP. ", "TP.", "tp ", ""],
}
same = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def bare(text: str) -> str:
    """Without marks, as many type on a phone."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(one for one in parts if not unicodedata.combining(one))


def apart(text: str) -> str:
    """Letters and marks apart, as some phones send them."""
    return unicodedata.normalize("NFD", text)


def titles(answer: Answer) -> tuple[list[str], list[str]]:
    return [f"{one.title}, {one.district}" for one in answer.old], [one.title for one in answer.new]


def expected(unit: OldUnit) -> str:
    if unit.whole:
        return "found"
    return "split" if unit.became else "gap"


def stranger() -> list[tuple[str, str]]:
    """What somebody asked who had not seen the code, and what he held to be right."""
    with (ROOT / "tests/vectors/trial_address.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["input"], row["expected"]) for row in rows]


@pytest.mark.parametrize(("typed", "held"), stranger())
def test_a_stranger_gets_the_one_answer_or_none_that_is_certain(
    reader: Reader, typed: str, held: str
) -> None:
    answer = reader.read(typed)
    (code, *_) = [*re.findall(r"\((\d{5})\)", held), ""]
    if answer.outcome == "mismatch":  # a township that was a ward when it was merged: a question
        assert [one.became for one in answer.old] == [(code,)]
    elif held.startswith("one answer"):
        assert (answer.outcome, [one.code for one in answer.new]) == ("found", [code])
    else:
        assert answer.outcome not in {"found", "new"}


def test_every_old_unit_with_its_district_is_found_or_asks_back(reader: Reader) -> None:
    counts: Counter[str] = Counter()
    for unit in known():
        answer = reader.read(f"{unit.title}, {unit.district}, Tỉnh {unit.province}")
        assert answer.outcome == expected(unit), unit.title
        assert answer.old == (unit,)
        assert tuple(one.code for one in answer.new) == unit.became
        counts[answer.outcome] += 1
    assert counts == {"found": 144, "split": 17, "gap": 3}


def test_an_old_unit_by_its_name_alone_never_leads_past_its_own_commune(reader: Reader) -> None:
    """The answer speaks of the unit, and is sure only where one commune can be meant."""
    counts: Counter[str] = Counter()
    for unit in known():
        answer = reader.read(unit.title)
        assert unit in answer.old, unit.title
        if answer.outcome == "found":
            assert unit.whole
            assert [one.code for one in answer.new] == list(unit.became)
        counts[answer.outcome] += 1
    assert counts == {"found": 134, "namesakes": 11, "split": 16, "gap": 3}


@same
@given(
    unit=st.sampled_from(known()),
    front=st.sampled_from(["", "12/4 Nguyễn Huệ, ", "Số 8 ấp Chợ, ", "số 3 đường 30/4 "]),
    kind=st.integers(0, 4),
    district=st.integers(0, 4),
    province=st.sampled_from([", Tỉnh {}", ", {}", " {}", ", tinh {}", ", {}, Việt Nam", ""]),
    joint=st.sampled_from([", ", " - ", " ", ","]),
    write=st.sampled_from([str, str.upper, str.lower, bare, apart]),
)
def test_however_it_is_written_the_unit_and_the_front_are_the_same(
    reader: Reader, *, unit: OldUnit, front: str, kind: int, district: int, province: str,
    joint: str, write: object,
) -> None:  # fmt: skip
    assert callable(write)
    sort = next(one for one in DISTRICTS if unit.district.startswith(one))
    name = unit.district.removeprefix(f"{sort} ")
    where = f"{DISTRICTS[sort][district]}{name}{province.format(unit.province)}"
    typed = str(write(f"{front}{SHORT[unit.kind][kind]}{unit.name}{joint}{where}"))
    answer = reader.read(typed)
    assert unit in answer.old, typed
    assert answer.front == str(clean(str(write(front)))).rstrip(" ,"), typed
    # Without marks "Tân Thành" and "Tân Thạnh" are one; "Bạc Liêu" may be the town or the province.
    if len(answer.old) == 1:
        assert answer.outcome == expected(unit), typed
    else:
        assert answer.outcome in ("namesakes", "found"), typed


@same
@given(text=st.text(max_size=200))
def test_any_text_at_all_gets_an_answer_that_keeps_its_word(reader: Reader, text: str) -> None:
    answer = reader.read(text)
    if answer.outcome == "found":
        assert {code for one in answer.old for code in one.became} == {answer.new[0].code}
        assert all(one.whole for one in answer.old)
    assert answer.front in clean(text)
    assert not any(unicodedata.category(one)[0] == "C" for one in answer.front + answer.left)


@same
@given(
    st.lists(
        st.sampled_from(
            ["xã", "p", "tt", "thị", "huyện", "tp", "1", "5", "Bạc", "Liêu", "Cà", "Mau", "Phước",
             "Long", "Tân", "Hưng", "Đông", "Năm", "Căn", "cũ", ",", "q", "quận"]
        ),
        max_size=24,
    ).map(" ".join)
)  # fmt: skip
def test_shuffled_words_never_lead_to_a_unit_that_they_do_not_name(
    reader: Reader, text: str
) -> None:
    said = [one.bare for one in words(clean(text))]
    answer = reader.read(text)
    for one in answer.old:
        name = list(key(one.name))
        assert any(said[at : at + len(name)] == name for at in range(len(said))), text


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_names_are_told_apart_by_their_marks_only_where_that_is_needed() -> None:
    """If two names of other communes were the same without marks, we would know which."""
    names = {one.name for one in known()}
    folded: dict[tuple[str, ...], set[str]] = {}
    for name in names:
        folded.setdefault(key(name), set()).add(name)
    assert [one for one in folded.values() if len(one) > 1] == [{"Tân Thành", "Tân Thạnh"}]


@pytest.mark.parametrize(
    ("typed", "old", "new"),
    [
        ("phường 5 bạc liêu", "Phường 5, Thành phố Bạc Liêu", "Phường Vĩnh Trạch"),
        ("P5, TP Bạc Liêu", "Phường 5, Thành phố Bạc Liêu", "Phường Vĩnh Trạch"),
        ("F.05 tpbl", "Phường 5, Thành phố Bạc Liêu", "Phường Vĩnh Trạch"),
        ("xa Vinh Trach", "Xã Vĩnh Trạch, Thành phố Bạc Liêu", "Phường Vĩnh Trạch"),
        ("phường 1, cà mau", "Phường 1, Thành phố Cà Mau", "Phường An Xuyên"),
        ("P1 TX Giá Rai, Cà Mau", "Phường 1, Thị xã Giá Rai", "Phường Giá Rai"),
        ("xã Hoà Thành", "Xã Hòa Thành, Thành phố Cà Mau", "Phường Hòa Thành"),
        ("x. Lí Văn Lâm", "Xã Lý Văn Lâm, Thành phố Cà Mau", "Phường Lý Văn Lâm"),
        ("TT Phước Long", "Thị trấn Phước Long, Huyện Phước Long", "Xã Phước Long"),
        ("xã phước long", "Xã Phước Long, Huyện Phước Long", "Xã Vĩnh Phước"),
        ("tân thạnh, giá rai", "Xã Tân Thạnh, Thị xã Giá Rai", "Xã Phong Thạnh"),
        ("ấp 3, Tân Hưng, Cái Nước", "Xã Tân Hưng, Huyện Cái Nước", "Xã Tân Hưng"),
        ("xã Tân Hưng, H. Cái Nước, Cà Mau 97000", "Xã Tân Hưng, Huyện Cái Nước", "Xã Tân Hưng"),
        ("Khánh Hội", "Xã Khánh Hội, Huyện U Minh", "Xã Khánh Lâm"),
        ("xã Tân Hưng Tây, H. Phú Tân (cũ)", "Xã Tân Hưng Tây, Huyện Phú Tân",
         "Xã Nguyễn Việt Khái"),
        ("ấp Tân Lộc, xã Tân Bằng, Thới Bình", "Xã Tân Bằng, Huyện Thới Bình", "Xã Biển Bạch"),
        ("xã Phong Tân, huyện Giá Rai", "Xã Phong Tân, Thị xã Giá Rai",
         "Phường Láng Tròn"),
    ],
)  # fmt: skip
def test_what_people_type_finds_its_commune(reader: Reader, typed: str, old: str, new: str) -> None:
    answer = reader.read(typed)
    assert (answer.outcome, *titles(answer)) == ("found", [old], [new])


def test_a_namesake_is_decided_by_what_was_said_and_else_asked(reader: Reader) -> None:
    places = {
        "phường 1": ["Thành phố Bạc Liêu", "Thị xã Giá Rai", "Thành phố Cà Mau"],
        "phường 1 bạc liêu": ["Thành phố Bạc Liêu", "Thị xã Giá Rai"],
        "phường 7": ["Thành phố Bạc Liêu", "Thành phố Cà Mau"],
    }
    for typed, districts in places.items():
        answer = reader.read(typed)
        assert (answer.outcome, answer.new) == ("namesakes", ())
        assert [one.district for one in answer.old] == districts
    assert reader.read("tan thanh").outcome == "namesakes"


def test_two_namesakes_that_went_to_one_commune_need_no_question(reader: Reader) -> None:
    answer = reader.read("Tân Thành, TP Cà Mau")
    assert [one.title for one in answer.old] == ["Phường Tân Thành", "Xã Tân Thành"]
    assert (answer.outcome, answer.new[0].code) == ("found", "32025")


def test_a_split_unit_names_all_its_communes_and_chooses_none(reader: Reader) -> None:
    answer = reader.read("12 ấp 3, xã Khánh Lâm, U Minh")
    assert (answer.outcome, answer.front) == ("split", "12 ấp 3")
    assert [one.title for one in answer.new] == ["Xã U Minh", "Xã Khánh Lâm"]
    assert answer.line(answer.new[0]) == "12 ấp 3, xã U Minh, tỉnh Cà Mau"


def test_a_part_whose_rest_is_not_known_is_no_sure_answer(reader: Reader) -> None:
    assert reader.read("xã Hồ Thị Kỷ, Thới Bình").outcome == "split"
    assert reader.read("xã Nguyễn Phích, U Minh").outcome == "gap"
    assert reader.read("xã Hòa Mỹ, Cái Nước").outcome == "gap"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("xã Hộ Phòng", ["Phường Hộ Phòng, Thị xã Giá Rai"]),
        ("P5 TX Giá Rai", ["Phường 5, Thành phố Bạc Liêu", "Phường 5, Thành phố Cà Mau"]),
        ("phường 3, Cà Mau", ["Phường 3, Thành phố Bạc Liêu"]),
        ("xã Tân Hụng, Cái Nước", ["Xã Tân Hưng, Huyện Cái Nước"]),
    ],
)
def test_what_does_not_fit_is_offered_and_not_taken(
    reader: Reader, typed: str, offered: list[str]
) -> None:
    answer = reader.read(typed)
    assert (answer.outcome, *titles(answer)) == ("mismatch", offered, [])


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("phường 5 quận 3 tp hcm", "quận 3 tp hcm"),
        ("xã Tân Tiến, huyện Chương Mỹ, Hà Nội", "huyện Chương Mỹ, Hà Nội"),
        ("phường 1, Sóc Trăng", "Sóc Trăng"),
    ],
)
def test_another_province_is_said_to_be_unknown(reader: Reader, typed: str, left: str) -> None:
    answer = reader.read(typed)
    assert (answer.outcome, answer.left, answer.new) == ("elsewhere", left, ())


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "xyzzy", "xã Không Có, Cái Nước", "xã Không Có, Tân Hưng", "đường Tân Lộc", "\x00",
     "1", "12345"],
)  # fmt: skip
def test_what_the_table_does_not_have_is_said_so(reader: Reader, typed: str) -> None:
    assert reader.read(typed) == Answer(outcome="unknown")


@pytest.mark.parametrize(
    ("typed", "perhaps"),
    [
        ("Bạc Liêu", []),
        ("12 Nguyễn Huệ, TP Cà Mau", []),
        ("Đầm Dơi", ["Thị trấn Đầm Dơi"]),
        ("Phước Long, Bạc Liêu", ["Thị trấn Phước Long", "Xã Phước Long"]),
        ("12 Trần Phú, Đầm Dơi", []),
        ("12 Lý Văn Lâm, TP Cà Mau", []),
        ("cầu Hộ Phòng, Giá Rai", []),
    ],
)
def test_a_district_alone_is_no_address(reader: Reader, typed: str, perhaps: list[str]) -> None:
    answer = reader.read(typed)
    assert answer.outcome == "no_unit"
    assert [one.title for one in answer.old] == perhaps


@pytest.mark.parametrize(
    "typed", ["Phường An Xuyên", "phường bạc liêu, cà mau", "xã Vĩnh Hậu, tỉnh Cà Mau"]
)
def test_an_address_of_today_stays(reader: Reader, typed: str) -> None:
    answer = reader.read(typed)
    assert (answer.outcome, len(answer.new)) == ("new", 1)


def test_a_name_that_is_old_and_new_for_two_places_is_marked(reader: Reader) -> None:
    assert reader.read("xã Phước Long").also_new == reader.read("Xã Phước Long").also_new
    marked = reader.read("xã Phước Long")
    assert marked.also_new
    assert (marked.new[0].title, marked.also_new.title) == ("Xã Vĩnh Phước", "Xã Phước Long")
    assert reader.read("xã Phước Long, huyện Phước Long").also_new is None
    assert reader.read("xã Tân Hưng").also_new is None


def test_every_commune_of_today_is_known_by_its_name(
    reader: Reader, communes: list[NewUnit]
) -> None:
    for one in communes:
        answer = reader.read(f"{one.title}, tỉnh Cà Mau")
        assert one in (*answer.new, answer.also_new), one.title


def test_a_chosen_unit_keeps_the_house_and_the_street(reader: Reader) -> None:
    answer = reader.unit("31819", "12 Trần Huỳnh, phường 5")
    assert (answer.outcome, answer.front) == ("found", "12 Trần Huỳnh")
    assert reader.unit("31819", "nothing of it").front == ""


def test_the_kinds_are_those_of_the_law() -> None:
    assert KINDS == {"ward": "Phường", "commune": "Xã", "township": "Thị trấn"}


def test_long_and_repeated_words_take_no_long_time(reader: Reader, table: Table) -> None:
    for text in ("xã " * 66, "p5" * 100, "thị trấn " * 22, "Tân Hưng " * 22, "cũ " * 66):
        reader.read(text)
        reader.unit(next(iter(table.old)), text)


@pytest.mark.parametrize(
    "typed",
    [
        "Xã Tân Thành, TP Cà Mau và xã Tân Thuận, huyện Đầm Dơi",
        "Phường 5, Bạc Liêu, phường 5 Cà Mau",
    ],
)
def test_two_units_in_one_line_are_two_addresses(reader: Reader, typed: str) -> None:
    assert reader.read(typed).outcome == "several"


@pytest.mark.parametrize(
    ("typed", "same_as"),
    [
        (
            "Hamlet 4, Khanh Hai Commune, Tran Van Thoi District, Ca Mau Province, Vietnam",
            "Xã Khánh Hải, huyện Trần Văn Thời, tỉnh Cà Mau",
        ),
        ("Ward 5, Ca Mau City", "Phường 5, thành phố Cà Mau"),
        ("thị trấn Hộ Phòng, huyện Giá Rai, tỉnh Minh Hải", "Thị trấn Hộ Phòng, thị xã Giá Rai"),
    ],
)
def test_english_kinds_and_the_province_of_before_are_read(
    reader: Reader, typed: str, same_as: str
) -> None:
    answer, wanted = reader.read(typed), reader.read(same_as)
    assert (answer.outcome, answer.old, answer.new) == (wanted.outcome, wanted.old, wanted.new)
    assert answer.outcome not in ("unknown", "elsewhere")


def test_a_commune_of_today_under_an_old_kind_is_not_a_question_without_choices(
    reader: Reader,
) -> None:
    for typed in ("tt gia rai", "xã Bạc Liêu"):
        answer = reader.read(typed)
        assert answer.old or answer.outcome not in ("mismatch", "namesakes"), typed
