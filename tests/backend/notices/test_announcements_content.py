from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from camaug.kernel.clock import LOCAL
from camaug.kernel.ids import uuid7
from camaug.notices import announcement_content, announcement_pacing
from camaug.notices.announcement_content import TEXT_LENGTH, TITLE_LENGTH
from camaug.notices.announcement_schemas import NewAnnouncement
from camaug_sdk.problems import Invalid

from .announcing import AN_XUYEN, GANH_HAO, WORDS

ALLOWED = [AN_XUYEN, GANH_HAO]


def errors(**changes: Any) -> list[tuple[str, str]]:
    new = NewAnnouncement(**(asdict(WORDS) | changes))
    try:
        announcement_content.read(new, ALLOWED)
    except Invalid as invalid:
        return [(one.pointer, one.code) for one in invalid.errors]
    return []


def test_what_people_write_is_taken() -> None:
    assert errors() == []
    assert errors(text_vi="Giá nước 1.234,5 đ/m³ – từ 01/12. Gọi 0290.3831.999 (8:00-17:00)!") == []


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("title_vi", None, "required"),
        ("title_vi", "  \n ", "required"),
        ("title_vi", "x" * (TITLE_LENGTH + 1), "too_long"),
        ("text_en", "x" * (TEXT_LENGTH + 1), "too_long"),
        ("title_vi", "Thông\u202ebáo", "hidden_characters"),
        ("text_vi", "Thông\u200bbáo", "hidden_characters"),
        ("text_vi", "a\u0000b", "hidden_characters"),
        ("title_en", "Р\u0430y now", "foreign_letters"),
        ("text_vi", "Vào https://dich-vu.example", "web_address"),
        ("text_vi", "Vào WWW.dich-vu", "web_address"),
        ("title_vi", "Vào camau-gov.vn ngay", "web_address"),
    ],
)
def test_what_a_swindler_would_write_is_refused(name: str, text: str | None, code: str) -> None:
    assert errors(**{name: text}) == [(f"/{name}", code)]


def test_every_error_is_told_at_once() -> None:
    assert errors(title_vi="", text_en="", scope=None) == [
        ("/title_vi", "required"),
        ("/text_en", "required"),
        ("/scope", "required"),
    ]
    assert errors(communes=[]) == [("/communes", "required")]
    assert errors(communes=[AN_XUYEN, "31825"]) == [("/communes", "not_your_commune")]


def test_decomposed_letters_become_one_and_communes_stand_in_order_once() -> None:
    new = NewAnnouncement(
        **(asdict(WORDS) | {"title_vi": "Triê\u0300u", "communes": [AN_XUYEN, GANH_HAO, AN_XUYEN]})
    )
    content = announcement_content.read(new, ALLOWED)
    assert content.title_vi == "Triều"
    assert content.communes == [GANH_HAO, AN_XUYEN]


@pytest.mark.parametrize("name", ["title_vi", "text_vi", "title_en", "text_en", "communes"])
def test_the_hash_covers_every_word_and_commune_and_the_version(name: str) -> None:
    first, announcement_id = announcement_content.read(WORDS, ALLOWED), uuid7()
    changed: Any = [AN_XUYEN] if name == "communes" else "Khác"
    other = announcement_content.read(NewAnnouncement(**(asdict(WORDS) | {name: changed})), ALLOWED)
    digests = {
        announcement_content.digest(announcement_id, 1, first),
        announcement_content.digest(announcement_id, 1, other),
        announcement_content.digest(announcement_id, 2, first),
        announcement_content.digest(uuid7(), 1, first),
    }
    assert len(digests) == 4


@given(
    minutes=st.integers(0, 4 * 365 * 24 * 60),
    quiet=st.sampled_from(["21:00-06:00", "12:00-13:30", "00:00-05:00", "23:30-00:15"]),
)
def test_nothing_opens_inside_the_quiet_hours_nor_later_than_their_end(
    minutes: int, quiet: str
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes, seconds=minutes % 60)
    pacing = announcement_pacing.read(0, quiet)
    opens = pacing.opens(at)
    assert at <= opens <= at + timedelta(hours=9)
    assert pacing.opens(opens) == opens
    if opens != at:
        assert f"{opens.astimezone(LOCAL):%H:%M}" == quiet.partition("-")[2]


def test_quiet_hours_can_be_off() -> None:
    at = datetime(2026, 11, 24, 18, tzinfo=UTC)
    assert announcement_pacing.read(60, "off").send_after(at) == at + timedelta(minutes=1)
    assert announcement_pacing.read(0, "07:00-07:00").send_after(at) == at
