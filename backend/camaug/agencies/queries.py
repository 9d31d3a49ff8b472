"""Communes, agencies and the dated table of who receives what."""

from datetime import date
from uuid import UUID

from camaug.agencies.schemas import DeskRow
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


async def of_commune(conn: db.Conn, commune_code: str) -> Agency:
    """The people's committee of a commune that is valid now. Raises `NotFound`."""
    return await db.one(
        conn,
        Agency,
        "select agency_id, kind, name_vi, name_en, commune_code from agency"
        " where commune_code = $1 and kind = 'people_committee' and valid_until is null",
        commune_code,
    )


async def offices(conn: db.Conn) -> list[Agency]:
    """Every agency that is valid now, by code."""
    return await db.many(
        conn,
        Agency,
        "select agency_id, kind, name_vi, name_en, commune_code from agency"
        " where valid_until is null order by code",
    )


async def desks(conn: db.Conn, on: date) -> list[DeskRow]:
    """The whole table of who receives and who handles what on that day."""
    return await db.many(
        conn,
        DeskRow,
        """
        select map.procedure_code, map.commune_code as from_commune,
               receiving.agency_id as receiving_id, receiving.code as receiving_code,
               receiving.name_vi, receiving.name_en, receiving.kind, receiving.commune_code,
               map.handling_agency_id as handling_id, map.status
        from procedure_agency map
        join agency receiving on receiving.agency_id = map.receiving_agency_id
        where map.valid_from <= $1 and (map.valid_until is null or map.valid_until > $1)
        """,
        on,
    )
