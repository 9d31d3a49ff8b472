"""Who looked at a dossier, out of the audit, for its owner: the office and what for, no names.

What one agency does of a kind on one day without anything between is one line, if it is opening.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import groupby
from uuid import UUID

from camaug.dossiers import cursors
from camaug.dossiers.acts import DESK_ROLES, LEADER
from camaug.dossiers.delegation_queries import RELATIVE_PHONE
from camaug.dossiers.schemas import LookRow
from camaug.identity import values
from camaug.kernel import db
from camaug.kernel.clock import local_date
from camaug.kernel.crypto import Vault
from camaug_sdk.problems import NotFound
from camaug_sdk.records import Look, Looks, StaffMember

PAGE = 20
MOST_ROWS = 500
"""Rows of audit that are read for a page; a line that goes beyond them goes on on the next."""
OPENINGS = {"dossier.opened": "opened", "document.opened": "file"}
_LAST = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
# Each half is read by the index on the object, backwards from the position. Nothing is older than
# the first filing, which is an argument: so the older partitions of the audit are not even planned.
# What was undone, and the undoing, is for the offices: its entry has the moment of its audit row.
OF_DOSSIERS = """
    select d.dossier_id, d.code, seen.audit_id, seen.at, seen.action,
           coalesce(seen.detail ->> 'role', 'officer') as role,
           o.name_vi as agency_name_vi, o.name_en as agency_name_en,
           g.delegation_id, g.relative_phone_enc
    from dossier d
    left join lateral (
        (select a.audit_id, a.at, a.action, a.agency_id, a.detail
         from audit a
         where a.object_kind = 'dossier' and a.object_id = d.dossier_id::text
           and a.at >= $6 and a.at <= $3 and (a.at, a.audit_id) < ($3, $4::uuid)
           and (a.actor_kind = 'staff' or a.detail ->> 'role' = 'relative')
           and a.action <> 'dossier.undone'
           and not exists (
               select from dossier_event u join dossier_event e
                 on e.dossier_id = u.dossier_id and e.seq = u.reverts
               where u.dossier_id = d.dossier_id and u.kind = 'undone'
                 and e.at = a.at and 'dossier.' || e.kind = a.action)
         order by a.at desc, a.audit_id desc limit $5)
        union all
        (select f.audit_id, f.at, f.action, f.agency_id, f.detail
         from (select distinct document_id from dossier_document
               where dossier_id = d.dossier_id) l
         cross join lateral (
             select a.audit_id, a.at, a.action, a.agency_id, a.detail
             from audit a
             where a.object_kind = 'document' and a.object_id = l.document_id::text
               and a.at >= $6 and a.at <= $3 and (a.at, a.audit_id) < ($3, $4::uuid)
               and (a.actor_kind = 'staff' or a.detail ->> 'role' = 'relative')
               and a.action = 'document.opened'
             order by a.at desc, a.audit_id desc limit $5
         ) f)
        order by at desc, audit_id desc limit $5
    ) seen on true
    left join agency o
      on o.agency_id = seen.agency_id and seen.detail ->> 'role' is distinct from 'relative'
    left join delegation g
      on g.delegation_id = (seen.detail ->> 'delegation_id')::uuid and g.owner_id = d.citizen_id
    where d.citizen_id = $1 and d.dossier_id = any($2)
    order by d.dossier_id, seen.at desc, seen.audit_id desc
"""


def seat(
    officer: StaffMember, receiving: UUID, handling: UUID, told: list[UUID]
) -> tuple[str, UUID]:
    """Role and agency by which the officer may see a dossier of these agencies.

    `told` are those whose leaders were told of it. Leaders of its own agencies come last: they see
    what has ended and may be reopened.
    """
    for role in DESK_ROLES:
        for one in (receiving, handling):
            if one in officer.at(role):
                return role, one
    for one in (*told, receiving, handling):
        if one in officer.at(LEADER):
            return LEADER, one
    raise NotFound


async def page(
    conn: db.Conn,
    vault: Vault,
    citizen_id: UUID,
    dossier_id: UUID,
    before: tuple[datetime, UUID] | None,
) -> Looks:
    """The looks at an own dossier from the position on. Raises `NotFound`."""
    rows = await _rows(conn, citizen_id, [dossier_id], before, MOST_ROWS)
    if not rows:
        raise NotFound
    found = list(_runs(vault, rows))
    shown, following = found[:PAGE], None
    if len(found) > PAGE or len(rows) == MOST_ROWS:
        at, audit_id, _ = shown[-1]
        following = cursors.cursor(at, audit_id)
    return Looks(
        dossier_id=dossier_id,
        code=rows[0].code,
        items=[look for _, _, look in shown],
        next=following,
    )


async def latest(
    conn: db.Conn, vault: Vault, citizen_id: UUID, dossier_ids: list[UUID], limit: int
) -> dict[UUID, list[Look]]:
    """The latest lines of each of the own dossiers, out of so many rows each."""
    rows = await _rows(conn, citizen_id, dossier_ids, None, limit)
    return {
        dossier_id: [look for _, _, look in _runs(vault, several)]
        for dossier_id, several in groupby(rows, lambda row: row.dossier_id)
    }


async def _rows(
    conn: db.Conn,
    citizen_id: UUID,
    dossier_ids: list[UUID],
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[LookRow]:
    since = await conn.fetchval(
        "select min(submitted_at) from dossier where dossier_id = any($2) and citizen_id = $1",
        citizen_id,
        dossier_ids,
    )
    if since is None:
        return []
    return await db.many(
        conn, LookRow, OF_DOSSIERS, citizen_id, dossier_ids, *(before or _LAST), limit, since
    )


def _runs(vault: Vault, rows: Iterable[LookRow]) -> Iterable[tuple[datetime, UUID, Look]]:
    """The lines that the rows of one dossier make, each with the position of its oldest row."""
    for _, several in groupby(rows, _run):
        run = list(several)
        newest, oldest = run[0], run[-1]
        if newest.at is None or oldest.at is None or oldest.audit_id is None:
            return
        look = Look(
            kind=_kind(newest),
            role=newest.role or DESK_ROLES[0],
            agency_name_vi=newest.agency_name_vi,
            agency_name_en=newest.agency_name_en,
            first_at=oldest.at,
            last_at=newest.at,
            count=len(run),
            relative=_relative(vault, newest),
        )
        yield oldest.at, oldest.audit_id, look


def _relative(vault: Vault, row: LookRow) -> str | None:
    if row.delegation_id is None or row.relative_phone_enc is None:
        return None
    return values.masked(vault.open_text(RELATIVE_PHONE, row.delegation_id, row.relative_phone_enc))


def _kind(row: LookRow) -> str:
    action = row.action or ""
    return OPENINGS.get(action, action.removeprefix("dossier."))


def _run(row: LookRow) -> tuple[object, ...]:
    """What rows of one line have in common; an act is a line of its own."""
    day: date | None = local_date(row.at) if row.at else None
    alone = None if row.action in OPENINGS else row.audit_id
    return (row.action, row.role, row.agency_name_vi, row.delegation_id, day, alone)
