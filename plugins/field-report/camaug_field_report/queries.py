"""Every statement: the citizen or the officer's agencies stand in each that shows a report."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug_field_report.paging import PAGE, Place
from camaug_field_report.records import Counts, Line, Photo, Report, Step
from camaug_sdk.tables import Reading, Transaction


class _Number(msgspec.Struct):
    last: int


class Lately(msgspec.Struct):
    """What one citizen has filed since a certain time."""

    count: int
    first: datetime | None


async def own(db: Reading, citizen_id: UUID, after: Place | None) -> list[Line]:
    """The citizen's reports, newest first; one more than a page has, if there are more."""
    return await db.many(
        Line,
        "select report_id, code, commune_code, category, state, waiting_long, filed_at from report"
        " where citizen_id = $1 and ($2::timestamptz is null or (filed_at, report_id) < ($2, $3))"
        " order by filed_at desc, report_id desc limit $4",
        citizen_id,
        after.filed_at if after else None,
        after.report_id if after else None,
        PAGE + 1,
    )


async def lately(db: Reading, citizen_id: UUID, since: datetime) -> Lately:
    """How many reports the citizen has filed since then, and when the first of these."""
    return await db.one(
        Lately,
        "select count(*)::int as count, min(filed_at) as first from report"
        " where citizen_id = $1 and filed_at > $2",
        citizen_id,
        since,
    )


async def of_citizen(db: Reading, citizen_id: UUID, report_id: UUID) -> Report:
    """One of the citizen's reports. Raises `NotFound`."""
    return await db.one(
        Report,
        "select report_id, code, citizen_id, agency_id, commune_code, category, state, version,"
        " stay, waiting_long, said_enc, place_enc, position_enc, remarked, rating, filed_at"
        " from report where report_id = $1 and citizen_id = $2",
        report_id,
        citizen_id,
    )


async def at_desk(db: Reading, agency_ids: Sequence[UUID], report_id: UUID) -> Report:
    """A report that one of the agencies has. Raises `NotFound`."""
    return await db.one(
        Report,
        "select report_id, code, citizen_id, agency_id, commune_code, category, state, version,"
        " stay, waiting_long, said_enc, place_enc, position_enc, remarked, rating, filed_at"
        " from report where report_id = $1 and agency_id = any($2)",
        report_id,
        list(agency_ids),
    )


async def open_at(
    db: Reading,
    agency_ids: Sequence[UUID],
    states: Sequence[str],
    category: str | None,
    after: Place | None,
) -> list[Line]:
    """Open reports of the agencies: those that wait for long first, then the oldest."""
    return await db.many(
        Line,
        "select report_id, code, commune_code, category, state, waiting_long, filed_at from report"
        " where agency_id = any($1) and state in ('received', 'sent_on', 'handling')"
        " and state = any($2) and ($3::text is null or category = $3)"
        " and ($4::boolean is null or (not waiting_long, filed_at, report_id) > (not $4, $5, $6))"
        " order by not waiting_long, filed_at, report_id limit $7",
        list(agency_ids),
        list(states),
        category,
        after.waiting_long if after else None,
        after.filed_at if after else None,
        after.report_id if after else None,
        PAGE + 1,
    )


async def closed_at(
    db: Reading, agency_ids: Sequence[UUID], category: str | None, after: Place | None
) -> list[Line]:
    """Closed reports of the agencies, the latest first."""
    return await db.many(
        Line,
        "select report_id, code, commune_code, category, state, waiting_long, filed_at from report"
        " where agency_id = any($1) and state not in ('received', 'sent_on', 'handling')"
        " and ($2::text is null or category = $2)"
        " and ($3::timestamptz is null or (filed_at, report_id) < ($3, $4))"
        " order by filed_at desc, report_id desc limit $5",
        list(agency_ids),
        category,
        after.filed_at if after else None,
        after.report_id if after else None,
        PAGE + 1,
    )


