"""What a plugin has kept, as files: its tables stay when it is gone."""

from pathlib import Path

import asyncpg

from camaug.kernel import roles
from camaug.plugins.migrating import SETTINGS


class NoTables(Exception):
    """There is no such schema."""


async def export(url: str, plugin_id: str, folder: Path) -> dict[str, int]:
    """Write each table as `<table>.csv` with a header; rows by file. Sealed columns stay sealed.

    `url` is the migrator's. Existing files are not overwritten. Raises `NoTables`, `OSError`.
    """
    schema = roles.schema(plugin_id)
    conn = await asyncpg.connect(url, server_settings=SETTINGS)
    try:
        tables = await conn.fetch(
            "select tablename from pg_tables where schemaname = $1 order by tablename", schema
        )
        if not tables:
            raise NoTables(f"{plugin_id} has no tables")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # noqa: ASYNC240  (a command)
        written: dict[str, int] = {}
        async with conn.transaction(isolation="repeatable_read", readonly=True):
            for row in tables:
                name = f"{row['tablename']}.csv"
                with (folder / name).open("xb") as file:
                    done = await conn.copy_from_table(
                        row["tablename"], schema_name=schema, output=file, format="csv", header=True
                    )
                written[name] = int(done.rpartition(" ")[2])
        return written
    finally:
        await conn.close()
