"""The worker is killed without warning thirty times; takes some five minutes, ends by itself."""

import sys

from tests.backend.notices.conftest import Fcm, MakeCitizen
from tests.backend.notices.killing import environment as worker_environment
from tests.backend.notices.killing import kill_loop

from camaug.kernel.web import Engines
from camaug.settings import Settings

KILLS, EVENTS, PEOPLE = 30, 12, 8


async def test_thirty_kills_lose_nothing_and_repeat_next_to_nothing(
    engines: Engines,
    config: Settings,
    environment: dict[str, str],
    make_citizen: MakeCitizen,
    fcm: Fcm,
) -> None:
    people = [await make_citizen() for _ in range(PEOPLE)]
    env = worker_environment(environment, config.database_url, fcm)
    seen = await kill_loop(engines, fcm, people, env, kills=KILLS, events=EVENTS)
    sys.stdout.write(f"{seen}\n")
    assert seen.events == seen.notices == seen.unread == seen.on_phones == KILLS * EVENTS
    assert seen.dead == 0
