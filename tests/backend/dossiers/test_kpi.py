import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camaug import vectors
from camaug.dossiers import kpi, kpi_scores
from camaug.dossiers.kpi_verdicts import Change, History, Period, Verdict, judge
from camaug.kernel.clock import LOCAL
from camaug_sdk.records import Status

EXAMPLE = Path(__file__).parents[2] / "vectors" / "kpi_example.json"
LAW = kpi_scores.decision()
TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    """October 2026, as `05T08:00`; other months as `09-30T08:00`."""
    return datetime.fromisoformat(f"2026-{text}" if text[2] == "-" else f"2026-10-{text}").replace(
        tzinfo=LOCAL
    )


OCTOBER = Period(begin=at("01T00:00"), end=at("31T23:59:59"))


def changes(*told: tuple[int, str]) -> tuple[Change, ...]:
    return tuple(Change(status=Status(status), at=at(when)) for status, when in told)


def dossier(*told: tuple[int, str], due: str | None = None, **more: object) -> History:
    plain = History(
        code="H12.05-261005-0001",
        procedure_code="1.001193",
        agency="32002",
        channel=1,
        due_at=at(due) if due else None,
        statutory_max_days=None,
        history=changes(*told),
        rating=None,
        petitions=0,
        result_file=False,
        component_files=False,
        reused_components=0,
        written_result=True,
    )
    return msgspec.structs.replace(plain, **more)


def measure(told: Iterable[History], *agencies: str) -> kpi.Measures:
    return kpi.measure(told, OCTOBER, LAW, agencies, Decimal(1))


instants = st.integers(-20 * 1440, 50 * 1440).map(
    lambda minutes: (OCTOBER.begin + timedelta(minutes=minutes)).astimezone(UTC)
)
seen = instants.filter(lambda instant: instant <= OCTOBER.end)
_changes = st.lists(
    st.builds(Change, status=st.sampled_from(Status), at=instants),
    max_size=8,
    unique_by=lambda change: change.at,
).map(tuple)
_accepted_first = st.builds(
    lambda when, rest: (Change(status=Status.ACCEPTED, at=when), *rest), instants, _changes
)
histories = st.builds(
    History,
    code=st.uuids().map(str),
    procedure_code=st.sampled_from(["1.001193", "1.004222"]),
    agency=st.sampled_from(["32002", "31972", "31825"]),
    channel=st.sampled_from([1, 2, 3]),
    due_at=st.none() | instants,
    statutory_max_days=st.none() | st.integers(0, 40).map(Decimal),
    history=_accepted_first | _changes,
    rating=st.sampled_from([None, "like", "dislike"]),
    petitions=st.integers(0, 2),
    result_file=st.booleans(),
    component_files=st.booleans(),
    reused_components=st.integers(0, 2),
    written_result=st.booleans(),
)
many = st.lists(histories, max_size=12, unique_by=lambda one: one.code)


def test_every_figure_of_the_example_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert vectors.run("kpi", EXAMPLE, None) == 0
    assert capsys.readouterr().out == "agree 89 of 89\n"


