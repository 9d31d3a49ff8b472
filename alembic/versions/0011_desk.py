"""See alembic/sql/0011_desk.sql."""

from alembic import context

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    context.config.attributes["run_file"]("0011_desk.sql")
