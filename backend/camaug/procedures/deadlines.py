"""When a dossier is due: working time, holidays, worked Saturdays, pauses.

The rules are this project's, written above the cases in `domain/deadlines.tsv`; they are not a
quotation of law. Everything here is local time (Asia/Ho_Chi_Minh); office hours are 07:30-11:30
and 13:00-17:00, 480 minutes a day.
"""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil, floor

import msgspec

from camaug.kernel.clock import LOCAL
from camaug_sdk.records import ProcedureTime

HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
CLOSING = time(17)
MINUTES_A_DAY = 480
LATEST_SAME_DAY = time(15)
Pause = tuple[datetime, datetime | None]
"""Half-open `[start, end)`; an end of None is still open."""


class WorkCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """Which days are worked: Monday to Friday without `holidays`, and `worked` Saturdays."""

    holidays: frozenset[date]
    worked: frozenset[date]

    def is_working(self, day: date) -> bool:
        """Whether offices are open on `day`."""
        if day in self.worked:
            return True
        return day.weekday() < calendar.SATURDAY and day not in self.holidays

    def roll(self, day: date) -> date:
        """`day`, or the next working day when it is none."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself for 0."""
        for _ in range(count):
            day = self.roll(day + timedelta(days=1))
        return day

    def sessions(self, day: date) -> list[tuple[datetime, datetime]]:
        """The office hours of `day`, none on a day off."""
        if not self.is_working(day):
            return []
        return [(_at(day, start), _at(day, end)) for start, end in HOURS]

    def minutes(self, start: datetime, end: datetime) -> float:
        """Office minutes between two instants."""
        total, day = 0.0, start.date()
        while day <= end.date():
            for opens, closes in self.sessions(day):
                overlap = min(end, closes) - max(start, opens)
                total += max(0.0, overlap.total_seconds() / 60)
            day += timedelta(days=1)
        return total

    def add_minutes(self, start: datetime, minutes: float) -> datetime:
        """The earliest instant when `minutes` office minutes have run since `start`."""
        day, left = start.date(), minutes
        if left <= 0:
            return start
        while True:
            for opens, closes in self.sessions(day):
                begin = max(start, opens)
                available = (closes - begin).total_seconds() / 60
                if 0 < left <= available:
                    return begin + timedelta(minutes=left)
                left -= max(0.0, available)
            day += timedelta(days=1)

    def back_minutes(self, end: datetime, minutes: float) -> datetime:
        """The latest instant from which `minutes` office minutes have run until `end`."""
        day, left = end.date(), minutes
        if left <= 0:
            return end
        while True:
            for opens, closes in reversed(self.sessions(day)):
                stop = min(end, closes)
                available = (stop - opens).total_seconds() / 60
                if 0 < left <= available:
                    return stop - timedelta(minutes=left)
                left -= max(0.0, available)
            day -= timedelta(days=1)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, LOCAL)


def due(
    limit: ProcedureTime,
    accepted_at: datetime,
    work: WorkCalendar,
    pauses: Sequence[Pause] = (),
) -> datetime | None:
    """When the dossier is due. None: the source gives no time, or a pause is open.

    `accepted_at` starts the clock (valid acceptance, not submission).
    """
    if limit.value is None or limit.unit is None:
        return None
    start = accepted_at.astimezone(LOCAL)
    if limit.unit == "hour":
        return _due_hours(limit.value, start, work, _merged(pauses, start))
    day = _due_day(limit, start, work)
    counted = 0.0
    for begin, end in _merged(pauses, start):
        if begin >= _at(work.after(day, _days(counted)), CLOSING):
            break
        if end is None:
            return None
        counted += work.minutes(begin, end)
    return _at(work.after(day, _days(counted)), CLOSING)


def left(due_at: datetime, now: datetime, work: WorkCalendar) -> int:
    """Office minutes until the due time, negative when it has passed."""
    start, end = now.astimezone(LOCAL), due_at.astimezone(LOCAL)
    if end < start:
        return -floor(work.minutes(end, start))
    return floor(work.minutes(start, end))


def _days(minutes: float) -> int:
    """Whole working days for paused minutes: half a day or more counts as one."""
    return floor(minutes / MINUTES_A_DAY + 0.5)


def _due_hours(
    hours: float, start: datetime, work: WorkCalendar, pauses: Iterable[Pause]
) -> datetime | None:
    moment, needed = work.add_minutes(start, hours * 60), hours * 60
    for begin, end in pauses:
        if begin >= moment:
            break
        if end is None:
            return None
        needed += work.minutes(begin, end)
        moment = work.add_minutes(start, needed)
    return moment


def _due_day(limit: ProcedureTime, start: datetime, work: WorkCalendar) -> date:
    """The due day without pauses."""
    today, value = start.date(), ceil(limit.value or 0)
    match limit.unit:
        case "working_day":
            return work.after(today, value)
        case "day":
            return work.roll(today + timedelta(days=value))
        case "month":
            return work.roll(_months_later(today, value))
        case _:
            latest = LATEST_SAME_DAY if limit.same_day_15h_rule else CLOSING
            in_time = work.is_working(today) and start.time() <= latest
            return today if in_time else work.after(today, 1)


def _months_later(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _merged(pauses: Sequence[Pause], start: datetime) -> list[Pause]:
    """Local, clipped to the acceptance, ordered, overlapping ones as one."""
    merged: list[Pause] = []
    local = [(b.astimezone(LOCAL), e.astimezone(LOCAL) if e else None) for b, e in pauses]
    for begin, end in sorted(local, key=lambda pause: pause[0]):
        if end is not None and end <= start:
            continue
        begin = max(begin, start)  # noqa: PLW2901  (clipping is the point)
        if merged and (merged[-1][1] is None or begin <= merged[-1][1]):
            last_begin, last_end = merged[-1]
            joined = None if last_end is None or end is None else max(last_end, end)
            merged[-1] = (last_begin, joined)
        else:
            merged.append((begin, end))
    return merged
