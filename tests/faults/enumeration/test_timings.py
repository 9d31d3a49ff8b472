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


async def test_nothing_that_is_guessed_tells(inside: Attacked) -> None:
    assert not await told(inside, "inside", await guessed(inside))


async def test_nothing_that_is_guessed_tells_over_a_socket(outside: Attacked) -> None:
    assert not await told(outside, "socket", await guessed(outside))


async def test_no_id_tells(inside: Attacked) -> None:
    assert not await told(inside, "inside", await ids(inside))


async def test_no_id_tells_over_a_socket(outside: Attacked) -> None:
    assert not await told(outside, "socket", await ids(outside))


async def told(attacked: Attacked, where: str, wanted: list[tuple[Twin, int]]) -> list[str]:
    """The lines of the twins that can be told apart; every line is printed."""
    found: list[str] = []
    for twin, number in wanted:
        result = await measured(twin, attacked.ask, number)
        print(where, result.line(), flush=True)  # noqa: T201
        if result.tells:
            found.append(result.line())
    return found


async def guessed(attacked: Attacked) -> list[tuple[Twin, int]]:
    """What people type, and how often it is asked."""
    engines = attacked.engines
    quick = [
        await twins.lookup(engines, NUMBER),
        await twins.asking(engines, NUMBER),
        await twins.trying(engines, NUMBER),
        await twins.numbers(attacked),
        await twins.logins(engines, "unblocked"),
    ]
    slow = [
        await twins.logins(engines, "blocked"),
        await twins.logins(engines, "blocked", twins.PASSWORD),
        await twins.logins(engines, "disabled", twins.PASSWORD),
        await twins.logins(engines, "invited"),
    ]
    return [(one, NUMBER) for one in quick] + [(one, SLOW) for one in slow]


async def ids(attacked: Attacked) -> list[tuple[Twin, int]]:
    """What stands in addresses, links and tokens."""
    engines = attacked.engines
    there = await things(engines, await everybody(engines, attacked.tokens))
    found = [
        await twins.renewing(engines),
        *await twins.links(engines),
        await twins.papers(attacked),
        *twins.foreign(attacked, there),
    ]
    return [(one, NUMBER) for one in found]
