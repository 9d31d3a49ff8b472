"""When a dossier is due, and how much time is left, in words."""

from datetime import datetime, timedelta
from math import ceil

from camaug_sdk import Words
from camaug_sdk.records import DossierLine, Status
from camaug_track_dossier.statuses import RUNNING, runs

MINUTES_AN_HOUR, MINUTES_A_DAY = 60, 8 * 60
"""Of office time."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def headline(t: Words, line: DossierLine) -> str:
    """The one thing to know: what it waits for, or when the result is promised."""
    if line.supplemented_at is not None:
        return t("headline.supplied")
    if line.status not in RUNNING:
        return t(f"headline.{int(line.status)}")
    if line.due_at is None:
        return t("headline.no_due")
    if line.appointed_at is not None and line.appointed_at > line.due_at:
        return t("headline.appointed", due=t.moment(line.appointed_at))
    return t("headline.due", due=t.moment(line.due_at))


def is_late(line: DossierLine, now: datetime) -> bool:
    """Whether the clock runs and the promised time has passed."""
    return runs(line) and line.due_at is not None and line.due_at < now


def left(t: Words, line: DossierLine, now: datetime) -> str:
    """Office time left until the promised moment; what has no such moment says why.

    Without the office's count, the time by the calendar.
    """
    if line.supplemented_at is not None and not is_late(line, now):
        return t("left.supplied", moment=t.moment(line.supplemented_at))
    if line.status is Status.SUBMITTED:
        # No clock runs yet: how long it has waited is all that a desk can be reminded by.
        return t("left.1", span=span(t, now - line.submitted_at))
    if not runs(line):
        # Before acceptance there is no clock that could stop.
        new = line.status is Status.SUPPLEMENT_REQUESTED and line.accepted_at is None
        return t("left.5_new" if new else f"left.{int(line.status)}")
    if line.work_minutes_left is not None:
        late = line.work_minutes_left < 0 or is_late(line, now)
        return t(f"left.{'late' if late else 'more'}", span=work(t, abs(line.work_minutes_left)))
    if line.due_at is None:
        return t("left.no_due")
    gap = line.due_at - now
    way = "late" if gap < timedelta() else "more"
    return t(f"left.{way}", span=span(t, abs(gap)))


def span(t: Words, gap: timedelta) -> str:
    """A stretch of time in its largest unit: minutes below an hour, hours below two days."""
    if gap < HOUR:
        return t("span.minutes", count=max(1, gap // timedelta(minutes=1)))
    if gap < 2 * DAY:
        return t("span.hours", count=gap // HOUR)
    return t("span.days", count=gap // DAY)


def work(t: Words, minutes: int) -> str:
    """A stretch of office time: minutes below an hour, hours below two office days, days."""
    if minutes < MINUTES_AN_HOUR:
        return t("work.minutes", count=minutes)
    if minutes < 2 * MINUTES_A_DAY:
        return t("work.hours", count=minutes // MINUTES_AN_HOUR)
    return t("work.days", count=minutes // MINUTES_A_DAY)


def within(t: Words, minutes: int) -> str:
    """The least whole stretch of office time that holds `minutes`: hours, then days."""
    if minutes <= MINUTES_A_DAY:
        return t("work.hours", count=max(1, ceil(minutes / MINUTES_AN_HOUR)))
    return t("work.days", count=ceil(minutes / MINUTES_A_DAY))


def passed(line: DossierLine, now: datetime) -> float | None:
    """The share of the time between acceptance and promise that has passed, 0 to 1."""
    if not runs(line) or line.accepted_at is None or line.due_at is None:
        return None
    whole = (line.due_at - line.accepted_at).total_seconds()
    gone = (now - line.accepted_at).total_seconds()
    return min(max(gone / whole, 0.0), 1.0) if whole > 0 else 1.0
