"""How long agencies really take: half and nine of ten, kept in a table that the clock refreshes.

It is no promise and changes none. From acceptance to the end in office minutes, without pauses;
what was refused, stopped or withdrawn is left out. Window and least number are this project's.
"""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from math import ceil
from uuid import UUID

import msgspec

from camaug.dossiers.schemas import Whole
from camaug.kernel import db
from camaug.kernel.clock import LOCAL
from camaug.kernel.web import Engines
from camaug.procedures import queries as procedures
from camaug.procedures.deadlines import WorkCalendar
from camaug_sdk.promises import Forecast

WINDOW = timedelta(days=180)
LEAST = 10
"""With fewer finished dossiers nothing is said."""
BATCH = 2000
DAY = timedelta(days=1)
HALF, MOST = 0.5, 0.9
Key = tuple[UUID, str]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A finished dossier and its pauses, begin and end one after the other."""

    dossier_id: UUID
    agency_id: UUID
    procedure_code: str
    accepted_at: datetime
    finished_at: datetime
    begins: list[datetime]
    ends: list[datetime]


class OfficeTime:
    """Office minutes between instants of a span of days, from sums that are made once."""

    def __init__(self, work: WorkCalendar, first: date, last: date) -> None:
        days = [first + DAY * number for number in range((last - first).days + 1)]
        sessions = [one for day in days for one in work.sessions(day)]
        self._opens = [opens.timestamp() for opens, _ in sessions]
        self._minutes = [(closes - opens).total_seconds() / 60 for opens, closes in sessions]
        self._before = [0.0, *accumulate(self._minutes)]

    def between(self, start: datetime, end: datetime) -> float:
        """Like `WorkCalendar.minutes`."""
        return max(0.0, self._until(end) - self._until(start))

    def _until(self, moment: datetime) -> float:
        place = bisect_right(self._opens, moment.timestamp()) - 1
        if place < 0:
            return 0.0
        gone = (moment.timestamp() - self._opens[place]) / 60
        return self._before[place] + min(gone, self._minutes[place])


def rank(minutes: Sequence[int], share: float) -> int:
    """The least of the sorted values within which that share of them lies."""
    return minutes[max(0, ceil(share * len(minutes)) - 1)]


async def refresh(engines: Engines) -> int:
    """Count anew what was finished in the window; how many rows there are then."""
    now = engines.clock.now()
    taken = await _taken(engines, now)
    known = {key: sorted(several) for key, several in taken.items() if len(several) >= LEAST}
    rows = [
        (*key, len(several), rank(several, HALF), rank(several, MOST), now)
        for key, several in sorted(known.items())
    ]
    async with db.transaction(engines.pool) as conn:
        await db.lock(conn, "dossiers.forecast")
        await db.run(conn, "delete from forecast")
        await conn.executemany(
            "insert into forecast (agency_id, procedure_code, finished, half_minutes,"
            " most_minutes, refreshed_at) values ($1, $2, $3, $4, $5, $6)",
            rows,
        )
    return len(rows)


async def _taken(engines: Engines, now: datetime) -> dict[Key, list[int]]:
    """Office minutes of each dossier, by agency and procedure, read in batches."""
    taken: dict[Key, list[int]] = defaultdict(list)
    async with engines.pool.acquire() as conn:
        work = await procedures.work_calendar(conn)
    # An acceptance may lie before the window; two years hold what has a promised time.
    today = now.astimezone(LOCAL).date()
    office = OfficeTime(work, today - WINDOW - 2 * 365 * DAY, today)
    after = (now - WINDOW, UUID(int=0))
    while True:
        async with engines.pool.acquire() as conn:
            rows = await done(conn, after)
        for row in rows:
            minutes = office.between(row.accepted_at, row.finished_at)
            minutes -= sum(map(office.between, row.begins, row.ends))
            taken[row.agency_id, row.procedure_code].append(max(0, ceil(minutes)))
        if len(rows) < BATCH:
            return taken
        after = (rows[-1].finished_at, rows[-1].dossier_id)
        await asyncio.sleep(0)


async def done(conn: db.Conn, after: tuple[datetime, UUID]) -> list[Done]:
    """What was finished behind the position, with its pauses, a batch."""
    return await db.many(
        conn,
        Done,
        """
        with stood_still as not materialized (
            select dossier_id, requested_at, ended_at from supplement
            union all select dossier_id, requested_at, ended_at from payment_request
        )
        select d.dossier_id, coalesce(d.handling_agency_id, x.handling_agency_id) as agency_id,
               d.procedure_code, d.accepted_at, d.finished_at,
               array(select greatest(s.requested_at, d.accepted_at) from stood_still s
                     where s.dossier_id = d.dossier_id and s.ended_at > d.accepted_at
                     order by s.requested_at) as begins,
               array(select s.ended_at from stood_still s
                     where s.dossier_id = d.dossier_id and s.ended_at > d.accepted_at
                     order by s.requested_at) as ends
        from dossier d left join dossier_erasure x on x.dossier_id = d.dossier_id
        where d.status in (9, 10) and d.finished_at >= $1
          and (d.finished_at, d.dossier_id) > ($1, $2::uuid) and d.accepted_at is not null
        order by d.finished_at, d.dossier_id limit $3
        """,
        *after,
        BATCH,
    )


def read(row: Whole) -> Forecast | None:
    """What is known of the agency and procedure of a dossier."""
    if row.half_minutes is None or row.most_minutes is None or row.forecast_of is None:
        return None
    return Forecast(
        half_minutes=row.half_minutes, most_minutes=row.most_minutes, finished=row.forecast_of
    )
