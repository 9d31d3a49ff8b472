"""KPI 766: the indicators of Decision 766/QĐ-TTg over the histories of dossiers.

Pure: the caller reads the histories and says the period. What cannot be told from histories (the
catalogue's publication, payments, petitions of the national portal, population data) is reported as
not measured.

- 2.1 and 5.4 are over dossiers accepted by the end of the period and not ended before it.
- 3.3 and 4.3 are over those accepted in the period, 4.1 and 4.2 over those finished in it.
- 2.2 is a time by procedure and gives no points: `Measures.procedure_times`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import msgspec

from camaug.dossiers import kpi_scores
from camaug.dossiers.kpi_scores import Decision, Group, Ratio, Score
from camaug.dossiers.kpi_verdicts import History, Judged, Period, judge

ONLINE = 2


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """An agency's figures, or those of all when `agency` is None.

    `population` is that of 2.1 and 5.4: `in_time` and `late` together; `excluded` is the rest, of
    which `unlimited` were left out only because nothing limits their time.
    """

    agency: str | None
    population: int
    in_time: int
    late: int
    excluded: int
    unlimited: int
    disputed: int
    accepted: int
    accepted_online: int
    online_percent: Decimal | None
    score: Score
    groups: list[Group]

    def indicator(self, wanted: str) -> kpi_scores.Indicator:
        """By its number in the decision, as `2.1`. Raises `KeyError`."""
        for group in self.groups:
            for one in group.indicators:
                if one.id == wanted:
                    return one
        raise KeyError(wanted)


class ProcedureTime(msgspec.Struct, frozen=True, kw_only=True):
    """Indicator 2.2 (thời gian giải quyết trung bình): hours from acceptance, pauses left out."""

    procedure_code: str
    finished: int
    average_hours: Decimal


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """All that is told of a period; agencies and procedures by code, verdicts as told."""

    decision: str
    confidence: str
    period: Period
    verdicts: list[Judged]
    overall: Measure
    agencies: list[Measure]
    procedure_times: list[ProcedureTime]


class _Case(NamedTuple):
    told: History
    judged: Judged


def measure(
    histories: Iterable[History],
    period: Period,
    law: Decision,
    agencies: Iterable[str] = (),
    sync_factor: Decimal | None = None,
) -> Measures:
    """Everything about a period.

    `agencies` are reported even when they have no dossier. `sync_factor` (hệ số đồng bộ) comes from
    the national portal; without it 3.3 is counted and has no rate.
    """
    cases = [_Case(told, judge(told, period)) for told in histories]
    own: dict[str, list[_Case]] = {agency: [] for agency in agencies}
    for case in cases:
        own.setdefault(case.told.agency, []).append(case)
    return Measures(
        decision=law.decision,
        confidence=law.confidence,
        period=period,
        verdicts=[case.judged for case in cases],
        overall=_measure(None, cases, period, law, sync_factor),
        agencies=[_measure(one, own[one], period, law, sync_factor) for one in sorted(own)],
        procedure_times=_times(cases, period),
    )


def _measure(
    agency: str | None,
    cases: Sequence[_Case],
    period: Period,
    law: Decision,
    sync_factor: Decimal | None,
) -> Measure:
    counted = [case for case in cases if case.judged.counts]
    in_time = sum(case.judged.in_time for case in counted)
    disputed = sum(case.told.disputed for case in counted)
    accepted = [case for case in cases if period.has(case.judged.accepted_at)]
    online = Ratio(sum(case.told.channel == ONLINE for case in accepted), len(accepted))
    ratios = {
        "2.1": Ratio(in_time, len(counted)),
        "5.4": Ratio(max(0, in_time - disputed), len(counted)),
        **_accepted(accepted, sync_factor),
        **_finished([case for case in cases if period.has(case.judged.finished_at)]),
    }
    return Measure(
        agency=agency,
        population=len(counted),
        in_time=in_time,
        late=len(counted) - in_time,
        excluded=len(cases) - len(counted),
        unlimited=sum(case.judged.unlimited for case in cases),
        disputed=disputed,
        accepted=online.denominator,
        accepted_online=online.numerator,
        online_percent=None if online.exact is None else kpi_scores.rounded(online.exact * 100),
        score=kpi_scores.total(law, ratios),
        groups=kpi_scores.groups(law, ratios),
    )


def _accepted(cases: Sequence[_Case], sync_factor: Decimal | None) -> dict[str, Ratio]:
    electronic = sum(
        told.channel == ONLINE and told.result_file and judged.finished_at is not None
        for told, judged in cases
    )
    reused = sum(told.reused_components > 0 for told, _ in cases)
    return {
        "3.3": Ratio(electronic, len(cases), sync_factor),
        "4.3": Ratio(reused, len(cases)),
    }


def _finished(cases: Sequence[_Case]) -> dict[str, Ratio]:
    written = [told for told, _ in cases if told.written_result]
    digitised = sum(told.result_file and told.component_files for told, _ in cases)
    return {
        "4.1": Ratio(sum(told.result_file for told in written), len(written)),
        "4.2": Ratio(digitised, len(cases)),
    }


def _times(cases: Sequence[_Case], period: Period) -> list[ProcedureTime]:
    spent: dict[str, list[timedelta]] = defaultdict(list)
    for told, judged in cases:
        if judged.spent is not None and period.has(judged.finished_at):
            spent[told.procedure_code].append(judged.spent)
    return [
        ProcedureTime(
            procedure_code=code,
            finished=len(times),
            average_hours=kpi_scores.rounded(_hours(sum(times, timedelta())) / len(times)),
        )
        for code, times in sorted(spent.items())
    ]


def _hours(time: timedelta) -> Fraction:
    return Fraction(time // timedelta(microseconds=1), 3_600_000_000)
