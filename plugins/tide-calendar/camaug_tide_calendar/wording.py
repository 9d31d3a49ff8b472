"""How days, times and heights are said, and the warning that stands on every screen."""

from collections.abc import Sequence
from datetime import date

from camaug_sdk import Words
from camaug_sdk.screens import Badge, Callout
from camaug_tide_calendar.calendar import Day
from camaug_tide_calendar.lunar import LunarDay
from camaug_tide_calendar.tide import Turn

HOME = "/apps/tide-calendar/"


def station_path(station_id: str) -> str:
    """The screen of today at a station."""
    return f"{HOME}stations/{station_id}"


def day_path(station_id: str, day: date) -> str:
    """The screen of a day at a station."""
    return f"{station_path(station_id)}/days/{day.isoformat()}"


def month_path(station_id: str, year: int, month: int) -> str:
    """The screen of a month at a station."""
    return f"{station_path(station_id)}/months/{year}-{month:02}"


def warning(t: Words) -> Callout:
    """That these are sample constituents, and what they must not be used for."""
    return Callout(title=t("sample.title"), text=t("sample.text"), tone="warn")


def weekday(t: Words, day: date) -> str:
    """The day with its weekday: "thứ Bảy 28/11"."""
    return f"{t(f'weekday.{day.isoweekday()}')} {day:%d/%m}"


def titled(text: str) -> str:
    """With a capital, as the beginning of a line has it."""
    return text[0].upper() + text[1:]


def metres(t: Words, height: float) -> str:
    """The height to a centimetre: "3,21 m"; a minus sign where it lies below the datum."""
    text = f"{abs(height):.2f}"
    sign = "\N{MINUS SIGN}" if height < 0 and float(text) else ""
    return t("height", height=sign + (text.replace(".", ",") if t.language == "vi" else text))


def lunar(t: Words, day: LunarDay) -> str:
    """The lunar date: "20/10 âm lịch", "15/6 nhuận âm lịch"."""
    return t("lunar.leap" if day.leap else "lunar.date", day=day.day, month=day.month)


def lunar_day(t: Words, day: LunarDay) -> str | None:
    """Rằm, mùng một, or the last of the month; None on other days."""
    if day.is_full:
        return t("lunar.full")
    if day.is_first:
        return t("lunar.first")
    return t("lunar.last", day=day.day) if day.is_last else None


def turn(t: Words, one: Turn) -> str:
    """One of a line of waters, which breaks between them only: "lớn 02:10 3,21 m"."""
    name = t("short.high" if one.high else "short.low")
    said = f"{name} {one.at:%H:%M} {metres(t, one.height)}"
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def turns(t: Words, found: Sequence[Turn]) -> str:
    """All turns of a day in one line."""
    return " · ".join(turn(t, one) for one in found) or t("turns.none")


def badge(t: Words, day: Day) -> Badge | None:
    """What stands out of a day: spring or neap, and the lunar days of strong tides."""
    parts = [lunar_day(t, day.lunar), t(f"kind.{day.kind}") if day.kind else None]
    said = [one for one in parts if one]
    if not said:
        return None
    strong = day.kind == "spring" or parts[0] is not None
    icon = "moon" if parts[0] is not None else "waves"
    return Badge(label=" · ".join(said), tone="info" if strong else "neutral", icon=icon)
