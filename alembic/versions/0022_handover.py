"""See alembic/sql/0022_handover.sql."""

from alembic import context

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    context.config.attributes["run_file"]("0022_handover.sql")