async def counts_at(db: Reading, agency_ids: Sequence[UUID]) -> Counts:
    """How many open reports the agencies have."""
    return await db.one(
        Counts,
        "select count(*) filter (where state <> 'handling') as fresh,"
        " count(*) filter (where state = 'handling') as handling,"
        " count(*) filter (where waiting_long) as waiting from report"
        " where agency_id = any($1) and state in ('received', 'sent_on', 'handling')",
        list(agency_ids),
    )


async def steps(db: Reading, report_id: UUID) -> list[Step]:
    """What happened to a report that the caller has fetched for whoever asks."""
    return await db.many(
        Step,
        "select seq, kind, at, agency_id, to_agency_id, note_enc from step"
        " where report_id = $1 order by seq",
        report_id,
    )


async def photos(db: Reading, report_id: UUID) -> list[Photo]:
    """The photos of a report that the caller has fetched for whoever asks."""
    return await db.many(
        Photo,
        "select number, document_id from photo where report_id = $1 order by number",
        report_id,
    )


async def next_number(tx: Transaction, day: date) -> int:
    """The next number of a day; others wait for this transaction to end."""
    row = await tx.one(
        _Number,
        "insert into counter (day, last) values ($1, 1)"
        " on conflict (day) do update set last = counter.last + 1 returning last",
        day,
    )
    return row.last


async def insert(tx: Transaction, new: Report) -> None:
    """A report that was just filed."""
    await tx.run(
        "insert into report (report_id, code, citizen_id, agency_id, commune_code, category, state,"
        " said_enc, place_enc, position_enc, filed_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.report_id,
        new.code,
        new.citizen_id,
        new.agency_id,
        new.commune_code,
        new.category,
        new.state,
        new.said_enc,
        new.place_enc,
        new.position_enc,
        new.filed_at,
    )


async def add_photo(tx: Transaction, report_id: UUID, photo: Photo) -> None:
    """A photo of a report."""
    await tx.run(
        "insert into photo (report_id, number, document_id) values ($1, $2, $3)",
        report_id,
        photo.number,
        photo.document_id,
    )


async def add_step(tx: Transaction, report_id: UUID, step: Step, staff_id: UUID | None) -> None:
    """What happened, by which officer if it was one."""
    await tx.run(
        "insert into step (report_id, seq, kind, at, agency_id, to_agency_id, staff_id, note_enc)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        report_id,
        step.seq,
        step.kind,
        step.at,
        step.agency_id,
        step.to_agency_id,
        staff_id,
        step.note_enc,
    )


async def move(tx: Transaction, old: Report, new: Report) -> bool:
    """Make `new` of `old` if nobody changed it meanwhile."""
    touched = await tx.run(
        "update report set state = $4, agency_id = $5, stay = $6, remarked = $7, rating = $8,"
        " waiting_long = $9, version = version + 1"
        " where report_id = $1 and version = $2 and agency_id = $3",
        old.report_id,
        old.version,
        old.agency_id,
        new.state,
        new.agency_id,
        new.stay,
        new.remarked,
        new.rating,
        new.waiting_long,
    )
    return touched == 1


async def waits(db: Reading, report_id: UUID, stay: int) -> Line | None:
    """The report if nobody at the agency of that stay has taken it in hand; for jobs only."""
    return await db.maybe(
        Line,
        "select report_id, code, commune_code, category, state, waiting_long, filed_at from report"
        " where report_id = $1 and stay = $2 and state in ('received', 'sent_on')",
        report_id,
        stay,
    )


async def mark_waiting(tx: Transaction, report_id: UUID, stay: int) -> bool:
    """Have the desk see it first; false when that is done, or no longer right."""
    touched = await tx.run(
        "update report set waiting_long = true where report_id = $1 and stay = $2"
        " and state in ('received', 'sent_on') and not waiting_long",
        report_id,
        stay,
    )
    return touched == 1
