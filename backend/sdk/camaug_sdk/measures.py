"""Figures about the handling of dossiers (số liệu giải quyết hồ sơ), never about one of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

SMALLEST_SHOWN = 5
"""Dossiers. What is less, and not none, is hidden where everybody reads: a rule of this project."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Dossiers of one agency in one local month; None is hidden, since there are very few.

    `on_time`, `late` and `unlimited` (promised no time) have a result; `refused`, `withdrawn` and
    `stopped` ended without one. `satisfied` and `unsatisfied` are ratings given in the month.
    """

    filed: int | None
    accepted: int | None
    on_time: int | None
    late: int | None
    unlimited: int | None
    refused: int | None
    withdrawn: int | None
    stopped: int | None
    satisfied: int | None
    unsatisfied: int | None


class AgencyMonth(msgspec.Struct, frozen=True, kw_only=True):
    """An agency's month; `month` is its first day."""

    month: date
    agency_code: str
    figures: Figures


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An agency that has figures; `pending` is now, to the nearest five, None when hidden."""

    agency_code: str
    name_vi: str
    name_en: str
    commune_code: str | None
    pending: int | None

    def name(self, language: str) -> str:
        """In that language."""
        return self.name_en if language == "en" else self.name_vi


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know, small counts hidden; agencies and months in their order.

    No total is among it: what others add up from what is shown tells nothing of what is hidden.
    """

    made_at: datetime
    agencies: list[Measured]
    months: list[AgencyMonth]


class KpiIndicator(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator (chỉ số) of Decision 766/QĐ-TTg; only one that `counted` has a rate."""

    id: str
    name_vi: str
    state: Literal["counted", "nothing_to_count", "no_data", "hidden"]
    """`no_data`: the platform does not hold what it takes. `hidden`: very few dossiers."""
    max: Decimal | None
    rate_percent: Decimal | None = None
    points: Decimal | None = None


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """The score of an agency in the present month so far, of `measured_max` points of `max`."""

    decision: str
    points: Decimal | None
    measured_max: Decimal
    max: Decimal
    indicators: list[KpiIndicator]


class ProcedureFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency did in one procedure over the months asked for, and what is pending now."""

    procedure_code: str
    name: str
    name_en: str
    on_time: int
    late: int
    accepted: int
    pending: int


class Led(msgspec.Struct, frozen=True, kw_only=True):
    """An agency's own figures, nothing hidden. `overdue` is open and late by its due time, now."""

    name_vi: str
    name_en: str
    made_at: datetime
    pending: int
    overdue: int
    months: list[AgencyMonth]
    procedures: list[ProcedureFigures]
    kpi: Kpi
