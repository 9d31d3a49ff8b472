"""Boards: small counts are hidden from everybody, an agency's own are its leaders' alone."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest

from camaug.agencies.seed import agency_id
from camaug.dossiers.kpi import measure
from camaug.dossiers.kpi_scores import decision
from camaug.dossiers.kpi_verdicts import Period
from camaug.dossiers.measuring import MeasuresService
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.measures import Kpi, KpiIndicator
from camaug_sdk.problems import NotFound, Problem
from camaug_sdk.records import Person, StaffMember

from .conftest import AN_XUYEN, GANH_HAO, Filer, officer_of
from .test_counting import OFFICE, OTHER, Desk, history

NOVEMBER = date(2026, 11, 1)
NEAR, FAR = (agency_id("people_committee", code) for code in (AN_XUYEN, GANH_HAO))


@pytest.fixture
def measures(engines: Engines) -> MeasuresService:
    return MeasuresService(engines)


async def put(engines: Engines, agency: UUID, **counts: int) -> None:
    """Counters as many acts would have left them, in November."""
    given: Mapping[str, int] = {"pending": 0, **counts}
    names = [name for name in given if name != "pending"]
    columns = ", ".join(names)
    values = ", ".join(str(given[name]) for name in names)
    sql = (
        f"insert into dossier_count (month, agency_id, procedure_code, channel, {columns})"  # noqa: S608 our own numbers
        f" values ($1, $2, $3, 2, {values})"
    )
    async with db.transaction(engines.pool) as conn:
        await conn.execute(cast("Any", sql), NOVEMBER, agency, OTHER)
        await conn.execute(
            "insert into dossier_pending values ($1, $2, 2, $3)", agency, OTHER, given["pending"]
        )


def leader(agency: UUID) -> StaffMember:
    return StaffMember(staff_id=uuid7(), session_id=uuid7(), agencies={"leader": (agency,)})


def indicator(kpi: Kpi, wanted: str) -> KpiIndicator:
    return next(one for one in kpi.indicators if one.id == wanted)


async def test_small_counts_are_hidden_and_no_sum_is_told(
    engines: Engines, measures: MeasuresService
) -> None:
    await put(engines, NEAR, filed=40, accepted=4, on_time=5, late=1, pending=3)
    await put(engines, FAR, filed=3, accepted=0, on_time=20, late=0, pending=58)
    told = await measures.published(NOVEMBER, NOVEMBER)
    seen = {
        (one.figures.filed, one.figures.accepted, one.figures.on_time, one.figures.late)
        for one in told.months
    }
    assert seen == {(40, None, 5, None), (None, 0, 20, 0)}
    assert sorted(one.pending or 0 for one in told.agencies) == [0, 60]
    assert None in {one.pending for one in told.agencies}
    raw = msgspec.json.encode(told)
    assert b"43" not in raw.replace(b"H12.43", b"")  # 40 + 3, from which 3 would follow


@pytest.mark.parametrize("late", range(5))
async def test_what_is_hidden_looks_alike_whatever_it_is(
    engines: Engines, measures: MeasuresService, late: int
) -> None:
    """The told figures are the same for one to four: nothing can be subtracted from them."""
    await put(engines, NEAR, on_time=50, late=late)
    [line] = (await measures.published(NOVEMBER, NOVEMBER)).months
    assert line.figures.late == (0 if late == 0 else None)
    assert line.figures.on_time == 50


async def test_leaders_see_their_own_agency_in_full_and_no_other(
    engines: Engines, measures: MeasuresService
) -> None:
    await put(engines, NEAR, filed=3, accepted=2, on_time=1, pending=2)
    await put(engines, FAR, filed=1, pending=1)
    told = await measures.at_desk(leader(NEAR), NEAR, NOVEMBER, NOVEMBER)
    assert [one.figures.filed for one in told.months] == [3]
    assert (told.pending, told.procedures[0].on_time) == (2, 1)
    assert [one.agency_id for one in await measures.led(leader(NEAR))] == [NEAR]
    officer = await officer_of(engines, AN_XUYEN)
    for who, agency in ((leader(FAR), NEAR), (leader(NEAR), FAR), (officer, NEAR)):
        with pytest.raises(NotFound):
            await measures.at_desk(who, agency, NOVEMBER, NOVEMBER)
    assert await measures.led(officer) == []


async def test_the_score_is_that_of_the_histories(
    engines: Engines,
    dossiers: DossiersService,
    citizen: Person,
    file_dossier: Filer,
    clock: HeldClock,
) -> None:
    """Counters and what is open give what the whole histories give, to the digit."""
    chance, one = random.Random(11), await officer_of(engines, AN_XUYEN)  # noqa: S311 no secret
    both = msgspec.structs.replace(one, agencies={"officer": (NEAR, FAR), "leader": (NEAR,)})
    desk, begin = Desk(engines, dossiers, both, citizen), engines.clock.now()
    filed = [(await file_dossier(citizen, OTHER)).dossier_id for _ in range(14)]
    acts = [*OFFICE[:-1], "accept", "accept", "supply"]
    for number in range(90):
        try:
            await desk.do(filed[number % 14], chance.choice(acts))
        except Problem:
            continue
        clock.move(timedelta(hours=2))
    now = engines.clock.now()
    assert now.month == begin.month
    month = begin.replace(day=1, hour=0) - timedelta(hours=7)
    histories = [await history(engines, one) for one in filed]
    right = measure(histories, Period(begin=month, end=now), decision()).overall
    found = await MeasuresService(engines).at_desk(both, NEAR, NOVEMBER, NOVEMBER)
    for name in ("2.1", "4.2"):
        seen, wanted = indicator(found.kpi, name), right.indicator(name)
        assert (seen.rate_percent, seen.points) == (wanted.rate_percent, wanted.points), name
    assert 0 < right.late < right.population


async def test_a_score_does_not_give_few_dossiers_away(
    engines: Engines, measures: MeasuresService
) -> None:
    await put(engines, NEAR, on_time=96, late=0, judged_in_time=96, judged_late=4, digitised=96)
    await put(engines, FAR, on_time=80, late=20, judged_in_time=80, judged_late=20, digitised=100)
    codes = [one.agency_code for one in (await measures.published(NOVEMBER, NOVEMBER)).agencies]
    near, far = [await measures.kpi(code) for code in codes]
    if indicator(near, "2.1").state == "counted":
        near, far = far, near
    assert indicator(near, "2.1").state == "hidden"
    assert indicator(near, "2.1").rate_percent is None
    assert indicator(far, "2.1").rate_percent == Decimal("80.00")
    assert (far.points, far.measured_max) == (Decimal("20.00"), Decimal(24))
    assert indicator(far, "5.4").state == "no_data"
    with pytest.raises(NotFound):
        await measures.kpi("H12.99.99")
