"""See alembic/sql/0005_plugins.sql."""

from alembic import context

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    context.config.attributes["run_file"]("0005_plugins.sql")
