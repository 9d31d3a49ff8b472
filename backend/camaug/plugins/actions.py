"""Taking plugins in, and what an operator does to them; each change is a row with who and why."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
import structlog
from msgspec.structs import replace

from camaug.audit.actions import SYSTEM, Actor, record
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.plugins import discovery, queries
from camaug.plugins.migrating import Migrate, unable
from camaug.plugins.schemas import Change, Checked, Found, Row, State, Trouble
from camaug.plugins.trial import run as probe

log = structlog.get_logger()
KEPT: tuple[State, ...] = ("disabled", "suspended")
"""States that only a person or the host's guards end, whatever a check says."""
RESTS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""How long a failing plugin rests: the first time of an hour, the second, and from then on. It
always comes back: what made it fail may have been outside of it."""


async def sync(
    pool: db.Pool, now: datetime, *, again: bool = False, migrate: Migrate = unable
) -> list[Row]:
    """Take in what is installed: find, probe what is new or was refused, make tables, write.

    A plugin whose files passed before is not looked at anew, unless `again`; then its tables are
    taken to be as they were when they passed.
    """
    async with pool.acquire() as conn:
        known = {row.plugin_id: row for row in await queries.all_rows(conn)}
    found = settle(discovery.find(), known)
    waiting = [one for one in found if not one.finding and (again or not _passed(one, known))]
    reports = dict(zip((one.plugin_id for one in waiting), await probe(waiting), strict=True))
    for one in waiting:
        if not reports[one.plugin_id].finding and not _passed(one, known):
            reports[one.plugin_id] = await migrate(one)
    checked = [
        (one, reports.get(one.plugin_id, Checked(finding=one.finding, detail=one.detail)))
        for one in found
    ]
    async with db.transaction(pool) as conn:
        for one, report in checked:
            await _take(conn, one, report, known.get(one.plugin_id), now)
        for gone in known.keys() - {one.plugin_id for one in found}:
            await _missing(conn, known[gone], now)
        return await queries.all_rows(conn)


def settle(found: list[Found], known: dict[str, Row]) -> list[Found]:
    """One for each id. Of several claimants the one that has it unchanged keeps it; else none."""
    claims: dict[str, list[Found]] = {}
    for one in found:
        claims.setdefault(one.plugin_id, []).append(one)
    return [_holder(claimants, known.get(plugin_id)) for plugin_id, claimants in claims.items()]


def _holder(claimants: list[Found], row: Row | None) -> Found:
    if len(claimants) == 1:
        return claimants[0]
    names = ", ".join(one.distribution for one in claimants)
    log.warning("plugin_claimed_twice", plugin_id=claimants[0].plugin_id, name=names)
    for one in claimants:
        if row and (row.distribution, row.fingerprint) == (one.distribution, one.fingerprint):
            return one
    return replace(claimants[0], finding="duplicate_id", detail=f"claimed by {names}")


def _passed(found: Found, known: dict[str, Row]) -> bool:
    row = known.get(found.plugin_id)
    return row is not None and row.finding is None and row.fingerprint == found.fingerprint


async def _take(
    conn: db.Conn, found: Found, report: Checked, row: Row | None, now: datetime
) -> None:
    """Write what is known now; the state follows the report unless it is kept."""
    state: State = "refused" if report.finding else "active"
    reason: str | None = report.finding
    if row is not None and _is_kept(row):
        state, reason = row.state, row.reason
    taken = Row(
        plugin_id=found.plugin_id,
        distribution=found.distribution,
        version=found.version,
        entry_point=found.entry_point,
        fingerprint=found.fingerprint,
        state=state,
        reason=reason,
        finding=report.finding,
        detail=report.detail.replace("\0", "�") or None,
        manifest=msgspec.to_builtins(found.manifest) if found.manifest else None,
        updated_at=row.updated_at if row else now,
    )
    if taken != row:
        await queries.put(conn, replace(taken, updated_at=now))
        await _remember(conn, taken, row, now)


async def _missing(conn: db.Conn, row: Row, now: datetime) -> None:
    """A plugin whose distribution is gone."""
    state: State = row.state if _is_kept(row) else "uninstalled"
    reason = row.reason if _is_kept(row) else "not_installed"
    gone = replace(row, state=state, reason=reason, finding="not_installed", detail=None)
    if gone != row:
        await queries.put(conn, replace(gone, updated_at=now))
        await _remember(conn, gone, row, now)


def _is_kept(row: Row) -> bool:
    """Whether a person or the host's guards put it there, and only these take it back."""
    return row.state in KEPT or (row.state, row.reason) == ("uninstalled", "operator")


