"""Notices that plugins ask for (`notify` of the SDK's tables): words from their manifests."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug_sdk.manifest import NoticeTemplate

TEMPLATE = "utility"


class _Told(msgspec.Struct, frozen=True):
    value: dict[str, Any]


class _Wanting(msgspec.Struct, frozen=True):
    plugin_id: str


async def template(conn: db.Conn, plugin_id: str, name: str) -> NoticeTemplate:
    """A template of the plugin's manifest. Raises `NotFound`: the job becomes a dead letter."""
    row = await db.one(
        conn,
        _Told,
        "select told.value from plugin,"
        " jsonb_array_elements(manifest -> 'x_camaug' -> 'notices') as told"
        " where plugin_id = $1 and told.value ->> 'template' = $2",
        plugin_id,
        name,
    )
    return msgspec.convert(row.value, NoticeTemplate)


async def since(conn: db.Conn, citizen_id: UUID, plugin_id: str, at: datetime) -> int:
    """How many notices of the plugin the citizen has had."""
    return await conn.fetchval(
        "select count(*) from notice where citizen_id = $1 and created_at > $3"
        " and template = 'utility' and args ->> 'plugin' = $2",
        citizen_id,
        plugin_id,
        at,
    )


async def subscribed(conn: db.Conn, name: str, dossier_id: str | None) -> list[str]:
    """Plugins that want an event: any of their own, of dossiers those that were filed by them."""
    rows = await db.many(
        conn,
        _Wanting,
        "select plugin_id from plugin p where state <> 'uninstalled'"
        " and manifest -> 'x_camaug' -> 'events' ? $1"
        " and ($2::uuid is null or exists (select from dossier d"
        " where d.dossier_id = $2 and d.plugin_id = p.plugin_id))",
        name,
        None if dossier_id is None else UUID(dossier_id),
    )
    return [row.plugin_id for row in rows]


def words(told: NoticeTemplate, args: dict[str, str | int | None]) -> dict[str, str | int | None]:
    """Title and body in both languages with the arguments in their places."""
    texts = {
        "title": told.title.vi,
        "title_en": told.title.en,
        "body": told.body.vi,
        "body_en": told.body.en,
    }
    for name, value in args.items():
        texts = {one: text.replace(f"{{{name}}}", str(value)) for one, text in texts.items()}
    return {**texts}
