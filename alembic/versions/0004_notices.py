"""See alembic/sql/0004_notices.sql."""

from alembic import context

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    context.config.attributes["run_file"]("0004_notices.sql")
