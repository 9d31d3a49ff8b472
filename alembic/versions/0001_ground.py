"""See alembic/sql/0001_ground.sql."""

from alembic import context

revision = "0001"
down_revision = None


def upgrade() -> None:
    context.config.attributes["run_file"]("0001_ground.sql")
