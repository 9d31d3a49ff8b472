from datetime import UTC, date, datetime

import pytest

from camaug.kernel.i18n import Catalogue, MissingText, day, moment, money, negotiate

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
