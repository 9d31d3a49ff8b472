"""See alembic/sql/0007_grants.sql."""

from alembic import context

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    context.config.attributes["run_file"]("0007_grants.sql")
