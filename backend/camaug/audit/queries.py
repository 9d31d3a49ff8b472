"""Statements of the audit's seal."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from camaug.audit.schemas import AuditRow, Batch, LeafRow
from camaug.kernel import db

_COLUMNS: LiteralString = (
    "a.audit_id, a.at, a.actor_kind, a.actor_id, a.action, a.object_kind, a.object_id,"
    " a.agency_id, a.detail, a.request_id"
)


async def alone(conn: db.Conn) -> bool:
    """Whether nobody else seals until this transaction ends."""
    return bool(await conn.fetchval("select pg_try_advisory_xact_lock(7203, 13)"))


async def waiting(conn: db.Conn, limit: int) -> list[AuditRow]:
    """Committed rows that are in no batch yet, those that wait longest first."""
    return await db.many(
        conn,
        AuditRow,
        "select " + _COLUMNS + " from audit_pending p"  # noqa: S608
        " join audit a on a.at = p.at and a.audit_id = p.audit_id"
        " where not exists (select from audit_leaf l where l.audit_id = p.audit_id)"
        " order by p.noted_at, p.audit_id limit $1",
        limit,
    )


async def origin(conn: db.Conn) -> UUID:
    """Under which name the heads of this audit are kept outside."""
    return await conn.fetchval("select origin from audit_origin")


async def waits_since(conn: db.Conn) -> datetime | None:
    """Since when the row that waits longest waits, by the database's clock."""
    return await conn.fetchval("select min(noted_at) from audit_pending")


async def last(conn: db.Conn) -> Batch | None:
    """The newest batch."""
    return await db.maybe(
        conn,
        Batch,
        "select batch, size, root, head, sealed_at from audit_batch order by batch desc limit 1",
    )


async def add(conn: db.Conn, new: Batch, rows: list[AuditRow], hashes: list[bytes]) -> None:
    """A batch and its leaves; its rows wait no more."""
    await db.run(
        conn,
        "insert into audit_batch (batch, size, root, head, sealed_at) values ($1, $2, $3, $4, $5)",
        new.batch,
        new.size,
        new.root,
        new.head,
        new.sealed_at,
    )
    ids = [row.audit_id for row in rows]
    await db.run(
        conn,
        "insert into audit_leaf (batch, leaf, at, audit_id, hash)"
        " select $1, number - 1, at, audit_id, hash"
        " from unnest($2::timestamptz[], $3::uuid[], $4::bytea[])"
        " with ordinality as given (at, audit_id, hash, number)",
        new.batch,
        [row.at for row in rows],
        ids,
        hashes,
    )
    await db.run(conn, "delete from audit_pending where audit_id = any($1)", ids)


async def batches(conn: db.Conn, after: int, limit: int) -> list[Batch]:
    """Batches in their order."""
    return await db.many(
        conn,
        Batch,
        "select batch, size, root, head, sealed_at from audit_batch where batch > $1"
        " order by batch limit $2",
        after,
        limit,
    )


async def leaves(conn: db.Conn, batch: int) -> list[LeafRow]:
    """The leaves of a batch with their rows."""
    rows: list[Any] = await conn.fetch(
        "select l.leaf, l.hash, l.audit_id as leaf_of, "  # noqa: S608
        + _COLUMNS
        + " from audit_leaf l"
        " left join audit a on a.at = l.at and a.audit_id = l.audit_id"
        " where l.batch = $1 order by l.leaf",
        batch,
    )
    return [_leaf(dict(row)) for row in rows]


def _leaf(read: dict[str, Any]) -> LeafRow:
    leaf, found, audit_id = read.pop("leaf"), read.pop("hash"), read.pop("leaf_of")
    row = AuditRow(**read) if read["audit_id"] is not None else None
    return LeafRow(leaf=leaf, audit_id=audit_id, hash=found, row=row)


async def place(conn: db.Conn, audit_id: UUID) -> tuple[int, int] | None:
    """Batch and leaf of a row."""
    row: Any = await conn.fetchrow(
        "select batch, leaf from audit_leaf where audit_id = $1", audit_id
    )
    return (row["batch"], row["leaf"]) if row else None


async def unnoted(conn: db.Conn) -> list[UUID]:
    """Rows that are in no batch and do not wait for one: put in behind the trigger's back."""
    rows: list[Any] = await conn.fetch(
        "select a.audit_id from audit a"
        " where not exists (select from audit_leaf l where l.audit_id = a.audit_id)"
        " and not exists (select from audit_pending p where p.audit_id = a.audit_id)"
        " limit 100"
    )
    return [row["audit_id"] for row in rows]


async def lost(conn: db.Conn) -> list[UUID]:
    """What waits and has no row any more."""
    rows: list[Any] = await conn.fetch(
        "select p.audit_id from audit_pending p"
        " where not exists (select from audit a where a.at = p.at and a.audit_id = p.audit_id)"
        " limit 100"
    )
    return [row["audit_id"] for row in rows]
