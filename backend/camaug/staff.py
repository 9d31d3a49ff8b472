"""`camaug staff invite NAME LOGIN | code LOGIN`: the way in for the first administrator.

Whoever may run this on the server has the keys of everything anyway; what it does is in the audit.
"""

import argparse
import asyncio
import getpass
import sys
from datetime import UTC, datetime
from uuid import UUID

from camaug import app, development, settings
from camaug.agencies.seed import agency_id
from camaug.audit.actions import SYSTEM, record
from camaug.identity import (
    assigning,
    invitations,
    people_queries,
    session_queries,
    staff_queries,
    staff_sign_in,
    totp,
    values,
)
from camaug.identity.people_schemas import ADMINISTRATOR, NewAssignment
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.settings import Settings
from camaug_sdk.problems import Invalid

PLACE = agency_id("one_stop_centre", "province")
"""The first administrator's agency: every other one is below it."""


async def run(args: argparse.Namespace) -> int:
    """One command; what cannot be done is one line on stderr and code 1."""
    config = settings.load(development.environment())
    wanted = {"invite": 2, "code": 1}[args.action]
    if len(args.words) != wanted:
        return _complain("staff needs: invite NAME LOGIN, or code LOGIN", code=2)
    async with app.engines(config, process="staff") as engines:
        if args.action == "code":
            return await _code(engines, config, args.words[0])
        return await _invite(engines, config, args.words, force=args.force)


async def _invite(engines: Engines, config: Settings, words: list[str], *, force: bool) -> int:
    """Make an administrator and print the link for their password."""
    try:
        name, login = values.person_name(words[0]), values.login(words[1])
    except values.BadValue as bad:
        return _complain(engines.texts.text("en", f"field.{bad.code}", **bad.args_))
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        await people_queries.lock(conn)
        there = await people_queries.administrators(conn, now)
        if there and not force:
            return _complain("there is an administrator already, who can invite; or add --force")
        staff_id = await staff_queries.of_login(conn, login)
        if staff_id is None:
            staff_id = uuid7()
            await staff_queries.insert_staff(conn, staff_id, login, None, name, now)
            await record(conn, SYSTEM, "staff.created", ("staff", staff_id), at=now)
        else:
            await _open_again(conn, staff_id, now)
        await _make_administrator(conn, staff_id, now)
        detail: dict[str, str | int | None] = {
            "account": getpass.getuser(),
            "administrators": len(there),
        }
        what = ("staff", staff_id)
        await record(conn, SYSTEM, "staff.invited_on_server", what, at=now, detail=detail)
        invitation_id = await invitations.make(conn, staff_id, SYSTEM, now)
    address = invitations.address(config.public_url.rstrip("/"), engines.vault, invitation_id)
    sys.stdout.write(f"{address}\n")
    sys.stderr.write(f"For {name} ({login}), once, within an hour.\n")
    return 0


async def _open_again(conn: db.Conn, staff_id: UUID, now: datetime) -> None:
    """Let somebody in who is known: not closed, a new factor at the next sign-in, no session."""
    await people_queries.disable(conn, staff_id, None)
    await staff_queries.drop_factor(conn, staff_id)
    await session_queries.end(conn, ("staff", staff_id), None, "factor_reset", now)
    await record(conn, SYSTEM, "factor.reset", ("staff", staff_id), at=now)


async def _make_administrator(conn: db.Conn, staff_id: UUID, now: datetime) -> None:
    role = NewAssignment(role=ADMINISTRATOR, agency_id=PLACE)
    try:
        await assigning.give(conn, [PLACE], SYSTEM, staff_id, role, now)
    except Invalid as refused:
        if [one.code for one in refused.errors] != ["role_held"]:
            raise


async def _code(engines: Engines, config: Settings, login: str) -> int:
    """Print a code that the person's app would show and that has not been used.

    Waits for the next one when every code of this moment has been used.
    """
    if config.env == "production":
        return _complain("codes of other people are not for production")
    async with engines.pool.acquire() as conn:
        staff_id = await staff_queries.of_login(conn, login)
        found = staff_id and await staff_queries.signing_in(conn, staff_id)
    if not found or found.totp_enc is None:
        return _complain(f"{login} has no authenticator app here")
    step = totp.step_at(engines.clock.now())
    if found.totp_step is not None:
        step = max(step, found.totp_step + 1)
    opens = datetime.fromtimestamp((step - totp.WINDOW) * totp.STEP_SECONDS, UTC)
    await asyncio.sleep(max(0.0, (opens - engines.clock.now()).total_seconds()))
    secret = engines.vault.open(staff_sign_in.FACTOR, found.staff_id, found.totp_enc)
    sys.stdout.write(f"{totp.code(secret, step)}\n")
    return 0


def _complain(text: str, *, code: int = 1) -> int:
    sys.stderr.write(f"camaug: {text}\n")
    return code
