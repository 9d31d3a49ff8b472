"""See alembic/sql/0018_rating.sql."""

from alembic import context

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    context.config.attributes["run_file"]("0018_rating.sql")
