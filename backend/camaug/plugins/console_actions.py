"""Turning utilities off and on at the console, by administrators of the province."""

from typing import Literal

import msgspec

from camaug.audit.actions import Actor
from camaug.kernel import db, idempotency
from camaug.kernel.problems import require
from camaug.kernel.text import clean_line, has_hidden
from camaug.kernel.web import Engines
from camaug.plugins import actions, console_queries
from camaug.plugins.schemas import Change
from camaug_sdk.problems import FieldError, Forbidden
from camaug_sdk.records import StaffMember

ROLE = "administrator"
LONGEST_REASON = 200


class Why(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of both: what the history says about it."""

    reason: str


async def allow(conn: db.Conn, officer: StaffMember) -> None:
    """Raise `Forbidden` for all but administrators of an agency that is below no other."""
    if not await console_queries.any_is_top(conn, officer.at(ROLE)):
        raise Forbidden


async def turn(
    engines: Engines,
    officer: StaffMember,
    plugin_id: str,
    to: Literal["disable", "enable"],
    why: Why,
    key: str,
) -> Change:
    """Do it, once for a key. Raises `Invalid`, `Forbidden`, `NotFound`."""
    reason = clean_line(why.reason)
    require(_errors(why.reason, reason))
    act = actions.disable if to == "disable" else actions.enable
    actor, now = Actor(kind="staff", actor_id=officer.staff_id), engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        await allow(conn, officer)
        return await idempotency.once(
            conn,
            Change,
            lambda: act(conn, plugin_id, actor, reason, now),
            scope=f"plugin.{to}|{plugin_id}|{officer.staff_id}",
            key=key,
            body=why,
            now=now,
        )


def _errors(typed: str, reason: str) -> list[FieldError]:
    at = "/reason"
    if not reason:
        return [FieldError(pointer=at, code="required")]
    if has_hidden(typed):
        return [FieldError(pointer=at, code="hidden_characters")]
    if len(reason) > LONGEST_REASON:
        return [FieldError(pointer=at, code="too_long", args={"limit": LONGEST_REASON})]
    return []
