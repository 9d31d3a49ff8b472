"""See alembic/sql/0009_staff.sql."""

from alembic import context

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    context.config.attributes["run_file"]("0009_staff.sql")
