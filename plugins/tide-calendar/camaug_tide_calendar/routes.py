"""The stations, one day at a station, one month there; open to everybody."""

from datetime import date

from litestar import get
from litestar.params import FromPath

from camaug_sdk import AppContext, FieldError, Invalid, NotFound, Plugin, Screen, Visitor, Words
from camaug_tide_calendar import calendar, day_page, month_page, station_pages
from camaug_tide_calendar.stations import Station, stations
from camaug_tide_calendar.tide import LOCAL

FIRST_YEAR, LAST_YEAR = 1976, 2100
"""Since 1976 the whole country has one clock and one calendar; the formulas hold until 2100."""


@get("/")
async def show_stations(app: AppContext, visitor: Visitor) -> Screen:
    """The stations of both coasts."""
    return station_pages.page(Words(app.i18n, visitor.language), list(stations().values()))


@get("/stations/{station:str}", sync_to_thread=True)
def show_today(app: AppContext, visitor: Visitor, station: FromPath[str]) -> Screen:
    """Today, and the week from today on."""
    today = app.clock.now().astimezone(LOCAL).date()
    return _day(Words(app.i18n, visitor.language), _station(station), today, today)


@get("/stations/{station:str}/days/{day:str}", sync_to_thread=True)
def show_tide_day(
    app: AppContext, visitor: Visitor, station: FromPath[str], day: FromPath[str]
) -> Screen:
    """One day (`2026-11-28`), and the week from it on."""
    t, place = Words(app.i18n, visitor.language), _station(station)
    return _day(t, place, _date("day", day, day), app.clock.now().astimezone(LOCAL).date())


@get("/stations/{station:str}/months/{month:str}", sync_to_thread=True)
def show_tide_month(
    app: AppContext, visitor: Visitor, station: FromPath[str], month: FromPath[str]
) -> Screen:
    """All days of a month (`2026-11`)."""
    t, place = Words(app.i18n, visitor.language), _station(station)
    first = _date("month", month, f"{month}-01")
    today = app.clock.now().astimezone(LOCAL).date()
    return month_page.page(t, place, calendar.month(place, first), today, _years(first.year))


def _day(t: Words, station: Station, day: date, today: date) -> Screen:
    week = calendar.days(station, _within("day", day), day_page.DAYS)
    return day_page.page(t, station, week, today, _neighbours(day))


def _station(station_id: str) -> Station:
    """Raises `NotFound` naming the station."""
    found = stations().get(station_id)
    if found is None:
        errors = [FieldError(pointer="/station", code="tide_station")]
        raise NotFound("tide_station", errors=errors)
    return found


def _date(field: str, said: str, text: str) -> date:
    """`text` as a date, which has to be spelled `YYYY-MM-DD`. Raises `Invalid` naming the field.

    `said` is what stands in the address; `date.fromisoformat` also reads week dates and the like.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not day.isoformat().startswith(said):
        errors = [FieldError(pointer=f"/{field}", code="tide_date")]
        raise Invalid("tide_date", errors=errors)
    return _within(field, day)


def _within(field: str, day: date) -> date:
    """The day. Raises `Invalid` naming the field when the formulas do not reach it."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        args: dict[str, str | int] = {"first": FIRST_YEAR, "last": LAST_YEAR}
        errors = [FieldError(pointer=f"/{field}", code="tide_range", args=args)]
        raise Invalid("tide_range", errors=errors, first=FIRST_YEAR, last=LAST_YEAR)
    return day


def _neighbours(day: date) -> list[date | None]:
    """The day before and the day after, None where there is none."""
    near = (date.fromordinal(day.toordinal() + by) for by in (-1, 1))
    return [one if FIRST_YEAR <= one.year <= LAST_YEAR else None for one in near]


def _years(year: int) -> list[int]:
    """The year before and the year after, where there are such."""
    return [one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR]


plugin = Plugin(routes=[show_stations, show_today, show_tide_day, show_tide_month])
