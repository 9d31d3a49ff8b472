"""Utilities and their history, as the console shows them."""

from uuid import UUID

from camaug.kernel import db
from camaug.kernel.text import sort_key
from camaug.plugins.schemas import Happened, Line
from camaug_sdk.records import Language

MOST_CHANGES = 50
_LINE = (
    "select plugin_id, coalesce(manifest -> 'x_camaug' -> 'title' ->> $1, plugin_id) as title,"
    " distribution, version, state, reason, finding, detail, updated_at, resume_at from plugin"
)


async def any_is_top(conn: db.Conn, agency_ids: list[UUID]) -> bool:
    """Whether one of the agencies is below no other."""
    return await conn.fetchval(
        "select exists (select from agency where agency_id = any($1) and parent_id is null)",
        agency_ids,
    )


async def lines(conn: db.Conn, language: Language) -> list[Line]:
    """Every plugin that was ever found: those in trouble first, then by title."""
    found = await db.many(conn, Line, _LINE, language)
    return sorted(found, key=lambda one: (one.state == "active", sort_key(one.title)))


async def line(conn: db.Conn, plugin_id: str, language: Language) -> Line:
    """One. Raises `NotFound`."""
    return await db.one(conn, Line, f"{_LINE} where plugin_id = $2", language, plugin_id)


async def history(conn: db.Conn, plugin_id: str) -> list[Happened]:
    """The last changes of its state, the oldest first."""
    found = await db.many(
        conn,
        Happened,
        "select c.at, c.to_state, c.reason, c.note, s.full_name as who from plugin_change c"
        " left join staff s on c.actor_kind = 'staff' and s.staff_id = c.actor_id"
        " where c.plugin_id = $1 order by c.at desc, c.change_id desc limit $2",
        plugin_id,
        MOST_CHANGES,
    )
    return found[::-1]
