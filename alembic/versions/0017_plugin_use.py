"""See alembic/sql/0017_plugin_use.sql."""

from alembic import context

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    context.config.attributes["run_file"]("0017_plugin_use.sql")
