"""Whether a dossier (hồ sơ) was handled in time, as indicator 2.1 of Decision 766/QĐ-TTg asks.

Nothing here reads a database: a history is what the caller tells, up to the end of a period.

- The end is the time of status 9, else of 10, else of 8 or 3, else of 7 (the last such entry), else
  of the request for a supplement that the dossier still waits for. Without an end it is open and is
  compared with the end of the period.
- `due_at` has been moved by the pauses already. Where there is none, the time from acceptance to
  the end without waiting for supplements is compared with the longest time that the law allows.
- An end that is followed by work (1, 2, 4, 5 or 6 after 3, 8 or 9) was reopened and is none: only
  what came after the last reopening ends the dossier. Its promise stays, so that it is late from
  then on where it was reopened to be done better. The tables of 766 know no reopening: this is how
  the counters of `dossier_tally` count it too.
- A second request for a supplement makes a dossier late, whatever the dates. One made before
  acceptance counts as well: the rule speaks of the whole history.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from camaug_sdk.records import Status

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Verdict = Literal["on", "late", "open_ok", "open_late", "excl"]
"""In time or late; still open and not yet, or already, late; outside the indicator."""
MOST_REQUESTS = 1
"""Requests for a supplement (yêu cầu bổ sung) that a dossier in time may have."""
_WORK = frozenset({1, 2, 4, 5, 6})
_REOPENED = frozenset({Status.REFUSED, Status.STOPPED, Status.COMPLETED})
_TICK, _TICKS_A_DAY = timedelta(microseconds=1), 86_400_000_000


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """The reporting period (kỳ báo cáo), both instants in it. `ValueError` if it ends too soon."""

    begin: Instant = msgspec.field(name="from")
    end: Instant = msgspec.field(name="to")

    def __post_init__(self) -> None:
        """A period has a length."""
        if self.end < self.begin:
            raise ValueError("a period that ends before it begins")

    def has(self, instant: datetime | None) -> bool:
        """Whether something happened in the period; what never happened did not."""
        return instant is not None and self.begin <= instant <= self.end


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """From `at` on the dossier is in that status (trạng thái)."""

    status: Status
    at: Instant


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What the indicators ask of one dossier; all but the changes is as at the end of the period.

    `agency` is the commune or other unit that answers for it. `due_at` (ngày hẹn trả) is the last
    one fixed. `channel` (kênh thực hiện): 1 counter, 2 online, 3 post. Of ratings only `dislike`
    counts; `petitions` are those about this dossier (phản ánh, kiến nghị). `written_result`: the
    procedure gives its result in writing. `reused_components`: papers that were taken from what
    had been digitised before (thành phần tái sử dụng).
    """

    code: str
    procedure_code: str
    agency: str = msgspec.field(name="commune_code")
    channel: Literal[1, 2, 3]
    due_at: Instant | None
    statutory_max_days: Decimal | None
    history: tuple[Change, ...]
    rating: str | None
    petitions: Count
    result_file: bool
    component_files: bool
    reused_components: Count
    written_result: bool

    @property
    def disputed(self) -> bool:
        """Whether somebody complained of it or disliked how it was handled."""
        return self.petitions > 0 or self.rating == "dislike"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict and the instants it rests on.

    `finished_at` is the time of status 9, else of 10. `spent` is from acceptance to the end, or to
    the end of the period, without waiting for supplements. `unlimited`: it counts nowhere, for it
    has neither a due date nor a longest time; told, so that leaving them out gains nothing unseen.
    """

    code: str
    verdict: Verdict
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    finished_at: datetime | None = None
    spent: timedelta | None = None
    unlimited: bool = False

    @property
    def counts(self) -> bool:
        """Whether it belongs to the population of 2.1 and 5.4."""
        return self.verdict != "excl"

    @property
    def in_time(self) -> bool:
        """Before or on time, or still open with time left (trước hạn, đúng hạn, trong hạn)."""
        return self.verdict in ("on", "open_ok")


def judge(told: History, period: Period) -> Judged:
    """The verdict on one dossier at the end of a period; the order of its changes is by time."""
    seen = _without_reopened(sorted((o for o in told.history if o.at <= period.end), key=_at))
    finished = _last(seen, Status.COMPLETED) or _last(seen, Status.RETURNED)
    start = next((i for i, one in enumerate(seen) if one.status == Status.ACCEPTED), None)
    if start is None:
        return Judged(code=told.code, verdict="excl", finished_at=finished)
    since = seen[start:]
    ended = _ended(since, finished)
    until = ended or period.end
    spent = until - since[0].at - _waited(since, until)
    in_time = _in_time(told, until, spent)
    if sum(one.status == Status.SUPPLEMENT_REQUESTED for one in seen) > MOST_REQUESTS:
        in_time = False
    gone = ended is not None and ended < period.begin
    return Judged(
        code=told.code,
        verdict="excl" if gone else _verdict(in_time, is_open=ended is None),
        accepted_at=since[0].at,
        ended_at=ended,
        finished_at=finished,
        spent=spent,
        unlimited=in_time is None and not gone,
    )


def _without_reopened(seen: Sequence[Change]) -> list[Change]:
    """Leave out the ends that a reopening took back."""
    last = max((n for n, one in enumerate(seen) if one.status in _WORK), default=-1)
    return [one for n, one in enumerate(seen) if n > last or one.status not in _REOPENED]


def _at(change: Change) -> datetime:
    return change.at


def _last(changes: Iterable[Change], *statuses: Status) -> datetime | None:
    return max((one.at for one in changes if one.status in statuses), default=None)


def _ended(since: Sequence[Change], finished: datetime | None) -> datetime | None:
    waits = since[-1].status == Status.SUPPLEMENT_REQUESTED
    return (
        finished
        or _last(since, Status.STOPPED, Status.REFUSED)
        or _last(since, Status.WITHDRAWN)
        or (since[-1].at if waits else None)
    )


def _waited(since: Sequence[Change], until: datetime) -> timedelta:
    return sum(
        (
            min(following.at, until) - min(one.at, until)
            for one, following in pairwise(since)
            if one.status == Status.SUPPLEMENT_REQUESTED
        ),
        timedelta(),
    )


def _in_time(told: History, until: datetime, spent: timedelta) -> bool | None:
    """None: there is nothing to compare with."""
    if told.due_at is not None:
        return until <= told.due_at
    if told.statutory_max_days is not None:
        return spent // _TICK <= Fraction(told.statutory_max_days) * _TICKS_A_DAY
    return None


def _verdict(in_time: bool | None, *, is_open: bool) -> Verdict:
    if in_time is None:
        return "excl"
    if is_open:
        return "open_ok" if in_time else "open_late"
    return "on" if in_time else "late"
