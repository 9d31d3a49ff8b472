"""The map of personal data names every column of the schema, once."""

import re

from camaug.kernel.web import Engines
from camaug.settings import ROOT

MAP = ROOT / "docs" / "personal-data.md"
COLUMNS = """
    select c.table_schema || '.' || c.table_name || '.' || c.column_name as name, c.data_type
    from information_schema.columns c
    join pg_namespace n on n.nspname = c.table_schema
    join pg_class k on k.relnamespace = n.oid and k.relname = c.table_name
    where c.table_schema in ('core', 'queue') and k.relkind in ('r', 'p') and not k.relispartition
"""
KEPT_AS = 4
"""The column of the first table that says how the data is kept."""


def rows() -> list[list[str]]:
    """The cells of both tables."""
    lines = [one for one in MAP.read_text().splitlines() if re.match(r"\| (core|queue)\.", one)]
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