def test_a_wrong_figure_and_a_figure_we_do_not_give_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = msgspec.json.decode(EXAMPLE.read_bytes())
    body["expected"]["on_time_overall"]["points"] = 13.88
    body["expected"]["verdicts"][3]["verdict"] = "on"
    body["expected"]["digitisation"].append({"indicator": "4.4", "rate_percent": None})
    file = tmp_path / "kpi.json"
    file.write_bytes(msgspec.json.encode(body))
    assert vectors.run("kpi", file, None) == 1
    told = capsys.readouterr().out
    assert "on_time_overall points" in told
    assert "expected 13.88\n    got      13.89" in told
    assert "verdicts H12.99.01-261006-0004 verdict: 2 at 2026-10-06T10:00:00+07:00" in told
    assert "digitisation 4.4 rate_percent: \n    expected None\n    got      nothing" in told
    assert "agree 87 of 90" in told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"dossiers"', b'"files"'),
        (b"2026-10-05T08:00:00+07:00", b"2026-10-05T08:00:00"),
        (b'"status": 9', b'"status": 11'),
        (b'"to": "2026-10-31', b'"to": "2026-09-30'),
        (b'"channel": 2', b'"channel": 4'),
        (b"{", b"" ),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_no_success(
    tmp_path: Path, before: bytes, after: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kpi.json"
    file.write_bytes(EXAMPLE.read_bytes().replace(before, after, 1))
    assert vectors.run("kpi", file, None) == vectors.UNUSABLE
    assert "cannot use" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("told", "due", "verdict"),
    [
        ([(2, "05T08:00"), (9, "06T08:00"), (10, "09T08:00")], "07T17:00", "on"),
        ([(2, "05T08:00"), (10, "09T08:00")], "07T17:00", "late"),
        ([(2, "05T08:00"), (8, "07T17:00"), (7, "09T08:00")], "07T17:00", "on"),
        ([(2, "05T08:00"), (7, "08T08:00")], "07T17:00", "late"),
        ([(1, "05T08:00"), (7, "05T09:00")], None, "excl"),
        ([(2, "05T08:00"), (5, "06T08:00")], "07T17:00", "on"),
        ([(2, "05T08:00"), (5, "06T08:00"), (4, "20T08:00")], "07T17:00", "open_late"),
        ([(2, "30T08:00"), (4, "30T09:00")], "11-03T17:00", "open_ok"),
        ([(2, "09-05T08:00"), (9, "09-30T23:59")], "09-20T17:00", "excl"),
        ([(2, "09-05T08:00"), (9, "01T00:00")], "09-20T17:00", "late"),
        ([(2, "11-01T00:00")], "11-05T17:00", "excl"),
        ([(1, "02T08:00"), (5, "03T08:00"), (2, "05T08:00"), (5, "06T08:00"), (4, "07T08:00")],
         "11-05T17:00", "open_late"),
    ],
)  # fmt: skip
def test_the_verdict_is_that_of_the_rules(
    told: list[tuple[int, str]], due: str | None, verdict: Verdict
) -> None:
    assert judge(dossier(*told, due=due), OCTOBER).verdict == verdict


@pytest.mark.parametrize(("late", "verdict"), [(timedelta(), "on"), (TICK, "late")])
def test_without_a_due_date_waiting_for_a_supplement_is_not_counted(
    late: timedelta, verdict: Verdict
) -> None:
    steps = changes((2, "05T08:00"), (5, "07T08:00"), (4, "12T08:00"), (9, "16T08:00"))
    steps = (*steps[:3], msgspec.structs.replace(steps[3], at=steps[3].at + late))
    told = dossier(history=steps, statutory_max_days=Decimal(6))
    assert judge(told, OCTOBER).verdict == verdict


def test_what_no_time_limits_counts_nowhere_and_is_told() -> None:
    found = measure([dossier((2, "05T08:00"), (9, "06T08:00"))]).overall
    assert (found.population, found.excluded, found.unlimited) == (0, 1, 1)


def test_a_result_counts_where_it_is_finished_or_in_writing() -> None:
    due, steps = "31T17:00", [(2, "05T08:00"), (9, "06T08:00")]
    unfinished = dossier(*steps[:1], due=due, channel=2, result_file=True)
    at_counter = dossier(*steps, due=due, result_file=True)
    unwritten = dossier(*steps, due=due, channel=2, result_file=True, written_result=False)
    found = measure([unfinished, at_counter, unwritten]).overall
    counts = {
        name: (found.indicator(name).numerator, found.indicator(name).denominator)
        for name in ("3.3", "4.1", "4.2")
    }
    assert counts == {"3.3": (1, 3), "4.1": (1, 1), "4.2": (0, 2)}


