"""See alembic/sql/0031_retention.sql."""

from alembic import context

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    context.config.attributes["run_file"]("0031_retention.sql")
