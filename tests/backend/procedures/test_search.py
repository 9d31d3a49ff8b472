import unicodedata
from zlib import crc32

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camaug.agencies.seed import DATA, read
from camaug.kernel import db, kept
from camaug.kernel.text import fold
from camaug.kernel.web import Engines
from camaug.procedures.actions import ProceduresService
from camaug.procedures.search import Finder
from camaug.procedures.search_doubt import NUMBERS, Doubt, Signals, grams
from camaug.procedures.search_learning import Case, learn
from camaug_sdk.records import Procedure

BIRTH, MARRIAGE, LOST_CARD, CHANGED_CARD = "1.001193", "1.000894", "1.014064", "1.014063"
LOST_LAND, FISHING_BOAT_GONE, REPAIR = "1.012786", "1.003681", "1.013229"
CATALOGUE = msgspec.json.decode((DATA / "procedures.json").read_bytes(), type=list[Procedure])
FINDER = Finder(CATALOGUE)


def test_every_weight_of_the_file_counts_as_it_is_written() -> None:
    """No two grams share a checksum, and the sums of danger are those of the file."""
    rows = list(read("danger_words.tsv"))
    weights = {row["gram"]: float(row["weight"]) for row in rows}
    calm = Signals(ruled=False, guarded=False, urgent=False, ours=0.0, elsewhere=0.0)
    doubt = Doubt(rows)
    assert len({crc32(gram.encode()) for gram in weights}) == len(rows)
    for text in (*weights, "xyzzy", "nhà tôi đang cháy lớn", ""):
        wanted = sum(weights.get(gram, 0.0) for gram in ("=", *grams(text, calm)))
        assert doubt.danger(text, calm) == pytest.approx(wanted)


def first(question: str) -> str:
    answer = FINDER.answer(question)
    assert answer.kind == "hits", (question, answer)
    return answer.hits[0].code


@pytest.mark.parametrize("procedure", CATALOGUE, ids=lambda one: one.code)
def test_a_procedure_is_found_by_its_names_and_its_code(procedure: Procedure) -> None:
    for name in (procedure.short_name, procedure.name, procedure.name_en, procedure.code):
        found = FINDER.answer(name)
        assert found.hits, name
        assert procedure.code in [hit.code for hit in found.hits[:2]], name


@pytest.mark.parametrize(
    "typed",
    [
        "đăng ký kết hôn",
        "dang ky ket hon",
        "ĐĂNG KÝ KẾT HÔN",
        "đăng kí kết hôn",
        unicodedata.normalize("NFD", "đăng ký kết hôn"),
        "ddawng kys keets hoon",
        "d9a8ng ky1 ke61t ho6n",
        "dangkykethon",
        "dang kyy ket honn",
        "làm hôn thú",
        "đk kết hôn",
    ],
)
def test_ways_of_typing_are_one_question(typed: str) -> None:
    assert first(typed) == MARRIAGE


def test_marks_tell_apart_what_is_one_without_them() -> None:
    assert first("giấy phép sữa chữa nhà") == REPAIR
    assert FINDER.answer("cháy nhà").kind == "emergency"
    assert FINDER.answer("quán chay gần nhà").kind != "emergency"


def test_one_who_says_more_is_asked_back_less() -> None:
    vague, told = FINDER.answer("căn cước"), FINDER.answer("căn cước hết hạn")
    assert vague.kind == "clarify"
    assert {LOST_CARD, CHANGED_CARD} <= {hit.code for hit in vague.hits}
    assert told.kind == "hits"
    assert told.hits[0].code == CHANGED_CARD


def test_a_long_story_around_a_question_changes_nothing() -> None:
    story = (
        "Dạ chào anh chị, nhà em ở ấp Tân Hiệp xa lắm, bữa hổm em ra chợ có bị giựt mất cái bóp,"
        " trong đó có căn cước, giờ phải làm lại ở đâu, mấy ngày có, em sợ trễ việc công ty"
    )
    assert first(story) == LOST_CARD


def test_what_is_not_ours_comes_with_where_to_turn() -> None:
    answer = FINDER.answer("thủ tục ly hôn")
    assert answer.kind == "out_of_scope"
    assert "Tòa án" in (answer.advice("vi") or "")
    assert "Court" in (answer.advice("en") or "")


@pytest.mark.parametrize("question", ["", "   ", "?!", "🙂", "asdfgh qwerty", "\x00", "k" * 5000])
def test_nonsense_finds_nothing(question: str) -> None:
    answer = FINDER.answer(question)
    assert (answer.kind, answer.hits, answer.advice("vi")) == ("out_of_scope", [], None)


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    answer = FINDER.answer(text)
    if answer.kind == "emergency":
        assert set(answer.numbers) == set(NUMBERS)
    else:
        assert set(answer.numbers) in (set(), set(NUMBERS))
    assert (answer.kind in {"hits", "clarify"}) == bool(answer.hits)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("con tôi té xuống sông rồi", "114"),
        ("be bi duoi nuoc", "115"),
        ("dây điện đứt rớt xuống nước", "114"),
        ("day dien roi xuong nuoc ngap", "114"),
        ("nhà hàng xóm đang cháy", "114"),
        ("nha dang chay cuu voi", "114"),
        ("ba tôi không thở nữa", "115"),
        ("có người bị đâm", "113"),
        ("ghe bị chìm ngoài biển", "112"),
        ("bé gái bị xâm hại", "111"),
        ("my house is on fire", "114"),
        ("chị ơi cứu em, chồng em trợn mắt co quắp không biết làm sao hết", "115"),
        ("thang nho nha ben lot xuong kinh nay gio mo chua thay", "114"),
        (unicodedata.normalize("NFD", "cháy nhà"), "114"),
    ],
)
def test_danger_gets_the_number_to_call(question: str, number: str) -> None:
    answer = FINDER.answer(question)
    assert answer.kind == "emergency"
    assert number in answer.numbers


