"""See alembic/sql/0030_flat.sql."""

from alembic import context

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    context.config.attributes["run_file"]("0030_flat.sql")