@given(histories, st.integers(0, 30 * 1440), st.sampled_from([3, 7, 8, 9, 10]))
def test_a_dossier_ended_at_its_due_instant_is_on_time_and_a_moment_later_late(
    told: History, minutes: int, last: int
) -> None:
    ended = OCTOBER.begin + timedelta(minutes=minutes)
    steps = (Change(status=Status.ACCEPTED, at=ended - timedelta(days=3)),)
    steps = (*steps, Change(status=Status(last), at=ended))
    equal = msgspec.structs.replace(told, history=steps, due_at=ended)
    assert judge(equal, OCTOBER).verdict == "on"
    earlier = msgspec.structs.replace(told, history=steps, due_at=ended - TICK)
    assert judge(earlier, OCTOBER).verdict == "late"


@given(histories, seen, seen)
def test_a_second_request_for_a_supplement_is_late(
    told: History, first: datetime, second: datetime
) -> None:
    asked = tuple(Change(status=Status.SUPPLEMENT_REQUESTED, at=one) for one in (first, second))
    found = judge(msgspec.structs.replace(told, history=told.history + asked), OCTOBER)
    gone = found.ended_at is not None and found.ended_at < OCTOBER.begin
    if found.accepted_at is None or gone:
        assert found.verdict == "excl"
    else:
        assert found.verdict == ("open_late" if found.ended_at is None else "late")
    assert not found.unlimited


@given(many, _changes)
def test_what_comes_after_the_period_changes_nothing(
    told: list[History], later: tuple[Change, ...]
) -> None:
    moved = tuple(
        msgspec.structs.replace(one, at=OCTOBER.end + TICK + abs(one.at - OCTOBER.end))
        for one in later
    )
    longer = [msgspec.structs.replace(one, history=one.history + moved) for one in told]
    assert measure(longer) == measure(told)


@given(many, st.randoms(use_true_random=False))
def test_neither_the_order_of_dossiers_nor_of_changes_matters(
    told: list[History], chance: random.Random
) -> None:
    stirred = [
        msgspec.structs.replace(one, history=tuple(chance.sample(one.history, len(one.history))))
        for one in chance.sample(told, len(told))
        if len({change.at for change in one.history}) == len(one.history)
    ]
    kept = [one for one in told if one.code in {other.code for other in stirred}]
    ours, theirs = measure(kept), measure(stirred)
    assert ours.overall == theirs.overall
    assert ours.agencies == theirs.agencies
    assert ours.procedure_times == theirs.procedure_times
    by_code = {one.code: one for one in theirs.verdicts}
    assert [by_code[one.code] for one in ours.verdicts] == ours.verdicts


@given(many)
def test_the_whole_is_the_sum_of_its_agencies(told: list[History]) -> None:
    found = measure(told, "32191")
    whole, parts = found.overall, found.agencies
    for name in ("population", "in_time", "late", "excluded", "unlimited", "disputed", "accepted"):
        assert getattr(whole, name) == sum(getattr(one, name) for one in parts)
    for name in ("2.1", "3.3", "4.1", "4.2", "4.3"):
        for side in ("numerator", "denominator"):
            of_parts = [getattr(one.indicator(name), side) for one in parts]
            assert getattr(whole.indicator(name), side) == sum(of_parts)
    assert whole.population + whole.excluded == len(told)


@given(many)
def test_a_score_is_the_sum_of_the_points_under_it(told: list[History]) -> None:
    whole = measure(told).overall
    below = [one for group in whole.groups for one in group.indicators if one.points is not None]
    if not below:
        assert whole.score.points is None
        return
    assert whole.score.points is not None
    shown = sum((one.points for one in below if one.points is not None), Decimal())
    assert abs(whole.score.points - shown) <= Decimal("0.005") * (len(below) + 1)
    assert whole.score.measured_max == sum(one.max for one in below if one.max is not None)
    for one in below:
        assert one.points is not None
        assert one.max is not None
        assert 0 <= one.points <= one.max


