"""How everything is read of 50,000 dossiers of three years: by indexes, and sorted by the page."""

import os
from urllib.parse import urlsplit, urlunsplit

from tests.bench import growth_reads, growth_targets, kept
from tests.plans import MOST_SORTED, Recorder, faults

from camaug.kernel.web import Engines

ROWS = 50_000


async def grow(database: str, rows: int) -> None:
    """The province of the bench `growth`, small."""
    admin = urlsplit(os.environ["CAMAUG_TEST_ADMIN_URL"])
    path = urlsplit(database).path
    await kept.generate(urlunsplit(admin._replace(path=path)), rows)


async def test_no_read_scans_a_big_table_or_sorts_many_rows(
    engines: Engines, database: str
) -> None:
    await grow(database, ROWS)
    wrong: set[str] = set()
    async with engines.pool.acquire() as conn:
        targets = await growth_targets.targets(conn, 2)
        assert len(targets) == 2
        for name, read in growth_reads.READS.items():
            for target in targets:
                async with Recorder.of(conn) as recorder:
                    await read(recorder.conn, target)
                assert recorder.asked, name
                most = growth_reads.SORTED.get(name, MOST_SORTED)
                for sql, arguments in recorder.asked:
                    wrong |= {f"{name}: {one}" for one in await faults(conn, sql, arguments, most)}
    assert not wrong, wrong


async def test_what_scans_and_what_sorts_is_seen(engines: Engines, database: str) -> None:
    await grow(database, 2000)
    async with engines.pool.acquire() as conn:
        assert await faults(conn, "select max(version) from dossier", ()) == [
            "scans all of dossier"
        ]
        sorting = "select code from dossier where code > '' order by version limit 5"
        assert any(one.startswith("sorts ") for one in await faults(conn, sorting, ()))
