"""What home and the console need from the database beside the features' own queries."""

from uuid import UUID

from camaug.kernel import db
from camaug.shell.schemas import AgencyName, OwnName


async def answers(pool: db.Pool) -> bool:
    """Whether the database answers within two seconds."""
    try:
        return await pool.fetchval("select true", timeout=2)
    except db.OUTAGES:
        return False


async def commune_name(conn: db.Conn, code: str | None) -> tuple[str, str] | None:
    """Kind (`ward`, `commune`) and name of a commune."""
    row = await conn.fetchrow("select kind, name from commune where code = $1", code)
    return None if row is None else (row["kind"], row["name"])


async def staff_name(conn: db.Conn, staff_id: UUID) -> OwnName:
    """A staff member's own name. Raises `NotFound`."""
    return await db.one(conn, OwnName, "select full_name from staff where staff_id = $1", staff_id)


async def agency_names(conn: db.Conn, agency_ids: list[UUID]) -> list[AgencyName]:
    """Names of agencies, by code."""
    return await db.many(
        conn,
        AgencyName,
        "select agency_id, name_vi, name_en from agency where agency_id = any($1) order by code",
        agency_ids,
    )
