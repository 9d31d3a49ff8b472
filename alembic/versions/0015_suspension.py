"""See alembic/sql/0015_suspension.sql."""

from alembic import context

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    context.config.attributes["run_file"]("0015_suspension.sql")
