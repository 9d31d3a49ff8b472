"""The tables `plugin` and `plugin_change`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from camaug.kernel import db
from camaug.kernel.text import sort_key
from camaug.plugins.schemas import Change, ManifestRow, Row, Seat, Utility
from camaug_sdk.records import Language


async def all_rows(conn: db.Conn) -> list[Row]:
    """Every plugin that was ever found."""
    return await db.many(
        conn,
        Row,
        "select plugin_id, distribution, version, entry_point, fingerprint, state, reason, finding,"
        " detail, manifest, updated_at from plugin order by plugin_id",
    )


async def lock(conn: db.Conn, plugin_id: str) -> Row:
    """One plugin, locked until the transaction ends. Raises `NotFound`."""
    return await db.one(
        conn,
        Row,
        "select plugin_id, distribution, version, entry_point, fingerprint, state, reason, finding,"
        " detail, manifest, updated_at from plugin where plugin_id = $1 for update",
        plugin_id,
    )


async def seats(conn: db.Conn) -> list[Seat]:
    """What the gate needs of every plugin."""
    return await db.many(
        conn, Seat, "select plugin_id, state, entry_point, fingerprint, resume_at from plugin"
    )


async def seat(conn: db.Conn, plugin_id: str) -> Seat:
    """What the gate needs of one plugin. Raises `NotFound`."""
    return await db.one(
        conn,
        Seat,
        "select plugin_id, state, entry_point, fingerprint, resume_at from plugin"
        " where plugin_id = $1",
        plugin_id,
    )


async def manifest(conn: db.Conn, plugin_id: str) -> dict[str, Any]:
    """The manifest as it was checked. Raises `NotFound`."""
    row = await db.one(
        conn,
        ManifestRow,
        "select manifest from plugin where plugin_id = $1 and manifest is not null",
        plugin_id,
    )
    return row.manifest


async def put(conn: db.Conn, row: Row) -> None:
    """Write a plugin's row as a whole."""
    await db.run(
        conn,
        "insert into plugin (plugin_id, distribution, version, entry_point, fingerprint, state,"
        " reason, finding, detail, manifest, updated_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " on conflict (plugin_id) do update set distribution = excluded.distribution,"
        " version = excluded.version, entry_point = excluded.entry_point,"
        " fingerprint = excluded.fingerprint, state = excluded.state, reason = excluded.reason,"
        " finding = excluded.finding, detail = excluded.detail, manifest = excluded.manifest,"
        " updated_at = excluded.updated_at",
        row.plugin_id,
        row.distribution,
        row.version,
        row.entry_point,
        row.fingerprint,
        row.state,
        row.reason,
        row.finding,
        row.detail,
        row.manifest,
        row.updated_at,
    )


async def set_state(
    conn: db.Conn,
    plugin_id: str,
    change: Change,
    now: datetime,
    resume_at: datetime | None = None,
) -> None:
    """Change only the state, and when it ends by itself."""
    await db.run(
        conn,
        "update plugin set state = $2, reason = $3, updated_at = $4, resume_at = $5"
        " where plugin_id = $1",
        plugin_id,
        change.to_state,
        change.reason,
        now,
        resume_at,
    )


async def rested(conn: db.Conn, now: datetime) -> list[Row]:
    """Suspended plugins whose time is over, locked; what another process has locked is left out."""
    return await db.many(
        conn,
        Row,
        "select plugin_id, distribution, version, entry_point, fingerprint, state, reason, finding,"
        " detail, manifest, updated_at from plugin where state = 'suspended' and resume_at <= $1"
        " for update skip locked",
        now,
    )


async def suspensions_since(conn: db.Conn, plugin_id: str, since: datetime) -> int:
    """How often it was suspended."""
    return await conn.fetchval(
        "select count(*) from plugin_change where plugin_id = $1 and at > $2"
        " and to_state = 'suspended'",
        plugin_id,
        since,
    )


async def add_change(
    conn: db.Conn,
    change_id: UUID,
    plugin_id: str,
    change: Change,
    actor: tuple[str, UUID | None],
    now: datetime,
) -> None:
    """One row of history; `actor` is kind and id."""
    await db.run(
        conn,
        "insert into plugin_change (change_id, plugin_id, at, from_state, to_state, reason, note,"
        " actor_kind, actor_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        change_id,
        plugin_id,
        now,
        change.from_state,
        change.to_state,
        change.reason,
        change.note,
        *actor,
    )


async def active(conn: db.Conn, language: Language) -> list[Utility]:
    """The active utilities for citizens, by title."""
    found = await db.many(
        conn,
        Utility,
        "select plugin_id, own -> 'title' ->> $1 as title, own -> 'tile' ->> $1 as tile,"
        " own ->> 'icon' as icon, own ->> 'category' as category"
        " from plugin, lateral (select manifest -> 'x_camaug' as own) as part"
        " where state = 'active' and own -> 'audience' ? 'citizen'",
        language,
    )
    return sorted(found, key=lambda one: sort_key(one.title))


async def desks(conn: db.Conn, language: Language, roles: list[str]) -> list[Utility]:
    """The active utilities with a desk for one of the roles, by title."""
    found = await db.many(
        conn,
        Utility,
        "select plugin_id,"
        " coalesce(own -> 'desk_title' ->> $1, own -> 'title' ->> $1) as title,"
        " own -> 'tile' ->> $1 as tile,"
        " own ->> 'icon' as icon, own ->> 'category' as category"
        " from plugin, lateral (select manifest -> 'x_camaug' as own) as part"
        " where state = 'active' and own -> 'audience' ? 'officer' and exists ("
        "   select from jsonb_array_elements(own -> 'desk_roles') as desk"
        "   where desk ->> 'role' = any($2))",
        language,
        roles,
    )
    return sorted(found, key=lambda one: sort_key(one.title))
