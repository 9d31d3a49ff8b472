import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camaug.kernel.text import clean_line, fold, has_hidden, sort_key

ALPHABET = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)


def test_folding_drops_marks_and_case_and_knows_d_with_stroke() -> None:
    assert fold("Đăng ký  KHAI SINH") == "dang ky khai sinh"
    assert fold(unicodedata.normalize("NFD", "Hoà Bình")) == fold("hòa bình") == "hoa binh"


def test_a_line_keeps_its_letters_and_becomes_nfc() -> None:
    assert clean_line(unicodedata.normalize("NFD", "  Y  Bế̆n\u00a0Êban ")) == "Y Bế̆n Êban"


@pytest.mark.parametrize("hidden", ["\0", "\u202e", "\u200b", "\ufeff", "\x7f", "\u2066", "\b"])
def test_what_cannot_be_seen_is_found(hidden: str) -> None:
    assert has_hidden(f"Nguyễn{hidden}Văn")


@pytest.mark.parametrize("name", ["O'Brien", "Ksor H’Blâm", "ឌុក", "Nguyễn Thị Đăng Nguyệt", "Ý"])
def test_legal_names_hide_nothing(name: str) -> None:
    assert not has_hidden(name)


def test_vietnamese_order_puts_d_with_stroke_after_d_and_tones_last() -> None:
    names = ["Đất Mũi", "Cà Mau", "Ca Mau", "Dương", "An Xuyên", "Ấp", "Ăn"]
    assert sorted(names, key=sort_key) == [
        "An Xuyên", "Ăn", "Ấp", "Ca Mau", "Cà Mau", "Dương", "Đất Mũi",
    ]  # fmt: skip


@given(st.text(ALPHABET + " ", max_size=30))
def test_folded_text_folds_to_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()


@given(st.text(ALPHABET, min_size=1, max_size=12), st.text(ALPHABET, min_size=1, max_size=12))
def test_equal_keys_mean_equal_words(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)
