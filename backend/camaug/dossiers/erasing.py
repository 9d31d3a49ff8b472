"""Dossiers whose time is over are erased, by rules alone; what counts of them stays.

What may go is said by the database (view `retention_due`), and `erase_dossier` looks again, so that
nothing goes that is not due, whoever asks. The files' bytes go afterwards: they are marked with the
dossier, deleted, and then noted as gone. Whoever is killed between has it done by the next round.
"""

from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from camaug.audit.actions import SYSTEM, record
from camaug.kernel import db, outbox
from camaug.kernel.web import Engines

BATCH = 200
log = structlog.get_logger()


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier that has ended before the shortest period began, and whether it is due."""

    dossier_id: UUID
    finished_at: datetime
    is_due: bool


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of an erased dossier: no person."""

    code: str
    procedure_code: str
    agency_id: UUID
    rule_id: UUID
    years: int | None
    days: int | None
    source: str


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose bytes are to be deleted."""

    document_id: UUID
    object_key: str


async def erase(engines: Engines) -> int:
    """Erase what is due, each dossier in its own transaction, and its files; how many dossiers."""
    total = 0
    after: tuple[datetime | None, UUID | None] = (None, None)
    while True:
        async with engines.pool.acquire() as conn:
            found = await _ended(conn, after)
        for one in found:
            total += one.is_due and await erase_one(engines, one.dossier_id)
        if len(found) < BATCH:
            break
        after = (found[-1].finished_at, found[-1].dossier_id)
    if total:
        log.info("dossiers_erased", count=total)
    await remove_files(engines)
    return total


async def erase_one(engines: Engines, dossier_id: UUID) -> bool:
    """Erase it if it is due and nobody has it in hand: row, audit row and event together."""
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        if await conn.fetchval("select erase_dossier($1)", dossier_id) is None:
            return False
        one = await _erased(conn, dossier_id)
        detail: dict[str, str | int | None] = {
            "code": one.code,
            "procedure_code": one.procedure_code,
            "rule_id": str(one.rule_id),
            "years": one.years,
            "days": one.days,
            "source": one.source,
        }
        what = ("dossier", dossier_id)
        await record(
            conn, SYSTEM, "dossier.erased", what, at=now, agency_id=one.agency_id, detail=detail
        )
        told: dict[str, str | int | None] = {
            "dossier_id": str(dossier_id),
            "agency_id": str(one.agency_id),
            "code": one.code,
            "procedure_code": one.procedure_code,
        }
        await outbox.emit(conn, "dossier.erased", told, at=now, house_only=True)
    return True


async def remove_files(engines: Engines) -> int:
    """Delete the bytes of every erased dossier, in all versions; how many dossiers have none left.

    Raises `Unavailable` when the store is away: the next round goes on.
    """
    total = 0
    while True:
        async with engines.pool.acquire() as conn:
            rows = await conn.fetch(
                "select dossier_id from dossier_erasure where files_gone_at is null"
                " order by dossier_id limit $1",
                BATCH,
            )
        for row in rows:
            await _remove(engines, row["dossier_id"])
        total += len(rows)
        if len(rows) < BATCH:
            return total


async def _remove(engines: Engines, dossier_id: UUID) -> None:
    async with engines.pool.acquire() as conn:
        files = await _marked(conn, dossier_id)
    for one in files:
        await engines.blobs.erase(one.object_key)
    async with db.transaction(engines.pool) as conn:
        await db.run(
            conn,
            "update document set state = 'erased', version_id = null"
            " where document_id = any($1) and state = 'erasing'",
            [one.document_id for one in files],
        )
        await db.run(
            conn,
            "update dossier_erasure set files_gone_at = $2"
            " where dossier_id = $1 and files_gone_at is null",
            dossier_id,
            engines.clock.now(),
        )


async def _ended(conn: db.Conn, after: tuple[datetime | None, UUID | None]) -> list[Ended]:
    """A batch of what ended before the shortest period began, the oldest first; none without one.

    Batches are of what has ended, so that none reads more, however few of them are due.
    """
    return await db.many(
        conn,
        Ended,
        """
        with oldest as (
            select now() - min(make_interval(
                years => coalesce(years, 0), days => coalesce(days, 0))) as at
            from retention_rule where years is not null or days is not null
        ), page as materialized (
            select d.dossier_id, d.finished_at
            from dossier d
            where d.status in (3, 7, 8, 10) and d.citizen_id is not null
              and d.finished_at < (select at from oldest)
              and ($1::timestamptz is null or (d.finished_at, d.dossier_id) > ($1, $2::uuid))
            order by d.finished_at, d.dossier_id limit $3
        )
        select dossier_id, finished_at, exists (
            select from retention_due due where due.dossier_id = page.dossier_id) as is_due
        from page order by finished_at, dossier_id
        """,
        *after,
        BATCH,
    )


async def _erased(conn: db.Conn, dossier_id: UUID) -> Erased:
    return await db.one(
        conn,
        Erased,
        "select d.code, d.procedure_code, x.agency_id, x.rule_id, r.years, r.days, r.source"
        " from dossier_erasure x join dossier d using (dossier_id)"
        " join retention_rule r using (rule_id) where x.dossier_id = $1",
        dossier_id,
    )


async def _marked(conn: db.Conn, dossier_id: UUID) -> list[Marked]:
    return await db.many(
        conn,
        Marked,
        "select distinct f.document_id, f.object_key from document f"
        " join dossier_document l using (document_id)"
        " where l.dossier_id = $1 and f.state = 'erasing'",
        dossier_id,
    )
