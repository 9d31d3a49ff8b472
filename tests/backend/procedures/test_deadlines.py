from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camaug.agencies.seed import read
from camaug.kernel.clock import LOCAL
from camaug.procedures.deadlines import WorkCalendar, due, left
from camaug_sdk.records import ProcedureTime

ROWS = list(read("holidays.tsv"))
WORK = WorkCalendar(
    holidays=frozenset(date.fromisoformat(r["date"]) for r in ROWS if r["kind"] == "holiday"),
    worked=frozenset(date.fromisoformat(r["date"]) for r in ROWS if r["kind"] != "holiday"),
)
YEARS = (datetime(2025, 1, 1), datetime(2029, 12, 1))  # noqa: DTZ001  (hypothesis adds the zone)
instants = st.datetimes(*YEARS, timezones=st.just(UTC))
units = st.sampled_from(["working_day", "day", "month", "same_day", "hour"])


def limit(value: float, unit: str, *, rule: bool = False) -> ProcedureTime:
    return ProcedureTime(value=value, unit=unit, same_day_15h_rule=rule)  # type: ignore[arg-type]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("accepted", "value", "unit", "rule", "expected"),
    [
        ("2026-11-23T08:00", 1, "working_day", False, "2026-11-25T17:00"),
        ("2027-02-04T10:00", 1, "working_day", False, "2027-02-11T17:00"),
        ("2026-11-25T15:00", 1, "same_day", True, "2026-11-25T17:00"),
        ("2026-11-25T15:01", 1, "same_day", True, "2026-11-26T17:00"),
        ("2026-11-29T09:00", 1, "same_day", False, "2026-11-30T17:00"),
        ("2026-11-27T16:59", 1, "hour", False, "2026-11-30T08:29"),
        ("2026-12-31T09:00", 2, "month", False, "2027-03-01T17:00"),
    ],
)
def test_due_times_follow_the_working_calendar(
    accepted: str, value: int, unit: str, rule: bool, expected: str
) -> None:
    assert due(limit(value, unit, rule=rule), local(accepted), WORK) == local(expected)


def test_without_a_time_in_the_source_there_is_no_due_date() -> None:
    assert due(ProcedureTime(), datetime(2026, 11, 25, 2, tzinfo=UTC), WORK) is None


def test_an_open_pause_leaves_the_due_date_open() -> None:
    asked = local("2026-11-25T09:00")
    assert due(limit(3, "working_day"), local("2026-11-25T08:00"), WORK, [(asked, None)]) is None


@given(instants, st.integers(1, 60), units)
def test_a_due_time_is_after_acceptance_and_within_office_hours(
    accepted: datetime, value: int, unit: str
) -> None:
    end = due(limit(value, unit), accepted, WORK)
    assert end is not None
    assert end > accepted
    assert WORK.is_working(end.date())
    assert any(opens < end <= closes for opens, closes in WORK.sessions(end.date()))


@given(instants, st.integers(1, 30), st.integers(0, 20_000), units)
def test_a_pause_never_makes_a_due_time_earlier(
    accepted: datetime, value: int, minutes: int, unit: str
) -> None:
    begin = accepted + timedelta(minutes=minutes // 3)
    paused = due(limit(value, unit), accepted, WORK, [(begin, begin + timedelta(minutes=minutes))])
    plain = due(limit(value, unit), accepted, WORK)
    assert paused is not None
    assert plain is not None
    assert paused >= plain


@given(instants, st.integers(1, 30), st.integers(1, 10_000), units)
def test_overlapping_pauses_count_once(
    accepted: datetime, value: int, minutes: int, unit: str
) -> None:
    start, end = accepted, accepted + timedelta(minutes=minutes)
    middle = start + (end - start) / 2
    whole = due(limit(value, unit), accepted, WORK, [(start, end)])
    parts = due(limit(value, unit), accepted, WORK, [(middle, end), (start, end), (start, middle)])
    assert whole == parts


@given(instants, st.integers(1, 2000))
def test_office_minutes_added_are_office_minutes_counted(start: datetime, minutes: int) -> None:
    begin = start.astimezone(LOCAL)
    assert WORK.minutes(begin, WORK.add_minutes(begin, minutes)) == pytest.approx(minutes)


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        ("2026-11-23T16:00", 60 + 480),  # 24/11 is a holiday
        ("2026-11-25T12:15", 240),
        ("2026-11-25T17:00", 0),
        ("2026-11-25T20:00", 0),
        ("2026-11-27T08:30", -480 - 60),
    ],
)
def test_the_time_left_is_office_time_and_negative_when_late(now: str, minutes: int) -> None:
    assert left(local("2026-11-25T17:00"), local(now), WORK) == minutes


@given(instants, st.integers(1, 2000))
def test_office_minutes_taken_back_are_office_minutes_counted(end: datetime, minutes: int) -> None:
    stop = end.astimezone(LOCAL)
    start = WORK.back_minutes(stop, minutes)
    assert WORK.minutes(start, stop) == pytest.approx(minutes)
    assert WORK.minutes(start + timedelta(seconds=1), stop) < minutes
