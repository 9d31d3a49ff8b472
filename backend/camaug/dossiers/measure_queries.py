"""Statements of the boards: sums of counters, and what is open at one agency."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug_sdk.measures import ProcedureFigures
from camaug_sdk.records import Agency


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of an agency's month. `judged_*` and `digitised` are for KPI 766."""

    month: date
    agency_code: str
    filed: int
    accepted: int
    on_time: int
    late: int
    unlimited: int
    refused: int
    withdrawn: int
    stopped: int
    digitised: int
    judged_in_time: int
    judged_late: int
    rated: int
    satisfied: int


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An agency and what is pending there now."""

    agency_code: str
    name_vi: str
    name_en: str
    commune_code: str | None
    pending: int


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """Accepted and without an end, as KPI 766 judges it now, and what is overdue by its clock."""

    in_time: int
    late: int
    overdue: int


async def months(
    conn: db.Conn, first: date, last: date, agency_id: UUID | None = None
) -> list[Month]:
    """The months of every agency, or of one, by month and code."""
    return await db.many(
        conn,
        Month,
        """
        with counted as (
            select month, agency_id, sum(filed) as filed, sum(accepted) as accepted,
                   sum(on_time) as on_time, sum(late) as late, sum(unlimited) as unlimited,
                   sum(refused) as refused, sum(withdrawn) as withdrawn, sum(stopped) as stopped,
                   sum(digitised) as digitised, sum(judged_in_time) as judged_in_time,
                   sum(judged_late) as judged_late
            from dossier_count
            where month between $1 and $2 and ($3::uuid is null or agency_id = $3)
            group by 1, 2
        ), said as (
            select month, agency_id, sum(rated) as rated, sum(satisfied) as satisfied
            from rating_counter
            where month between $1 and $2 and ($3::uuid is null or agency_id = $3)
            group by 1, 2
        )
        select month, agency.code as agency_code,
               coalesce(filed, 0)::int as filed, coalesce(accepted, 0)::int as accepted,
               coalesce(on_time, 0)::int as on_time, coalesce(late, 0)::int as late,
               coalesce(unlimited, 0)::int as unlimited, coalesce(refused, 0)::int as refused,
               coalesce(withdrawn, 0)::int as withdrawn, coalesce(stopped, 0)::int as stopped,
               coalesce(digitised, 0)::int as digitised,
               coalesce(judged_in_time, 0)::int as judged_in_time,
               coalesce(judged_late, 0)::int as judged_late,
               coalesce(rated, 0)::int as rated, coalesce(satisfied, 0)::int as satisfied
        from counted full join said using (month, agency_id) join agency using (agency_id)
        order by month, agency.code
        """,
        first,
        last,
        agency_id,
    )


async def waiting(conn: db.Conn, agency_id: UUID | None = None) -> list[Waiting]:
    """What is pending at every agency that ever had a dossier, or at one, by code."""
    return await db.many(
        conn,
        Waiting,
        """
        select code as agency_code, name_vi, name_en, commune_code,
               greatest(sum(pending), 0)::int as pending
        from dossier_pending join agency using (agency_id)
        where $1::uuid is null or agency.agency_id = $1
        group by agency.agency_id order by code
        """,
        agency_id,
    )


async def led(conn: db.Conn, agency_ids: list[UUID]) -> list[Agency]:
    """These agencies, by code."""
    return await db.many(
        conn,
        Agency,
        "select agency_id, kind, name_vi, name_en, commune_code from agency"
        " where agency_id = any($1) order by code",
        agency_ids,
    )


async def one_led(conn: db.Conn, agency_ids: list[UUID], agency_id: UUID) -> Agency:
    """The agency, if it is one of these. Raises `NotFound`."""
    return await db.one(
        conn,
        Agency,
        "select agency_id, kind, name_vi, name_en, commune_code from agency"
        " where agency_id = any($1) and agency_id = $2",
        agency_ids,
        agency_id,
    )


async def id_of(conn: db.Conn, agency_code: str) -> UUID | None:
    """The agency of a code, if it has had dossiers."""
    found: UUID | None = await conn.fetchval(
        "select agency_id from agency where code = $1"
        " and exists (select from dossier_pending p where p.agency_id = agency.agency_id)",
        agency_code,
    )
    return found


async def still_open(conn: db.Conn, agency_id: UUID, begin: datetime, now: datetime) -> Open:
    """What is open at an agency. What waits for papers ended with the request, says the rule.

    What waits for a payment is open, and as late as it was when the payment was asked for.

    A request from before `begin` is outside of the period.
    """
    return await db.one(
        conn,
        Open,
        """
        with running as (
            select d.stage, d.due_at, asked.requests,
                   case when d.status = 5 then asked.latest else $3 end as until,
                   case when d.status = 6 then (
                       select max(requested_at) from payment_request y
                       where y.dossier_id = d.dossier_id
                   ) end as paused_at
            from dossier d cross join lateral (
                select count(*) as requests, max(requested_at) as latest
                from supplement s where s.dossier_id = d.dossier_id
            ) asked
            where d.handling_agency_id = $1 and d.status in (2, 4, 5, 6)
              and d.accepted_at is not null
        )
        select count(*) filter (where until >= $2 and requests <= 1
                                and coalesce(paused_at, until) <= due_at)::int
                   as in_time,
               count(*) filter (where until >= $2 and (requests > 1
                                or coalesce(paused_at, until) > due_at))::int
                   as late,
               count(*) filter (where stage in (2, 4) and due_at < $3)::int as overdue
        from running
        """,
        agency_id,
        begin,
        now,
    )


async def procedures(
    conn: db.Conn, agency_id: UUID, first: date, last: date
) -> list[ProcedureFigures]:
    """An agency's months by procedure, most pending first."""
    return await db.many(
        conn,
        ProcedureFigures,
        """
        with did as (
            select procedure_code, sum(on_time) as on_time, sum(late) as late,
                   sum(accepted) as accepted
            from dossier_count where agency_id = $1 and month between $2 and $3 group by 1
        ), waits as (
            select procedure_code, sum(pending) as pending
            from dossier_pending where agency_id = $1 group by 1
        )
        select procedure_code, coalesce(named.name, procedure_code) as name,
               coalesce(named.name_en, procedure_code) as name_en,
               coalesce(on_time, 0)::int as on_time, coalesce(late, 0)::int as late,
               coalesce(accepted, 0)::int as accepted,
               greatest(coalesce(pending, 0), 0)::int as pending
        from did full join waits using (procedure_code)
        left join lateral (
            select body ->> 'short_name' as name, body ->> 'name_en' as name_en
            from procedure where code = procedure_code order by valid_from desc limit 1
        ) named on true
        order by pending desc, procedure_code
        """,
        agency_id,
        first,
        last,
    )
