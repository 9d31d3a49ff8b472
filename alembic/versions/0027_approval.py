"""See alembic/sql/0027_approval.sql."""

from alembic import context

revision = "0027"
down_revision = "0025"


def upgrade() -> None:
    context.config.attributes["run_file"]("0027_approval.sql")