def test_an_agency_without_dossiers_has_no_rates_and_no_points() -> None:
    found = measure([], "32191")
    [empty] = found.agencies
    assert empty.online_percent is None
    assert empty.score.points is None
    for group in empty.groups:
        assert group.score.points is None
        assert not group.score.complete
        assert all(one.rate_percent is None and one.points is None for one in group.indicators)
    assert (empty.indicator("2.1").measured, empty.indicator("2.1").denominator) == (True, 0)


def test_what_the_platform_cannot_tell_or_the_source_does_not_know_stays_open() -> None:
    told = dossier((2, "05T08:00"), (9, "06T08:00"), due="06T08:00", channel=2, result_file=True)
    found = measure([told]).overall
    open_ones = [one for group in found.groups for one in group.indicators if not one.measured]
    assert {"1.1", "3.1", "3.6", "4.4", "5.2"} <= {one.id for one in open_ones}
    assert all(one.numerator is None and one.points is None for one in open_ones)
    online = found.indicator("3.3")
    assert (online.rate_percent, online.max, online.points) == (Decimal(100), None, None)
    assert found.indicator("2.1").conversion_uncertain
    assert not found.indicator("5.4").conversion_uncertain
    scores = {group.no: group.score for group in found.groups}
    assert scores["2"] == kpi_scores.Score(
        points=Decimal(20), measured_max=Decimal(20), max=Decimal(20), complete=True
    )
    assert (scores["3"].points, scores["3"].complete) == (None, False)
    assert (scores["4"].measured_max, scores["4"].max) == (12, 22)
    assert (found.score.max, found.score.complete) == (100, False)


def test_without_the_factor_of_the_national_portal_online_results_are_counted_only() -> None:
    told = dossier((2, "05T08:00"), (9, "06T08:00"), due="06T08:00", channel=2, result_file=True)
    online = kpi.measure([told], OCTOBER, LAW).overall.indicator("3.3")
    assert (online.numerator, online.denominator) == (1, 1)
    assert (online.measured, online.rate_percent) == (False, None)
    halved = kpi.measure([told], OCTOBER, LAW, sync_factor=Decimal("0.5")).overall
    assert halved.indicator("3.3").rate_percent == Decimal(50)


def test_the_time_of_a_procedure_leaves_pauses_out() -> None:
    one = dossier((2, "05T08:00"), (5, "05T10:00"), (4, "06T10:00"), (9, "06T11:00"))
    two = dossier((2, "05T08:00"), (9, "05T08:10"))
    [time] = measure([one, two]).procedure_times
    assert (time.finished, time.average_hours) == (2, Decimal("1.58"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1/8", "0.13"), ("0.005", "0.01"), ("0.00499", "0.00"), ("2.675", "2.68"), ("25/36", "0.69")],
)
def test_rounding_is_half_up(value: str, shown: str) -> None:
    assert str(kpi_scores.rounded(Fraction(value))) == shown


@pytest.mark.parametrize(
    ("ratio", "target", "expected"),
    [("1/2", "1", "2"), ("0.8", "0.8", "4"), ("0.9", "0.8", "4"), ("0.4", "0.8", "2"),
     ("0", "0.8", "0"), ("0", "0", "4"), ("3/2", "1", "4")],
)  # fmt: skip
def test_points_are_all_from_the_target_on(ratio: str, target: str, expected: str) -> None:
    got = kpi_scores.points(Fraction(ratio), Fraction(4), Fraction(target))
    assert got == Fraction(expected)


def test_the_copy_of_the_decision_adds_up() -> None:
    assert sum(group.max for group in LAW.groups) == LAW.total == 100
    for group in LAW.groups:
        known = [rule.max for rule in group.indicators if rule.max is not None]
        if len(known) == len(group.indicators):
            assert sum(known) == group.max
    ids = [rule.id for group in LAW.groups for rule in group.indicators]
    assert len(set(ids)) == len(ids)
