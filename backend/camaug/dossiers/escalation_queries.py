"""Statements of escalation: what nobody acts on, and what leaders were told of."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from camaug.dossiers.queries import LINE
from camaug.dossiers.queue import Wanted
from camaug.dossiers.schemas import Line
from camaug.kernel import db


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """A late dossier, locked, and whose leaders are to be told of it."""

    dossier_id: UUID
    code: str
    citizen_id: UUID
    agency_id: UUID
    told_id: UUID
    procedure_code: str
    procedure_name: str
    procedure_name_en: str
    agency_name: str
    agency_name_en: str
    status: int
    promised_at: datetime


class _Count(msgspec.Struct, frozen=True):
    count: int


# A step is taken for the moment that counts for the person now: the later one of promise and
# apology. An act of the desk begins the silence anew, unless it was undone. `told`, `told_for` and
# `told_level` of the dossier only narrow down what is looked at, by indexes; the rows of the steps
# decide. Each of them is asked for as a value: as `exists` the planner would rather read all steps
# ever taken.
_SILENT = """
    select d.dossier_id, d.code, d.citizen_id, d.agency_id,
           case when $2 = 1 then h.agency_id else h.parent_id end as told_id, d.procedure_code,
           p.body ->> 'short_name' as procedure_name, p.body ->> 'name_en' as procedure_name_en,
           h.name_vi as agency_name, h.name_en as agency_name_en, d.status,
           greatest(d.due_at, d.appointed_at) as promised_at
    from dossier d
    join agency h on h.agency_id = d.handling_agency_id
    join procedure p on p.code = d.procedure_code and p.valid_from = d.procedure_valid_from
    where d.stage in (2, 4) and d.due_at <= $1 and greatest(d.due_at, d.appointed_at) <= $1
      and (d.told_for is distinct from greatest(d.due_at, d.appointed_at) or d.told_level < 2)
      and (d.told_for is distinct from greatest(d.due_at, d.appointed_at) or d.told_level < $2)
      and case when $2 = 1 then h.agency_id else h.parent_id end is not null
      and (select max(e.at) from dossier_event e where e.dossier_id = d.dossier_id
           and e.actor_kind = 'staff' and e.at > $1 and e.kind <> 'undone'
           and (select u.seq from dossier_event u where u.kind = 'undone'
                and u.dossier_id = e.dossier_id and u.reverts = e.seq) is null) is null
      and (select s.at from dossier_escalation s where s.dossier_id = d.dossier_id
           and s.promised_at = greatest(d.due_at, d.appointed_at) and s.level = $2) is null
      and ($2 = 1 or (
            select s.at from dossier_escalation s where s.dossier_id = d.dossier_id
            and s.promised_at = greatest(d.due_at, d.appointed_at) and s.level = 1) <= $1)
    order by d.due_at limit $3 for update of d skip locked
"""
_TOLD = """
    d.stage in (2, 4) and exists (
        select from dossier_escalation l
        where l.dossier_id = d.dossier_id and l.agency_id = any($1)
          and l.promised_at = greatest(d.due_at, d.appointed_at))
"""
_MINE: LiteralString = """
    d.told <> '{}' and d.told && $1::uuid[] and
"""
_COUNT: LiteralString = "select count(*) as count from dossier d where " + _MINE + _TOLD  # noqa: S608
_STEP = """
    with step as (
        insert into dossier_escalation (dossier_id, promised_at, level, agency_id, at)
        values ($1, $2, $3, $4, $5)
    )
    update dossier set told = array_append(array_remove(told, $4), $4), told_for = $2,
                       told_level = $3
    where dossier_id = $1
"""


async def silent(conn: db.Conn, before: datetime, level: int, limit: int) -> list[Silent]:
    """What was late before then and on which no desk has acted since; level 2 after level 1.

    Two workers at a time never take the same dossier, and neither waits for an officer's act.
    """
    return await db.many(conn, Silent, _SILENT, before, level, limit)


async def insert(conn: db.Conn, row: Silent, level: int, at: datetime) -> None:
    """The step that is taken now; the primary key lets it be taken once.

    The caller holds the row of the dossier.
    """
    await db.run(
        conn,
        _STEP,
        row.dossier_id,
        row.promised_at,
        level,
        row.told_id,
        at,
    )


async def page(
    conn: db.Conn,
    led: list[UUID],
    wanted: Wanted,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Line]:
    """What the leaders of these agencies were told of and still runs late, the longest late first.

    A new promise, by apology or by a pause, takes a dossier out of it.
    """
    at, dossier_id = after or (None, None)
    return await db.many(
        conn,
        Line,
        LINE  # noqa: S608  (parts of this file)
        + " where d.dossier_id in (select d.dossier_id from ("
        + "select d.dossier_id, d.due_at, d.appointed_at, d.stage from dossier d where "
        + _MINE
        + " d.stage in (2, 4) and d.stage = any($2::smallint[])"
        + " and ($3::text is null or d.procedure_code = $3)"
        + " and ($4::bytea[] is null or d.applicant_words @> $4)"
        + " and ($5::text is null or right(d.code, length($5)) = $5)"
        + " and ($6::timestamptz is null or (d.due_at, d.dossier_id) > ($6, $7::uuid))"
        + " order by d.due_at, d.dossier_id offset 0) d where "
        + _TOLD
        + " limit $8) order by d.due_at, d.dossier_id",
        led,
        list(wanted.statuses),
        wanted.procedure_code,
        wanted.words,
        wanted.ending,
        at,
        dossier_id,
        limit,
    )


async def count(conn: db.Conn, led: list[UUID]) -> int:
    """How many rows the view has."""
    if not led:
        return 0
    return (await db.one(conn, _Count, _COUNT, led)).count
