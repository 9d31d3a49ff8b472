"""Records who did what, in the transaction that did it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from camaug.kernel import db
from camaug.kernel.ids import uuid7


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: a citizen, a member of staff, a plugin, or the system itself."""

    kind: Literal["citizen", "staff", "system", "plugin"]
    actor_id: UUID | None = None
    request_id: str | None = None


SYSTEM = Actor(kind="system")


async def record(
    conn: db.Conn,
    actor: Actor,
    action: str,
    what: tuple[str, object],
    *,
    at: datetime,
    agency_id: UUID | None = None,
    detail: dict[str, str | int | None] | None = None,
) -> None:
    """One row. `what` is the kind and id of the object; `detail` holds ids and codes only."""
    kind, object_id = what
    await db.run(
        conn,
        "insert into audit (audit_id, at, actor_kind, actor_id, action, object_kind, object_id,"
        " agency_id, detail, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        uuid7(),
        at,
        actor.kind,
        actor.actor_id,
        action,
        kind,
        str(object_id),
        agency_id,
        detail or {},
        actor.request_id,
    )
