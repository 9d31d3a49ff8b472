"""How long an agency really takes: counted by the clock, said when enough is known."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camaug.dossiers import forecasts, whole
from camaug.dossiers.forecasts import OfficeTime
from camaug.dossiers.service import DossiersService
from camaug.kernel.clock import LOCAL
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.records import Caller, Forecast, Person, StaffMember

from .conftest import BIRTH, Filer, copied
from .door import Door
from .test_recalculation import OLD

HOME = "/apps/track-dossier/"


@pytest.fixture
async def under_way(
    dossiers: DossiersService, officer: StaffMember, citizen: Person, file_dossier: Filer
) -> UUID:
    made = await file_dossier(citizen, BIRTH)
    await dossiers.accept(officer, made.dossier_id, version=1, key=str(uuid7()))
    return made.dossier_id


async def finished(engines: Engines, model: UUID, hours: list[float], **more: object) -> None:
    """Copies of a dossier, accepted on Monday 2 November at 07:30 and done so much later."""
    start = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
    async with engines.pool.acquire() as conn:
        for number in hours:
            made = uuid7()
            await copied(
                conn,
                model,
                {
                    "dossier_id": str(made),
                    "code": f"H12.33-261102-{made.int % 10**7}",
                    "status": 10,
                    "accepted_at": start.isoformat(),
                    "finished_at": (start + timedelta(hours=number)).isoformat(),
                }
                | more,
            )


async def test_half_and_nine_of_ten_are_counted_without_nights_and_said_from_ten_on(
    engines: Engines, dossiers: DossiersService, citizen: Person, under_way: UUID
) -> None:
    await finished(engines, under_way, [1, 2, 2, 3, 4, 24, 25, 26, 48])
    assert await forecasts.refresh(engines) == 0
    assert (await dossiers.get(citizen, under_way)).forecast is None
    await finished(engines, under_way, [240])
    assert await forecasts.refresh(engines) == 1
    assert await forecasts.refresh(engines) == 1
    known = (await dossiers.get(citizen, under_way)).forecast
    assert known == Forecast(half_minutes=240, most_minutes=960, finished=10)


async def test_pauses_old_ones_and_what_was_refused_do_not_count(
    engines: Engines,
    dossiers: DossiersService,
    citizen: Person,
    officer: StaffMember,
    under_way: UUID,
) -> None:
    await finished(engines, under_way, [2] * 8)
    await finished(engines, under_way, [2] * 5, status=3)
    old = {"accepted_at": "2026-01-05T01:00:00Z", "finished_at": "2026-01-06T01:00:00Z"}
    await finished(engines, under_way, [2] * 5, **old)
    assert await forecasts.refresh(engines) == 0
    for number in (0, 1):
        await finished(engines, under_way, [3], code=f"H12.33-261102-000{number}")
    async with engines.pool.acquire() as conn:
        await conn.execute(
            "insert into supplement select gen_random_uuid(), dossier_id,"
            " accepted_at + interval '1 hour', $1, 'x',"
            " accepted_at + interval '2 hours', accepted_at + interval '2 hours'"
            " from dossier where code like 'H12.33-261102-000_'",
            officer.staff_id,
        )
    assert await forecasts.refresh(engines) == 1
    known = (await dossiers.get(citizen, under_way)).forecast
    assert known == Forecast(half_minutes=120, most_minutes=120, finished=10)


async def test_the_page_reads_the_small_table_by_its_key(engines: Engines, under_way: UUID) -> None:
    async with engines.pool.acquire() as conn:
        await conn.execute("set enable_seqscan = off")
        plan = await conn.fetch("explain " + whole.OF_CITIZEN, under_way, uuid7())
        await conn.execute("set enable_seqscan = on")
    text = "\n".join(row[0] for row in plan)
    assert "forecast_pkey" in text
    assert "Seq Scan on dossier" not in text


@pytest.mark.plugin
async def test_citizen_and_officer_read_a_plain_sentence_beside_the_promise(
    engines: Engines, door: Door, citizen: Person, officer: StaffMember, under_way: UUID
) -> None:
    await finished(engines, under_way, [1.5, 2, 2, 3, 4, 24, 25, 26, 48, 240])
    await forecasts.refresh(engines)
    due = datetime(2026, 11, 25, 10, tzinfo=UTC)
    vi = "10 hồ sơ cùng thủ tục vừa qua ở cơ quan này, một nửa xong trong 4 giờ làm việc"
    for caller, path, said in (
        (Caller(language="vi", me=citizen), HOME, vi),
        (Caller(language="en", me=citizen), HOME, "nine of ten within 2 working days"),
        (Caller(language="vi", officer=officer), f"{HOME}desk/", vi),
    ):
        door.caller = caller
        page = str(await door.ask("GET", f"{path}{under_way}"))
        assert said in page
        assert engines.texts.moment(caller.language, due) in page


instants = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    datetime(2027, 3, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
OFFICE = OfficeTime(
    OLD, datetime(2025, 12, 1, tzinfo=UTC).date(), datetime(2027, 4, 1, tzinfo=UTC).date()
)


@given(instants, instants)
def test_office_time_from_sums_is_the_calendars(one: datetime, other: datetime) -> None:
    start, end = sorted((one.astimezone(LOCAL), other.astimezone(LOCAL)))
    assert OFFICE.between(start, end) == pytest.approx(OLD.minutes(start, end))


@given(st.lists(st.integers(0, 5000), min_size=1), st.sampled_from([0.5, 0.9]))
def test_within_the_value_lies_at_least_that_share_and_within_less_lies_less(
    minutes: list[int], share: float
) -> None:
    value = forecasts.rank(sorted(minutes), share)
    within = sum(one <= value for one in minutes)
    assert within >= share * len(minutes) - 1e-9
    assert sum(one < value for one in minutes) < share * len(minutes)
