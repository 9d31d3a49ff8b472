"""`camaug retention set dossier PERIOD --source TEXT | end dossier | list`: how long it is kept.

PERIOD is `10y`, `400d` or `ever`; `--first` and `--last` are days (else from today on),
`--procedure` is a code. `end` lets the rule hold until `--last`, else until yesterday. Without a
rule nothing is erased. Whoever may run this has the keys anyway; what it does is in the audit.
"""

import argparse
import getpass
import sys
from datetime import date, timedelta

from camaug import app, development, settings
from camaug.dossiers import retention_rules
from camaug.dossiers.retention_rules import BadRule, NewRule
from camaug.kernel import db
from camaug.kernel.clock import local_date
from camaug.kernel.web import Engines


async def run(args: argparse.Namespace) -> int:
    """The command. What cannot be done is one line on stderr and code 1."""
    config = settings.load(development.environment())
    async with app.engines(config, process="retention") as engines:
        try:
            if args.action != "list":
                await _change(engines, args)
        except BadRule as bad:
            sys.stderr.write(f"camaug: {bad}\n")
            return 1
        return await _list(engines)


async def _change(engines: Engines, args: argparse.Namespace) -> None:
    now, by = engines.clock.now(), getpass.getuser()
    today, procedure = local_date(now), args.procedure or None
    if args.what is None or (args.action == "set") != (args.period is not None):
        raise BadRule("retention needs: set WHAT PERIOD --source TEXT, end WHAT, or list")
    async with db.transaction(engines.pool) as conn:
        if args.action == "set":
            new = NewRule(
                what=args.what,
                period=args.period,
                valid_from=_day(args.first) or today,
                valid_until=_day(args.last),
                source=args.source,
                procedure_code=procedure,
            )
            await retention_rules.add(conn, new, by, now)
        else:
            last = _day(args.last) or today - timedelta(days=1)
            await retention_rules.end(conn, args.what, procedure, last, by, now)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRule(f"{text!r} is no date such as 2027-02-05") from None


async def _list(engines: Engines) -> int:
    async with db.transaction(engines.pool) as conn:
        found = await retention_rules.known(conn)
        due = await retention_rules.due(conn) if found else 0
    for one in found:
        days = f"{one.valid_from} to {one.valid_until or 'further notice'}"
        place = f"{one.what} {one.procedure_code or 'of every procedure'}"
        sys.stdout.write(f"{place}: {one.period}, {days}, {one.source}\n")
    said = f"the next night erases {due}" if found else "no rule: nothing is erased"
    sys.stdout.write(f"{said}\n")
    return 0
