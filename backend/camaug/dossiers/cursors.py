"""Keyset positions of lists of dossiers, as opaque texts."""

import base64
from datetime import UTC, datetime
from uuid import UUID

from camaug.dossiers.schemas import Line
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Status


def rank(row: Line, *, by_age: bool) -> datetime:
    """What the queue sorts by, as in `queue`: what does not run comes behind what is due."""
    if by_age:
        return row.finished_at or row.submitted_at
    runs = row.status in (Status.ACCEPTED, Status.IN_PROCESS) or row.supplemented_at is not None
    return (row.due_at if runs else None) or datetime(9999, 1, 1, tzinfo=UTC)


def cursor(at: datetime, dossier_id: UUID) -> str:
    """The position behind a row."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{dossier_id}".encode()).decode()


def position(text: str | None) -> tuple[datetime, UUID] | None:
    """The position of a cursor; one that cannot be read is a page that does not exist."""
    if text is None:
        return None
    try:
        at, dossier_id = base64.urlsafe_b64decode(text.encode()).decode().split("|")
        return datetime.fromisoformat(at), UUID(dossier_id)
    except ValueError:
        raise NotFound from None
