"""The screens over HTTP: what they say, what stands on each, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import camaug_tide_calendar
from camaug.kernel.clock import HeldClock
from camaug_tide_calendar.stations import stations

Host = Callable[..., httpx.AsyncClient]
EAST, WEST = "/stations/ganh-hao", "/stations/song-doc"
EVERY = ("/", EAST, f"{WEST}/days/2026-11-24", f"{EAST}/months/2026-11")
HOME = "/apps/tide-calendar/"


@pytest.fixture
def visitor(host: Host) -> httpx.AsyncClient:
    return host(camaug_tide_calendar.plugin, "tide-calendar")


def block(screen: dict[str, Any], kind: str, nth: int = 0) -> dict[str, Any]:
    return [one for one in screen["blocks"] if one["type"] == kind][nth]


async def got(visitor: httpx.AsyncClient, path: str, language: str = "vi") -> dict[str, Any]:
    answer = await visitor.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("path", EVERY)
async def test_every_screen_says_first_that_the_data_is_a_sample(
    visitor: httpx.AsyncClient, path: str
) -> None:
    for language, words in (("vi", "không dùng để đi biển"), ("en", "not for navigation")):
        first = (await got(visitor, path, language))["blocks"][0]
        assert (first["type"], first["tone"]) == ("callout", "warn")
        assert words in first["title"]


async def test_the_stations_stand_under_their_coasts(visitor: httpx.AsyncClient) -> None:
    screen = await got(visitor, "/")
    east, west = block(screen, "list"), block(screen, "list", 1)
    assert [one["title"] for one in east["items"]] == ["Gành Hào", "Rạch Gốc"]
    assert [one["title"] for one in west["items"]] == ["Sông Đốc", "Khánh Hội"]
    assert east["items"][0]["action"]["href"] == f"{HOME}stations/ganh-hao"


async def test_today_is_by_the_clock_of_ca_mau(
    visitor: httpx.AsyncClient, clock: HeldClock
) -> None:
    """The clock stands at 09:00 of 24 November in Cà Mau."""
    assert (await got(visitor, EAST))["subtitle"] == "Hôm nay, thứ Ba 24/11/2026"
    clock.move(datetime(2026, 11, 24, 16, 59, tzinfo=UTC) - clock.now())
    assert "24/11" in (await got(visitor, EAST))["subtitle"]
    clock.move(datetime(2026, 11, 24, 17, 0, tzinfo=UTC) - clock.now())
    assert (await got(visitor, EAST))["subtitle"] == "Hôm nay, thứ Tư 25/11/2026"


async def test_a_day_shows_high_and_low_waters_as_the_library_has_them(
    visitor: httpx.AsyncClient,
) -> None:
    """tests/vectors/tides.tsv, Gành Hào, 25 November 2026 in Cà Mau."""
    screen = await got(visitor, f"{EAST}/days/2026-11-25")
    rows = [(one["text"], one["title"]) for one in block(screen, "list")["items"]]
    assert rows == [
        ("Nước ròng", "02:04 · 2,39 m"),
        ("Nước lớn", "07:47 · 4,04 m"),
        ("Nước ròng", "14:41 · 0,09 m"),
        ("Nước lớn", "21:56 · 3,98 m"),
    ]
    english = await got(visitor, f"{EAST}/days/2026-11-25", "en")
    assert block(english, "list")["items"][0]["title"] == "02:04 · 2.39 m"


async def test_a_level_below_the_datum_has_a_minus_sign(visitor: httpx.AsyncClient) -> None:
    screen = await got(visitor, f"{EAST}/days/2026-11-26")
    assert "15:24 · \N{MINUS SIGN}0,11 m" in [
        one["title"] for one in block(screen, "list")["items"]
    ]


async def test_a_day_has_its_lunar_date_every_hour_and_the_week_after(
    visitor: httpx.AsyncClient,
) -> None:
    screen = await got(visitor, f"{EAST}/days/2026-11-23")
    lunar = block(screen, "key-value")["items"][0]
    assert (lunar["value"], lunar["hint"]) == ("15/10 âm lịch", "Rằm")
    (hours,) = block(screen, "accordion")["blocks"]
    assert [one["label"] for one in hours["items"]] == [f"{hour:02}:00" for hour in range(24)]
    assert hours["items"][0]["value"] == "2,14 m"  # by the library of the vectors
    week = block(screen, "list", 1)["items"]
    assert week[0]["title"].startswith("Thứ Ba 24/11 · 16/10 âm lịch")
    assert len(week) == 7
    near = block(screen, "chips", 1)["items"]
    assert [one["label"] for one in near] == ["Chủ nhật 22/11", "Thứ Hai 23/11", "Thứ Ba 24/11"]
    assert near[2]["action"]["href"] == f"{HOME}stations/ganh-hao/days/2026-11-24"


async def test_a_month_has_all_its_days_and_names_those_that_stand_out(
    visitor: httpx.AsyncClient,
) -> None:
    screen = await got(visitor, f"{EAST}/months/2026-11")
    rows = block(screen, "list")["items"]
    assert len(rows) == 30
    said = {one["label"]: one["value"] for one in block(screen, "key-value")["items"]}
    assert said["Rằm"] == "23/11"
    assert said["Cuối tháng âm, mùng 1"] == "08/11, 09/11"
    assert rows[22]["badge"]["label"].startswith("Rằm")
    assert rows[8]["badge"]["label"].startswith("Mùng 1")
    assert 1 <= len(said["Nước rong"].split(", ")) <= 3


async def test_the_first_and_the_last_day_have_no_way_beyond(visitor: httpx.AsyncClient) -> None:
    first = await got(visitor, f"{WEST}/days/1976-01-01")
    last = await got(visitor, f"{WEST}/days/2100-12-31")
    for screen in (first, last):
        assert len(block(screen, "chips", 1)["items"]) == 2
    assert len([one for one in last["blocks"] if one["type"] == "list"]) == 1
    for month in ("1976-01", "2100-12"):
        chips = block(await got(visitor, f"{WEST}/months/{month}"), "chips")["items"]
        assert len(chips) == 13


@pytest.mark.parametrize(
    ("path", "status", "pointer", "code"),
    [
        ("/stations/nowhere", 404, "/station", "tide_station"),
        ("/stations/GANH-HAO", 404, "/station", "tide_station"),
        ("/stations/%00", 404, "/station", "tide_station"),
        ("/stations/nowhere/days/2026-11-28", 404, "/station", "tide_station"),
        (f"{EAST}/days/0000-00-00", 422, "/day", "tide_date"),
        (f"{EAST}/days/2026-02-30", 422, "/day", "tide_date"),
        (f"{EAST}/days/20261128", 422, "/day", "tide_date"),
        (f"{EAST}/days/2026-W48-6", 422, "/day", "tide_date"),
        (f"{EAST}/days/99999-01-01", 422, "/day", "tide_date"),
        (f"{EAST}/days/2026-11-28%00", 422, "/day", "tide_date"),
        (f"{EAST}/days/%D9%A2%D9%A0%D9%A2%D9%A6-11-28", 422, "/day", "tide_date"),
        (f"{EAST}/days/1975-12-31", 422, "/day", "tide_range"),
        (f"{EAST}/days/2101-01-01", 422, "/day", "tide_range"),
        (f"{EAST}/days/0001-01-01", 422, "/day", "tide_range"),
        (f"{EAST}/days/9999-12-31", 422, "/day", "tide_range"),
        (f"{EAST}/months/2026-13", 422, "/month", "tide_date"),
        (f"{EAST}/months/2026-00", 422, "/month", "tide_date"),
        (f"{EAST}/months/2026", 422, "/month", "tide_date"),
        (f"{EAST}/months/99999-01", 422, "/month", "tide_date"),
        (f"{EAST}/months/1975-12", 422, "/month", "tide_range"),
    ],
)
async def test_what_is_wrong_in_an_address_is_named(
    visitor: httpx.AsyncClient, path: str, status: int, pointer: str, code: str
) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == status
    assert answer.json() == {"code": code, "errors": [{"pointer": pointer, "code": code}]}


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)
@given(text=st.text(min_size=1, max_size=20).filter(lambda one: one.strip("./")))
async def test_no_text_in_an_address_is_an_error_of_ours(
    visitor: httpx.AsyncClient, text: str
) -> None:
    said = quote(text.encode("utf-8", "replace"), safe="")
    for path in (f"/stations/{said}", f"{EAST}/days/{said}", f"{EAST}/months/{said}"):
        assert 400 <= (await visitor.get(path)).status_code < 500


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25
)
@given(
    station=st.sampled_from(list(stations())),
    day=st.dates(date(1976, 1, 1), date(2100, 12, 31)),
    language=st.sampled_from(["vi", "en"]),
)
async def test_every_day_of_the_range_has_its_screens(
    visitor: httpx.AsyncClient, station: str, day: date, language: str
) -> None:
    shown = await got(visitor, f"/stations/{station}/days/{day}", language)
    assert 1 <= len(block(shown, "list")["items"]) <= 5
    await got(visitor, f"/stations/{station}/months/{day:%Y-%m}", language)
