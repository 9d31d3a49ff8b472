"""See alembic/sql/0020_clock.sql."""

from alembic import context

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    context.config.attributes["run_file"]("0020_clock.sql")
