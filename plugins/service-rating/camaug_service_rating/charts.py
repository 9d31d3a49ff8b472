"""The charts of the boards: twelve months."""

from collections.abc import Sequence
from datetime import date

from camaug_sdk import Words
from camaug_sdk.screens import Chart, Series
from camaug_service_rating import numbers
from camaug_service_rating.numbers import Months


def results(t: Words, told: Months, months: Sequence[date]) -> Chart:
    """What had a result, on time and late."""
    named = (("on_time", "good"), ("late", "warn"))
    series: list[Series] = []
    for name, tone in named:
        sums = [numbers.total(getattr(one, name) for one in told[month]) for month in months]
        series.append(
            Series(
                name=t(name),
                values=[float(one.sum) for one in sums],
                texts=[numbers.sum_of(t, one) for one in sums],
                tone="good" if tone == "good" else "warn",
            )
        )
    return Chart(title=t("chart.results"), labels=_labels(months), series=series)


def shares(t: Words, told: Months, months: Sequence[date]) -> Chart:
    """The on-time share."""
    found = [numbers.on_time(told[month]) for month in months]
    series = Series(
        name=t("on_time_share"),
        values=[None if one is None else one.permille / 10 for one in found],
        texts=[numbers.percent(t, one) for one in found],
    )
    return Chart(
        title=t("chart.shares"), labels=_labels(months), series=[series], style="lines", most=100
    )


def _labels(months: Sequence[date]) -> list[str]:
    """The year stands with its first month."""
    return [f"{one.month}/{one.year % 100}" for one in months]
