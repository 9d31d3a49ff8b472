"""When an announcement may go out: after a time in which it can be taken back, never at night."""

from datetime import datetime, time, timedelta
from typing import TypeAlias

import msgspec
from litestar.di import NamedDependency

from camaug.kernel.clock import LOCAL

OFF = "off"


class Pacing(msgspec.Struct, frozen=True, kw_only=True):
    """Hold time after the approval, and the quiet hours (local time) of ordinary announcements."""

    hold: timedelta
    quiet: tuple[time, time] | None

    def opens(self, at: datetime) -> datetime:
        """`at` itself, or the end of the quiet hours that it lies in."""
        if self.quiet is None:
            return at
        begin, end = self.quiet
        local = at.astimezone(LOCAL)
        clock = local.time()
        inside = begin <= clock < end if begin < end else clock >= begin or clock < end
        if not inside:
            return at
        morning = local.replace(
            hour=end.hour, minute=end.minute, second=0, microsecond=0, tzinfo=LOCAL
        )
        if morning <= local:
            morning += timedelta(days=1)
        return morning.astimezone(at.tzinfo)

    def send_after(self, approved_at: datetime) -> datetime:
        """When the sending of what is approved now begins."""
        return self.opens(approved_at + self.hold)


FromPacing: TypeAlias = NamedDependency[Pacing]
"""Argument `pacing`."""


def read(hold_seconds: int, quiet_hours: str) -> Pacing:
    """From the settings; `quiet_hours` is `HH:MM-HH:MM` or `off`. Raises `ValueError`."""
    hold = timedelta(seconds=hold_seconds)
    if quiet_hours == OFF:
        return Pacing(hold=hold, quiet=None)
    begin, end = (time.fromisoformat(one) for one in quiet_hours.split("-"))
    return Pacing(hold=hold, quiet=None if begin == end else (begin, end))
