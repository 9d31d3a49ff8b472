"""See alembic/sql/0002_identity.sql."""

from alembic import context

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    context.config.attributes["run_file"]("0002_identity.sql")
