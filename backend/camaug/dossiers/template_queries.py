"""Statements of the templates of reasons. Each names the agencies of the person who asks."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug_sdk.reasons import NewTemplate


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a template."""

    template_id: UUID
    line_id: UUID
    version: int
    agency_id: UUID | None
    title: str
    text: str
    acts: list[str]
    procedure_code: str | None
    made_at: datetime
    uses: int
    ended: bool = False


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The dossier for which templates are filled in."""

    code: str
    agency_ids: list[UUID]
    procedure_code: str
    procedure_valid_from: date


_VALID = """
    select t.template_id, t.line_id, t.version, t.agency_id, t.title, t.body as text, t.acts,
           t.procedure_code, t.made_at,
           (select sum(e.uses)::bigint from reason_template e where e.line_id = t.line_id) as uses,
           t.ended_at is not null as ended
    from reason_template t
"""


async def lock_place(conn: db.Conn, agency_id: UUID | None) -> None:
    """One change of an agency's templates at a time, until the transaction ends."""
    await db.lock(conn, f"reason_template|{agency_id}")


async def valid_count(conn: db.Conn, agency_id: UUID | None) -> int:
    """How many are in force at one agency, or in the province."""
    return int(
        await conn.fetchval(
            "select count(*) from reason_template"
            " where agency_id is not distinct from $1 and ended_at is null",
            agency_id,
        )
    )


async def insert(conn: db.Conn, row: Row, made_by: UUID) -> None:
    """A version that is in force from now on."""
    await db.run(
        conn,
        "insert into reason_template (template_id, line_id, version, agency_id, title, body, acts,"
        " procedure_code, made_at, made_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.template_id,
        row.line_id,
        row.version,
        row.agency_id,
        row.title,
        row.text,
        row.acts,
        row.procedure_code,
        row.made_at,
        made_by,
    )


async def end(conn: db.Conn, template_id: UUID, by: UUID, at: datetime) -> bool:
    """It is offered no more; whether it was until now."""
    touched = await db.run(
        conn,
        "update reason_template set ended_at = $3, ended_by = $2"
        " where template_id = $1 and ended_at is null",
        template_id,
        by,
        at,
    )
    return touched == 1


async def valid(conn: db.Conn, agency_ids: list[UUID]) -> list[Row]:
    """What is in force at the agencies and in the province, by title."""
    return await db.many(
        conn,
        Row,
        _VALID + " where t.ended_at is null and (t.agency_id is null or t.agency_id = any($1))"
        " order by t.agency_id is null, t.title, t.template_id",
        agency_ids,
    )


async def made(conn: db.Conn, template_id: UUID, agency_ids: list[UUID], *, province: bool) -> Row:
    """A version of one of the agencies, or with `province` of the province. Raises `NotFound`."""
    return await db.one(
        conn,
        Row,
        _VALID + " where t.template_id = $1"
        " and (t.agency_id = any($2) or t.agency_id is null and $3)",
        template_id,
        agency_ids,
        province,
    )


async def about(conn: db.Conn, agency_ids: list[UUID], dossier_id: UUID) -> About:
    """A dossier that one of the agencies receives or handles. Raises `NotFound`."""
    return await db.one(
        conn,
        About,
        "select code, array[agency_id, handling_agency_id] as agency_ids, procedure_code,"
        " procedure_valid_from from dossier where dossier_id = $1"
        " and (agency_id = any($2) or handling_agency_id = any($2))",
        dossier_id,
        agency_ids,
    )


async def for_act(conn: db.Conn, one: About, kind: str, limit: int) -> list[Row]:
    """What the form of an act offers: the agency's own first."""
    return await db.many(
        conn,
        Row,
        _VALID + " where t.ended_at is null and $1 = any(t.acts)"
        " and (t.agency_id is null or t.agency_id = any($2))"
        " and (t.procedure_code is null or t.procedure_code = $3)"
        " order by t.agency_id is null, t.title, t.template_id limit $4",
        kind,
        one.agency_ids,
        one.procedure_code,
        limit,
    )


async def has_procedure(conn: db.Conn, code: str) -> bool:
    """Whether the catalogue has ever had it."""
    return bool(await conn.fetchval("select exists (select from procedure where code = $1)", code))


def draft(new: NewTemplate, place: tuple[UUID, UUID, int, UUID | None], at: datetime) -> Row:
    """The row of a new version; `place` is its id, its line, its number and its agency."""
    template_id, line_id, version, agency_id = place
    return Row(
        template_id=template_id,
        line_id=line_id,
        version=version,
        agency_id=agency_id,
        title=new.title,
        text=new.text,
        acts=new.acts,
        procedure_code=new.procedure_code,
        made_at=at,
        uses=0,
    )
