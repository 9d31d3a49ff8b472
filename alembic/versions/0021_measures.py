"""See alembic/sql/0021_measures.sql."""

from alembic import context

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    context.config.attributes["run_file"]("0021_measures.sql")
