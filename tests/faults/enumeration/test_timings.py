"""No route tells, by its answer or by its time, whether something exists: 2,000 times each.

In this process, where nothing hides a difference, and over a socket, as an attacker would measure.
"""

import os

from tests.backend.authorisation.world import things
from tests.backend.enumeration import twins
from tests.backend.enumeration.measure import Measured, Twin, measured

from .conftest import Attacked

NUMBER = int(os.environ.get("TIMINGS", "2000"))


async def everything(attacked: Attacked) -> list[tuple[Twin, int]]:
    ground = attacked.ground
    engines = ground.engines
    found = [
        (await twins.lookup(engines, NUMBER), NUMBER),
        (await twins.asking(engines, NUMBER), NUMBER),
        (await twins.trying(engines, NUMBER), NUMBER),
        (await twins.renewing(engines), NUMBER),
        *((one, NUMBER) for one in await twins.links(engines)),
        (await twins.logins(engines, "unblocked"), NUMBER),
        (await twins.logins(engines, "blocked"), NUMBER // 4),
        (await twins.logins(engines, "blocked", twins.PASSWORD), NUMBER // 4),
        (await twins.logins(engines, "disabled", twins.PASSWORD), NUMBER // 4),
        (await twins.logins(engines, "invited"), NUMBER // 4),
    ]
    ids = await things(engines, attacked.who)
    return found + [(one, NUMBER) for one in twins.foreign(ground, ids)]


async def test_nothing_tells_inside(inside: Attacked) -> None:
    await tried(inside, "inside")


async def test_nothing_tells_outside(outside: Attacked) -> None:
    await tried(outside, "outside")


async def tried(attacked: Attacked, where: str) -> None:
    found: list[Measured] = []
    for twin, number in await everything(attacked):
        found.append(await measured(twin, attacked.ask, number))
        print(where, found[-1].line(), flush=True)
