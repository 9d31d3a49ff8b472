"""See alembic/sql/0028_growth.sql."""

from alembic import context

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    context.config.attributes["run_file"]("0028_growth.sql")
