"""Runs the core's migrations as the migrator role, in one transaction a revision.

A revision is a file of plain SQL in `sql/`; `run_file` sends it whole, since asyncpg prepares only
single statements.
"""

import asyncio
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

SQL = Path(__file__).parent / "sql"


def _migrate(connection: Connection) -> None:
    def run_script(script: str) -> None:
        connection.execute(text("select 1"))  # opens the transaction that the script joins
        raw = connection.connection.dbapi_connection
        raw.run_async(lambda driver: driver.execute(script))  # type: ignore[union-attr]

    def run_file(name: str) -> None:
        run_script((SQL / name).read_text(encoding="utf-8"))

    context.config.attributes["run_script"] = run_script
    context.config.attributes["run_file"] = run_file
    context.configure(
        connection=connection,
        target_metadata=None,
        version_table="core_version",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _online() -> None:
    url = context.config.attributes["url"].replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"server_settings": {"lock_timeout": "2s"}}
    )
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


asyncio.run(_online())
