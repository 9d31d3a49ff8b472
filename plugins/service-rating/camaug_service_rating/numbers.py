"""Numbers of a board: shares of what is shown, and how they are written."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, TypeAlias

from camaug_sdk import Words
from camaug_sdk.measures import SMALLEST_SHOWN, AgencyMonth, Figures

MOST_HIDDEN = SMALLEST_SHOWN - 1
MONTHS = 12
Months: TypeAlias = defaultdict[date, list[Figures]]


class Share(NamedTuple):
    """Per mille. `at_least`: some of the other side is hidden, and counted as the most it can be.

    So a share is reckoned from what is shown alone, and tells nothing more.
    """

    permille: int
    at_least: bool


class Total(NamedTuple):
    """The sum of what is shown; `at_least` when something is hidden."""

    sum: int
    at_least: bool


def total(counts: Iterable[int | None]) -> Total:
    """The sum of the counts that are shown."""
    given = list(counts)
    return Total(sum(one or 0 for one in given), None in given)


def share(pairs: Iterable[tuple[int | None, int | None]]) -> Share | None:
    """Of all pairs (what counts, what does not) together; None when there is nothing to say."""
    given = list(pairs)
    good = sum(one or 0 for one, _ in given)
    bad = sum(MOST_HIDDEN if other is None else other for _, other in given)
    hidden = any(None in pair for pair in given)
    if not good and (hidden or not bad):
        return None
    exact = good * 1000 / (good + bad)
    return Share(int(exact) if hidden else int(exact + 0.5), hidden)


def on_time(figures: Iterable[Figures]) -> Share | None:
    """What had a result by the promised time, of what had a promised time (tỷ lệ đúng hạn)."""
    return share((one.on_time, one.late) for one in figures)


def satisfied(figures: Iterable[Figures]) -> Share | None:
    """Ratings of 4 and 5 of all ratings (tỷ lệ hài lòng)."""
    return share((one.satisfied, one.unsatisfied) for one in figures)


def whole(t: Words, count: int) -> str:
    """`1.204` or `1,204`."""
    text = f"{count:,}"
    return text.replace(",", ".") if t.language == "vi" else text


def percent(t: Words, found: Share | None) -> str:
    """`98,5 %`, `at least 96 %`, or that there is no figure."""
    if found is None:
        return t("none")
    if found.at_least:
        return t("at_least", number=f"{found.permille // 10}\u00a0%")
    text = f"{found.permille // 10}.{found.permille % 10}\u00a0%"
    return text.replace(".", ",") if t.language == "vi" else text


def count(t: Words, number: int | None) -> str:
    """The count, or that it is too small to be shown."""
    return t("few", limit=SMALLEST_SHOWN) if number is None else whole(t, number)


def sum_of(t: Words, found: Total) -> str:
    """The sum, or `at least` it; all of it may be hidden."""
    if found.at_least and not found.sum:
        return t("hidden")
    number = whole(t, found.sum)
    return t("at_least", number=number) if found.at_least else number


def back(month: date, by: int) -> date:
    """The first day of the month that is so many months earlier."""
    number = month.year * 12 + month.month - 1 - by
    return date(number // 12, number % 12 + 1, 1)


def year_to(month: date) -> list[date]:
    """Twelve months, this one last."""
    return [back(month, by) for by in range(MONTHS - 1, -1, -1)]


def by_month(lines: Iterable[AgencyMonth]) -> Months:
    """The figures of all agencies, by month; a month without any has an empty list."""
    found: Months = defaultdict(list)
    for one in lines:
        found[one.month].append(one.figures)
    return found


def spelled(t: Words, month: date) -> str:
    """`tháng 11/2026`."""
    return t("month", month=month.month, year=month.year)
