"""How spans of time are told."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from camaug_sdk import Words
from camaug_sdk.records import Language, Status
from camaug_track_dossier import times

from .test_pages import LINE, NOW

Speak = Callable[[str, Language], Words]


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (timedelta(seconds=10), "1 phút"),
        (timedelta(minutes=59), "59 phút"),
        (timedelta(hours=30), "30 giờ"),
        (timedelta(hours=49), "2 ngày"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(words: Speak, gap: timedelta, text: str) -> None:
    assert times.span(words("track-dossier", "vi"), gap) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (20, "còn 20 phút làm việc"),
        (301, "còn 5 giờ làm việc"),
        (960, "còn 2 ngày làm việc"),
        (-90, "quá 1 giờ làm việc"),
    ],
)
def test_office_time_is_told_as_such(words: Speak, minutes: int, text: str) -> None:
    line = msgspec.structs.replace(
        LINE, status=Status.ACCEPTED, due_at=NOW + timedelta(days=9), work_minutes_left=minutes
    )
    assert times.left(words("track-dossier", "vi"), line, NOW) == text


def test_what_was_supplied_says_so(words: Speak) -> None:
    line = msgspec.structs.replace(
        LINE, status=Status.SUPPLEMENT_REQUESTED, supplemented_at=NOW, work_minutes_left=60
    )
    assert times.left(words("track-dossier", "vi"), line, NOW) == "đã bổ sung 09:00 thứ Ba 24/11"


def test_no_clock_stops_that_never_ran(words: Speak) -> None:
    t = words("track-dossier", "vi")
    asked = msgspec.structs.replace(LINE, status=Status.SUPPLEMENT_REQUESTED)
    assert times.left(t, asked, NOW) == "chờ người dân bổ sung"
    accepted = msgspec.structs.replace(asked, accepted_at=NOW)
    assert times.left(t, accepted, NOW) == "đồng hồ dừng"


def test_what_was_supplied_and_is_late_says_that_it_is_late(words: Speak) -> None:
    t = words("track-dossier", "vi")
    line = msgspec.structs.replace(
        LINE, status=Status.SUPPLEMENT_REQUESTED, accepted_at=NOW, due_at=NOW, supplemented_at=NOW,
        work_minutes_left=-480,
    )  # fmt: skip
    assert times.is_late(line, NOW + timedelta(hours=8))
    assert times.left(t, line, NOW + timedelta(hours=8)) == "quá 8 giờ làm việc"


def test_what_is_not_accepted_says_how_long_it_has_waited(words: Speak) -> None:
    t, later = words("track-dossier", "vi"), LINE.submitted_at + timedelta(days=20)
    assert times.left(t, LINE, later) == "chưa tiếp nhận, đã chờ 20 ngày"
