"""The database as the job queue sees it: its own pool, and only those wake-ups that are believed.

Whoever may connect may NOTIFY, plugins too. So a word that would cancel a job is not listened to
(nothing of ours cancels one), nor is anything that is no short word about a changed table.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.applications import PgQueuer
from pgqueuer.domain.models import Job, TracebackRecord

from camaug.kernel.db import AWAY, SETTINGS
from camaug.settings import Settings

LONGEST = 500
"""Bytes of a word."""
log = structlog.get_logger()


class _Word(msgspec.Struct, frozen=True):
    type: str


class Listener(AsyncpgPoolDriver):
    """Hears of changed tables only."""

    async def add_listener(self, channel: str, callback: Any) -> None:
        """Hand `callback` what is believed."""

        def hear(payload: str | bytes | bytearray) -> None:
            if is_believed(payload):
                callback(payload)

        await super().add_listener(channel, hear)


def is_believed(payload: str | bytes | bytearray) -> bool:
    """Whether it says nothing worse than that there is something to look for."""
    if len(payload) > LONGEST:
        return False
    try:
        return msgspec.json.decode(payload, type=_Word).type == "table_changed_event"
    except msgspec.MsgspecError:
        return False


class Retrying(Queries):
    """Leaves a job that cannot be put back now to whoever takes it over.

    What cut the job's connection has often cut this one too, and pgqueuer makes a dead letter of a
    job that it cannot put back.
    """

    async def retry_job(
        self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None
    ) -> None:
        """Queue it again; without the database it stays as it is until its heartbeat is missed."""
        try:
            await super().retry_job(job, delay, traceback_record)
        except AWAY as error:
            log.warning("job_not_put_back", job_id=job.id, error=type(error).__name__)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[PgQueuer]:
    """A queue on connections of its own: it has its JSON codec and looks in the first schema."""
    server_settings = SETTINGS | {"application_name": "camaug queue", "search_path": "queue,core"}
    pool: Any = await asyncpg.create_pool(
        settings.database_url, min_size=2, max_size=4, server_settings=server_settings
    )
    try:
        listener = Listener(pool)
        yield PgQueuer(listener, queries=Retrying(listener))
    finally:
        pool.terminate()
