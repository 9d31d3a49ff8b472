"""The map of personal data names every column of the schema, once."""

import re

from camaug.kernel.web import Engines
from camaug.settings import ROOT

MAP = ROOT / "docs" / "personal-data.md"
COLUMNS = r"""
    select n.nspname || '.' || k.relname || '.' || a.attname as name
    from pg_attribute a
    join pg_class k on k.oid = a.attrelid
    join pg_namespace n on n.oid = k.relnamespace
    where (n.nspname in ('core', 'queue') or n.nspname like 'p\_%')
        and k.relkind in ('r', 'p') and not k.relispartition
        and a.attnum > 0 and not a.attisdropped
"""
"""Of the core and of every utility with tables of its own (schemas `p_<id>`)."""
KEPT_AS = 4
"""The column of the first table that says how the data is kept."""


def rows() -> list[list[str]]:
    """The cells of both tables."""
    lines = [
        one for one in MAP.read_text().splitlines() if re.match(r"\| (core|queue|p_\w+)\.", one)
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def mapped() -> list[str]:
    return [f"{table}.{column}" for table, columns, *_ in rows() for column in columns.split()]


async def test_every_column_is_classified_once(prepared: Engines) -> None:
    found = await prepared.pool.fetch(COLUMNS)
    named = mapped()
    assert sorted(named) == sorted({row["name"] for row in found})
    assert len(named) == len(set(named))


async def test_what_is_encrypted_or_hashed_says_so() -> None:
    for table, columns, *more in rows():
        for column in columns.split():
            kept = more[KEPT_AS - 2] if more else ""
            if column.endswith("_enc") and column != "private_enc":
                assert "encrypted" in kept, f"{table}.{column}"
            if column.endswith("_idx"):
                assert "hash" in kept, f"{table}.{column}"
