"""Communes, agencies and the dated table of who receives what."""

from datetime import date
from uuid import UUID

from camaug.agencies.schemas import Desk
from camaug.kernel import db
from camaug_sdk.records import Agency, Commune


async def communes(conn: db.Conn) -> list[Commune]:
    """All communes in Vietnamese order."""
    return await db.many(conn, Commune, "select code, name, kind from commune order by sort_key")


async def get(conn: db.Conn, agency_id: UUID) -> Agency:
    """One agency. Raises `NotFound`."""
    return await db.one(
        conn,
        Agency,
        "select agency_id, kind, name_vi, name_en, commune_code from agency where agency_id = $1",
        agency_id,
    )


async def offices(conn: db.Conn) -> list[Agency]:
    """Every agency that is valid now, by code."""
    return await db.many(
        conn,
        Agency,
        "select agency_id, kind, name_vi, name_en, commune_code from agency"
        " where valid_until is null order by code",
    )


async def desk(conn: db.Conn, procedure_code: str, commune_code: str | None, on: date) -> Desk:
    """Who receives and who handles on that day; a row for the commune before a general one.

    Raises `NotFound` when the table has no row.
    """
    return await db.one(
        conn,
        Desk,
        """
        select receiving.agency_id as receiving_id, receiving.code as receiving_code,
               receiving.name_vi, receiving.name_en, receiving.kind, receiving.commune_code,
               map.handling_agency_id as handling_id, map.status
        from procedure_agency map
        join agency receiving on receiving.agency_id = map.receiving_agency_id
        where map.procedure_code = $1 and (map.commune_code = $2 or map.commune_code is null)
          and map.valid_from <= $3 and (map.valid_until is null or map.valid_until > $3)
        order by map.commune_code nulls last
        limit 1
        """,
        procedure_code,
        commune_code,
        on,
    )
