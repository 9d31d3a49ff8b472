"""See alembic/sql/0016_plugin_tables.sql."""

from alembic import context

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    context.config.attributes["run_file"]("0016_plugin_tables.sql")
