"""See alembic/sql/0025_counter.sql."""

from alembic import context

revision = "0025"
down_revision = "0023"


def upgrade() -> None:
    context.config.attributes["run_file"]("0025_counter.sql")
