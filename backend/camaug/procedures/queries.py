"""The catalogue by date."""

from datetime import date
from typing import Any

import msgspec

from camaug.kernel import db
from camaug.procedures.deadlines import WorkCalendar
from camaug.procedures.schemas import Dated, FieldOf
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Hit, Procedure


async def get(conn: db.Conn, code: str, on: date) -> Dated:
    """The procedure as valid on that day, with the first day of that version.

    Raises `NotFound`.
    """
    row: Any = await conn.fetchrow(
        "select body, valid_from from procedure where code = $1 and valid_from <= $2"
        " and (valid_until is null or valid_until > $2)",
        code,
        on,
    )
    if row is None:
        raise NotFound
    return _dated(row)


def _dated(row: Any) -> Dated:
    return Dated(procedure=msgspec.convert(row["body"], Procedure), valid_from=row["valid_from"])


async def valid(conn: db.Conn, on: date) -> list[Dated]:
    """Every procedure that is valid on that day, in that version."""
    rows: list[Any] = await conn.fetch(
        "select body, valid_from from procedure where valid_from <= $1"
        " and (valid_until is null or valid_until > $1) order by code",
        on,
    )
    return [_dated(row) for row in rows]


async def state(conn: db.Conn, on: date) -> str:
    """A text that changes whenever a row valid on that day is written, added or taken away."""
    row: Any = await conn.fetchrow(
        "select count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) as state from procedure"
        " where valid_from <= $1 and (valid_until is null or valid_until > $1)",
        on,
    )
    return f"{on}:{row['state']}"


async def in_field(conn: db.Conn, field_id: str, on: date) -> list[Hit]:
    """The procedures of one field of administration, by name."""
    return await db.many(
        conn,
        Hit,
        """
        select code, body ->> 'short_name' as short_name, body ->> 'name_en' as name_en,
               body ->> 'field' as field, body @> '{"channels": [{"channel": "online"}]}' as online,
               1.0::float8 as score
        from procedure
        where body ->> 'field_id' = $1
          and valid_from <= $2 and (valid_until is null or valid_until > $2)
        order by short_name
        """,
        field_id,
        on,
    )


async def fields(conn: db.Conn, on: date) -> list[FieldOf]:
    """Fields of administration with their number of procedures, largest first."""
    return await db.many(
        conn,
        FieldOf,
        """
        select body ->> 'field_id' as field_id, min(body ->> 'field') as name, count(*) as count
        from procedure
        where valid_from <= $1 and (valid_until is null or valid_until > $1)
        group by 1 order by 3 desc, 2
        """,
        on,
    )


class _Day(msgspec.Struct):
    day: date
    kind: str


async def work_calendar(conn: db.Conn) -> WorkCalendar:
    """Holidays and worked Saturdays of all years that are decreed."""
    days = await db.many(conn, _Day, "select day, kind from holiday")
    return WorkCalendar(
        holidays=frozenset(d.day for d in days if d.kind == "holiday"),
        worked=frozenset(d.day for d in days if d.kind == "makeup_workday"),
    )
