import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import httpx
import pytest

from camaug_sdk import Words
from camaug_sdk.measures import AgencyMonth, Figures, Kpi, KpiIndicator, Measured, Published
from camaug_service_rating import numbers, open_data, plugin
from camaug_service_rating.numbers import Share, Total

Host = Callable[..., httpx.AsyncClient]
NOVEMBER = date(2026, 11, 1)
NONE = Figures(
    filed=0, accepted=0, on_time=0, late=0, unlimited=0, refused=0, withdrawn=0, stopped=0,
    satisfied=0, unsatisfied=0,
)  # fmt: skip


def figures(**given: int | None) -> Figures:
    return Figures(**({name: getattr(NONE, name) for name in NONE.__struct_fields__} | given))


class Measures:
    """Two agencies, one of which has few dossiers."""

    async def published(self, first: date, last: date) -> Published:
        lines = [
            ("H12.05", "UBND phường An Xuyên", 40, figures(accepted=1204, on_time=197, late=3)),
            ("H12.06", "=cmd()", None, figures(accepted=None, on_time=None, late=None)),
        ]
        return Published(
            made_at=datetime(2026, 11, 24, 2, tzinfo=UTC),
            agencies=[
                Measured(agency_code=code, name_vi=name, name_en=name, commune_code=None,
                         pending=pending)
                for code, name, pending, _ in lines
            ],
            months=[
                AgencyMonth(month=NOVEMBER, agency_code=code, figures=given)
                for code, _, _, given in lines
            ],
        )  # fmt: skip

    async def kpi(self, agency_code: str) -> Kpi:
        return Kpi(
            decision="766/QĐ-TTg", points=Decimal("19.70"), measured_max=Decimal(20),
            max=Decimal(100),
            indicators=[
                KpiIndicator(id="2.1", name_vi="Đúng hạn", state="counted", max=Decimal(20),
                             rate_percent=Decimal("98.50"), points=Decimal("19.70")),
                KpiIndicator(id="5.4", name_vi="Hài lòng", state="no_data", max=Decimal(6)),
            ],
        )  # fmt: skip


async def asked(host: Host, path: str, **headers: str) -> httpx.Response:
    async with host(plugin, "service-rating", measures=Measures()) as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([(197, 3)], Share(985, at_least=False)),
        ([(50, None)], Share(925, at_least=True)),
        ([(50, None), (100, 0)], Share(974, at_least=True)),
        ([(None, 10)], None),
        ([(0, None)], None),
        ([(None, None)], None),
        ([(0, 0)], None),
        ([], None),
        ([(0, 10)], Share(0, at_least=False)),
        ([(1, 2), (1, 2)], Share(333, at_least=False)),
    ],
)
def test_a_share_is_reckoned_from_what_is_shown(pairs: Any, found: Share | None) -> None:
    assert numbers.share(pairs) == found


def test_a_total_adds_up_what_is_shown() -> None:
    assert numbers.total([7, None, 0]) == Total(7, at_least=True)
    assert numbers.total([7, 5]) == Total(12, at_least=False)


def test_a_year_ends_with_its_month() -> None:
    year = numbers.year_to(date(2026, 2, 1))
    assert (year[0], year[-1], len(year)) == (date(2025, 3, 1), date(2026, 2, 1), 12)


async def test_the_board_of_the_province_hides_what_is_few(host: Host) -> None:
    screen = (await asked(host, "/")).json()
    stats = next(one for one in screen["blocks"] if one["type"] == "stats")["items"]
    assert [one["value"] for one in stats] == [
        "ít nhất 96\u00a0%", "ít nhất 1.204", "khoảng 40", "chưa đủ số liệu",
    ]  # fmt: skip
    rows = next(one for one in screen["blocks"] if one["type"] == "list")["items"]
    few = "Đúng hạn chưa đủ số liệu · Tiếp nhận dưới 5 · Đang giải quyết dưới 5"
    assert rows[1]["text"].startswith(few)
    charts = [one for one in screen["blocks"] if one["type"] == "chart"]
    for one in charts:
        for row in one["series"]:
            assert len(row["values"]) == len(row["texts"]) == len(one["labels"]) == 12
    assert charts[0]["series"][0]["texts"][-1] == "ít nhất 197"
    links = {one.get("label"): one for one in screen["blocks"]}
    assert links["Đánh giá hồ sơ đã xong của bạn"]["action"]["href"] == "/apps/track-dossier/"


async def test_an_agency_has_its_score_and_what_is_missing(host: Host) -> None:
    screen = (await asked(host, "/agencies/H12.05")).json()
    card = next(one for one in screen["blocks"] if one["type"] == "card")
    assert card["big"] == "19,7 / 20 điểm"
    missing = next(one for one in screen["blocks"] if one["type"] == "accordion")
    assert missing["blocks"][0]["items"][0]["badge"]["label"] == "Không có dữ liệu"
    assert (await asked(host, "/agencies/H12.07")).status_code == 404


@pytest.mark.parametrize("month", ["2026-12", "2019-12", "2026-1", "2026-13", "x", "2026-W48"])
@pytest.mark.parametrize("path", ["/months/{}", "/figures/{}/csv", "/figures/{}/json"])
async def test_a_month_has_begun(host: Host, path: str, month: str) -> None:
    answer = await asked(host, path.format(month))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/month")


async def test_the_table_of_a_month_is_safe_to_open(host: Host) -> None:
    answer = await asked(host, "/figures/2026-11/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="so-lieu-ho-so-2026-11.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in answer.content
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [one["accepted"] for one in rows] == ["1204", "<5"]
    assert rows[1]["agency_vi"] == "'=cmd()"
    assert rows[0]["source"]
    assert rows[0]["made_at"].startswith("2026-11-24")
    again = await asked(host, "/figures/2026-11/csv", **{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await asked(host, "/figures/2026-11/json", **{"If-None-Match": answer.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\ta", "\ra"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert open_data.safe(cell) == f"'{cell}"
    assert open_data.safe(f"a{cell}") == f"a{cell}"


async def test_a_machine_reads_null_for_what_is_hidden(host: Host) -> None:
    told = json.loads((await asked(host, "/figures/2026-11/json")).content)
    assert [one["accepted"] for one in told["agencies"]] == [1204, None]
    assert (told["hidden_below"], told["licence"]) == (5, None)


def test_numbers_are_written_by_language(words: Any) -> None:
    for language, right in (("vi", "98,5\u00a0%"), ("en", "98.5\u00a0%")):
        t = cast("Words", words("service-rating", language))
        assert numbers.percent(t, Share(985, at_least=False)) == right
