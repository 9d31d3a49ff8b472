"""`camaug approvals set AGENCY ACTS --source TEXT | list`: which acts need a leader's approval.

`--first` and `--last` are days (else from today on), `--procedure` is a code. ACTS is `none`,
or some of finish, refuse and stop between commas. Whoever may run this on the server has the keys
of everything anyway; what it does is in the audit.
"""

import argparse
import getpass
import sys
from datetime import date

from camaug import app, development, settings
from camaug.dossiers import approval_rules
from camaug.dossiers.approval_rules import BadRule, NewRule
from camaug.kernel import db
from camaug.kernel.clock import local_date
from camaug.kernel.web import Engines

NONE = "none"


async def run(args: argparse.Namespace) -> int:
    """The command. What cannot be done is one line on stderr and code 1."""
    config = settings.load(development.environment())
    async with app.engines(config, process="approvals") as engines:
        if args.action == "set":
            try:
                new = _rule(args, local_date(engines.clock.now()))
                async with db.transaction(engines.pool) as conn:
                    await approval_rules.add(conn, new, getpass.getuser(), engines.clock.now())
            except BadRule as bad:
                sys.stderr.write(f"camaug: {bad}\n")
                return 1
        return await _list(engines)


def _rule(args: argparse.Namespace, today: date) -> NewRule:
    """What the arguments say. Raises `BadRule`."""
    if args.agency is None or args.acts is None:
        raise BadRule("approvals needs: set AGENCY ACTS --source TEXT, or list")
    return NewRule(
        agency_code=args.agency,
        acts=[] if args.acts == NONE else args.acts.split(","),
        valid_from=_day(args.first) or today,
        valid_until=_day(args.last),
        source=args.source,
        procedure_code=args.procedure or None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRule(f"{text!r} is no date such as 2027-02-05") from None


async def _list(engines: Engines) -> int:
    async with engines.pool.acquire() as conn:
        found = await approval_rules.known(conn)
    for one in found:
        acts = ",".join(one.acts) or NONE
        days = f"{one.valid_from} to {one.valid_until or 'further notice'}"
        place = f"{one.agency_code} {one.procedure_code or 'every procedure'}"
        sys.stdout.write(f"{place}: {acts}, {days}, {one.source}\n")
    return 0
