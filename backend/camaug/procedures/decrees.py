"""Days that are decreed after the seed: read from a file, checked, written into the calendar.

The table `holiday` is what counts; a decree names its source and which days it has set. A
day that a later decree sets again is the later one's.
"""

import csv
import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from camaug.audit.actions import SYSTEM, record
from camaug.kernel import db
from camaug.kernel.ids import uuid7

KINDS = ("holiday", "makeup_workday", "ordinary")
MOST_DAYS, LONGEST_NAME, LONGEST_SOURCE = 60, 100, 300
FIRST, LAST = date(2020, 1, 1), date(2100, 12, 31)


class BadDecree(ValueError):
    """The file is no decree; the text says what is wrong, with the line."""


class DecreedDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day off (`holiday`), a worked one (`makeup_workday`), or one as by its weekday."""

    day: date
    kind: str
    name_vi: str


class Decree(msgspec.Struct, frozen=True, kw_only=True):
    """A decree in hand: its days, and how far the promised dates are computed anew."""

    decree_id: UUID
    source: str
    days: list[date]
    after_dossier: UUID | None
    seen: int
    moved: int
    done_at: datetime | None


def parsed(lines: Iterable[str]) -> list[DecreedDay]:
    """Tab-separated `date`, `kind`, `name_vi`; lines that begin with # are skipped.

    Raises `BadDecree`.
    """
    rows = csv.DictReader((one for one in lines if not one.startswith("#")), delimiter="\t")
    days: dict[date, DecreedDay] = {}
    for number, row in enumerate(rows, 1):
        one = _day(number, row)
        if one.day in days:
            raise BadDecree(f"day {number}: {one.day} stands there twice")
        days[one.day] = one
    if not 0 < len(days) <= MOST_DAYS:
        raise BadDecree(f"a decree has 1 to {MOST_DAYS} days, with the heads date, kind, name_vi")
    return [days[day] for day in sorted(days)]


def _day(number: int, row: dict[str, str | None]) -> DecreedDay:
    text, kind, name = ((row.get(head) or "").strip() for head in ("date", "kind", "name_vi"))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadDecree(f"day {number}: {text!r} is no date such as 2027-02-05") from None
    if not FIRST <= day <= LAST:
        raise BadDecree(f"day {number}: {day} is outside {FIRST} to {LAST}")
    if kind not in KINDS:
        raise BadDecree(f"day {number}: {kind!r} is none of {', '.join(KINDS)}")
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadDecree(f"day {number}: name_vi has 1 to {LONGEST_NAME} characters")
    return DecreedDay(day=day, kind=kind, name_vi=name)


async def add(conn: db.Conn, days: list[DecreedDay], source: str, by: str, now: datetime) -> Decree:
    """Write a decree's days, in the caller's transaction; the same decree again changes nothing.

    Nobody who has counted by the old calendar is still at it when this is committed: whoever reads
    the table holds a lock on it until the end of their transaction. Raises `BadDecree` for another
    decree of the same source.
    """
    source = " ".join(source.split())
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise BadDecree(f"the source has 1 to {LONGEST_SOURCE} characters")
    digest = hashlib.sha256(msgspec.json.encode(days)).digest()
    await conn.execute("lock table holiday in access exclusive mode")
    known = await conn.fetchval("select digest from holiday_decree where source = $1", source)
    if known is None:
        await _write(conn, days, source, digest, now)
        detail: dict[str, str | int | None] = {"account": by, "source": source, "days": len(days)}
        what = ("calendar", days[0].day)
        await record(conn, SYSTEM, "calendar.decreed", what, at=now, detail=detail)
    elif known != digest:
        raise BadDecree("this source has other days already; name the later decree by its own name")
    return await db.one(conn, Decree, _DECREE + " where source = $1", source)


_DECREE = """
    select decree_id, source, days, after_dossier, seen, moved, done_at from holiday_decree
"""


async def _write(
    conn: db.Conn, days: list[DecreedDay], source: str, digest: bytes, now: datetime
) -> None:
    decree_id = uuid7()
    await db.run(
        conn,
        "insert into holiday_decree (decree_id, source, digest, days, added_at)"
        " values ($1, $2, $3, $4, $5)",
        decree_id,
        source,
        digest,
        [one.day for one in days],
        now,
    )
    await conn.executemany(
        "insert into holiday (day, name_vi, kind, status, source, decree_id)"
        " values ($1, $2, $3, 'announced', $4, $5) on conflict (day) do update set"
        " name_vi = excluded.name_vi, kind = excluded.kind, status = excluded.status,"
        " source = excluded.source, decree_id = excluded.decree_id",
        [(one.day, one.name_vi, one.kind, source, decree_id) for one in days],
    )


async def unfinished(conn: db.Conn) -> Decree | None:
    """The oldest decree whose dossiers are not all looked at, locked until the transaction ends."""
    return await db.maybe(
        conn,
        Decree,
        _DECREE + " where done_at is null order by decree_id limit 1 for update",
    )


async def advance(
    conn: db.Conn, decree: Decree, last: UUID | None, numbers: tuple[int, int], now: datetime
) -> None:
    """Note how far it is: `last` of None says that all is done. `numbers` are seen and moved."""
    seen, moved = numbers
    await db.run(
        conn,
        "update holiday_decree set after_dossier = coalesce($2, after_dossier), seen = seen + $3,"
        " moved = moved + $4, done_at = $5 where decree_id = $1",
        decree.decree_id,
        last,
        seen,
        moved,
        None if last else now,
    )


async def known(conn: db.Conn) -> list[Decree]:
    """All decrees, the latest first."""
    return await db.many(conn, Decree, _DECREE + " order by decree_id desc limit 100")
