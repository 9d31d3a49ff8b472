"""See alembic/sql/0012_filing.sql."""

from alembic import context

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    context.config.attributes["run_file"]("0012_filing.sql")
