"""Cursors: where a page of a list ended, as it stands in an address. They name nobody."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from camaug_field_report.records import Line

PAGE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAST = 253_402_300_799_000_000
"""The end of the year 9999, in microseconds."""


class Place(msgspec.Struct, frozen=True):
    """The last line of a page."""

    waiting_long: bool
    filed_at: datetime
    report_id: UUID


def after(line: Line) -> str:
    """The cursor of what follows `line`."""
    at = (line.filed_at - EPOCH) // MICROSECOND
    return f"{int(line.waiting_long)}.{at}.{line.report_id.hex}"


def read(cursor: str | None) -> Place | None:
    """Where a page begins; one that is not ours is the beginning."""
    parts = (cursor or "").split(".")
    try:
        waiting, at, report_id = (int(parts[0]), int(parts[1]), UUID(hex=parts[2]))
    except (ValueError, IndexError):
        return None
    if waiting not in (0, 1) or not 0 <= at <= LAST:
        return None
    return Place(bool(waiting), EPOCH + at * MICROSECOND, report_id)


def split(lines: list[Line]) -> tuple[list[Line], str | None]:
    """A page and the cursor of the next one, of up to one line more than a page has."""
    page = lines[:PAGE]
    return page, after(page[-1]) if len(lines) > PAGE else None
