"""Jobs that failed for good are seen, and run again."""

from camaug import dead_letters
from camaug.kernel.web import Engines
from camaug.notices import queries
from camaug.settings import Settings
from camaug_sdk.records import Person

from .conftest import emit, idle, until, working


async def _give_up(engines: Engines) -> None:
    """As after the last try."""
    async with engines.pool.acquire() as conn:
        await conn.execute(
            """
            with held as (update pgqueuer set status = 'failed', attempts = 6
                          returning id, entrypoint, priority)
            insert into pgqueuer_log (job_id, status, entrypoint, priority, traceback)
            select id, 'failed', entrypoint, priority,
                   '{"exception_type": "ConnectionError", "exception_message": "Nguyệt"}'
            from held
            """
        )


async def test_a_dead_letter_is_listed_and_done_when_replayed(
    engines: Engines, citizen: Person, config: Settings
) -> None:
    await emit(engines, citizen)
    await _give_up(engines)
    async with engines.pool.acquire() as conn:
        (letter,) = await dead_letters.listed(conn)
    assert (letter.reason, letter.attempts) == ("ConnectionError", 6)
    assert "Nguyệt" not in repr(letter)

    assert await dead_letters.replay(engines, [letter.job_id, 10**9], "somebody") == [letter.job_id]
    async with working(config, engines):
        await until(lambda: idle(engines))
    async with engines.pool.acquire() as conn:
        assert await dead_letters.listed(conn) == []
        assert len(await queries.page(conn, citizen.citizen_id, None, 9)) == 1
        told = await conn.fetchrow(
            "select actor_kind, object_id, detail ->> 'account' as account from audit"
            " where action = 'job.replayed'"
        )
    assert tuple(told or ()) == ("system", str(letter.job_id), "somebody")


async def test_a_job_that_is_not_held_is_left_alone(engines: Engines, citizen: Person) -> None:
    await emit(engines, citizen)
    async with engines.pool.acquire() as conn:
        (job_id,) = [row["id"] for row in await conn.fetch("select id from pgqueuer")]
    assert await dead_letters.replay(engines, [job_id], "somebody") == []
    async with engines.pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from audit where action = 'job.replayed'") == 0
