"""The people of a demonstration."""

from collections import Counter

from camaug.identity import passwords
from camaug.identity.seed import seed_people
from camaug.kernel import db
from camaug.kernel.crypto import mac
from camaug.kernel.web import Engines

from .conftest import Shell
from .office import Office


async def test_every_situation_has_somebody(engines: Engines):
    async with db.transaction(engines.pool) as conn:
        people = await seed_people(conn, engines)
    roles = Counter(one.role for one in people)
    assert roles == {
        "citizen": 3,
        "officer": 3,
        "operator": 2,
        "reviewer": 2,
        "developer": 1,
        "administrator": 1,
        "leader": 2,
    }
    assert len({one.secret for one in people if one.secret}) == 11
    assert all(len(str(one).splitlines()) == 1 for one in people)


async def test_seeding_again_changes_nothing_and_tells_the_same(engines: Engines):
    async with db.transaction(engines.pool) as conn:
        first = await seed_people(conn, engines)
        rows = await conn.fetch("select xmin, * from citizen order by 2")
        second = await seed_people(conn, engines)
        assert await conn.fetch("select xmin, * from citizen order by 2") == rows
    assert first == second


async def test_the_people_can_sign_in(shell: Shell, engines: Engines):
    async with db.transaction(engines.pool) as conn:
        people = await seed_people(conn, engines)
    office = Office(engines, shell)
    for one in people:
        if one.secret is None:
            assert (await shell.sign_in(one.login))["access_token"]
        else:
            office.secrets[one.login] = mac(
                engines.vault.secret("roles"), "demo-factor", one.login
            )[:20]
            answer = await office.enter(one.login, one.secret)
            assert answer.status_code == 200, one.login
    assert passwords.HASHER.memory_cost == 19 * 1024
