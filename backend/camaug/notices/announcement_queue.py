"""What an act on an announcement leaves in its own transaction: audit row, event, next job."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.kernel import db, outbox
from camaug.notices.announcement_states import TRANSITIONS, Act

ANNOUNCE = "announce"
"""Entrypoint of the jobs that send one chunk."""


class AnnounceJob(msgspec.Struct, frozen=True, kw_only=True):
    """The chunk behind `after`. A job of an older `version` has nothing to send any more."""

    announcement_id: UUID
    version: int
    after: UUID | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What was acted on."""

    announcement_id: UUID
    agency_id: UUID
    version: int


async def enqueue(conn: db.Conn, job: AnnounceJob, wait: timedelta) -> None:
    """Have the chunk sent after `wait`, once."""
    key = f"{ANNOUNCE}|{job.announcement_id}|{job.version}|{job.after or 'first'}"
    await outbox.enqueue(conn, ANNOUNCE, job, key=key, after=wait)


async def note(conn: db.Conn, actor: Actor, act: Act, subject: Subject, now: datetime) -> None:
    """Audit row and event of an act."""
    name, announcement_id = TRANSITIONS[act].event, subject.announcement_id
    await record(
        conn,
        actor,
        name,
        ("announcement", announcement_id),
        at=now,
        agency_id=subject.agency_id,
        detail={"version": subject.version},
    )
    told: dict[str, str | int | None] = {
        "announcement_id": str(announcement_id),
        "agency_id": str(subject.agency_id),
        "version": subject.version,
    }
    await outbox.emit(conn, name, told, at=now)
