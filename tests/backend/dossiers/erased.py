"""A returned dossier with everything that can belong to one, as old as a test wants it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, LiteralString, cast
from uuid import UUID

import msgspec

from camaug.agencies.seed import agency_id
from camaug.dossiers import erasing, retention_rules
from camaug.dossiers.retention_rules import NewRule
from camaug.dossiers.service import DossiersService
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.records import Act, Person, StaffMember

from .conftest import AN_XUYEN, Filer, checked_file

NEAR = agency_id("people_committee", AN_XUYEN)
OTHER = "1.000656"
LONG_AGO = date(2020, 1, 1)
SOURCE = "Quyết định của Ủy ban nhân dân tỉnh (ví dụ)"
SAID = "Cán bộ hướng dẫn tận tình"
AGED: LiteralString = """
    with ended as (
        select ((now() at time zone 'Asia/Ho_Chi_Minh')::date - $2::text::interval
                - interval '1 day' + interval '1 day' * $3::int + $4::text::interval)
               at time zone 'Asia/Ho_Chi_Minh' as at
    ), told as (
        update core.dossier_event set at = ended.at from ended
        where dossier_id = $1 and kind = 'returned'
    )
    update core.dossier set finished_at = ended.at from ended where dossier_id = $1
"""
"""Ended so long before yesterday at Cà Mau, $3 days later, at that hour."""
FILL: tuple[LiteralString, ...] = (
    """update core.dossier set appointed_at = now(), told = array[$4::uuid], told_for = now(),
       told_level = 1, conditions_enc = 'x', organisation_enc = 'x', handler_id = $2
       where dossier_id = $1
       and $3::uuid is not null and $5::uuid is not null and $6::uuid is not null""",
    "update core.dossier_event set note_enc = 'x' where dossier_id = $1",
    """insert into core.counter_filing values ($1, $2, $4, 'x', '{a}', 1000, 'x', now())""",
    """insert into core.handover values (gen_random_uuid(), $1, $4, $2, $4, $3, now(), now(), 'x',
       now(), $3, now())""",
    """insert into core.proposal values (gen_random_uuid(), $1, $4, $4, 'finish', 'sent_back', 'x',
       array[$5::uuid], $2, now(), $3, now())""",
    "insert into core.dossier_note values (gen_random_uuid(), $1, $4, $2, 'x', now(), now())",
    "insert into core.dossier_apology values ($1, 'x', now(), now(), $2, now())",
    "insert into core.dossier_escalation values ($1, now(), 1, $4, now())",
    """insert into core.delegation values (gen_random_uuid(), $5, $1, 'x', 'x', $6, 'view', true,
       'ended', now() - interval '9 day', now() - interval '1 day', now(), now())""",
    """insert into core.complaint values (gen_random_uuid(), gen_random_uuid(), $1, $5, $4, 'fee',
       'answered', 2, 'x', 'x', 'no', now(), now(), $2, now())""",
    "insert into core.supplement values (gen_random_uuid(), $1, now(), $2, 'x', now(), now())",
    """insert into core.payment_request
       values (gen_random_uuid(), $1, now(), $2, 1000, 'x', now(), 'x', now())""",
    "insert into core.dossier_correction values ($1, 1, 'note', 1, 'x', null, now())",
    "insert into core.dossier_correction values ($1, 2, 'channel', null, null, 2, now())",
    """insert into core.dossier_undo select $1, 2, 2, gen_random_uuid(), $2, now(),
       now() - interval '1 day', now(), now(), now(), $2, $2, array[$2::uuid], 1, $2, now(), now(),
       now()""",
    """insert into core.notice select gen_random_uuid(), who, 1, gen_random_uuid(), 'accepted',
       '{"code": "x"}', array['dossier:' || $1::uuid], '/apps/track-dossier/' || $1::uuid, now(),
       case when who = $5 then now() end
       from unnest(array[$5::uuid, $6::uuid]) who""",
    """insert into core.notice values (gen_random_uuid(), $5, 2, gen_random_uuid(), 'accepted',
       '{}', array['dossier:' || gen_random_uuid()], '/apps/track-dossier/other', now(), null)""",
    """insert into core.inbox (citizen_id, last_seq, unread)
       select who, 2, 1 from unnest(array[$5::uuid, $6::uuid]) who""",
    """insert into core.desk_notice values (gen_random_uuid(), gen_random_uuid(), $4, $2, $1,
       'late', '{"code": "x"}', now(), 'leader')""",
)
"""$1 dossier, $2 and $3 officers, $4 agency, $5 owner, $6 relative."""


class World(msgspec.Struct, frozen=True):
    """A ward's officer, a citizen, and `owner`: the connection of the migrator."""

    engines: Engines
    dossiers: DossiersService
    file: Filer
    officer: StaffMember
    citizen: Person
    owner: Any

    async def rows(self, sql: str, *values: Any) -> list[Mapping[str, Any]]:
        return [dict(row) for row in await self.owner.fetch(cast("Any", sql), *values)]

    async def do(self, dossier_id: UUID, *kinds: str) -> None:
        for kind in kinds:
            found = await self.rows(
                "select version from core.dossier where dossier_id = $1", dossier_id
            )
            papers: dict[str, list[UUID]] = {}
            if kind == "finish":
                papers["result"] = [
                    await checked_file(self.engines, self.officer.staff_id, "result")
                ]
            act = Act(kind=kind, version=found[0]["version"], reason="Vì vậy", documents=papers)
            await self.dossiers.act_at_desk(self.officer, dossier_id, act, key=str(uuid7()))

    async def ended(self, *kinds: str, code: str = OTHER, years: int = 20) -> UUID:
        """A dossier that ended by these acts; else it was finished and its result returned."""
        made = await self.file(self.citizen, code)
        await self.do(made.dossier_id, *(kinds or ("accept", "process", "finish", "return")))
        await self.age(made.dossier_id, f"{years} years")
        return made.dossier_id

    async def age(self, dossier_id: UUID, by: str, later: int = 0, hour: str = "20:00") -> None:
        await self.owner.execute(AGED, dossier_id, by, later, hour)

    async def fill(self, dossier_id: UUID, relative: Person, colleague: StaffMember) -> None:
        """Put something into everything that can belong to a dossier."""
        people = (self.officer.staff_id, colleague.staff_id, NEAR, self.citizen.citizen_id)
        values = (dossier_id, *people, relative.citizen_id)
        async with self.owner.transaction():
            for sql in FILL:
                used = max(n for n in range(1, 7) if f"${n}" in sql)
                await self.owner.execute(cast("Any", _all_used(sql, used)), *values[:used])

    async def rule(self, period: str = "10y", **more: Any) -> UUID:
        """A rule since long, for every procedure unless said otherwise."""
        given = {"what": "dossier", "valid_from": LONG_AGO, "valid_until": None, "source": SOURCE}
        new = NewRule(period=period, **(given | more))
        async with db.transaction(self.engines.pool) as conn:
            return await retention_rules.add(conn, new, "test", self.engines.clock.now())

    async def erase(self) -> int:
        return await erasing.erase(self.engines)

    async def is_erased(self, dossier_id: UUID) -> bool:
        sql = "select citizen_id is null as gone from core.dossier where dossier_id = $1"
        [row] = await self.rows(sql, dossier_id)
        return bool(row["gone"])

    async def versions(self, document_id: UUID) -> int:
        """What the store still has of a file, marks of deletion too."""
        client = await self.engines.blobs.client()
        found = await client.list_object_versions(
            Bucket=self.engines.blobs.bucket, Prefix=f"incoming/{document_id}"
        )
        return len(found.get("Versions", ())) + len(found.get("DeleteMarkers", ()))


def _all_used(sql: str, used: int) -> str:
    """With a type for what the statement does not name, so that it can be prepared."""
    missing = [n for n in range(1, used) if f"${n}" not in sql]
    if not missing:
        return sql
    named = ", ".join(f"${n}::uuid" for n in missing)
    return f"with unused as (select {named}) {sql}"
