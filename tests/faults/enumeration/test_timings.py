"""No route tells, by its answer or by its time, whether something exists: 2,000 times each.

In this process, where nothing hides a difference, and over a socket, as an attacker would measure.
"""

import os

from tests.backend.authorisation.world import everybody, things
from tests.backend.enumeration import twins
from tests.backend.enumeration.attacked import Attacked
from tests.backend.enumeration.measure import Twin, measured

NUMBER = int(os.environ.get("TIMINGS", "2000"))
SLOW = NUMBER // 4
"""Of one state of a login: there are five, and a password costs a processor 30 ms."""


async def test_nothing_tells_inside(inside: Attacked) -> None:
    assert not await told(inside, "inside")


async def test_nothing_tells_over_a_socket(outside: Attacked) -> None:
    assert not await told(outside, "socket")


async def told(attacked: Attacked, where: str) -> list[str]:
    """The lines of the twins that can be told apart; every line is printed."""
    found: list[str] = []
    for twin, number in await everything(attacked):
        result = await measured(twin, attacked.ask, number)
        print(where, result.line(), flush=True)  # noqa: T201
        if result.tells:
            found.append(result.line())
    return found


async def everything(attacked: Attacked) -> list[tuple[Twin, int]]:
    """Each twin and how often it is asked."""
    engines = attacked.engines
    ids = await things(engines, await everybody(engines, attacked.tokens))
    quick = [
        await twins.lookup(engines, NUMBER),
        await twins.asking(engines, NUMBER),
        await twins.trying(engines, NUMBER),
        await twins.renewing(engines),
        *await twins.links(engines),
        await twins.numbers(attacked),
        await twins.papers(attacked),
        *twins.foreign(attacked, ids),
    ]
    slow = [
        await twins.logins(engines, "blocked"),
        await twins.logins(engines, "blocked", twins.PASSWORD),
        await twins.logins(engines, "disabled", twins.PASSWORD),
        await twins.logins(engines, "invited"),
    ]
    staff = await twins.logins(engines, "unblocked")
    return [(one, NUMBER) for one in [*quick, staff]] + [(one, SLOW) for one in slow]
