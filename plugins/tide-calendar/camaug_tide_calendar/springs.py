"""Spring and neap days (nước rong, nước kém), by the range of the tide itself.

Not by the moon's phase: where the tide is diurnal its fortnight follows the moon's declination.
"""

from collections.abc import Sequence
from typing import Literal

AROUND = 5
"""Days on each side among which the range is the greatest or least; fortnights are 13.7 to 14.8."""
Kind = Literal["spring", "neap"]


def springs(ranges: Sequence[float]) -> list[Kind | None]:
    """What each day is, by the ranges of successive days in metres.

    The `AROUND` days at either end cannot be judged and are left out of the answer.
    """
    return [_kind(ranges, day) for day in range(AROUND, len(ranges) - AROUND)]


def _kind(ranges: Sequence[float], day: int) -> Kind | None:
    near = ranges[day - AROUND : day + AROUND + 1]
    if ranges[day] == max(near):
        return "spring"
    return "neap" if ranges[day] == min(near) else None
