"""How long dossiers are kept: dated rows, each with what the province goes by.

Our sources give no period, and this project invents none: without a row nothing is ever erased.
"""

import re
from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug.audit.actions import SYSTEM, record
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug_sdk.mistakes import REOPEN_DAYS

KEPT = ("dossier",)
"""What has rules."""
EVER = "ever"
LONGEST_SOURCE = 300
MOST = {"y": 200, "d": 73_000}
LEAST = {"y": 1, "d": REOPEN_DAYS + 1}
_PERIOD = re.compile(r"([0-9]{1,6})([yd])")


class BadRule(ValueError):
    """What is given is no rule; the text says what is wrong."""


class NewRule(msgspec.Struct, frozen=True, kw_only=True):
    """What is set. `period` is `10y`, `400d` or `ever`; without a procedure it is for every one."""

    what: str
    period: str
    valid_from: date
    valid_until: date | None
    source: str
    procedure_code: str | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A row; neither years nor days: for ever."""

    rule_id: UUID
    what: str
    procedure_code: str | None
    years: int | None
    days: int | None
    valid_from: date
    valid_until: date | None
    source: str

    @property
    def period(self) -> str:
        """As it is typed."""
        if self.years is not None:
            return f"{self.years}y"
        return EVER if self.days is None else f"{self.days}d"


def span(period: str) -> tuple[int | None, int | None]:
    """Years and days of a period, one of them or neither. Raises `BadRule`."""
    if period == EVER:
        return None, None
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise BadRule(f"{period!r} is no period: 10y, 400d or {EVER}")
    count, unit = int(found[1]), found[2]
    if not LEAST[unit] <= count <= MOST[unit]:
        raise BadRule(f"a period has {LEAST[unit]} to {MOST[unit]} of {unit!r}")
    return (count, None) if unit == "y" else (None, count)


async def add(conn: db.Conn, new: NewRule, by: str, now: datetime) -> UUID:
    """Write a rule; one that begins on the same day takes its place. Raises `BadRule`."""
    years, days = span(new.period)
    source = " ".join(new.source.split())
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise BadRule(f"the source has 1 to {LONGEST_SOURCE} characters")
    if new.what not in KEPT:
        raise BadRule(f"{new.what!r} is none of {', '.join(KEPT)}")
    if new.valid_until is not None and new.valid_until < new.valid_from:
        raise BadRule("it ends before it begins")
    if new.procedure_code is not None and not await conn.fetchval(
        "select exists (select from procedure where code = $1)", new.procedure_code
    ):
        raise BadRule(f"no procedure has the code {new.procedure_code!r}")
    rule_id: UUID = await conn.fetchval(
        "insert into retention_rule (rule_id, what, procedure_code, years, days, valid_from,"
        " valid_until, source, decided_at, decided_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
        " $10) on conflict (what, (coalesce(procedure_code, '')), valid_from) do update"
        " set years = excluded.years, days = excluded.days, valid_until = excluded.valid_until,"
        " source = excluded.source, decided_at = excluded.decided_at,"
        " decided_by = excluded.decided_by returning rule_id",
        uuid7(),
        new.what,
        new.procedure_code,
        years,
        days,
        new.valid_from,
        new.valid_until,
        source,
        now,
        by,
    )
    await _record(conn, "retention_rule.set", await _rule(conn, rule_id), by, now)
    return rule_id


async def end(
    conn: db.Conn, what: str, procedure_code: str | None, last: date, by: str, now: datetime
) -> int:
    """Let the rules of a procedure, or those of every one, hold until that day; how many.

    Those that begin later do not begin. Raises `BadRule` when none would still hold then.
    """
    rows = await conn.fetch(
        "update retention_rule set valid_until = greatest($3, valid_from - 1), decided_at = $4,"
        " decided_by = $5 where what = $1 and procedure_code is not distinct from $2"
        " and (valid_until is null or valid_until > $3 and valid_until >= valid_from)"
        " returning rule_id",
        what,
        procedure_code,
        last,
        now,
        by,
    )
    if not rows:
        raise BadRule(f"no rule of {procedure_code or 'every procedure'} holds beyond {last}")
    for row in rows:
        await _record(conn, "retention_rule.ended", await _rule(conn, row["rule_id"]), by, now)
    return len(rows)


async def _record(conn: db.Conn, action: str, rule: Rule, by: str, now: datetime) -> None:
    detail: dict[str, str | int | None] = {
        "account": by,
        "what": rule.what,
        "period": rule.period,
        "procedure_code": rule.procedure_code,
        "valid_from": rule.valid_from.isoformat(),
        "valid_until": rule.valid_until and rule.valid_until.isoformat(),
        "source": rule.source,
    }
    await record(conn, SYSTEM, action, ("retention_rule", rule.rule_id), at=now, detail=detail)


async def _rule(conn: db.Conn, rule_id: UUID) -> Rule:
    return await db.one(
        conn,
        Rule,
        "select rule_id, what, procedure_code, years, days, valid_from, valid_until, source"
        " from retention_rule where rule_id = $1",
        rule_id,
    )


async def known(conn: db.Conn) -> list[Rule]:
    """Every row, by procedure and day."""
    return await db.many(
        conn,
        Rule,
        "select rule_id, what, procedure_code, years, days, valid_from, valid_until, source"
        " from retention_rule order by what, procedure_code nulls first, valid_from",
    )


async def due(conn: db.Conn) -> int:
    """How many dossiers the next round erases, within a transaction. Reads all that have ended."""
    await conn.execute("set local statement_timeout = 0")
    return int(await conn.fetchval("select count(*) from retention_due", timeout=3600))
