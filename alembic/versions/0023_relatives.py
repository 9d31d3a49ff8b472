"""See alembic/sql/0023_relatives.sql."""

from alembic import context

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    context.config.attributes["run_file"]("0023_relatives.sql")
