"""Which acts of an agency need its leader's approval: dated rows, each with its source.

That an agency binds acts so is its own rule of work; our sources prescribe none, and without a row
no act needs approval.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug.audit.actions import SYSTEM, record
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug_sdk.approvals import APPROVABLE

LONGEST_SOURCE = 300


class BadRule(ValueError):
    """What is given is no rule; the text says what is wrong."""


class NewRule(msgspec.Struct, frozen=True, kw_only=True):
    """What is set, for the agency of a code; without `procedure_code` for every procedure."""

    agency_code: str
    acts: list[str]
    valid_from: date
    valid_until: date | None
    source: str
    procedure_code: str | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A row, with the agency's code."""

    agency_code: str
    procedure_code: str | None
    acts: list[str]
    valid_from: date
    valid_until: date | None
    source: str


async def add(conn: db.Conn, new: NewRule, by: str, now: datetime) -> UUID:
    """Write a rule; one that begins on the same day takes its place. Raises `BadRule`."""
    source = " ".join(new.source.split())
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise BadRule(f"the source has 1 to {LONGEST_SOURCE} characters")
    if unknown := [one for one in new.acts if one not in APPROVABLE]:
        raise BadRule(f"{unknown[0]!r} is none of {', '.join(APPROVABLE)}")
    if new.valid_until is not None and new.valid_until < new.valid_from:
        raise BadRule("it ends before it begins")
    agency_id = await conn.fetchval("select agency_id from agency where code = $1", new.agency_code)
    if agency_id is None:
        raise BadRule(f"no agency has the code {new.agency_code!r}")
    if new.procedure_code is not None and not await conn.fetchval(
        "select exists (select from procedure where code = $1)", new.procedure_code
    ):
        raise BadRule(f"no procedure has the code {new.procedure_code!r}")
    rule_id = await conn.fetchval(
        "insert into approval_rule (rule_id, agency_id, procedure_code, acts, valid_from,"
        " valid_until, source, made_at, made_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " on conflict (agency_id, (coalesce(procedure_code, '')), valid_from) do update"
        " set acts = excluded.acts, valid_until = excluded.valid_until, source = excluded.source,"
        " made_at = excluded.made_at, made_by = excluded.made_by returning rule_id",
        uuid7(),
        agency_id,
        new.procedure_code,
        [one for one in APPROVABLE if one in new.acts],
        new.valid_from,
        new.valid_until,
        source,
        now,
        by,
    )
    await _record(conn, new, (rule_id, agency_id), by, now)
    return rule_id


async def _record(
    conn: db.Conn, new: NewRule, ids: tuple[UUID, UUID], by: str, now: datetime
) -> None:
    rule_id, agency_id = ids
    detail: dict[str, str | int | None] = {
        "account": by,
        "acts": ",".join(new.acts),
        "procedure_code": new.procedure_code,
        "valid_from": new.valid_from.isoformat(),
        "source": new.source,
    }
    what = ("approval_rule", rule_id)
    await record(
        conn, SYSTEM, "approval_rule.set", what, at=now, agency_id=agency_id, detail=detail
    )


async def known(conn: db.Conn) -> list[Rule]:
    """Every row, by agency, procedure and day."""
    return await db.many(
        conn,
        Rule,
        "select a.code as agency_code, r.procedure_code, r.acts, r.valid_from, r.valid_until,"
        " r.source from approval_rule r join agency a on a.agency_id = r.agency_id"
        " order by a.code, r.procedure_code nulls first, r.valid_from",
    )
