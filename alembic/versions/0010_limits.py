"""See alembic/sql/0010_limits.sql."""

from alembic import context

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    context.config.attributes["run_file"]("0010_limits.sql")
