"""The `measures` service of the SDK: boards for everybody, and an agency's own for its leaders.

Of KPI 766 two indicators can be told from what is kept: 2.1 (in time: what ended in the month by
the counters, and what is open now) and 4.2 (digitised: a result and papers as files). The others
are `no_data`: 1.1-1.4 and 3.1-3.2 need the publication of the catalogue and the national portal,
3.3 its sync factor, 4.1 which results are in writing, 4.3 and 4.4 which papers were taken from a
store, 4.x and 4.5 certified copies and population data, 3.5-3.6 payments, 5.1-5.3 petitions, and
5.4 petitions about a dossier. A month that is over has no score: what was open at its end is not
kept.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from camaug.dossiers import hiding, kpi_scores, measure_queries
from camaug.dossiers.kpi_scores import Indicator, Ratio
from camaug.dossiers.measure_queries import Month, Open
from camaug.dossiers.recent import Recent
from camaug.kernel import db
from camaug.kernel.clock import LOCAL, local_date
from camaug.kernel.web import Engines
from camaug_sdk.measures import AgencyMonth, Figures, Kpi, KpiIndicator, Led, Measured, Published
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Agency, StaffMember

LEADERS = ("leader",)
PRESENT_SECONDS, PAST_SECONDS, MOST_KEPT = 10.0, 600.0, 24
"""How long a process shows the same figures to everybody. Acts count in the present month, and
what they take back, by undo or reopening, in the month in which it was counted."""


class MeasuresService:
    """Implements `camaug_sdk.services.Measures`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._past: Recent[list[AgencyMonth]] = Recent(PAST_SECONDS, MOST_KEPT)
        self._now: Recent[Published] = Recent(PRESENT_SECONDS, 1)

    async def published(self, first: date, last: date) -> Published:
        """See the Protocol."""
        month = local_date(self._engines.clock.now()).replace(day=1)
        past: list[AgencyMonth] = []
        if first < month:
            ended = min(last, month - timedelta(days=1))
            past = await self._past.get((first, ended), lambda: self._hidden(first, ended))
        now = await self._now.get(month, lambda: self._present_month(month))
        months = past + now.months if last >= month else past
        return Published(made_at=now.made_at, agencies=now.agencies, months=months)

    async def _present_month(self, month: date) -> Published:
        async with self._engines.pool.acquire() as conn:
            waiting = await measure_queries.waiting(conn)
        return Published(
            made_at=self._engines.clock.now(),
            agencies=[
                Measured(
                    agency_code=one.agency_code,
                    name_vi=one.name_vi,
                    name_en=one.name_en,
                    commune_code=one.commune_code,
                    pending=hiding.rounded(one.pending),
                )
                for one in waiting
            ],
            months=await self._hidden(month, month),
        )

    async def _hidden(self, first: date, last: date) -> list[AgencyMonth]:
        async with self._engines.pool.acquire() as conn:
            months = await measure_queries.months(conn, first, last)
        return [
            AgencyMonth(
                month=one.month, agency_code=one.agency_code, figures=hiding.hide(_figures(one))
            )
            for one in months
        ]

    async def kpi(self, agency_code: str) -> Kpi:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            agency_id = await measure_queries.id_of(conn, agency_code)
            if agency_id is None:
                raise NotFound
            month, still = await self._present(conn, agency_id)
        return _kpi(month, still, public=True)

    async def led(self, officer: StaffMember) -> list[Agency]:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            return await measure_queries.led(conn, officer.at(*LEADERS))

    async def at_desk(self, officer: StaffMember, agency_id: UUID, first: date, last: date) -> Led:
        """See the Protocol."""
        async with self._engines.pool.acquire() as conn:
            agency = await measure_queries.one_led(conn, officer.at(*LEADERS), agency_id)
            months = await measure_queries.months(conn, first, last, agency_id)
            waiting = await measure_queries.waiting(conn, agency_id)
            procedures = await measure_queries.procedures(conn, agency_id, first, last)
            month, still = await self._present(conn, agency_id)
        return Led(
            name_vi=agency.name_vi,
            name_en=agency.name_en,
            made_at=self._engines.clock.now(),
            pending=sum(one.pending for one in waiting),
            overdue=still.overdue,
            months=[
                AgencyMonth(month=one.month, agency_code=one.agency_code, figures=_figures(one))
                for one in months
            ],
            procedures=procedures,
            kpi=_kpi(month, still, public=False),
        )

    async def _present(self, conn: db.Conn, agency_id: UUID) -> tuple[Month | None, Open]:
        """The present month so far, and what is open."""
        now = self._engines.clock.now()
        first = local_date(now).replace(day=1)
        begin = datetime.combine(first, time(), LOCAL)
        months = await measure_queries.months(conn, first, first, agency_id)
        still = await measure_queries.still_open(conn, agency_id, begin, now)
        return (months[0] if months else None), still


def _figures(month: Month) -> Figures:
    return Figures(
        filed=month.filed,
        accepted=month.accepted,
        on_time=month.on_time,
        late=month.late,
        unlimited=month.unlimited,
        refused=month.refused,
        withdrawn=month.withdrawn,
        stopped=month.stopped,
        satisfied=month.satisfied,
        unsatisfied=month.rated - month.satisfied,
    )


def _kpi(month: Month | None, still: Open, *, public: bool) -> Kpi:
    """What is counted, and why the rest is not."""
    ended = (month.judged_in_time, month.judged_late) if month else (0, 0)
    told = (month.on_time, month.late) if month else (0, 0)
    in_time, late = ended[0] + still.in_time, ended[1] + still.late
    finished = month.on_time + month.late + month.unlimited if month else 0
    digitised = month.digitised if month else 0
    ratios = {"2.1": Ratio(in_time, in_time + late), "4.2": Ratio(digitised, finished)}
    hidden: set[str] = set()
    if public:
        beside = (in_time - told[0], late - told[1])
        if not hiding.may_tell(in_time, late, *beside):
            hidden.add("2.1")
        if not hiding.may_tell(digitised, finished - digitised):
            hidden.add("4.2")
    law = kpi_scores.decision()
    seen = {name: ratio for name, ratio in ratios.items() if name not in hidden}
    score = kpi_scores.total(law, seen)
    return Kpi(
        decision=law.decision,
        points=score.points,
        measured_max=score.measured_max,
        max=score.max,
        indicators=[
            _line(one, seen, hidden)
            for group in kpi_scores.groups(law, seen)
            for one in group.indicators
        ],
    )


def _line(one: Indicator, seen: Mapping[str, Ratio], hidden: set[str]) -> KpiIndicator:
    """An agency with nothing to count is neither the best nor the worst."""
    if one.id in hidden:
        return KpiIndicator(id=one.id, name_vi=one.name_vi, state="hidden", max=one.max)
    if one.id not in seen:
        return KpiIndicator(id=one.id, name_vi=one.name_vi, state="no_data", max=one.max)
    return KpiIndicator(
        id=one.id,
        name_vi=one.name_vi,
        state="nothing_to_count" if one.rate_percent is None else "counted",
        max=one.max,
        rate_percent=one.rate_percent,
        points=one.points,
    )