@pytest.mark.parametrize(
    "question",
    [
        "sổ đỏ bị cháy làm lại",
        "tàu chìm làm giấy gì",
        "đất bị sạt lở giảm diện tích",
        "đầm tôm có cần đăng ký",
        "dam tom",
        "mở quán chay",
        "dang ky ghe dang chay",
        "bị giật mất túi xách có cccd",
        "chết đuối làm giấy chứng tử",
        "sắp đẻ hưởng thai sản",
        "cháy nhà mất hết giấy tờ giờ làm lại căn cước",
        "giấy phép phòng cháy chữa cháy",
        "đâm đơn kiện hàng xóm lấn đất",
        "báo tử cho người chết do tai nạn",
        "học bơi chống đuối nước cho trẻ",
        "vợ tui mới sanh",
        "bơm nước vô vuông",
        "chồng em vừa mất",
        "bà nội em bị tai biến nằm một chỗ hai năm nay, có xin tiền nhà nước được không",
        "ba em đi biển mất tích 3 năm rồi giờ muốn làm giấy khai tử",
    ],
)
def test_a_question_about_papers_is_no_emergency(question: str) -> None:
    assert FINDER.answer(question).kind != "emergency"


@pytest.mark.parametrize("question", ["kính cửa sổ bể cắt vô tay", "ba kêu hoài không dậy"])
def test_a_doubtful_cry_gets_the_numbers_above_its_answer(question: str) -> None:
    answer = FINDER.answer(question)
    assert answer.kind != "emergency"
    assert set(answer.numbers) == set(NUMBERS)


def test_a_rule_says_which_number_comes_first() -> None:
    assert FINDER.answer("có người bị đâm").numbers[:2] == ["113", "115"]


def test_learning_is_the_same_each_time_and_tells_cries_from_papers() -> None:
    calm = Signals(ruled=False, guarded=False, urgent=False, ours=0.2, elsewhere=0.0)
    cry = Case(grams("cứu với có người té sông", calm), yes=True)
    paper = Case(grams("xin giấy khai sinh", calm._replace(ours=0.9)), yes=False)
    weights = learn([cry, paper] * 20)
    assert weights == learn([cry, paper] * 20)
    doubt = Doubt({"gram": gram, "weight": str(weight)} for gram, weight in weights.items())
    asked = "co nguoi te song"
    assert doubt.danger(asked, calm) > 0
    assert doubt.danger(asked, calm._replace(ours=0.9)) < doubt.danger(asked, calm)
    assert doubt.danger("giấy khai sinh", calm) < 0


def test_a_name_of_a_procedure_raises_no_doubt() -> None:
    names = [name for one in CATALOGUE for name in (one.name, one.short_name, one.name_en)]
    assert [name for name in names if FINDER.answer(name).numbers] == []


def test_nothing_that_names_a_procedure_is_an_emergency() -> None:
    names = [
        name for one in CATALOGUE for name in (one.name, one.short_name, one.name_en, *one.aliases)
    ]
    for file in ("phrases.tsv", "elsewhere.tsv"):
        names += [name for row in read(file) for name in row["phrases"].split("; ")]
    for name in names:
        for typed in (name, fold(name)):
            assert FINDER.answer(typed).kind != "emergency", typed


def test_words_of_the_data_name_procedures_that_exist() -> None:
    known = {procedure.code for procedure in CATALOGUE}
    for row in read("phrases.tsv"):
        assert set(row["codes"].split("|")) <= known, row["codes"]
    numbers = {n for row in read("emergencies.tsv") for n in (row["numbers"] or "").split("|")}
    assert numbers - {""} == {"111", "112", "113", "114", "115"}


async def test_the_service_answers_from_the_catalogue_in_the_database(engines: Engines) -> None:
    service = ProceduresService(engines)
    assert (await service.answer("lam giay khai sinh", limit=3)).hits[0].code == BIRTH
    assert (await service.answer("mất sổ đỏ")).hits[0].code == LOST_LAND
    assert (await service.answer("con tôi té xuống sông rồi")).hits == []


async def test_a_change_of_the_catalogue_is_found(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = ProceduresService(engines)
    question = "xóa đăng ký tàu cá"
    assert (await service.answer(question)).hits[0].code == FISHING_BOAT_GONE
    async with db.transaction(engines.pool) as conn:
        await conn.execute("delete from procedure where code = $1", FISHING_BOAT_GONE)
    assert (await service.answer(question)).hits[0].code == FISHING_BOAT_GONE
    monkeypatch.setattr(kept, "LOOK_EVERY", 0.0)
    assert FISHING_BOAT_GONE not in [hit.code for hit in (await service.answer(question)).hits]
