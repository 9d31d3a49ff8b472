"""Which dossiers, people and desks are asked for: the same in a small province and in a large one.

Chance alone compares unlike things: in a small province an officer's page is half empty. So for
every dossier of the small one the large one is asked for its like, and no page is longer there.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from camaug.dossiers.complaint_desk import Reader
from camaug.kernel import db


@dataclass(frozen=True, kw_only=True)
class Target:
    """One dossier and the people around it; `now` is the moment in which all was generated."""

    now: datetime
    dossier_id: UUID
    citizen_id: UUID
    code: str
    agency_id: UUID
    staff_id: UUID
    leader_id: UUID
    procedure_code: str
    words: list[bytes]
    most: int = 10_000
    """Rows that a page may have here, at most; a shorter page of the product stays shorter."""

    @property
    def own(self) -> list[UUID]:
        """The agencies of the officer."""
        return [self.agency_id]

    @property
    def leads(self) -> Reader:
        """Who answers complaints there."""
        return Reader(leads=self.own, officer_at=[], staff_id=self.leader_id, now=self.now)

    def upto(self, page: int) -> int:
        """The length of a page."""
        return min(page, self.most)

    def of(self, rows: int) -> "Target":
        """The same, with pages of so many rows."""
        return replace(self, most=rows)


_PICK = """
    select m.at as now, d.dossier_id, d.citizen_id, d.code, d.agency_id,
           coalesce(d.handler_id, (select staff_id from growth.desk w
                                   where w.agency_id = d.agency_id and place = 1)) as staff_id,
           (select staff_id from growth.desk w where w.agency_id = d.agency_id and place = 0)
               as leader_id,
           d.procedure_code, d.applicant_words as words
    from growth.made m, dossier d where d.dossier_id = any($1)
"""
# What makes two dossiers alike for those who read them.
_SHAPE = """
    select d.dossier_id, d.status, d.submitted_at,
           d.handling_agency_id <> d.agency_id as elsewhere,
           (select place from growth.desk w where w.staff_id = d.handler_id) as place,
           (select count(*) from dossier o where o.citizen_id = d.citizen_id) as of_citizen,
           (select count(*) from dossier_event e where e.dossier_id = d.dossier_id) as entries
    from dossier d where d.dossier_id = any($1)
"""
_LIKE = """
    with near as (
        select d.dossier_id, d.citizen_id, abs(extract(epoch from d.submitted_at - $3)) as apart
        from dossier d
        where d.agency_id = $1 and d.status = $2 and (d.handling_agency_id <> d.agency_id) = $4
        order by apart limit 60
    )
    select dossier_id from near
    order by abs((select count(*) from dossier o where o.citizen_id = near.citizen_id) - $5)
             + abs((select count(*) from dossier_event e where e.dossier_id = near.dossier_id)
                   - $6),
             apart limit 1
"""
_SEAT = "select staff_id from growth.desk where agency_id = $1 and place = $2"


async def targets(conn: db.Conn, count: int, agency_id: UUID | None = None) -> list[Target]:
    """Dossiers by chance, the same every time; of one agency if asked."""
    total = await conn.fetchval("select dossiers from growth.made")
    percent = min(100.0, 100 * 40 * count / total) if agency_id is None else 100.0
    rows = await conn.fetch(
        "select dossier_id from dossier tablesample bernoulli ($1) repeatable (7)"
        " where $2::uuid is null or agency_id = $2",
        percent,
        agency_id,
    )
    ids = sorted(row["dossier_id"] for row in rows)
    chosen = random.Random(7).sample(ids, min(count, len(ids)))  # noqa: S311  (no secret)
    return [Target(**row) for row in await conn.fetch(_PICK, chosen)]


async def pairs(small: db.Conn, large: db.Conn, count: int) -> list[tuple[Target, Target]]:
    """Dossiers of the small province by chance, and the one most like each in the large one.

    Alike are agency, status, age, the entries of the timeline, how many dossiers the citizen has,
    and the seat of the officer; procedure and name that are asked for are the very same.
    """
    picked = await targets(small, count)
    shapes = {
        row["dossier_id"]: row
        for row in await small.fetch(_SHAPE, [one.dossier_id for one in picked])
    }
    return [(one, await _like(large, one, shapes[one.dossier_id])) for one in picked]


async def _like(large: db.Conn, one: Target, shape: Any) -> Target:
    """The dossier of the large province that is most like that one."""
    made_at: datetime = await large.fetchval("select at from growth.made")
    age: timedelta = one.now - shape["submitted_at"]
    dossier_id = await large.fetchval(
        _LIKE,
        one.agency_id,
        shape["status"],
        made_at - age,
        shape["elsewhere"],
        shape["of_citizen"],
        shape["entries"],
    )
    row = await large.fetchrow(_PICK, [dossier_id])
    assert row
    staff_id = await large.fetchval(_SEAT, one.agency_id, shape["place"] or 1)
    return replace(
        Target(**row),
        staff_id=staff_id,
        procedure_code=one.procedure_code,
        words=one.words,
    )


async def large_agency(conn: db.Conn, share: float) -> tuple[UUID, int]:
    """The agency whose share of all dossiers is nearest to that, and how many it has."""
    row = await conn.fetchrow(
        "select agency_id, (share * dossiers)::int as dossiers from growth.seat, growth.made"
        " order by abs(share - $1) limit 1",
        share,
    )
    assert row
    return row["agency_id"], row["dossiers"]
