"""See alembic/sql/0019_looks.sql."""

from alembic import context

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    context.config.attributes["run_file"]("0019_looks.sql")
