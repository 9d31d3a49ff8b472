from datetime import UTC, date, datetime

import pytest
from babel import Locale
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from camaug.kernel.i18n import Catalogue, MissingText, day, moment, money, negotiate, number
from camaug_sdk.records import Language

TEXTS = Catalogue(
    {
        "vi": {"a": "Chào {name}", "n": {"other": "{count} hồ sơ"}},
        "en": {"a": "Hello {name}", "n": {"one": "{count} dossier", "other": "{count} dossiers"}},
    }
)


def test_texts_are_filled_and_plural_forms_follow_the_language() -> None:
    assert TEXTS.text("vi", "a", name="Nguyệt") == "Chào Nguyệt"
    assert TEXTS.text("en", "n", count=1) == "1 dossier"
    assert TEXTS.text("en", "n", count=2) == "2 dossiers"
    assert TEXTS.text("vi", "n", count=1) == "1 hồ sơ"


@given(st.sampled_from(["vi", "en"]), st.integers(0, 10**13) | st.integers(0, 12))
def test_numbers_and_plurals_are_those_of_cldr(language: Language, count: int) -> None:
    assert number(language, count) == format_decimal(count, locale=language)
    assert number(language, -count) == format_decimal(-count, locale=language)
    forms = {"one": "{count} (one)", "other": "{count} (other)"}
    wanted = f"{count} ({Locale(language).plural_form(count)})"
    assert Catalogue({language: {"n": forms}}).text(language, "n", count=count) == wanted


def test_a_missing_text_is_an_error() -> None:
    with pytest.raises(MissingText):
        TEXTS.text("en", "b")


def test_moments_are_local_and_name_the_weekday() -> None:
    late = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    assert moment("vi", late) == "01:30 thứ Ba 24/11"
    assert moment("en", late) == "01:30 Tuesday 24/11"
    assert day("vi", date(2026, 11, 29)) == "Chủ nhật 29/11/2026"


def test_money_is_written_as_the_language_does() -> None:
    assert money("vi", 8000) == "8.000 đ"
    assert money("en", 1234567) == "1,234,567 VND"


@pytest.mark.parametrize(
    ("asked", "given"),
    [(None, "vi"), ("en-GB,en;q=0.9", "en"), ("fr, vi;q=0.5, en", "vi"), ("fr", "vi"), ("", "vi")],
)
def test_vietnamese_is_spoken_unless_english_is_asked_for_first(asked: str, given: str) -> None:
    assert negotiate(asked) == given
