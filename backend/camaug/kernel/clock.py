"""The time, injected, so that a test can hold or move it. People see Asia/Ho_Chi_Minh."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

LOCAL = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Viet Nam has kept +07:00 without daylight saving since 1975-06-13."""


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """The present instant, UTC, with time zone."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class HeldClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant at which the clock is held."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Move the clock, backwards with a negative `by`."""
        self._at += by


def local_date(at: datetime) -> date:
    """The calendar date in Asia/Ho_Chi_Minh."""
    return at.astimezone(LOCAL).date()
