"""Proposals as rows: written by `approving`, made void by any act, and the rules that ask for them.

The caller of every write holds the dossier's row lock.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug.audit.actions import Actor, record
from camaug.documents.schemas import Row as FileRow
from camaug.dossiers import deeds
from camaug.dossiers.queries import LINE
from camaug.dossiers.queue import Wanted
from camaug.dossiers.schemas import Held, Line
from camaug.kernel import db, outbox

DRAFT = "draft"
"""Part of a dossier that is a result nobody has approved yet."""
# Read beside the dossier by what waits, so that each half has its index. Ordered as `queue.BY_DUE`.
_DUE = """
    case when d.stage in (2, 4) then coalesce(d.due_at, timestamptz '9999-01-01Z')
         else timestamptz '9999-01-01Z' end, d.dossier_id
"""
WAITING = (
    LINE  # noqa: S608  (parts of this file)
    + """
    where d.dossier_id in (
        select d.dossier_id from dossier d
        where d.dossier_id = any(array(
                  select p.dossier_id from proposal p
                  where p.agency_id = any($1) and p.state = 'open'))
          and d.stage = any($2::smallint[]) and ($3::text is null or d.procedure_code = $3)
          and ($4::bytea[] is null or d.applicant_words @> $4)
          and ($5::text is null or right(d.code, length($5)) = $5)
          and ($6::timestamptz is null or ("""
    + _DUE
    + ") > ($6, $7::uuid)) order by "
    + _DUE
    + " limit $8) order by "
    + _DUE
)
COUNT = """
    select count(*) from (
        select from proposal p where p.agency_id = any($1) and p.state = 'open' limit 1001) counted
"""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that waits, with the name of who made it."""

    proposal_id: UUID
    dossier_id: UUID
    agency_id: UUID
    from_agency_id: UUID
    kind: str
    reason_enc: bytes | None
    results: list[UUID]
    proposed_by: UUID
    proposed_at: datetime
    proposer: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What rules of approval are asked for."""

    agency_id: UUID
    procedure_code: str


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a proposal ends; without a person it is void."""

    state: str
    by: UUID | None
    at: datetime


async def needed(conn: db.Conn, agency_id: UUID, procedure_code: str, day: date) -> list[str]:
    """The acts that need approval at an agency on a day."""
    return (
        await conn.fetchval(
            "select acts from approval_rule where agency_id = $1"
            " and (procedure_code is null or procedure_code = $2)"
            " and valid_from <= $3 and (valid_until is null or valid_until >= $3)"
            " order by procedure_code is null, valid_from desc limit 1",
            agency_id,
            procedure_code,
            day,
        )
        or []
    )


async def insert(conn: db.Conn, row: Row) -> None:
    """A new one that waits."""
    await db.run(
        conn,
        "insert into proposal (proposal_id, dossier_id, agency_id, from_agency_id, kind, state,"
        " reason_enc, results, proposed_by, proposed_at)"
        " values ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9)",
        row.proposal_id,
        row.dossier_id,
        row.agency_id,
        row.from_agency_id,
        row.kind,
        row.reason_enc,
        row.results,
        row.proposed_by,
        row.proposed_at,
    )


async def waiting(conn: db.Conn, dossier_id: UUID) -> Row | None:
    """What waits on a dossier."""
    return await db.maybe(
        conn,
        Row,
        "select p.proposal_id, p.dossier_id, p.agency_id, p.from_agency_id, p.kind, p.reason_enc,"
        " p.results, p.proposed_by, p.proposed_at, s.full_name as proposer"
        " from proposal p join staff s on s.staff_id = p.proposed_by"
        " where p.dossier_id = $1 and p.state = 'open'",
        dossier_id,
    )


async def place(conn: db.Conn, own: list[UUID], led: list[UUID], dossier_id: UUID) -> Place | None:
    """Where a dossier is handled that one of the agencies has, or whose leaders are to decide."""
    return await db.maybe(
        conn,
        Place,
        "select d.handling_agency_id as agency_id, d.procedure_code from dossier d"
        " where d.dossier_id = $1 and (d.agency_id = any($2) or d.handling_agency_id = any($2)"
        " or exists (select from proposal p where p.dossier_id = d.dossier_id"
        " and p.agency_id = any($3) and p.state = 'open'))",
        dossier_id,
        own,
        led,
    )


async def drafts(conn: db.Conn, dossier_id: UUID) -> list[FileRow]:
    """The drafts of the result on a dossier."""
    return await db.many(
        conn,
        FileRow,
        "select f.document_id, f.owner_id, l.component_id as purpose, f.object_key, f.version_id,"
        " f.file_name_enc, f.size, f.media_type, f.state"
        " from dossier_document l join document f using (document_id)"
        " where l.dossier_id = $1 and l.part = 'draft' order by f.document_id",
        dossier_id,
    )


async def end(conn: db.Conn, row: Row, how: Ending) -> None:
    """It waits no longer, and its drafts are let go."""
    await db.run(
        conn,
        "update proposal set state = $2, decided_by = $3, decided_at = $4"
        " where proposal_id = $1 and state = 'open'",
        row.proposal_id,
        how.state,
        how.by,
        how.at,
    )
    await db.run(
        conn,
        "delete from dossier_document where dossier_id = $1 and part = 'draft'",
        row.dossier_id,
    )


async def void(conn: db.Conn, held: Held, actor: Actor, at: datetime) -> bool:
    """The dossier goes another way: what waits is void, and its officer is told; if any waits."""
    row = await waiting(conn, held.dossier_id)
    if row is None:
        return False
    await end(conn, row, Ending(state="void", by=None, at=at))
    await told(conn, (actor, row, held), "void", at)
    return True


async def told(
    conn: db.Conn,
    what: tuple[Actor, Row, Held],
    happened: str,
    at: datetime,
) -> None:
    """Audit row and event of a proposal: ids and codes, no text.

    The audit names the proposal, not the dossier: owners see who looked at or acted on a dossier.
    """
    actor, row, held = what
    await record(
        conn,
        actor,
        f"proposal.{happened}",
        ("proposal", row.proposal_id),
        at=at,
        agency_id=row.agency_id,
        detail={"dossier_id": str(held.dossier_id), "code": held.code, "act": row.kind},
    )
    facts = await deeds.told(conn, held, row.agency_id)
    del facts["citizen_id"]
    facts |= {
        "proposal_id": str(row.proposal_id),
        "agency_id": str(row.agency_id),
        "from_agency_id": str(row.from_agency_id),
        "proposed_by": str(row.proposed_by),
        "act": row.kind,
    }
    await outbox.emit(conn, f"proposal.{happened}", facts, at=at)


async def page(
    conn: db.Conn,
    led: list[UUID],
    wanted: Wanted,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Line]:
    """What waits for the leaders of these agencies, what is due first."""
    at, dossier_id = after or (None, None)
    return await db.many(
        conn,
        Line,
        WAITING,
        led,
        list(wanted.statuses),
        wanted.procedure_code,
        wanted.words,
        wanted.ending,
        at,
        dossier_id,
        limit,
    )


async def count(conn: db.Conn, led: list[UUID]) -> int:
    """How many rows the view has; 1,001 stands for more than 1,000."""
    return int(await conn.fetchval(COUNT, led)) if led else 0