async def _remember(conn: db.Conn, new: Row, old: Row | None, now: datetime) -> None:
    """History, when the state or its reason is another."""
    if old is not None and (old.state, old.reason) == (new.state, new.reason):
        return
    change = Change(from_state=old.state if old else None, to_state=new.state, reason=new.reason)
    await _write(conn, new.plugin_id, change, SYSTEM, now)


async def disable(conn: db.Conn, plugin_id: str, actor: Actor, why: str, now: datetime) -> Change:
    """Stop serving it, at once in every process. Raises `NotFound`."""
    row = await queries.lock(conn, plugin_id)
    change = Change(from_state=row.state, to_state="disabled", reason="operator", note=why)
    return await _move(conn, plugin_id, change, actor, now)


async def uninstall(conn: db.Conn, plugin_id: str, actor: Actor, why: str, now: datetime) -> Change:
    """As if it were not there, also while its package is; its tables stay. Raises `NotFound`."""
    row = await queries.lock(conn, plugin_id)
    change = Change(from_state=row.state, to_state="uninstalled", reason="operator", note=why)
    return await _move(conn, plugin_id, change, actor, now)


async def enable(conn: db.Conn, plugin_id: str, actor: Actor, why: str, now: datetime) -> Change:
    """Serve it again if its last check found nothing; else it is refused. Raises `NotFound`."""
    row = await queries.lock(conn, plugin_id)
    return await _move(conn, plugin_id, _back(row, why), actor, now)


def _back(row: Row, why: str | None) -> Change:
    """To what the last check says of it."""
    state: State = "active"
    if row.finding:
        state = "uninstalled" if row.finding == "not_installed" else "refused"
    return Change(from_state=row.state, to_state=state, reason=row.finding, note=why)


async def suspend(
    conn: db.Conn, plugin_id: str, trouble: Trouble, note: str, now: datetime
) -> Change | None:
    """Stop serving it, unless that was done already. Raises `NotFound`.

    One that fails comes back by itself; one that takes processes with it waits for an operator.
    """
    row = await queries.lock(conn, plugin_id)
    if row.state != "active":
        return None
    resume_at = None
    if trouble == "failing":
        before = await queries.suspensions_since(conn, plugin_id, now - timedelta(hours=1))
        resume_at = now + RESTS[min(before, len(RESTS) - 1)]
    change = Change(from_state=row.state, to_state="suspended", reason=trouble, note=note)
    log.warning("plugin_suspended", plugin_id=plugin_id, reason=trouble)
    return await _move(conn, plugin_id, change, SYSTEM, now, resume_at)


async def resume(pool: db.Pool, now: datetime) -> None:
    """Serve those again that have rested long enough."""
    async with db.transaction(pool) as conn:
        for row in await queries.rested(conn, now):
            await _move(conn, row.plugin_id, _back(row, None), SYSTEM, now)


async def _move(
    conn: db.Conn,
    plugin_id: str,
    change: Change,
    actor: Actor,
    now: datetime,
    resume_at: datetime | None = None,
) -> Change:
    await queries.set_state(conn, plugin_id, change, now, resume_at)
    await _write(conn, plugin_id, change, actor, now)
    return change


async def _write(
    conn: db.Conn, plugin_id: str, change: Change, actor: Actor, now: datetime
) -> None:
    """The row of history and the row of audit."""
    who = (actor.kind, actor.actor_id)
    await queries.add_change(conn, uuid7(), plugin_id, change, who, now)
    action = f"plugin.{change.to_state}"
    detail: dict[str, str | int | None] = {"from": change.from_state, "reason": change.reason}
    await record(conn, actor, action, ("plugin", plugin_id), at=now, detail=detail)


def good(rows: Iterable[Row]) -> bool:
    """Whether every plugin is active, which `--strict` asks."""
    return all(row.state == "active" for row in rows)
