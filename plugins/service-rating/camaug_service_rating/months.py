"""Months in addresses (`2026-11`), at Cà Mau."""

from datetime import date, datetime, timedelta, timezone

from camaug_sdk import FieldError, Invalid

LOCAL = timezone(timedelta(hours=7))
FIRST = date(2020, 1, 1)


def present(now: datetime) -> date:
    """The first day of the local month."""
    return now.astimezone(LOCAL).date().replace(day=1)


def read(text: str, now: datetime) -> date:
    """The first day of a month that has begun. Raises `Invalid` naming the field."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = None
    if month is None or f"{month:%Y-%m}" != text or not FIRST <= month <= present(now):
        raise Invalid(errors=[FieldError(pointer="/month", code="past_month")])
    return month
