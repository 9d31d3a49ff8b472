"""What is said about the time of a dossier beside its promised moment: pauses, apology, counts."""

from datetime import datetime

import msgspec

MOST_APPOINTED_DAYS = 20
"""Working days from today to the latest day that an apology may appoint: a rule of this project."""


MOST_VND = 10_000_000_000
"""Đồng: the most that one request for a payment may ask for: a rule of this project."""


class Supplement(msgspec.Struct, frozen=True, kw_only=True):
    """A request for more papers (yêu cầu bổ sung, form 02) and when it was answered."""

    requested_at: datetime
    reason: str
    supplemented_at: datetime | None = None
    ended_at: datetime | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid before the office goes on (nghĩa vụ tài chính); the clock stands still."""

    requested_at: datetime
    amount_vnd: int
    reason: str
    """What the office wrote. Decrypted: never log it."""
    paid_at: datetime | None = None
    ended_at: datetime | None = None


class Apology(msgspec.Struct, frozen=True, kw_only=True):
    """The apology for a late dossier with a new day (thư xin lỗi và hẹn lại, form 04)."""

    promised_at: datetime
    """The promise that is not kept; lateness is counted from it."""
    appointed_at: datetime
    reason: str
    """What the office wrote. Decrypted: never log it."""
    apologised_at: datetime


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """How long the agency really took for such dossiers, in office minutes, 480 a working day."""

    half_minutes: int
    """Half of them were done within."""
    most_minutes: int
    """Nine of ten were done within."""
    finished: int
    """Out of so many."""
