"""Small counts are hidden where everybody reads (ẩn số nhỏ): a rule of this project.

A count of one to four is not told. Nor is any sum of counts: who adds up what is shown learns
nothing of what is hidden, and a second cell need not be hidden for the first one's sake. A rate is
told only when the counts it gives away may be told too. What is pending is the sum of all that was
told before, so it is told to the nearest five.
"""

from camaug_sdk.measures import SMALLEST_SHOWN, Figures


def shown(count: int) -> int | None:
    """The count, or None when it is small and not none."""
    return None if 0 < count < SMALLEST_SHOWN else count


def rounded(count: int) -> int | None:
    """The count to the nearest five, or None when it is small and not none."""
    small = shown(count)
    return small and (small + 2) // 5 * 5


def hide(figures: Figures) -> Figures:
    """Every figure by the rule."""
    told = {name: getattr(figures, name) for name in Figures.__struct_fields__}
    return Figures(**{name: n if n is None else shown(n) for name, n in told.items()})


def may_tell(*counts: int) -> bool:
    """Whether a rate may be told that gives these counts away."""
    return all(shown(abs(one)) is not None for one in counts)
